import type { LineBlock } from '../model/line-block.ts';
import { MAX_LINE_BYTES } from './lines.ts';
import type { Unwrapper } from './unwrapper.ts';

const LF = 0x0a;
const CR = 0x0d;
const EMPTY = new Uint8Array(0);
const FIRST_LINES = 1024;
const FIRST_BYTES = 64 * 1024;

/** The lines of a block without their wrappers, in a row as if they had come so. Makes no objects but the block itself. */
export class UnwrappedBlock {
  readonly #unwrapper: Unwrapper;
  #of: LineBlock | null = null;
  #chain: unknown = null;
  #room: Uint8Array = EMPTY;
  /** The same bytes as the room: a Buffer copies without making a view of what it copies. */
  #roomBuffer = Buffer.alloc(0);
  /** Where each line, and what is behind the last one, begins: in the block and without wrappers. */
  #origins = new Int32Array(FIRST_LINES);
  #starts = new Int32Array(FIRST_LINES);
  #lines = 0;
  #next = 0;
  #plain: LineBlock = { bytes: EMPTY, start: 0, end: 0, skimmed: 0 };

  constructor(unwrapper: Unwrapper) {
    this.#unwrapper = unwrapper;
  }

  /** The lines from `at` on as far as they are wrapped as the last ones were. */
  get plain(): LineBlock {
    return this.#plain;
  }

  /** Offset of the next line in `plain`. */
  get at(): number {
    return this.#starts[this.#next] ?? 0;
  }

  /** Makes the line at `at` of the block the next one. */
  seek(block: LineBlock, at: number): void {
    const isThere = this.#of === block && this.#chain === this.#unwrapper.chain;
    if (isThere && this.#origins[this.#next] === at && this.#next < this.#lines) return;
    // The line that was next has been read otherwise.
    if (isThere && this.#next + 1 < this.#lines && this.#origins[this.#next + 1] === at) this.#next++;
    else this.#fill(block, at);
  }

  /** Passes over lines that were counted; returns where in the block the next one begins. */
  advance(lines: number): number {
    this.#next += lines;
    return this.#origins[this.#next] ?? 0;
  }

  /** Offset behind the next line in `plain`, without its line end. */
  get end(): number {
    return (this.#starts[this.#next + 1] ?? 0) - 1;
  }

  /** The next line is at hand. */
  get hasNext(): boolean {
    return this.#next < this.#lines;
  }

  #fill(block: LineBlock, at: number): void {
    this.#of = block;
    this.#chain = this.#unwrapper.chain;
    this.#lines = 0;
    this.#next = 0;
    // Buffer's own indexOf reaches memchr.
    const buffer = Buffer.from(block.bytes.buffer, block.bytes.byteOffset, block.bytes.length);
    let length = 0;
    let start = at;
    while (start < block.end) {
      const lf = buffer.indexOf(LF, start);
      const taken = this.#take(block.bytes, buffer, start, lf, length);
      if (taken < 0) break;
      this.#note(start, length);
      length += taken;
      start = lf + 1;
    }
    this.#note(start, length);
    this.#lines--;
    this.#plain = { bytes: this.#room, start: 0, end: length, skimmed: 0 };
  }

  /** Appends what is inside of a line, and a line end; returns how much that was, or -1 when the line wants a closer look. */
  #take(bytes: Uint8Array, buffer: Buffer, start: number, lf: number, length: number): number {
    const end = lf > start && bytes[lf - 1] === CR ? lf - 1 : lf;
    if (end - start > MAX_LINE_BYTES) return -1;
    const inside = this.#unwrapper.open(bytes, start, end);
    if (inside === null || inside.isPartial) return -1;
    const size = inside.end - inside.start;
    this.#reserve(length + size + 1);
    if (inside.bytes === bytes) buffer.copy(this.#roomBuffer, length, inside.start, inside.end);
    else {
      const content = inside.bytes.subarray(inside.start, inside.end);
      if (content.includes(LF)) return -1;
      this.#room.set(content, length);
    }
    this.#room[length + size] = LF;
    return size + 1;
  }

  #note(origin: number, start: number): void {
    if (this.#lines === this.#origins.length) {
      this.#origins = grown(this.#origins);
      this.#starts = grown(this.#starts);
    }
    this.#origins[this.#lines] = origin;
    this.#starts[this.#lines++] = start;
  }

  #reserve(size: number): void {
    if (size <= this.#room.length) return;
    const larger = new Uint8Array(Math.max(size, this.#room.length * 2, FIRST_BYTES));
    larger.set(this.#room);
    this.#room = larger;
    this.#roomBuffer = Buffer.from(larger.buffer);
  }
}

function grown(table: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(table.length * 2);
  larger.set(table);
  return larger;
}
