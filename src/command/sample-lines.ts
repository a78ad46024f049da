import { readFile } from 'node:fs/promises';
import type { Diagnosis } from '../model/diagnosis.ts';

/** How a page quotes lines of the first sample log of its diagnosis. */
const QUOTED = /^(?:Real lines|Lines as they would look), from [^\n]*\n\n(`{3,})text\n([\s\S]*?)\n\1$/m;

/** The lines that the page of a diagnosis quotes: the pages are installed with the program, the sample logs are not. */
export async function readSampleLines({ family, id }: Diagnosis): Promise<readonly string[]> {
  // As far from the bundled program as from this file.
  const page = new URL(`../../diagnoses/${family}/${id}.md`, import.meta.url);
  try {
    return QUOTED.exec(await readFile(page, 'utf8'))?.[2]?.split('\n') ?? [];
  } catch {
    return [];
  }
}
