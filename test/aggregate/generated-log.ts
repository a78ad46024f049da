import fc from 'fast-check';
import type { Event, LayoutName } from './log-lines.ts';
import { at, LAYOUT_NAMES, render, TCP } from './log-lines.ts';
import type { Stretch } from './reading.ts';

const RESET = 'upstream_reset_before_response_started';
const UNROUTED: Event = { upstreamCluster: null, upstreamHost: null, upstreamLocalAddress: null };
const NO_UPSTREAM: Event = { upstreamHost: null, upstreamLocalAddress: null, upstreamServiceTime: null };

/** Ways in which a line can differ from a healthy one; the first ones are no failures. */
const OUTCOMES: readonly Event[] = [
  {},
  {},
  {},
  { responseCode: '404' },
  { responseFlags: 'DI', duration: '1002' },
  { responseFlags: 'RFCF', responseCodeDetails: 'cached_response', ...NO_UPSTREAM },
  { ...TCP, bytesSent: '4096' },
  { ...TCP, bytesSent: '7' },
  { ...TCP, bytesSent: '0', connectionTerminationDetails: 'rbac_access_denied_matched_policy[none]' },
  { responseCode: '500' },
  { responseCode: '101', responseFlags: 'DC', responseCodeDetails: 'downstream_remote_disconnect' },
  {
    responseCode: '503',
    responseFlags: 'UF,URX',
    responseCodeDetails: `${RESET}{remote_connection_failure|delayed_connect_error:_Connection_refused}`,
    upstreamTransportFailureReason: 'delayed_connect_error:_Connection_refused',
    upstreamLocalAddress: null,
    bytesSent: '152',
  },
  {
    responseCode: '503',
    responseFlags: 'UC',
    responseCodeDetails: `${RESET}{connection_termination}`,
    bytesSent: '95',
  },
  { responseCode: '503', responseFlags: 'UH', responseCodeDetails: 'no_healthy_upstream', ...NO_UPSTREAM },
  {
    responseCode: '504',
    responseFlags: 'UT',
    responseCodeDetails: 'response_timeout',
    duration: '15001',
    bytesSent: '24',
  },
  { responseCode: '0', responseFlags: 'DC', responseCodeDetails: 'downstream_remote_disconnect' },
  { responseCode: '404', responseFlags: 'NR', responseCodeDetails: 'route_not_found', ...UNROUTED },
  {
    ...TCP,
    ...UNROUTED,
    responseFlags: 'NR',
    responseCodeDetails: 'filter_chain_not_found',
    bytesSent: '0',
  },
  { responseCode: '403', responseCodeDetails: 'rbac_access_denied_matched_policy[none]', ...NO_UPSTREAM },
  { responseCode: '429', responseFlags: 'RL', responseCodeDetails: 'request_rate_limited', ...NO_UPSTREAM },
  { responseCode: '426', responseCodeDetails: 'low_version', ...NO_UPSTREAM },
  { responseCode: '12345', duration: '9'.repeat(400), bytesSent: '123456' },
  { responseFlags: 'ZZ', startTime: null },
];

/** Not every line of a container's log is a record. */
const OTHER_LINES = [
  '',
  'hello world',
  '2026-11-21T03:00:01.000000Z\tinfo\tEnvoy proxy is ready',
  '2026-11-21T03:00:02.000000Z\twarning\tenvoy config\tgRPC config for type.googleapis.com/envoy.config.listener.v3.Listener rejected',
];

const SERVICES = ['reviews', 'ratings', 'details'] as const;

interface Draft {
  readonly gapMs: number;
  readonly outcome: number;
  readonly service: number;
  readonly endpoint: number;
  readonly connection: number;
  readonly path: number;
  readonly caller: number;
  readonly id: number;
  readonly layout: LayoutName;
}

/** What tools put before the lines of several pods. */
const PREFIXES: readonly (readonly string[])[] = [
  [''],
  [''],
  ['[pod/reviews-v1-545db77b95-2ps7q/istio-proxy] ', '[pod/ratings-v1-87d54dd59-p4c4f/istio-proxy] '],
  ['reviews-v1-545db77b95-2ps7q istio-proxy ', 'ratings-v1-87d54dd59-p4c4f istio-proxy '],
];

const draft: fc.Arbitrary<Draft> = fc.record({
  gapMs: fc.oneof(fc.nat(50), fc.nat(5000), fc.nat(90_000)),
  outcome: fc.nat(OUTCOMES.length - 1),
  service: fc.nat(SERVICES.length - 1),
  endpoint: fc.nat(2),
  connection: fc.nat(5),
  path: fc.nat(4),
  caller: fc.nat(3),
  id: fc.nat(20),
  layout: fc.constantFrom(...LAYOUT_NAMES),
});

function toEvent(d: Draft, timeMs: number): Event {
  const service = SERVICES[d.service] ?? 'reviews';
  const isInbound = d.endpoint === 2 && d.service === 0;
  const base: Event = {
    startTime: at(timeMs),
    path: ['/', '/reviews/17', '/login?next=%2F', '/a"b', '/tökens/0123456789abcdef'][d.path] ?? '/',
    authority: `${service}:9080`,
    upstreamHost: `10.244.${d.service}.${d.endpoint}:9080`,
    upstreamCluster: isInbound ? 'inbound|9080||' : `outbound|9080||${service}.default.svc.cluster.local`,
    upstreamLocalAddress: `10.244.1.10:4100${d.connection}`,
    downstreamLocalAddress: `10.244.${d.service}.${d.endpoint}:9080`,
    downstreamRemoteAddress: `10.244.9.${d.caller}:4100${d.connection}`,
    requestedServerName: d.caller === 0 ? 'reviews.example.com' : null,
    requestId: `00000000-0000-4000-8000-0000000000${10 + d.id}`,
  };
  return { ...base, ...OUTCOMES[d.outcome] };
}

/** Lines of one input: mostly records in one layout or in several, in order of time. */
const inputLines: fc.Arbitrary<readonly string[]> = fc
  .tuple(
    fc.option(fc.constantFrom(...LAYOUT_NAMES), { nil: null }),
    fc.nat(PREFIXES.length - 1),
    fc.array(
      fc.oneof({ weight: 9, arbitrary: draft }, { weight: 1, arbitrary: fc.constantFrom(...OTHER_LINES) }),
      { maxLength: 60, size: 'max' },
    ),
  )
  .map(([layout, tool, drafts]) => {
    const prefixes = PREFIXES[tool] ?? [];
    let timeMs = 0;
    return drafts.map((one, i) => {
      const prefix = prefixes[(i * i) % prefixes.length] ?? '';
      if (typeof one === 'string') return prefix + one;
      timeMs += one.gapMs;
      return prefix + render(toEvent(one, timeMs), layout ?? one.layout);
    });
  });

/** One to three inputs. */
export const generatedLog: fc.Arbitrary<readonly Stretch[]> = fc
  .array(inputLines, { minLength: 1, maxLength: 3 })
  .map((inputs) => inputs.map((lines, i) => ({ path: `${i}.log`, continues: false, lines })));

/** The same log in `places.length + 1` parts, cut in front of the given lines. */
export function cutLog(log: readonly Stretch[], places: readonly number[]): readonly (readonly Stretch[])[] {
  const total = log.reduce((sum, { lines }) => sum + lines.length, 0);
  const cuts = places.map((place) => place % (total + 1)).sort((a, b) => a - b);
  const borders = [0, ...cuts, total];
  const parts = borders.slice(1).map((): Stretch[] => []);
  let before = 0;
  for (const { path, lines } of log) {
    const end = before + lines.length;
    parts.forEach((part, i) => {
      const from = Math.max(before, borders[i] ?? 0);
      const to = Math.min(end, borders[i + 1] ?? total);
      const isEmptyInput =
        lines.length === 0 && from === to && part === parts[lastPartBefore(borders, before)];
      if (from < to || isEmptyInput)
        part.push({ path, continues: from > before, lines: lines.slice(from - before, to - before) });
    });
    before = end;
  }
  return parts;
}

/** The part that reads what stands in front of line `place`. */
function lastPartBefore(borders: readonly number[], place: number): number {
  let part = 0;
  borders.slice(0, -1).forEach((border, i) => {
    if (border <= place) part = i;
  });
  return part;
}
