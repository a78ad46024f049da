import type { ReportFinding, ReportSample, ReportScope } from '../model/report.ts';
import { parseUpstreamCluster } from '../model/upstream-cluster.ts';
import { formatCount } from './wording.ts';

/** The name of an input; standard input as grep calls it. */
export function nameInput(path: string): string {
  return path === '-' ? '(standard input)' : path;
}

/** Where a log line stands, and which pod wrote it where the input says so; `shorten` cuts names. */
export function nameSamplePlace(
  { input, line, pod }: ReportSample,
  shorten: (name: string) => string,
): string {
  const place = `${shorten(nameInput(input))}:${line}`;
  return pod === undefined ? place : `${place}, ${shorten(pod)}`;
}

/** The name to search a log for: cluster, else authority, else local port. */
export function nameScope(scope: ReportScope): string {
  if (scope.upstreamCluster !== null) return scope.upstreamCluster;
  if (scope.authority !== null) return `authority ${scope.authority}`;
  return scope.localPort === null ? 'no cluster, authority or port logged' : `local port ${scope.localPort}`;
}

/** Where requests of a cluster go, in words; names that are not of Istio's making are left as they are. */
function describeCluster(name: string): string {
  const { direction, host, port, subset } = parseUpstreamCluster(name);
  if (direction === 'inbound' || direction === 'inboundVip') {
    return port === null ? `in ${name}` : `to the application's own port ${port}`;
  }
  if (direction !== 'outbound' || host === null) return `to ${name}`;
  return `to ${host}${port === null ? '' : `:${port}`}${subset === null ? '' : ` (subset ${subset})`}`;
}

function describeScope(scope: ReportScope): string {
  if (scope.upstreamCluster !== null) return describeCluster(scope.upstreamCluster);
  if (scope.authority !== null) return `for authority ${scope.authority}`;
  return scope.localPort === null ? '' : `on local port ${scope.localPort}`;
}

/** `to reviews.default.svc.cluster.local:9080 and 2 other places`; empty when nothing is known. */
export function describePlaces(finding: ReportFinding): string {
  const [first, ...others] = finding.scopes;
  if (first === undefined) return '';
  const place = describeScope(first);
  if (place === '' || others.length === 0) return place;
  return `${place} and ${formatCount(others.length)} other ${others.length === 1 ? 'place' : 'places'}`;
}
