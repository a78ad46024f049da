import { encodeText, matchesAt } from '../bytes/text.ts';
import { TimestampParser } from '../bytes/time.ts';
import type { Aggregate, InputSummary, ProxyLogEvents } from '../model/aggregate.ts';
import { LOGGED_ABSENT, NOT_IN_FORMAT } from '../model/field.ts';
import type { LineBlock, LinesOrigin } from '../model/line-block.ts';
import { LOCAL_REPLIES } from '../model/local-reply.ts';
import type { LineParser } from '../model/record-format.ts';
import type { RecordPlace } from './failure-counter.ts';
import { FailureCounter } from './failure-counter.ts';
import { hasFailed } from './failure-rule.ts';
import { HopCounter } from './hop-counter.ts';
import { InternedTexts } from './interned-text.ts';
import { LineView } from './line-view.ts';
import type { RecordFilter } from './record-filter.ts';
import { RequestTotals } from './request-totals.ts';
import * as slot from './slots.ts';
import { TrafficKernel } from './traffic-kernel.ts';

const VIA_UPSTREAM = encodeText('via_upstream');
const UPGRADE_REQUIRED = 426;
const FORBIDDEN = 403;
/** A TCP reply of at most this size may be a TLS alert instead of data: kept, because `double-tls` may claim it. */
const SHORT_TCP_REPLY_BYTES = 512;
/** End of the year 9999. What lies beyond it, or before 1970, is no start time, and may not fit a date. */
const LATEST_MS = 253_402_300_799_999;

const NO_CONNECTIONS = {
  slot: new Uint32Array(0),
  hash: new Float64Array(0),
  timeMs: new Float64Array(0),
};

/** What became of a record. */
export type CountedAs = 'counted' | 'outsideWindow' | 'filtered';

/** Folds records into an `Aggregate`. One instance reads one log, or one part of it. */
export class Aggregator {
  readonly #filter: RecordFilter;
  readonly #texts = new InternedTexts();
  readonly #times = new TimestampParser(() => this.#isDayFirst);
  readonly #line = new LineView();
  readonly #kernel: TrafficKernel;
  readonly #failures: FailureCounter;
  readonly #hops: HopCounter;
  readonly #totals = new RequestTotals();
  #joins: boolean;
  #isDayFirst = false;

  /**
   * `kernel` is the module that wasm/kernel.ts compiles to. `joins`: other inputs may hold the other side of requests; lines behind a prefix always may.
   */
  constructor(filter: RecordFilter, kernel: WebAssembly.Module, joins = false) {
    this.#filter = filter;
    this.#joins = joins;
    this.#kernel = new TrafficKernel(kernel);
    this.#failures = new FailureCounter(this.#texts, this.#kernel);
    this.#hops = new HopCounter(this.#kernel);
  }

  /** Start times have the day before the month, where both are numbers. */
  expectDayFirst(): void {
    this.#isDayFirst = true;
  }

  /** What comes from now on may be the other side of requests: an input proved to be several logs. */
  expectOtherSides(): void {
    this.#joins = true;
  }

  /**
   * Counts the lines of a block from `at` on as long as they are plainly healthy; returns the offset of the first line
   * that wants a closer look, or the block's end.
   */
  skim(block: LineBlock, at: number, parser: LineParser, origin: LinesOrigin): number {
    const { sinceMs, untilMs, accepts } = this.#filter;
    if (sinceMs !== null || untilMs !== null || accepts !== null) return at;
    const before = block.skimmed;
    this.#kernel.collectHops(this.#joins || origin.areOfSeveral, origin.input);
    const next = this.#kernel.skim(block, at, parser, origin);
    this.#totals.countSkimmed(block.skimmed - before, parser);
    return next;
  }

  /** Counts one record whose fields lie in `spans` over `bytes`. */
  add(bytes: Uint8Array, spans: Int32Array, parser: LineParser, place: RecordPlace): CountedAs {
    const line = this.#line;
    line.set(bytes, spans, parser.encoding);
    const timeMs = this.#timeOf(bytes, spans, place);
    const { sinceMs, untilMs, accepts } = this.#filter;
    if ((sinceMs !== null && timeMs < sinceMs) || (untilMs !== null && timeMs > untilMs))
      return 'outsideWindow';
    if (accepts !== null && !accepts(line)) return 'filtered';
    this.#kernel.open(line);
    const code = line.numberAt(slot.RESPONSE_CODE) ?? 0;
    this.#totals.count(code, timeMs, spans, parser);
    if (this.#isPlainlyHealthy(line, code)) {
      this.#totals.countUnflagged();
      this.#countHealthy(line, code, timeMs, place);
    } else this.#countOther(line, code, timeMs, place);
    return 'counted';
  }

  /** Writes the spans of the line at `at`, if `skim` just stopped there; false when the line wants another parser. */
  readSpans(block: LineBlock, at: number, spans: Int32Array): boolean {
    return this.#kernel.readSpans(block, at, spans);
  }

  #timeOf(bytes: Uint8Array, spans: Int32Array, { stamp }: RecordPlace): number {
    const start = spans[slot.START_TIME] ?? NOT_IN_FORMAT;
    if (start < 0) return stamp == null ? Number.NaN : this.#timeOfStamp(stamp);
    return toStartTime(this.#times.parse(bytes, start, spans[slot.START_TIME + 1] ?? start));
  }

  /** The stamp of a wrapper; one without a year tells no time. */
  #timeOfStamp(stamp: string): number {
    const bytes = encodeText(stamp);
    return toStartTime(this.#times.parse(bytes, 0, bytes.length));
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
    const end = spans[slot.DETAILS + 1] ?? details;
    return end - details === VIA_UPSTREAM.length && matchesAt(bytes, details, end, VIA_UPSTREAM);
  }

  #countHealthy(line: LineView, code: number, timeMs: number, place: RecordPlace): void {
    this.#kernel.count(false, timeMs);
    this.#kernel.noteAnswer(timeMs);
    if (this.#mayJoin(place)) this.#hops.addHealthy(line, code, timeMs, place);
  }

  #countOther(line: LineView, code: number, timeMs: number, place: RecordPlace): void {
    const keys = this.#kernel.readFailure();
    const flags = this.#texts.flagsOf(line, keys);
    const details = this.#texts.detailsOf(line, keys);
    const hasMethod = (line.spans[slot.METHOD] ?? NOT_IN_FORMAT) >= 0;
    const failed = hasFailed({
      code,
      hasMethod,
      flags: flags.flags,
      details: details.text,
      terminationDetails: line.textAt(slot.TERMINATION_DETAILS) ?? null,
      grpcStatus: line.textAt(slot.GRPC_STATUS) ?? null,
    });
    this.#totals.countFlags(flags.flags);
    if (!failed && !isClaimable(line, code, hasMethod)) {
      this.#countHealthy(line, code, timeMs, place);
      return;
    }
    if (failed) this.#totals.countFailed();
    const scopeKey = this.#kernel.count(failed, timeMs);
    const record = { keys, failed, flags, details, code, timeMs, scopeKey };
    const counted = this.#failures.count(line, record, place);
    // Kept in any case: an application's error may follow on another failing line of the same proxy.
    this.#hops.addFailing(line, { code, timeMs, failed, ...counted }, place);
  }

  /** Something may stand before the record on its line: the name of the pod that wrote it, and other pods' lines beside it. */
  #mayJoin({ isOfSeveral }: RecordPlace): boolean {
    return this.#joins || isOfSeveral;
  }

  /**
   * The aggregate of what was added; the reader hands in what it knows of the inputs and the proxy's own lines. A part
   * also carries what a part behind it needs to know.
   */
  finish(inputs: readonly InputSummary[], proxyLog: readonly ProxyLogEvents[], isPart: boolean): Aggregate {
    return {
      inputs,
      ...this.#totals.finish(this.#kernel.skimmed()),
      traffic: this.#kernel.finishTables(),
      groups: this.#failures.finish(),
      hops: this.#hops.finish(),
      connections: isPart ? this.#kernel.finishConnections() : NO_CONNECTIONS,
      proxyLog,
    };
  }
}

function toStartTime(timeMs: number): number {
  return timeMs >= 0 && timeMs <= LATEST_MS ? timeMs : Number.NaN;
}

/**
 * Records that have not failed by the contract's rule, but that a diagnosis may claim: short TCP replies (double TLS),
 * 426, a 403 of just the length of a proxy's own text and, where details are not logged, replies that no upstream gave.
 */
function isClaimable(line: LineView, code: number, hasMethod: boolean): boolean {
  if (code === UPGRADE_REQUIRED) return true;
  if (code === FORBIDDEN && line.numberAt(slot.BYTES_SENT) === LOCAL_REPLIES.rbacDenied.length) return true;
  if (code >= 400) {
    const saysNothing = (line.spans[slot.DETAILS] ?? NOT_IN_FORMAT) < 0;
    return saysNothing && line.spans[slot.UPSTREAM_HOST] === LOGGED_ABSENT;
  }
  const sent = line.numberAt(slot.BYTES_SENT);
  return code === 0 && !hasMethod && typeof sent === 'number' && sent <= SHORT_TCP_REPLY_BYTES;
}
