import { decodeText, unescapeJson } from '../bytes/text.ts';
import type {
  AggregatePart,
  CappedCounts,
  CappedHashes,
  CountedShape,
  FailureGroup,
  LineSample,
  SampledRecord,
  TimeHistogram,
} from '../model/aggregate.ts';
import { createSpans, LOGGED_ABSENT, NOT_IN_FORMAT } from '../model/field.ts';
import { parseResponseFlags } from '../model/response-flag.ts';
import { LineView } from './line-view.ts';
import { readShape } from './shape-reader.ts';
import * as slot from './slots.ts';
import { toTimeSpan } from './time-span.ts';

/** Where the places of the groups begin, as wasm/failure-image.ts has it. */
const PLACES = 8;

// A group, as wasm/failure-group.ts lays it out.
const KEY = 0;
const REQUESTS = 8;
const FIRST = 16;
const MIN_DURATION = 32;
const IS_ROUTED = 48;
const FAILED = 52;
const SCOPE = 56;
const LINE_COUNT = 60;
const LINES = 64;
const LINE_BYTES = 16;
const HISTOGRAM = 112;
const GROUP_IS_JSON = 136;
const SHAPES = 144;
const LIST_BYTES = 32;
const CALLERS = SHAPES + LIST_BYTES;
const CONNECTIONS = CALLERS + LIST_BYTES;
const SOURCES = CONNECTIONS + LIST_BYTES;
const SAMPLED = SOURCES + LIST_BYTES;
/** Marks of samples. */
const HAS_CONNECTION = 1;
const IDLE_KNOWN = 2;
const IDLE_OPEN = 4;

// A list and its entries, as wasm/bottom-list.ts lays them out.
const LIST_COUNT = 16;
const LIST_ENTRIES = 24;
const ENTRY_BYTES = 40;
const VALUE = 8;
const KEPT = 32;
const MARK = 36;

// A histogram, as wasm/time-histogram.ts lays it out.
const BUCKET_COUNT = 8;
const BUCKETS = 16;
const BUCKET_BYTES = 16;

// What is kept, as wasm/kept.ts lays it out.
const IS_JSON = 8;
const SPANS = 12;
const FIRST_LENGTH = 8;
const SECOND_LENGTH = 12;
const TEXTS = 16;
/** Starts from here on are marks. */
const LOGGED_ABSENT_START = 0xfffe;

/** The groups of failing records that a kernel packed, in order of hash. */
export function readFailures(failures: AggregatePart['failures']): readonly FailureGroup[] {
  const tables = new FailureTables(failures.buffer);
  const places = new Uint32Array(failures.buffer, PLACES, new Uint32Array(failures.buffer, 0, 1)[0]);
  return Array.from(places, (place) => tables.groupAt(place));
}

/** Reads the image that wasm/failure-image.ts wrote. */
class FailureTables {
  readonly #bytes: Uint8Array;
  readonly #halves: Uint16Array;
  readonly #words: Uint32Array;
  readonly #doubles: Float64Array;
  readonly #record = new LineView();
  readonly #spans = createSpans();
  readonly #flags = new Map<string, readonly string[]>();

  constructor(image: ArrayBuffer) {
    this.#bytes = new Uint8Array(image);
    this.#halves = new Uint16Array(image);
    this.#words = new Uint32Array(image);
    this.#doubles = new Float64Array(image);
  }

  /** The group at a place. */
  groupAt(at: number): FailureGroup {
    return {
      hash: this.#doubleAt(at + KEY),
      scope: this.#scopeAt(at),
      routed: this.#wordAt(at + IS_ROUTED) !== 0,
      failed: this.#wordAt(at + FAILED) !== 0,
      requests: this.#doubleAt(at + REQUESTS),
      time: this.#spanAt(at + FIRST),
      histogram: this.#histogramAt(at + HISTOGRAM),
      durationMs: this.#durationsAt(at + MIN_DURATION),
      shapes: this.#mapList(at + SHAPES, (entry) => this.#shapeAt(entry)),
      callers: this.#countsAt(at + CALLERS, (entry) => this.#callerAt(entry)),
      connections: this.#hashesAt(at + CONNECTIONS),
      sources: this.#countsAt(at + SOURCES, (entry) => this.#firstTextAt(this.#wordAt(entry + KEPT))),
      sampled: this.#mapList(at + SAMPLED, (entry) => this.#sampleAt(entry)),
      lines: this.#linesAt(at),
    };
  }

  #scopeAt(at: number): string {
    const text = this.#firstTextAt(this.#wordAt(at + SCOPE));
    return this.#wordAt(at + GROUP_IS_JSON) === 0 ? text : unescapeJson(text);
  }

  #wordAt(at: number): number {
    return this.#words[at >>> 2] ?? 0;
  }

  #doubleAt(at: number): number {
    return this.#doubles[at >>> 3] ?? 0;
  }

  #spanAt(at: number): FailureGroup['time'] {
    return toTimeSpan(this.#doubleAt(at), this.#doubleAt(at + 8));
  }

  #durationsAt(at: number): FailureGroup['durationMs'] {
    const min = this.#doubleAt(at);
    return Number.isFinite(min) ? { min, max: this.#doubleAt(at + 8) } : null;
  }

  #histogramAt(at: number): TimeHistogram {
    const buckets: number[] = [];
    const requests: number[] = [];
    let bucket = this.#wordAt(at + BUCKETS);
    const end = bucket + this.#wordAt(at + BUCKET_COUNT) * BUCKET_BYTES;
    for (; bucket < end; bucket += BUCKET_BYTES) {
      buckets.push(this.#doubleAt(bucket));
      requests.push(this.#doubleAt(bucket + 8));
    }
    return { widthMs: this.#doubleAt(at), buckets, requests };
  }

  #mapList<T>(list: number, read: (entry: number) => T): T[] {
    const items: T[] = [];
    let entry = this.#wordAt(list + LIST_ENTRIES);
    const end = entry + this.#wordAt(list + LIST_COUNT) * ENTRY_BYTES;
    for (; entry < end; entry += ENTRY_BYTES) items.push(read(entry));
    return items;
  }

  #hashesAt(list: number): CappedHashes {
    const entries = this.#mapList(list, (entry) => ({
      hash: this.#doubleAt(entry),
      requests: this.#doubleAt(entry + VALUE),
    }));
    return { entries, total: this.#doubleAt(list) };
  }

  #countsAt(list: number, spell: (entry: number) => string): CappedCounts {
    const entries = this.#mapList(list, (entry) => ({
      hash: this.#doubleAt(entry),
      key: spell(entry),
      requests: this.#doubleAt(entry + VALUE),
    }));
    return { entries, total: this.#doubleAt(list) };
  }

  #callerAt(entry: number): string {
    const kept = this.#wordAt(entry + KEPT);
    const start = kept + TEXTS;
    const isJson = this.#wordAt(entry + MARK) !== 0;
    this.#record.set(this.#bytes, this.#spans, isJson ? 'json' : 'text');
    return this.#record.decodeKept(start, start + this.#wordAt(kept + FIRST_LENGTH));
  }

  #shapeAt(entry: number): CountedShape {
    const record = this.#recordAt(this.#wordAt(entry + KEPT));
    return {
      hash: this.#doubleAt(entry),
      shape: readShape(record, this.#flagsOf(record)),
      requests: this.#doubleAt(entry + VALUE),
      time: this.#spanAt(entry + VALUE + 8),
    };
  }

  #flagsOf(record: LineView): readonly string[] {
    const text = record.keptTextAt(slot.RESPONSE_FLAGS) ?? '';
    let flags = this.#flags.get(text);
    if (flags === undefined) {
      flags = parseResponseFlags(text);
      this.#flags.set(text, flags);
    }
    return flags;
  }

  #sampleAt(entry: number): SampledRecord {
    const mark = this.#wordAt(entry + MARK);
    const third = this.#doubleAt(entry + VALUE + 16);
    return {
      hash: this.#doubleAt(entry),
      timeMs: orNull(this.#doubleAt(entry + VALUE)),
      durationMs: orNull(this.#doubleAt(entry + VALUE + 8)),
      hasConnection: (mark & HAS_CONNECTION) !== 0,
      idleMs: (mark & IDLE_OPEN) !== 0 ? { connection: third } : (mark & IDLE_KNOWN) !== 0 ? third : null,
    };
  }

  #linesAt(group: number): LineSample[] {
    return Array.from({ length: this.#wordAt(group + LINE_COUNT) }, (_, i) => {
      const at = group + LINES + i * LINE_BYTES;
      const kept = this.#wordAt(at + 12);
      const pod = this.#secondTextAt(kept);
      const line = { input: this.#wordAt(at + 8), line: this.#doubleAt(at), text: this.#firstTextAt(kept) };
      return pod === '' ? line : { ...line, pod };
    });
  }

  #firstTextAt(kept: number): string {
    const from = kept + TEXTS;
    return decodeText(this.#bytes, from, from + this.#wordAt(kept + FIRST_LENGTH));
  }

  #secondTextAt(kept: number): string {
    const from = kept + TEXTS + this.#wordAt(kept + FIRST_LENGTH);
    return decodeText(this.#bytes, from, from + this.#wordAt(kept + SECOND_LENGTH));
  }

  /** The record that is kept at an address, valid until the next is asked for. */
  #recordAt(at: number): LineView {
    const spans = this.#spans;
    for (let field = 0; field < spans.length; field += 2) {
      const half = (at + SPANS + 2 * field) >>> 1;
      const start = this.#halves[half] ?? 0;
      const isMark = start >= LOGGED_ABSENT_START;
      spans[field] = isMark ? (start === LOGGED_ABSENT_START ? LOGGED_ABSENT : NOT_IN_FORMAT) : at + start;
      spans[field + 1] = isMark ? (spans[field] ?? 0) : at + start + (this.#halves[half + 1] ?? 0);
    }
    this.#record.set(this.#bytes, spans, this.#wordAt(at + IS_JSON) === 0 ? 'text' : 'json');
    return this.#record;
  }
}

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
