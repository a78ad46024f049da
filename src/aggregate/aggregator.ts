import { encodeText, matchesAt } from '../bytes/text.ts';
import { TimestampParser } from '../bytes/time.ts';
import type { InputSummary, ProxyLogEvents } from '../model/aggregate.ts';
import { NOT_IN_FORMAT } from '../model/field.ts';
import type { LineBlock, LinesOrigin } from '../model/line-block.ts';
import type { LineParser } from '../model/record-format.ts';
import type { RecordPlace } from '../model/record-place.ts';
import { AggregateSum } from './aggregate-sum.ts';
import { LineView } from './line-view.ts';
import { Pods } from './pods.ts';
import type { RecordFilter } from './record-filter.ts';
import { RequestTotals } from './request-totals.ts';
import * as slot from './slots.ts';
import { TrafficKernel } from './traffic-kernel.ts';
import { Verdicts } from './verdicts.ts';

const VIA_UPSTREAM = encodeText('via_upstream');
/** End of the year 9999. What lies beyond it, or before 1970, is no start time, and may not fit a date. */
const LATEST_MS = 253_402_300_799_999;

/** What became of a record. */
export type CountedAs = 'counted' | 'outsideWindow' | 'filtered';

/** Folds records into an `Aggregate`. One instance reads one log, or one part of it. */
export class Aggregator {
  readonly #filter: RecordFilter;
  readonly #times = new TimestampParser(() => this.#isDayFirst);
  readonly #line = new LineView();
  readonly #kernel: TrafficKernel;
  readonly #verdicts: Verdicts;
  readonly #totals = new RequestTotals();
  readonly #pods = new Pods();
  #joins: boolean;
  #isDayFirst = false;

  /**
   * `kernel` is the module that wasm/kernel.ts compiles to. `joins`: other inputs may hold the other side of requests; lines
   * behind a prefix always may.
   */
  constructor(filter: RecordFilter, kernel: WebAssembly.Module, joins = false) {
    this.#filter = filter;
    this.#joins = joins;
    this.#kernel = new TrafficKernel(kernel);
    this.#verdicts = new Verdicts(this.#kernel.failures);
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
   * Counts the lines of a block from `at` on as long as they are plainly healthy or of a kind that was met before; returns
   * the offset of the first line that wants a closer look, or the block's end.
   */
  skim(block: LineBlock, at: number, parser: LineParser, origin: LinesOrigin): number {
    const { sinceMs, untilMs, accepts } = this.#filter;
    if (sinceMs !== null || untilMs !== null || accepts !== null) return at;
    const before = block.skimmed;
    this.#kernel.hops.collect(this.#joins || origin.areOfSeveral);
    const next = this.#kernel.skim(block, at, parser, origin);
    this.#totals.countSkimmed(block.skimmed - before, parser);
    if (block.skimmed > before && !origin.areOfSeveral) this.#pods.addLines(null);
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
    this.#pods.add(place);
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
    if (start < 0) return stamp === null ? Number.NaN : this.#timeOfStamp(stamp);
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
    if (this.#mayJoin(place)) this.#kernel.hops.addHealthy(line, code, timeMs, place);
  }

  #countOther(line: LineView, code: number, timeMs: number, place: RecordPlace): void {
    const { number, failed, flags } = this.#verdicts.on(line, code);
    this.#totals.countFlags(flags);
    if (!failed && !this.#kernel.failures.isClaimable(code)) {
      this.#countHealthy(line, code, timeMs, place);
      return;
    }
    if (failed) this.#totals.countFailed();
    const { failures, isAtStop } = this.#kernel;
    failures.count(line, { verdict: number, code, timeMs, isAtStop }, place);
  }

  /** Something may stand before the record on its line: the name of the pod that wrote it, and other pods' lines beside it. */
  #mayJoin({ isOfSeveral }: RecordPlace): boolean {
    return this.#joins || isOfSeveral;
  }

  /** What was found; the reader hands in what it knows of the inputs and the proxy's own lines. */
  finish(inputs: readonly InputSummary[], proxyLog: readonly ProxyLogEvents[]): AggregateSum {
    for (const [{ flags }, lines] of this.#verdicts.skimmed()) this.#totals.countFlags(flags, lines);
    const { onlyPod } = this.#kernel.hops;
    if (onlyPod !== undefined) this.#pods.addLines(onlyPod);
    const counts = {
      inputs,
      // What is to be joined in any case may be the logs of two proxies behind the name of one.
      onlyPod: this.#joins ? null : this.#pods.only,
      ...this.#totals.finish(this.#kernel.skimmed()),
      proxyLog,
    };
    return new AggregateSum(counts, this.#kernel);
  }
}

function toStartTime(timeMs: number): number {
  return timeMs >= 0 && timeMs <= LATEST_MS ? timeMs : Number.NaN;
}
