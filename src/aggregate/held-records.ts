import type { LineParser } from '../model/record-format.ts';
import type { RecordPlace } from '../model/record-place.ts';

/** More bytes than this are not held back. */
const MAX_HELD_BYTES = 1024 * 1024;

interface HeldRecord {
  readonly bytes: Uint8Array;
  readonly spans: Int32Array;
  readonly parser: LineParser;
  readonly place: RecordPlace;
}

/** Copies of records that are counted later, or never. */
export class HeldRecords {
  #records: HeldRecord[] = [];
  #bytes = 0;

  get isFull(): boolean {
    return this.#bytes > MAX_HELD_BYTES;
  }

  keep(
    bytes: Uint8Array,
    spans: Int32Array,
    parser: LineParser,
    { start, end, source, ...place }: RecordPlace,
  ): void {
    const known = source();
    this.#records.push({
      bytes: Uint8Array.from(bytes.subarray(start, end)),
      spans: spans.map((offset) => (offset < 0 ? offset : offset - start)),
      parser,
      place: { ...place, start: 0, end: end - start, source: () => known },
    });
    this.#bytes += end - start;
  }

  takeAll(): readonly HeldRecord[] {
    const records = this.#records;
    this.#records = [];
    this.#bytes = 0;
    return records;
  }
}
