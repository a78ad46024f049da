import type { HashState } from '../bytes/hash.ts';
import { TimestampParser } from '../bytes/time.ts';
import type { Aggregate, InputSummary, ProxyLogEvents } from '../model/aggregate.ts';
import { LOGGED_ABSENT, NOT_IN_FORMAT } from '../model/field.ts';
import type { LineParser } from '../model/record-format.ts';
import { hasPort } from './address-span.ts';
import { ConnectionTable } from './connection-table.ts';
import type { RecordPlace } from './failure-counter.ts';
import { FailureCounter, hashConnection } from './failure-counter.ts';
import { hasFailed } from './failure-rule.ts';
import { HopCounter } from './hop-counter.ts';
import type { DetailsKind, FlagSet } from './interned-text.ts';
import { InternedTexts, NO_FLAGS } from './interned-text.ts';
import { LineView } from './line-view.ts';
import type { RecordFilter } from './record-filter.ts';
import { RequestTotals } from './request-totals.ts';
import * as slot from './slots.ts';
import { TrafficCounter } from './traffic-counter.ts';

const NO_DETAILS: DetailsKind = { text: '-', hash: 0 };
const VIA_UPSTREAM_LENGTH = 'via_upstream'.length;
const LETTER_V = 0x76;
const LF = 0x0a;
const UPGRADE_REQUIRED = 426;
/** A TCP reply of at most this size may be a TLS alert instead of data: kept, because `double-tls` may claim it. */
const SHORT_TCP_REPLY_BYTES = 512;
/** End of the year 9999. What lies beyond it, or before 1970, is no start time, and may not fit a date. */
const LATEST_MS = 253_402_300_799_999;

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
  readonly #hops = new HopCounter(this.#state);
  readonly #totals = new RequestTotals();
  readonly #joins: boolean;
  readonly #decode = (from: number, to: number): string => this.#line.decode(from, to);

  /** `joins`: other inputs may hold the other side of requests; lines behind a prefix always may. */
  constructor(filter: RecordFilter, joins = false) {
    this.#filter = filter;
    this.#joins = joins;
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
    const code = line.numberAt(slot.RESPONSE_CODE) ?? 0;
    this.#totals.count(code, timeMs, spans, parser);
    if (this.#isPlainlyHealthy(line, code)) {
      this.#totals.countUnflagged();
      this.#countHealthy(line, code, timeMs, place);
    } else this.#countOther(line, code, timeMs, place);
    return 'counted';
  }

  #timeOf(bytes: Uint8Array, spans: Int32Array): number {
    const start = spans[slot.START_TIME] ?? NOT_IN_FORMAT;
    if (start < 0) return Number.NaN;
    const timeMs = this.#times.parse(bytes, start, spans[slot.START_TIME + 1] ?? start);
    return timeMs >= 0 && timeMs <= LATEST_MS ? timeMs : Number.NaN;
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

  #countHealthy(line: LineView, code: number, timeMs: number, place: RecordPlace): void {
    this.#traffic.count(line, false, timeMs);
    if (this.#mayJoin(line.bytes, place)) this.#hops.addHealthy(line, code, timeMs, place);
    const { bytes, spans } = line;
    const local = spans[slot.UPSTREAM_LOCAL] ?? NOT_IN_FORMAT;
    if (local < 0 || Number.isNaN(timeMs)) return;
    const end = spans[slot.UPSTREAM_LOCAL + 1] ?? local;
    if (!hasPort(bytes, local, end)) return;
    hashConnection(this.#state, bytes, local, end);
    this.#connections.answered(this.#state, timeMs);
  }

  #countOther(line: LineView, code: number, timeMs: number, place: RecordPlace): void {
    const flags = this.#flagsOf(line);
    const hasMethod = (line.spans[slot.METHOD] ?? NOT_IN_FORMAT) >= 0;
    const failed = hasFailed({
      code,
      hasMethod,
      flags: flags.flags,
      details: line.repeatedTextAt(slot.DETAILS) ?? null,
      terminationDetails: line.textAt(slot.TERMINATION_DETAILS) ?? null,
      grpcStatus: line.textAt(slot.GRPC_STATUS) ?? null,
    });
    this.#totals.countFlags(flags.flags);
    if (!failed && !isClaimable(line, code, hasMethod)) {
      this.#countHealthy(line, code, timeMs, place);
      return;
    }
    if (failed) this.#totals.countFailed();
    this.#traffic.count(line, failed, timeMs);
    const details = this.#detailsOf(line);
    const counted = this.#failures.count(
      line,
      { failed, flags, details, code, timeMs, scopeHash: this.#traffic.scopeKey() },
      place,
    );
    if (this.#mayJoin(line.bytes, place))
      this.#hops.addFailing(line, { code, timeMs, failed, ...counted }, place);
  }

  /** Something may stand before the record on its line: the name of the pod that wrote it, and other pods' lines beside it. */
  #mayJoin(bytes: Uint8Array, { start }: RecordPlace): boolean {
    return this.#joins || (start > 0 && (bytes[start - 1] ?? LF) !== LF);
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

  /**
   * The aggregate of what was added; the reader hands in what it knows of the inputs and the proxy's own lines. A part
   * also carries what a part behind it needs to know.
   */
  finish(inputs: readonly InputSummary[], proxyLog: readonly ProxyLogEvents[], isPart: boolean): Aggregate {
    return {
      inputs,
      ...this.#totals.finish(),
      traffic: this.#traffic.finish(),
      groups: this.#failures.finish(),
      hops: this.#hops.finish(),
      connections: isPart ? this.#connections.finish() : { slot: [], hash: [], timeMs: [] },
      proxyLog,
    };
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
