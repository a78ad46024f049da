import { decodeText, encodeText, unescapeJson } from '../bytes/text.ts';
import type {
  Aggregate,
  HopRows,
  SampledRecord,
  TrafficTable,
  TrafficTableName,
} from '../model/aggregate.ts';
import { HOP_COLUMNS, NO_TIME, TRAFFIC_TABLES } from '../model/aggregate.ts';
import { FIELDS } from '../model/field.ts';
import type { LineBlock, LinesOrigin, SkimmableWrapper } from '../model/line-block.ts';
import { SKIMMABLE_WRAPPERS } from '../model/line-block.ts';
import type { LineParser, LineProgram } from '../model/record-format.ts';
import * as caps from './caps.ts';
import { connectionSlot, NO_CONNECTION } from './connection-slot.ts';
import type { FailureKeys } from './failure-keys.ts';
import { KEY_COUNT } from './failure-keys.ts';
import type { FailingHop } from './hop-counter.ts';
import { toHopRows } from './hop-table.ts';
import type { KernelExports } from './kernel-exports.ts';
import { openKernel } from './kernel-exports.ts';
import { encodeProgram } from './line-program.ts';
import type { LineView } from './line-view.ts';

const TABLES = [...TRAFFIC_TABLES, 'servers'] as const;
type TableName = (typeof TABLES)[number];
const HOP_TABLES = ['failing', 'healthy'] as const;
/** How many of the columns each has, the first ones. */
const HELD_COLUMNS = { failing: HOP_COLUMNS.length, healthy: HOP_COLUMNS.indexOf('group') } as const;
type HopTableName = (typeof HOP_TABLES)[number];
const TIMED_TABLES: readonly TableName[] = ['scopes', 'endpoints', 'authorities', 'servers'];
const TIME_COLUMNS = { healthyFirst: 2, healthyLast: 3, failedFirst: 4, failedLast: 5 } as const;
const CODES = 1000;
const BACKSLASH = 0x5c;
const FIRST_BYTES = 64 * 1024;
const WORD_BYTES = 4;
const DOUBLE_BYTES = 8;

/** What was skimmed, beside what stands in the tables. */
export interface Skimmed {
  readonly withoutTime: number;
  readonly first: number;
  readonly last: number;
  /** Requests by response code below 1000. */
  readonly codes: Uint32Array;
  /** Records by field, of formats that do not say themselves which fields they log. */
  readonly coverage: Uint32Array;
}

/** A stretch of the kernel's memory that grows when it must. */
interface Room {
  at: number;
  size: number;
}

/**
 * Counts traffic in WebAssembly: every request by the keys that failures are compared with, and whole lines as long as
 * they are plainly healthy. Its memory is its own, so what it is given is copied.
 */
export class TrafficKernel {
  readonly #kernel: KernelExports;
  readonly #block: Room;
  readonly #line: Room;
  readonly #programRoom: Room;
  #loaded: LineBlock | null = null;
  #program: LineProgram | null = null;
  #stoppedAt = -1;
  /** The spans of the line that the kernel has in hand already. */
  #held: Int32Array | null = null;
  #isJson = false;
  readonly #keys: FailureKeys = new Float64Array(KEY_COUNT);
  #isSettled = false;

  constructor(module: WebAssembly.Module, tableCaps = caps.TABLE_CAPS) {
    const { scopes, endpoints, paths, callers, authorities, listeners, servers } = tableCaps;
    this.#kernel = openKernel(module);
    this.#kernel.openTables(scopes, endpoints, paths, callers, authorities, listeners, servers);
    this.#block = this.#allocate(FIRST_BYTES);
    this.#line = this.#allocate(FIRST_BYTES);
    this.#programRoom = this.#allocate(FIRST_BYTES);
  }

  /**
   * Counts the lines of the block from `at` on, as long as they are plainly healthy, and returns the offset of the first
   * that is not counted, or the block's end. Adds their number to `block.skimmed`. Of lines that are or were wrapped, those
   * without a start time are left.
   */
  skim(block: LineBlock, at: number, parser: LineParser, { areWrapped, wrappers }: LinesOrigin): number {
    const { program } = parser;
    this.#held = null;
    if (program === null) return at;
    if (program !== this.#program) this.#setProgram(program);
    if (block !== this.#loaded) this.#loadBlock(block);
    const shift = this.#block.at - block.start;
    const isJson = parser.encoding === 'json';
    this.#kernel.setWrappers(packWrappers(wrappers));
    const stop = this.#kernel.skim(
      at + shift,
      block.end + shift,
      isJson,
      parser.fields.size === 0,
      areWrapped,
    );
    block.skimmed += this.#kernel.skimmed();
    this.#stoppedAt = stop - shift;
    return this.#stoppedAt;
  }

  /** Makes the tables of hops, each with its cap. */
  openHops(maxFailing: number, maxHealthy: number): void {
    this.#kernel.openHops(maxFailing, maxHealthy);
  }

  /** Whether the lines that `skim` counts are the other side of requests, and of which input they are. */
  collectHops(areWanted: boolean, input: number): void {
    this.#kernel.collectHops(areWanted, input);
  }

  /** Adds the open line, which is healthy; times and durations that are not logged are NaN and `NO_HOP_VALUE`. */
  addHealthyHop(code: number, timeMs: number, input: number, durationMs: number): void {
    this.#kernel.addHealthyHop(code, timeMs, input, durationMs);
  }

  /** Adds the open line with its failure group and shape. */
  addFailingHop({ code, timeMs, failed, group, shape }: FailingHop, input: number, durationMs: number): void {
    this.#kernel.addFailingHop(code, timeMs, input, durationMs, failed, group, shape);
  }

  /** The rows that stay, in order. Call once, at the end. */
  finishHops(table: HopTableName): HopRows {
    const place = HOP_TABLES.indexOf(table);
    const rows = this.#kernel.sortHops(place);
    const out = this.#kernel.allocate(rows * DOUBLE_BYTES);
    const columns = toHopRows((column) => {
      if (column >= HELD_COLUMNS[table]) return new Float64Array(0);
      this.#kernel.writeHops(place, column, out);
      return new Float64Array(this.#kernel.memory.buffer, out, rows).slice();
    });
    this.#kernel.release(out);
    return columns;
  }

  /**
   * Writes the spans of the line at `at`, if `skim` just stopped there; false when the line wants another parser. What was
   * written anew as it was opened has them from its own begin on.
   */
  readSpans(block: LineBlock, at: number, spans: Int32Array): boolean {
    if (block !== this.#loaded || at !== this.#stoppedAt || this.#kernel.hasSpans() === 0) return false;
    const offsets = this.#kernel.offsets(this.#kernel.textAddress() || this.#block.at - block.start);
    spans.set(new Int32Array(this.#kernel.memory.buffer, offsets, spans.length));
    this.#held = spans;
    return true;
  }

  /** Takes in a line that is then to be counted; costs nothing when its spans were just read by `readSpans`. */
  open(line: LineView): void {
    const held = this.#held;
    this.#held = null;
    this.#isJson = line.encoding === 'json';
    if (held !== line.spans) this.#loadLine(line);
  }

  /** Counts the request of the open line; `timeMs` is NaN when it has none. Returns the key of its scope. */
  count(failed: boolean, timeMs: number): number {
    return this.#kernel.count(failed, timeMs, this.#isJson);
  }

  /** Notes that the upstream connection of the open line has answered. */
  noteAnswer(timeMs: number): void {
    this.#kernel.noteAnswer(timeMs);
  }

  /** Keys of the open line, valid until the next call. */
  readFailure(): FailureKeys {
    this.#kernel.readFailure();
    this.#keys.set(new Float64Array(this.#kernel.memory.buffer, this.#kernel.failureKeys(), KEY_COUNT));
    return this.#keys;
  }

  /** Time between the last healthy answer on the connection with this hash and `timeMs`. */
  idleBefore(connection: number, timeMs: number): SampledRecord['idleMs'] {
    const view = new DataView(this.#kernel.memory.buffer);
    const offset = connectionSlot(connection) * DOUBLE_BYTES;
    const last = view.getFloat64(this.#kernel.connectionHashes() + offset, true);
    if (last === NO_CONNECTION) return { connection };
    if (last !== connection) return null;
    return timeMs - view.getFloat64(this.#kernel.connectionTimes() + offset, true);
  }

  #allocate(size: number): Room {
    return { at: this.#kernel.allocate(size), size };
  }

  #fit(room: Room, size: number): void {
    if (size <= room.size) return;
    this.#kernel.release(room.at);
    room.size = 2 ** Math.ceil(Math.log2(size));
    room.at = this.#kernel.allocate(room.size);
  }

  #write(bytes: Uint8Array, at: number): void {
    new Uint8Array(this.#kernel.memory.buffer, at, bytes.length).set(bytes);
  }

  #loadBlock(block: LineBlock): void {
    this.#fit(this.#block, block.end - block.start);
    this.#write(block.bytes.subarray(block.start, block.end), this.#block.at);
    this.#loaded = block;
  }

  #setProgram(program: LineProgram): void {
    const { length } = encodeProgram(program, 0).bytes;
    this.#fit(this.#programRoom, length);
    const { at } = this.#programRoom;
    const { bytes, entries, requiredAt } = encodeProgram(program, at);
    this.#write(bytes, at);
    if (program.kind === 'text') this.#kernel.setTextFormat(at, program.left, program.middle, entries);
    else this.#kernel.setJsonFormat(at, entries, at + requiredAt, program.required.length);
    this.#program = program;
  }

  /** Copies the stretch of the line that its spans reach over, and the spans moved along. */
  #loadLine({ bytes, spans }: LineView): void {
    let start = bytes.length;
    let end = 0;
    for (let i = 0; i < spans.length; i += 2) {
      const from = spans[i] ?? -1;
      if (from < 0) continue;
      start = Math.min(start, from);
      end = Math.max(end, spans[i + 1] ?? from);
    }
    if (start < end) {
      this.#fit(this.#line, end - start);
      this.#write(bytes.subarray(start, end), this.#line.at);
    }
    const table = new Int32Array(this.#kernel.memory.buffer, this.#kernel.spansAddress(), spans.length);
    const shift = this.#line.at - start;
    for (let i = 0; i < spans.length; i++) {
      const place = spans[i] ?? -1;
      table[i] = place < 0 ? place : place + shift;
    }
  }

  /** Sums over all lines that were skimmed. */
  skimmed(): Skimmed {
    const { buffer } = this.#kernel.memory;
    return {
      withoutTime: this.#kernel.skimmedWithoutTime(),
      first: this.#kernel.skimmedFirst(),
      last: this.#kernel.skimmedLast(),
      codes: new Uint32Array(buffer, this.#kernel.codesAddress(), CODES).slice(),
      coverage: new Uint32Array(buffer, this.#kernel.coverageAddress(), FIELDS.length).slice(),
    };
  }

  /** The touched slots of the table of connections, as parts that are to be merged carry them. */
  finishConnections(): Aggregate['connections'] {
    const column = (at: number): Float64Array =>
      new Float64Array(this.#kernel.memory.buffer, at, caps.CONNECTION_SLOTS);
    const hashes = column(this.#kernel.connectionHashes());
    const times = column(this.#kernel.connectionTimes());
    let touched = 0;
    for (let slot = 0; slot < hashes.length; slot++) if (hashes[slot] !== NO_CONNECTION) touched++;
    const connections = {
      slot: new Uint32Array(touched),
      hash: new Float64Array(touched),
      timeMs: new Float64Array(touched),
    };
    for (let slot = 0, row = 0; slot < hashes.length; slot++) {
      const hash = hashes[slot] ?? NO_CONNECTION;
      if (hash === NO_CONNECTION) continue;
      connections.slot[row] = slot;
      connections.hash[row] = hash;
      connections.timeMs[row++] = times[slot] ?? 0;
    }
    return connections;
  }

  /** The tables as values: the kept keys in order of hash, and the totals over all keys. Call once, at the end. */
  finishTables(): Readonly<Record<TrafficTableName, TrafficTable>> {
    if (this.#isSettled) throw new Error('the tables of a kernel can be finished only once');
    this.#isSettled = true;
    return {
      scopes: this.#finishTable('scopes'),
      endpoints: this.#finishTable('endpoints'),
      paths: this.#finishTable('paths'),
      callers: this.#finishTable('callers'),
      authorities: this.#finishTable('authorities'),
      listeners: this.#finishTable('listeners'),
    };
  }

  /** Requests by the address on which their proxies took them in. Call once, at the end. */
  finishServers(): TrafficTable {
    return this.#finishTable('servers');
  }

  #finishTable(name: TableName): TrafficTable {
    const kernel = this.#kernel;
    const table = TABLES.indexOf(name);
    const rows = kernel.sortTable(table);
    const out = kernel.allocate(rows * DOUBLE_BYTES);
    const column = (write: (to: number) => void): Float64Array => {
      write(out);
      return new Float64Array(kernel.memory.buffer, out, rows).slice();
    };
    const counts = (n: number): Float64Array => column((to) => kernel.writeColumn(table, n, to));
    const isTimed = TIMED_TABLES.includes(name);
    const times = (n: number): Float64Array => (isTimed ? counts(n).map(toTime) : new Float64Array(0));
    const finished = {
      hash: column((to) => kernel.writeKeys(table, to)),
      healthy: counts(0),
      failed: counts(1),
      healthyFirst: times(TIME_COLUMNS.healthyFirst),
      healthyLast: times(TIME_COLUMNS.healthyLast),
      failedFirst: times(TIME_COLUMNS.failedFirst),
      failedLast: times(TIME_COLUMNS.failedLast),
      ...this.#finishScopes(
        table,
        column((to) => kernel.writeScopeKeys(table, to)),
      ),
      ...this.#finishTexts(table, rows),
      total: { healthy: kernel.healthyTotal(table), failed: kernel.failedTotal(table) },
    };
    kernel.release(out);
    return finished;
  }

  /** Numbers the scopes in order of rows; those of which the kept text is the same are one. */
  #finishScopes(table: number, keys: Float64Array): Pick<TrafficTable, 'scope' | 'scopeNames'> {
    const places = new Map<number, number>();
    const placesByName = new Map<string, number>();
    const scope = Uint32Array.from(keys, (key, row) => {
      const known = places.get(key);
      if (known !== undefined) return known;
      const name = this.#scopeAt(table, row);
      const place = placesByName.get(name) ?? placesByName.size;
      placesByName.set(name, place);
      places.set(key, place);
      return place;
    });
    return { scope, scopeNames: [...placesByName.keys()] };
  }

  #scopeAt(table: number, row: number): string {
    const at = this.#kernel.scopeAt(table, row);
    const bytes = new Uint8Array(this.#kernel.memory.buffer);
    const text = decodeText(bytes, at, at + this.#kernel.scopeLengthAt(table, row));
    return this.#kernel.isJsonAt(table, row) ? unescapeJson(text) : text;
  }

  #finishTexts(table: number, rows: number): Pick<TrafficTable, 'keys' | 'keyEnds'> {
    const kernel = this.#kernel;
    const length = kernel.textBytes(table);
    const out = kernel.allocate(length + (rows + 1) * WORD_BYTES);
    const ends = (out + length + WORD_BYTES - 1) & -WORD_BYTES;
    kernel.writeTexts(table, out, ends);
    const keys = new Uint8Array(kernel.memory.buffer, out, length).slice();
    const keyEnds = new Uint32Array(kernel.memory.buffer, ends, rows).slice();
    kernel.release(out);
    return keys.includes(BACKSLASH) ? this.#unescapeTexts(table, { keys, keyEnds }) : { keys, keyEnds };
  }

  /** Keys of JSON logs stand as they were logged until here. */
  #unescapeTexts(
    table: number,
    { keys, keyEnds }: Pick<TrafficTable, 'keys' | 'keyEnds'>,
  ): Pick<TrafficTable, 'keys' | 'keyEnds'> {
    const texts = Array.from(keyEnds, (end, row) => {
      const text = keys.subarray(keyEnds[row - 1] ?? 0, end);
      if (!this.#kernel.isJsonAt(table, row) || !text.includes(BACKSLASH)) return text;
      return encodeText(unescapeJson(decodeText(text, 0, text.length)));
    });
    return joinTexts(texts);
  }
}

/** Four bits each, the outermost lowest, as wasm/unwrap.ts takes them. */
function packWrappers(wrappers: readonly SkimmableWrapper[]): number {
  return wrappers.reduceRight((packed, id) => packed * 16 + SKIMMABLE_WRAPPERS.indexOf(id) + 1, 0);
}

function joinTexts(texts: readonly Uint8Array[]): Pick<TrafficTable, 'keys' | 'keyEnds'> {
  let length = 0;
  const keyEnds = Uint32Array.from(texts, (text) => {
    length += text.length;
    return length;
  });
  const keys = new Uint8Array(length);
  texts.forEach((text, row) => {
    keys.set(text, keyEnds[row - 1] ?? 0);
  });
  return { keys, keyEnds };
}

/** Running bounds start at infinity. */
function toTime(bound: number): number {
  return Number.isFinite(bound) ? bound : NO_TIME;
}
