import type { HashState } from '../bytes/hash.ts';
import { finishHash, hashBytes, keyOf, startHash } from '../bytes/hash.ts';
import { NOT_IN_FORMAT } from '../model/field.ts';
import type { LineBlock, LinesOrigin } from '../model/line-block.ts';
import type { LineParser } from '../model/record-format.ts';
import type { RecordPlace } from '../model/record-place.ts';
import { hasPort } from './address-span.ts';
import type { Aggregator, CountedAs } from './aggregator.ts';
import { HeldRecords } from './held-records.ts';
import type { Sighting } from './seen-lines.ts';
import { SeenLines } from './seen-lines.ts';
import * as slot from './slots.ts';

const SEED_LINE = 41;
const ZERO = 0x30;
const COLON = 0x3a;
/** So many lines in a row of another input are no accident, even where no line says which proxy it is of. */
const RUN_LINES = 32;

/** What became of records whose fate was open when they were added. */
export interface LateCounts {
  readonly duplicates: number;
  readonly outsideWindow: number;
}

const NOTHING_LATE: LateCounts = { duplicates: 0, outsideWindow: 0 };

/**
 * Counts a line once that stands in several inputs: files that were exported with an overlap, copied, or given twice. A
 * line that names a connection (an address with its port) is of one proxy: the second is the first. Of the others, which two
 * proxies or two requests may share, only runs are taken for repeated: 32 lines, or from where one of the inputs begins to
 * where one ends. Within one input equal lines all count, unless they have a request id besides.
 */
export class DuplicateFilter {
  readonly #aggregator: Aggregator;
  readonly #state: HashState = { a: 0, b: 0 };
  #seen: SeenLines | null;
  readonly #held = new HeldRecords();
  #input = -1;
  #lastKey = 0;
  /** Repeated lines up to now without another between them. */
  #run = 0;
  #beginsAtEdge = false;
  #endsAtEdge = false;
  #late = NOTHING_LATE;
  readonly #perInput = new Map<number, number>();

  constructor(aggregator: Aggregator, isActive: boolean) {
    this.#aggregator = aggregator;
    this.#seen = isActive ? new SeenLines() : null;
  }

  get isActive(): boolean {
    return this.#seen !== null;
  }

  /** Lines are compared from now on. */
  activate(): void {
    this.#seen ??= new SeenLines();
  }

  /** More lines came than are remembered. */
  get isFull(): boolean {
    return this.#seen?.isFull === true;
  }

  skim(block: LineBlock, at: number, parser: LineParser, origin: LinesOrigin): number {
    return this.#seen === null ? this.#aggregator.skim(block, at, parser, origin) : at;
  }

  readSpans(block: LineBlock, at: number, spans: Int32Array): boolean {
    return this.#aggregator.readSpans(block, at, spans);
  }

  add(bytes: Uint8Array, spans: Int32Array, parser: LineParser, place: RecordPlace): CountedAs | 'duplicate' {
    if (this.#seen === null) return this.#aggregator.add(bytes, spans, parser, place);
    const sighting = this.#look(this.#seen, bytes, place);
    const isCertain = namesConnection(bytes, spans);
    const isAgain = isCertain && sighting.isKnown && !sighting.isRepeated && hasRequestId(spans);
    if (!sighting.isRepeated && !isAgain) {
      this.#endRun(false);
      return this.#aggregator.add(bytes, spans, parser, place);
    }
    this.#run = this.#held.isFull ? RUN_LINES : this.#run + 1;
    if (this.#run === 1) this.#beginsAtEdge = sighting.isFirst;
    this.#endsAtEdge = sighting.isLast;
    if (this.#run >= RUN_LINES) this.#drop();
    else if (!isCertain) {
      this.#held.keep(bytes, spans, parser, place);
      return 'counted';
    }
    this.#count(1);
    return 'duplicate';
  }

  /** Settles what is open at the end of an input. */
  settle(): LateCounts {
    this.#endRun(true);
    this.#seen?.markEdge(this.#lastKey, 'last');
    const late = this.#late;
    this.#late = NOTHING_LATE;
    return late;
  }

  /** Repeated lines by the number of their input. */
  finish(): ReadonlyMap<number, number> {
    return this.#perInput;
  }

  #look(seen: SeenLines, bytes: Uint8Array, { input, start, end }: RecordPlace): Sighting {
    startHash(this.#state, SEED_LINE);
    hashBytes(this.#state, bytes, start, end);
    finishHash(this.#state);
    const key = keyOf(this.#state);
    const sighting = seen.see(key, input);
    if (input !== this.#input) {
      sighting.isFirst = true;
      seen.markEdge(key, 'first');
    }
    this.#input = input;
    this.#lastKey = key;
    return sighting;
  }

  #endRun(isEndOfInput: boolean): void {
    if (this.#beginsAtEdge && (this.#endsAtEdge || isEndOfInput)) this.#drop();
    this.#run = 0;
    this.#beginsAtEdge = this.#endsAtEdge = false;
    for (const { bytes, spans, parser, place } of this.#held.takeAll()) {
      const countedAs = this.#aggregator.add(bytes, spans, parser, place);
      if (countedAs === 'outsideWindow')
        this.#late = { ...this.#late, outsideWindow: this.#late.outsideWindow + 1 };
    }
  }

  /** What is held back is repeated. */
  #drop(): void {
    const { length } = this.#held.takeAll();
    this.#late = { ...this.#late, duplicates: this.#late.duplicates + length };
    this.#count(length);
  }

  #count(lines: number): void {
    if (lines > 0) this.#perInput.set(this.#input, (this.#perInput.get(this.#input) ?? 0) + lines);
  }
}

/** One end of a connection, which only one proxy has. Envoy logs port 0 for an address out of a header. */
function namesConnection(bytes: Uint8Array, spans: Int32Array): boolean {
  return namesEnd(bytes, spans, slot.DOWNSTREAM_REMOTE) || namesEnd(bytes, spans, slot.UPSTREAM_LOCAL);
}

function namesEnd(bytes: Uint8Array, spans: Int32Array, at: number): boolean {
  const start = spans[at] ?? NOT_IN_FORMAT;
  const end = spans[at + 1] ?? start;
  if (start < 0 || !hasPort(bytes, start, end)) return false;
  return bytes[end - 1] !== ZERO || bytes[end - 2] !== COLON;
}

function hasRequestId(spans: Int32Array): boolean {
  const start = spans[slot.REQUEST_ID] ?? NOT_IN_FORMAT;
  return start >= 0 && (spans[slot.REQUEST_ID + 1] ?? start) > start;
}
