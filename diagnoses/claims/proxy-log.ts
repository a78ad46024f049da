import type { TimeSpan } from '../../src/model/aggregate.ts';
import type { GroupFacts } from '../../src/model/group-facts.ts';
import type { ProxyLogKind } from '../../src/model/proxy-log-kind.ts';

type Judge = (g: GroupFacts) => boolean | null;

/** How far apart a line of the proxy and its consequence in the access log may lie. */
const SLACK_MS = 60_000;

function says(
  g: GroupFacts,
  kind: ProxyLogKind,
  fits: (event: TimeSpan, failures: TimeSpan) => boolean,
  events = g.proxyLog,
): boolean | null {
  // A log without such lines may be one of a proxy that prints none.
  return (
    events.some(
      (event) => event.kind === kind && (event.time === null || g.time === null || fits(event.time, g.time)),
    ) || null
  );
}

/** A minute more or less, both happen at the same time. */
function meet(event: TimeSpan, failures: TimeSpan): boolean {
  return event.first <= failures.last + SLACK_MS && failures.first <= event.last + SLACK_MS;
}

/** A proxy in this log reports it while the failures last. */
export const reportedAround =
  (kind: ProxyLogKind): Judge =>
  (g) =>
    says(g, kind, meet);

/** The proxy of the server reports it while the failures last. */
export const reportedByServerAround =
  (kind: ProxyLogKind): Judge =>
  (g) =>
    says(g, kind, meet, g.serverProxyLog);

/** A proxy in this log reports it before the failures end, be it hours before: what it lacks then it lacks until it is mended. */
export const reportedBefore =
  (kind: ProxyLogKind): Judge =>
  (g) =>
    says(g, kind, (event, failures) => event.first <= failures.last + SLACK_MS);
