import type { HashState } from '../bytes/hash.ts';
import { isDigit } from '../bytes/number.ts';
import { TimestampParser } from '../bytes/time.ts';
import type { Aggregate, InputSummary, ProxyLogEvents } from '../model/aggregate.ts';
import type { Field } from '../model/field.ts';
import { FIELDS, LOGGED_ABSENT, NOT_IN_FORMAT } from '../model/field.ts';
import type { LineParser } from '../model/record-format.ts';
import { ConnectionTable } from './connection-table.ts';
import type { RecordPlace } from './failure-counter.ts';
import { FailureCounter, hashConnection } from './failure-counter.ts';
import { hasFailed } from './failure-rule.ts';
import type { DetailsKind, FlagSet } from './interned-text.ts';
import { InternedTexts, NO_FLAGS } from './interned-text.ts';
import { LineView } from './line-view.ts';
import type { RecordFilter } from './record-filter.ts';
import * as slot from './slots.ts';
import { toTimeSpan } from './time-histogram.ts';
import { TrafficCounter } from './traffic-counter.ts';

/** Codes from here on are counted in a map: an upstream's nonsense status comes through. */
const MAX_CODE = 1000;
const MAX_ODD_CODES = 256;
const NO_DETAILS: DetailsKind = { text: '-', hash: 0 };
const VIA_UPSTREAM_LENGTH = 'via_upstream'.length;
const LETTER_V = 0x76;
const UPGRADE_REQUIRED = 426;
/** A TCP reply of at most this size may be a TLS alert instead of data: kept, because `double-tls` may claim it. */
const SHORT_TCP_REPLY_BYTES = 512;

export type CountedAs = 'counted' | 'outsideWindow' | 'filtered';

/** Folds records into an `Aggregate`. One instance reads one log, or one part of it. */
export class Aggregator {
  readonly #filter: RecordFilter;
  readonly #state: HashState = { a: 0, b: 0 };
  readonly #texts = new InternedTexts();
  readonly #times = new TimestampParser();
  readonly #line = new LineView();
  readonly #connections = new ConnectionTable();
  readonly #traffic = new TrafficCounter(this.#state);
  readonly #failures = new FailureCounter(this.#state, this.#connections);
  readonly #codes = new Float64Array(MAX_CODE);
  readonly #oddCodes = new Map<string, number>();
  readonly #flagCounts = new Map<string, number>();
  readonly #coverage = new Float64Array(FIELDS.length);
  readonly #decode = (from: number, to: number): string => this.#line.decode(from, to);
  #parser: LineParser | null = null;
  #parserRecords = 0;
  #total = 0;
  #failed = 0;
  #withoutTime = 0;
  #unflagged = 0;
  #first = Number.POSITIVE_INFINITY;
  #last = Number.NEGATIVE_INFINITY;

  constructor(filter: RecordFilter) {
    this.#filter = filter;
  }

  /** Counts one record whose fields lie in `spans` over `bytes`. */
  add(bytes: Uint8Array, spans: Int32Array, parser: LineParser, place: RecordPlace): CountedAs {
    const line = this.#line;
    line.set(bytes, spans, parser.encoding);
    const timeMs = this.#timeOf(bytes, spans);
    const { sinceMs, untilMs, accepts } = this.#filter;
    if ((sinceMs !== null && timeMs < sinceMs) || (untilMs !== null && timeMs > untilMs))
      return 'outsideWindow';
    if (accepts !== null && !accepts(line)) return 'filtered';
    this.#total++;
    this.#countTime(timeMs);
    this.#countCoverage(spans, parser);
    const code = line.numberAt(slot.RESPONSE_CODE) ?? 0;
    this.#countCode(code);
    if (this.#isPlainlyHealthy(line, code)) this.#countHealthy(line, timeMs);
    else this.#countOther(line, code, timeMs, place);
    return 'counted';
  }

  /** A parser that knows its fields is counted once per record; else the record says which it has. */
  #countCoverage(spans: Int32Array, parser: LineParser): void {
    if (parser.fields.size > 0) {
      if (parser !== this.#parser) this.#settleCoverage(parser);
      this.#parserRecords++;
      return;
    }
    for (let i = 0; i < FIELDS.length; i++) {
      if (spans[2 * i] !== NOT_IN_FORMAT) this.#coverage[i] = (this.#coverage[i] ?? 0) + 1;
    }
  }

  #settleCoverage(next: LineParser | null): void {
    for (const field of this.#parser?.fields ?? []) {
      const i = FIELDS.indexOf(field);
      this.#coverage[i] = (this.#coverage[i] ?? 0) + this.#parserRecords;
    }
    this.#parser = next;
    this.#parserRecords = 0;
  }

  #timeOf(bytes: Uint8Array, spans: Int32Array): number {
    const start = spans[slot.START_TIME] ?? NOT_IN_FORMAT;
    return start < 0 ? Number.NaN : this.#times.parse(bytes, start, spans[slot.START_TIME + 1] ?? start);
  }

  #countTime(timeMs: number): void {
    if (Number.isNaN(timeMs)) this.#withoutTime++;
    if (timeMs < this.#first) this.#first = timeMs;
    if (timeMs > this.#last) this.#last = timeMs;
  }

  #countCode(code: number): void {
    if (code < MAX_CODE) {
      this.#codes[code] = (this.#codes[code] ?? 0) + 1;
      return;
    }
    const key =
      this.#oddCodes.has(String(code)) || this.#oddCodes.size < MAX_ODD_CODES ? String(code) : 'other';
    this.#oddCodes.set(key, (this.#oddCodes.get(key) ?? 0) + 1);
  }

  /** The quick way for nearly every line: no flag, a good code, nothing but `via_upstream` to say. */
  #isPlainlyHealthy(line: LineView, code: number): boolean {
    const { bytes, spans } = line;
    if (code < 100 || code >= 400 || (spans[slot.RESPONSE_FLAGS] ?? NOT_IN_FORMAT) >= 0) return false;
    if (
      (spans[slot.TERMINATION_DETAILS] ?? NOT_IN_FORMAT) >= 0 ||
      (spans[slot.GRPC_STATUS] ?? NOT_IN_FORMAT) >= 0
    )
      return false;
    const details = spans[slot.DETAILS] ?? NOT_IN_FORMAT;
    if (details < 0) return true;
    return (
      bytes[details] === LETTER_V && (spans[slot.DETAILS + 1] ?? details) - details === VIA_UPSTREAM_LENGTH
    );
  }

  #countHealthy(line: LineView, timeMs: number): void {
    this.#unflagged++;
    this.#traffic.count(line, false, timeMs);
    const local = line.spans[slot.UPSTREAM_LOCAL] ?? NOT_IN_FORMAT;
    if (local < 0 || Number.isNaN(timeMs)) return;
    const end = line.spans[slot.UPSTREAM_LOCAL + 1] ?? local;
    // Envoy's internal addresses carry no port: they name no connection.
    if (isDigit(line.bytes[end - 1]))
      this.#connections.answered(hashConnection(this.#state, line.bytes, local, end), timeMs);
  }

  #countOther(line: LineView, code: number, timeMs: number, place: RecordPlace): void {
    const flags = this.#flagsOf(line);
    const hasMethod = (line.spans[slot.METHOD] ?? NOT_IN_FORMAT) >= 0;
    const failed = hasFailed({
      code,
      hasMethod,
      flags: flags.flags,
      details: line.textAt(slot.DETAILS) ?? null,
      terminationDetails: line.textAt(slot.TERMINATION_DETAILS) ?? null,
      grpcStatus: line.textAt(slot.GRPC_STATUS) ?? null,
    });
    this.#countFlags(flags);
    if (!failed && !isClaimable(line, code, hasMethod)) {
      this.#traffic.count(line, false, timeMs);
      return;
    }
    if (failed) this.#failed++;
    this.#traffic.count(line, failed, timeMs);
    const details = this.#detailsOf(line);
    this.#failures.count(
      line,
      { failed, flags, details, code, timeMs, scopeHash: this.#traffic.scopeHash },
      place,
    );
  }

  #flagsOf(line: LineView): FlagSet {
    const start = line.spans[slot.RESPONSE_FLAGS] ?? NOT_IN_FORMAT;
    if (start < 0) return NO_FLAGS;
    return this.#texts.flagSet(line.bytes, start, line.spans[slot.RESPONSE_FLAGS + 1] ?? start, this.#decode);
  }

  #detailsOf(line: LineView): DetailsKind {
    const start = line.spans[slot.DETAILS] ?? NOT_IN_FORMAT;
    if (start < 0) return NO_DETAILS;
    return this.#texts.detailsKind(line.bytes, start, line.spans[slot.DETAILS + 1] ?? start, this.#decode);
  }

  #countFlags(set: FlagSet): void {
    if (set.flags.length === 0) this.#unflagged++;
    for (const flag of set.flags) this.#flagCounts.set(flag, (this.#flagCounts.get(flag) ?? 0) + 1);
  }

  /**
   * The aggregate of what was added; the reader hands in what it knows of the inputs and the proxy's own lines. A part
   * also carries what a part behind it needs to know.
   */
  finish(inputs: readonly InputSummary[], proxyLog: readonly ProxyLogEvents[], isPart: boolean): Aggregate {
    this.#settleCoverage(null);
    const byFlag = [...this.#flagCounts];
    if (this.#unflagged > 0) byFlag.push(['-', this.#unflagged]);
    byFlag.sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      inputs,
      coverage: this.#coverageByField(),
      time: toTimeSpan(this.#first, this.#last),
      requests: {
        total: this.#total,
        failed: this.#failed,
        withoutTime: this.#withoutTime,
        byResponseCode: Object.fromEntries([...this.#plainCodes(), ...this.#oddCodes]),
        byResponseFlag: Object.fromEntries(byFlag),
      },
      traffic: this.#traffic.finish(),
      groups: this.#failures.finish(),
      connections: isPart ? this.#connections.finish() : { slot: [], hash: [], timeMs: [] },
      proxyLog,
    };
  }

  #plainCodes(): [string, number][] {
    return [...this.#codes]
      .map((count, code): [string, number] => [String(code), count])
      .filter(([, count]) => count > 0);
  }

  #coverageByField(): Partial<Record<Field, number>> {
    const coverage: Partial<Record<Field, number>> = {};
    FIELDS.forEach((field, i) => {
      const records = this.#coverage[i] ?? 0;
      if (records > 0) coverage[field] = records;
    });
    return coverage;
  }
}

/**
 * Records that have not failed by the contract's rule, but that a diagnosis may claim: short TCP replies (double TLS),
 * 426 and, where details are not logged, replies that no upstream gave.
 */
function isClaimable(line: LineView, code: number, hasMethod: boolean): boolean {
  if (code === UPGRADE_REQUIRED) return true;
  if (code >= 400) {
    const saysNothing = (line.spans[slot.DETAILS] ?? NOT_IN_FORMAT) < 0;
    return saysNothing && line.spans[slot.UPSTREAM_HOST] === LOGGED_ABSENT;
  }
  const sent = line.numberAt(slot.BYTES_SENT);
  return code === 0 && !hasMethod && typeof sent === 'number' && sent <= SHORT_TCP_REPLY_BYTES;
}
