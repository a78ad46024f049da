/** Where the page of a diagnosis is, seen from the page that links to it. */
export type LinkTo = (id: string) => string;

/** The note that keeps people from editing what is generated. */
export function generatedNote(source: string): string {
  return `<!-- Generated from ${source}: edit that, then run \`npx vitest run -u\`. -->`;
}
