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
import { toTimeSpan } from '../model/time-span.ts';
import { LineView } from './line-view.ts';
import { readShape } from './shape-reader.ts';
import * as slot from './slots.ts';
import * as layout from './wasm/failure-layout.ts';

/** The groups of failing records that a kernel packed, in order of hash. */
export function readFailures(failures: AggregatePart['failures']): readonly FailureGroup[] {
  const { buffer } = failures;
  const tables = new FailureTables(buffer);
  const [count] = new Uint32Array(buffer, 0, 1);
  const places = new Uint32Array(buffer, layout.IMAGE_GROUPS, count);
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
      hash: this.#doubleAt(at + layout.GROUP_KEY),
      scope: this.#scopeAt(at),
      routed: this.#wordAt(at + layout.GROUP_IS_ROUTED) !== 0,
      failed: this.#wordAt(at + layout.GROUP_FAILED) !== 0,
      requests: this.#doubleAt(at + layout.GROUP_REQUESTS),
      time: this.#spanAt(at + layout.GROUP_FIRST),
      histogram: this.#histogramAt(at + layout.GROUP_HISTOGRAM),
      durationMs: this.#durationsAt(at + layout.GROUP_MIN_DURATION),
      shapes: this.#mapList(at + layout.GROUP_SHAPES, (entry) => this.#shapeAt(entry)),
      callers: this.#countsAt(at + layout.GROUP_CALLERS, (entry) => this.#callerAt(entry)),
      connections: this.#hashesAt(at + layout.GROUP_CONNECTIONS),
      sources: this.#countsAt(at + layout.GROUP_SOURCES, (entry) =>
        this.#firstTextAt(this.#wordAt(entry + layout.ENTRY_KEPT)),
      ),
      sampled: this.#mapList(at + layout.GROUP_SAMPLED, (entry) => this.#sampleAt(entry)),
      lines: this.#linesAt(at),
    };
  }

  #scopeAt(at: number): string {
    const text = this.#firstTextAt(this.#wordAt(at + layout.GROUP_SCOPE));
    return this.#wordAt(at + layout.GROUP_IS_JSON) === 0 ? text : unescapeJson(text);
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
    let bucket = this.#wordAt(at + layout.HISTOGRAM_BUCKETS);
    const end = bucket + this.#wordAt(at + layout.HISTOGRAM_COUNT) * layout.BUCKET_BYTES;
    for (; bucket < end; bucket += layout.BUCKET_BYTES) {
      buckets.push(this.#doubleAt(bucket + layout.BUCKET_NUMBER));
      requests.push(this.#doubleAt(bucket + layout.BUCKET_REQUESTS));
    }
    return { widthMs: this.#doubleAt(at + layout.HISTOGRAM_WIDTH), buckets, requests };
  }

  #mapList<T>(list: number, read: (entry: number) => T): T[] {
    const items: T[] = [];
    let entry = this.#wordAt(list + layout.LIST_ENTRIES);
    const end = entry + this.#wordAt(list + layout.LIST_COUNT) * layout.ENTRY_BYTES;
    for (; entry < end; entry += layout.ENTRY_BYTES) items.push(read(entry));
    return items;
  }

  #hashesAt(list: number): CappedHashes {
    const entries = this.#mapList(list, (entry) => ({
      hash: this.#doubleAt(entry + layout.ENTRY_KEY),
      requests: this.#doubleAt(entry + layout.ENTRY_REQUESTS),
    }));
    return { entries, total: this.#doubleAt(list + layout.LIST_TOTAL) };
  }

  #countsAt(list: number, spell: (entry: number) => string): CappedCounts {
    const entries = this.#mapList(list, (entry) => ({
      hash: this.#doubleAt(entry + layout.ENTRY_KEY),
      key: spell(entry),
      requests: this.#doubleAt(entry + layout.ENTRY_REQUESTS),
    }));
    return { entries, total: this.#doubleAt(list + layout.LIST_TOTAL) };
  }

  #callerAt(entry: number): string {
    const kept = this.#wordAt(entry + layout.ENTRY_KEPT);
    const start = kept + layout.TEXTS_BEGIN;
    const isJson = this.#wordAt(entry + layout.ENTRY_MARK) !== 0;
    this.#record.set(this.#bytes, this.#spans, isJson ? 'json' : 'text');
    return this.#record.decodeKept(start, start + this.#wordAt(kept + layout.TEXTS_FIRST_LENGTH));
  }

  #shapeAt(entry: number): CountedShape {
    const record = this.#recordAt(this.#wordAt(entry + layout.ENTRY_KEPT));
    return {
      hash: this.#doubleAt(entry + layout.ENTRY_KEY),
      shape: readShape(record, this.#flagsOf(record)),
      requests: this.#doubleAt(entry + layout.ENTRY_REQUESTS),
      time: this.#spanAt(entry + layout.ENTRY_FIRST),
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
    const mark = this.#wordAt(entry + layout.ENTRY_MARK);
    return {
      hash: this.#doubleAt(entry + layout.ENTRY_KEY),
      timeMs: orNull(this.#doubleAt(entry + layout.SAMPLE_TIME)),
      durationMs: orNull(this.#doubleAt(entry + layout.SAMPLE_DURATION)),
      hasConnection: (mark & layout.HAS_CONNECTION) !== 0,
      idleMs: this.#idleAt(entry, mark),
    };
  }

  #idleAt(entry: number, mark: number): SampledRecord['idleMs'] {
    const idle = this.#doubleAt(entry + layout.SAMPLE_IDLE);
    if ((mark & layout.IDLE_OPEN) !== 0) return { connection: idle };
    return (mark & layout.IDLE_KNOWN) !== 0 ? idle : null;
  }

  #linesAt(group: number): LineSample[] {
    return Array.from({ length: this.#wordAt(group + layout.GROUP_LINE_COUNT) }, (_, i) => {
      const at = group + layout.GROUP_LINES + i * layout.LINE_BYTES;
      const kept = this.#wordAt(at + layout.LINE_TEXTS);
      const pod = this.#secondTextAt(kept);
      const line = {
        input: this.#wordAt(at + layout.LINE_INPUT),
        line: this.#doubleAt(at + layout.LINE_NUMBER),
        text: this.#firstTextAt(kept),
      };
      return pod === '' ? line : { ...line, pod };
    });
  }

  #firstTextAt(kept: number): string {
    const from = kept + layout.TEXTS_BEGIN;
    return decodeText(this.#bytes, from, from + this.#wordAt(kept + layout.TEXTS_FIRST_LENGTH));
  }

  #secondTextAt(kept: number): string {
    const from = kept + layout.TEXTS_BEGIN + this.#wordAt(kept + layout.TEXTS_FIRST_LENGTH);
    return decodeText(this.#bytes, from, from + this.#wordAt(kept + layout.TEXTS_SECOND_LENGTH));
  }

  /** The record that is kept at an address, valid until the next is asked for. */
  #recordAt(at: number): LineView {
    const spans = this.#spans;
    for (let field = 0; field < spans.length; field += 2) {
      const half = (at + layout.RECORD_SPANS + 2 * field) >>> 1;
      const start = toStart(this.#halves[half] ?? 0, at);
      spans[field] = start;
      spans[field + 1] = start < 0 ? start : start + (this.#halves[half + 1] ?? 0);
    }
    this.#record.set(this.#bytes, spans, this.#wordAt(at + layout.RECORD_IS_JSON) === 0 ? 'text' : 'json');
    return this.#record;
  }
}

/** Where a text of the record at a place begins, or the mark that stands for none. */
function toStart(start: number, record: number): number {
  if (start === layout.RECORD_NOT_IN_FORMAT) return NOT_IN_FORMAT;
  return start === layout.RECORD_LOGGED_ABSENT ? LOGGED_ABSENT : record + start;
}

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
