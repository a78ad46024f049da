/** Where a part of a text begins and ends. */
export interface TextSpan {
  readonly start: number;
  readonly end: number;
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]]/g;

/**
 * The items of a list in JSON, as they stand in the text: of a top-level list, or of `items` in the top-level object. Empty
 * where there is no list. The text has to be JSON.
 */
export function splitJsonItems(text: string): readonly TextSpan[] {
  const scan = new ItemScan(text.trimStart().startsWith('['));
  for (const { 0: token, index } of text.matchAll(TOKEN)) scan.take(token, index);
  return scan.spans;
}

class ItemScan {
  readonly spans: TextSpan[] = [];
  /** Depth at which items begin. */
  readonly #itemDepth: number;
  #isInItems: boolean;
  #depth = 0;
  #start = 0;
  #key = '';

  constructor(isList: boolean) {
    this.#itemDepth = isList ? 1 : 2;
    this.#isInItems = isList;
  }

  take(token: string, index: number): void {
    if (token === '{' || token === '[') this.#open(token, index);
    else if (token === '}' || token === ']') this.#close(token, index);
    // What stands before a list is its key.
    else if (this.#depth === 1) this.#key = token;
  }

  #open(token: string, index: number): void {
    if (this.#depth === 1 && token === '[') this.#isInItems = this.#key === '"items"';
    if (this.#depth === this.#itemDepth) this.#start = index;
    this.#depth++;
  }

  #close(token: string, index: number): void {
    this.#depth--;
    if (this.#isInItems && this.#depth === this.#itemDepth && token === '}')
      this.spans.push({ start: this.#start, end: index + 1 });
  }
}
