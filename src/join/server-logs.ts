import type { Aggregate, TimeSpan } from '../model/aggregate.ts';
import { NO_TIME } from '../model/aggregate.ts';
import type { ClockSkew } from '../model/join.ts';
import type { Shape } from '../model/shape.ts';
import { listTrafficKeys } from '../model/traffic-key.ts';
import type { HopRecord } from './hop-records.ts';

/** A log is taken to cover this much more than the time between its first and its last record. */
const COVERAGE_SLACK_MS = 5000;

/** Which proxies' own logs were read, and for what time: only such a log can be silent about a request. */
export class ServerLogs {
  readonly #spans: ReadonlyMap<string, TimeSpan>;
  /** By how much clocks may differ, as far as that is known. */
  readonly #slackMs: number;

  constructor({ hops }: Aggregate, skews: readonly ClockSkew[]) {
    this.#spans = spansByHost(hops.servers);
    this.#slackMs = Math.max(COVERAGE_SLACK_MS, ...skews.map(({ aheadMs }) => Math.abs(aheadMs)));
  }

  /** True when the log of the proxy at the record's endpoint would show the request, had it arrived. */
  cover({ upstreamHost, downstreamLocalAddress }: Shape, { timeMs, direction }: HopRecord): boolean {
    // What leads in goes to the application, whose address is that of its own proxy.
    if (direction === 'inbound' || upstreamHost == null || timeMs < 0) return false;
    const host = hostOf(upstreamHost);
    if (direction !== 'outbound' && downstreamLocalAddress != null && hostOf(downstreamLocalAddress) === host)
      return false;
    const span = this.#spans.get(host);
    return span !== undefined && timeMs >= span.first - this.#slackMs && timeMs <= span.last + this.#slackMs;
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
