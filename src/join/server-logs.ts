import type { Aggregate, TimeSpan } from '../model/aggregate.ts';
import { NO_TIME } from '../model/aggregate.ts';
import type { Silence } from '../model/join.ts';
import type { Shape } from '../model/shape.ts';
import { listTrafficKeys } from '../model/traffic-key.ts';
import type { HopRecord } from './hop-records.ts';
import type { LogContext } from './logs-by-host.ts';
import { LogsByHost } from './logs-by-host.ts';
import { NamelessLines } from './nameless-lines.ts';

/** A log is taken to cover this much more than the time between its first and its last record. */
const COVERAGE_SLACK_MS = 5000;

/** Which proxies' own logs were read, and for what time: only such a log can be silent about a request. */
export class ServerLogs {
  readonly #spans: ReadonlyMap<string, TimeSpan>;
  readonly #byHost: LogsByHost;
  readonly #nameless: NamelessLines;
  /** By how much clocks may differ, as far as that is known. */
  readonly #slackMs: number;

  constructor(aggregate: Aggregate, context: LogContext) {
    this.#spans = spansByHost(aggregate.hops.servers);
    this.#slackMs = Math.max(COVERAGE_SLACK_MS, ...context.skews.map(({ aheadMs }) => Math.abs(aheadMs)));
    this.#nameless = new NamelessLines(aggregate, context.shapes, this.#slackMs);
    this.#byHost = new LogsByHost(aggregate, context, this.#slackMs);
  }

  /** Set when the log of the proxy at the record's endpoint would show the request, had it arrived. */
  silence({ upstreamHost, downstreamLocalAddress }: Shape, record: HopRecord): Silence | null {
    // What leads in goes to the application, whose address is that of its own proxy.
    if (record.direction === 'inbound' || upstreamHost == null || record.timeMs < 0) return null;
    const host = hostOf(upstreamHost);
    if (
      record.direction !== 'outbound' &&
      downstreamLocalAddress != null &&
      hostOf(downstreamLocalAddress) === host
    )
      return null;
    const span = this.#spans.get(host);
    const isCovered = span !== undefined && this.#covers(span, record);
    const silence = span === undefined ? this.#byHost.silence(record) : isCovered ? 'known' : null;
    const mayBeNameless = silence !== null && downstreamLocalAddress === undefined;
    return mayBeNameless && this.#nameless.comeWith(record) ? null : silence;
  }

  #covers({ first, last }: TimeSpan, { timeMs }: HopRecord): boolean {
    return timeMs >= first - this.#slackMs && timeMs <= last + this.#slackMs;
  }
}

/** Times of the healthy requests per host: a log of failures only covers nothing. */
function spansByHost(servers: Aggregate['hops']['servers']): ReadonlyMap<string, TimeSpan> {
  const spans = new Map<string, TimeSpan>();
  listTrafficKeys(servers).forEach((address, row) => {
    const first = servers.healthyFirst[row] ?? NO_TIME;
    const last = servers.healthyLast[row] ?? NO_TIME;
    if (first === NO_TIME) return;
    const host = hostOf(address);
    const known = spans.get(host);
    spans.set(host, {
      first: Math.min(first, known?.first ?? first),
      last: Math.max(last, known?.last ?? last),
    });
  });
  return spans;
}

function hostOf(address: string): string {
  const colon = address.lastIndexOf(':');
  return colon > address.lastIndexOf(']') ? address.slice(0, colon) : address;
}
