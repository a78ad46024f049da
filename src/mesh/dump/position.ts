import type { Path } from '../value.ts';
import { isKey } from './field.ts';

/** The line, from 1, at which the value at a path stands in a text of JSON; where it is not written, what would hold it. */
export function lineOfPath(text: string, path: Path): number {
  const cursor = new JsonCursor(text);
  for (const key of path) if (!cursor.enter(key)) break;
  return text.slice(0, cursor.at).split('\n').length;
}

const STEPS: Readonly<Record<string, number>> = { '{': 1, '[': 1, '}': -1, ']': -1 };
const ENDS: ReadonlySet<string> = new Set(['}', ']', '"']);

/** Walks into a text of JSON without reading it: dumps have megabytes, and a report shows a handful of places. */
class JsonCursor {
  at = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
    this.at = this.#skipBlanks(0);
  }

  /** Moves to the value under a key of the value here; false, and no move, where there is none. */
  enter(key: string | number): boolean {
    const opening = this.#text[this.at];
    if (opening !== '{' && opening !== '[') return false;
    let at = this.#skipBlanks(this.at + 1);
    for (let i = 0; at < this.#text.length && this.#text[at] !== '}' && this.#text[at] !== ']'; i++) {
      let isWanted = key === i;
      if (opening === '{') {
        const end = this.#skipString(at);
        isWanted = isKey(this.#text.slice(at + 1, end - 1), key);
        at = this.#skipBlanks(this.#skipBlanks(end) + 1);
      }
      if (isWanted) {
        this.at = at;
        return true;
      }
      at = this.#skipBlanks(this.#skipValue(at));
      if (this.#text[at] === ',') at = this.#skipBlanks(at + 1);
    }
    return false;
  }

  #skipBlanks(from: number): number {
    let at = from;
    while (at < this.#text.length && this.#text.charCodeAt(at) <= 0x20) at++;
    return at;
  }

  #skipString(from: number): number {
    let at = from + 1;
    while (at < this.#text.length && this.#text[at] !== '"') at += this.#text[at] === '\\' ? 2 : 1;
    return at + 1;
  }

  #skipValue(from: number): number {
    let depth = 0;
    let at = from;
    for (; at < this.#text.length; at++) {
      const character = this.#text[at] ?? '';
      if (character === '"') at = this.#skipString(at) - 1;
      depth += STEPS[character] ?? 0;
      if (depth < 0 || (depth === 0 && character === ',')) return at;
      if (depth === 0 && ENDS.has(character)) return at + 1;
    }
    return at;
  }
}
