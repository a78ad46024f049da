import type { TrafficTable } from './aggregate.ts';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Reads the keys of a traffic table as text: all bytes at once where one byte is one character, as nearly always. */
export class TrafficKeys {
  readonly #table: TrafficTable;
  readonly #text: string | null;

  constructor(table: TrafficTable) {
    this.#table = table;
    const text = decoder.decode(table.keys);
    // No character has less than a byte: as many of both are the same ones.
    this.#text = text.length === table.keys.length ? text : null;
  }

  /** Key of a row. */
  at(row: number): string {
    const { keys, keyEnds } = this.#table;
    const start = keyEnds[row - 1] ?? 0;
    const end = keyEnds[row] ?? start;
    return this.#text === null ? decoder.decode(keys.subarray(start, end)) : this.#text.slice(start, end);
  }
}

/** Keys of all rows, in order. */
export function listTrafficKeys(table: TrafficTable): readonly string[] {
  const keys = new TrafficKeys(table);
  return Array.from(table.keyEnds, (_, row) => keys.at(row));
}
