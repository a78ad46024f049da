/** Text in the syntax of an output, such as HTML: what needed escaping is escaped. Made only by a tag of `createTag`. */
export class Markup {
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }
}

/** What a template may hold: text, which is escaped, and markup, which is not. */
type Part = string | number | Markup | readonly Markup[];

export type Tag = (literals: TemplateStringsArray, ...parts: readonly Part[]) => Markup;

/** A template tag: the literals of the program stand as they are, every text between them is escaped. */
export function createTag(escapeText: (text: string) => string): Tag {
  const write = (part: Part): string => {
    if (part instanceof Markup) return part.source;
    return typeof part === 'object' ? part.map(write).join('') : escapeText(String(part));
  };
  return (literals, ...parts) =>
    new Markup(literals.reduce((text, literal, i) => text + write(parts[i - 1] ?? '') + literal));
}

/** Markup behind each other; what is empty is left out. */
export function joinMarkup(parts: readonly Markup[], separator: string): Markup {
  return new Markup(
    parts
      .map(({ source }) => source)
      .filter((source) => source !== '')
      .join(separator),
  );
}
