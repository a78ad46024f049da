import type { BzipBits } from './bzip-bits.ts';

const MAX_CODE_LENGTH = 20;
/** Symbols between two changes of the table. */
const GROUP_SYMBOLS = 50;
const MIN_TABLES = 2;
const MAX_TABLES = 6;
const PIECE_BYTES = 64 * 1024;
/** After so many equal bytes comes a count of further ones. */
const RUN_BYTES = 4;
const CRC_POLYNOMIAL = 0x04c11db7;

let crcTable: Int32Array | undefined;

/** Made when it is first needed: every run loads this, and few meet a packed log. */
function getCrcTable(): Int32Array {
  crcTable ??= Int32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = crc < 0 ? (crc << 1) ^ CRC_POLYNOMIAL : crc << 1;
    return crc;
  });
  return crcTable;
}

/** A canonical Huffman code: for each length the largest code, and where its symbols begin. */
interface CodeTable {
  readonly limits: Int32Array;
  readonly bases: Int32Array;
  readonly symbols: Uint16Array;
  readonly shortest: number;
}

/** One block of bzip2 data: read whole, then unpacked in pieces. The room is used for one block after the other. */
export class BzipBlock {
  readonly #links: Uint32Array;
  #length = 0;
  #origin = 0;
  #crc = 0;
  #wantedCrc = 0;

  constructor(bytes: number) {
    this.#links = new Uint32Array(bytes);
  }

  /** What was unpacked has the checksum that the data says. */
  get isSound(): boolean {
    return this.#crc === this.#wantedCrc;
  }

  /** Reads a block from behind its magic number; false when it cannot be one. */
  decode(bits: BzipBits): boolean {
    this.#wantedCrc = (bits.read(16) << 16) | bits.read(16);
    // Blocks of versions before 0.9.5 may be randomised; nobody has made one since 1999.
    if (bits.read(1) !== 0) return false;
    this.#origin = bits.read(24);
    const alphabet = readAlphabet(bits);
    const tableCount = bits.read(3);
    if (alphabet.length === 0 || tableCount < MIN_TABLES || tableCount > MAX_TABLES) return false;
    const selectors = readSelectors(bits, tableCount);
    if (selectors === null) return false;
    const tables: CodeTable[] = [];
    for (let i = 0; i < tableCount; i++) {
      const table = readTable(bits, alphabet.length + 2);
      if (table === null) return false;
      tables.push(table);
    }
    if (!this.#readSymbols(symbolReader(bits, tables, selectors), alphabet)) return false;
    this.#link();
    return true;
  }

  /** Symbols are places in a list that moves what was met to its front; the lowest two are digits of the length of a run. */
  #readSymbols(next: () => number, alphabet: Uint8Array): boolean {
    const endOfBlock = alphabet.length + 1;
    let run = 0;
    let digit = 1;
    this.#length = 0;
    for (;;) {
      const symbol = next();
      if (symbol < 0 || run > this.#links.length) return false;
      if (symbol < 2) {
        run += digit << symbol;
        digit *= 2;
        continue;
      }
      if (!this.#append(alphabet[0] ?? 0, run)) return false;
      run = 0;
      digit = 1;
      if (symbol === endOfBlock) return this.#length === 0 || this.#origin < this.#length;
      if (!this.#append(moveToFront(alphabet, symbol - 1), 1)) return false;
    }
  }

  #append(byte: number, times: number): boolean {
    const end = this.#length + times;
    if (end > this.#links.length) return false;
    this.#links.fill(byte, this.#length, end);
    this.#length = end;
    return true;
  }

  /** Undoes the sorting: each entry gets, above its byte, the place of the byte that follows. */
  #link(): void {
    const links = this.#links;
    const starts = new Int32Array(257);
    for (let i = 0; i < this.#length; i++) {
      const next = ((links[i] ?? 0) & 0xff) + 1;
      starts[next] = (starts[next] ?? 0) + 1;
    }
    for (let byte = 1; byte < starts.length; byte++)
      starts[byte] = (starts[byte] ?? 0) + (starts[byte - 1] ?? 0);
    for (let i = 0; i < this.#length; i++) {
      const byte = (links[i] ?? 0) & 0xff;
      const place = starts[byte] ?? 0;
      starts[byte] = place + 1;
      links[place] = (links[place] ?? 0) | (i << 8);
    }
  }

  /** The bytes of the block. */
  *unpack(): Generator<Uint8Array, void, undefined> {
    const links = this.#links;
    const table = getCrcTable();
    const runs = new Runs();
    let piece = new Uint8Array(PIECE_BYTES);
    let filled = 0;
    let crc = -1;
    let link = (links[this.#origin] ?? 0) >>> 8;
    for (let i = 0; i < this.#length; i++) {
      const entry = links[link] ?? 0;
      link = entry >>> 8;
      for (let times = runs.take(entry & 0xff); times > 0; times--) {
        crc = (crc << 8) ^ (table[((crc >>> 24) ^ runs.byte) & 0xff] ?? 0);
        piece[filled++] = runs.byte;
        if (filled < PIECE_BYTES) continue;
        yield piece;
        piece = new Uint8Array(PIECE_BYTES);
        filled = 0;
      }
    }
    this.#crc = ~crc;
    if (filled > 0) yield piece.subarray(0, filled);
  }
}

/** Behind four equal bytes stands how often the byte comes once more. */
class Runs {
  byte = 0;
  #equal = 0;

  /** How often `byte` is to be written now. */
  take(byte: number): number {
    if (this.#equal === RUN_BYTES) {
      this.#equal = 0;
      return byte;
    }
    this.#equal = this.#equal > 0 && byte === this.byte ? this.#equal + 1 : 1;
    this.byte = byte;
    return 1;
  }
}

/** Moves what stands at a place to the front, and says what it is. */
function moveToFront(list: Uint8Array, place: number): number {
  const item = list[place] ?? 0;
  list.copyWithin(1, 0, place);
  list[0] = item;
  return item;
}

/** Reads symbol after symbol; -1 when no code is like that. */
function symbolReader(bits: BzipBits, tables: readonly CodeTable[], selectors: Uint8Array): () => number {
  let group = -1;
  let left = 0;
  let table: CodeTable | undefined;
  return () => {
    if (left === 0) {
      group++;
      table = tables[selectors[group] ?? -1];
      left = GROUP_SYMBOLS;
    }
    left--;
    return table === undefined ? -1 : readSymbol(bits, table);
  };
}

/** The bytes that occur, in order. */
function readAlphabet(bits: BzipBits): Uint8Array {
  const bytes: number[] = [];
  const ranges = bits.read(16);
  for (let range = 0; range < 16; range++) {
    if ((ranges & (0x8000 >> range)) === 0) continue;
    const used = bits.read(16);
    for (let i = 0; i < 16; i++) if ((used & (0x8000 >> i)) !== 0) bytes.push(range * 16 + i);
  }
  return Uint8Array.from(bytes);
}

/** Which table each group of symbols has; null when it is one that there is not. */
function readSelectors(bits: BzipBits, tableCount: number): Uint8Array | null {
  const selectors = new Uint8Array(bits.read(15));
  const recent = Uint8Array.from({ length: tableCount }, (_, i) => i);
  for (let i = 0; i < selectors.length; i++) {
    let place = 0;
    while (bits.read(1) === 1) if (++place === tableCount) return null;
    selectors[i] = moveToFront(recent, place);
  }
  return selectors;
}

/** Lengths of codes, each by its difference from the one before. */
function readTable(bits: BzipBits, symbolCount: number): CodeTable | null {
  const lengths = new Uint8Array(symbolCount);
  let length = bits.read(5);
  for (let symbol = 0; symbol < symbolCount; symbol++) {
    for (;;) {
      if (length < 1 || length > MAX_CODE_LENGTH) return null;
      if (bits.read(1) === 0) break;
      length += bits.read(1) === 0 ? 1 : -1;
    }
    lengths[symbol] = length;
  }
  return toCodeTable(lengths);
}

function toCodeTable(lengths: Uint8Array): CodeTable {
  const limits = new Int32Array(MAX_CODE_LENGTH + 1).fill(-1);
  const bases = new Int32Array(MAX_CODE_LENGTH + 1);
  const symbols = new Uint16Array(lengths.length);
  let placed = 0;
  let code = 0;
  for (let length = 1; length <= MAX_CODE_LENGTH; length++) {
    bases[length] = placed - code;
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] !== length) continue;
      symbols[placed++] = symbol;
      code++;
    }
    limits[length] = code - 1;
    code *= 2;
  }
  return { limits, bases, symbols, shortest: Math.min(...lengths) };
}

/** The next symbol; -1 when no code is like that. */
function readSymbol(bits: BzipBits, { limits, bases, symbols, shortest }: CodeTable): number {
  let code = bits.read(shortest);
  for (let length = shortest; length <= MAX_CODE_LENGTH; length++) {
    if (code <= (limits[length] ?? -1)) return symbols[code + (bases[length] ?? 0)] ?? -1;
    code = code * 2 + bits.read(1);
  }
  return -1;
}
