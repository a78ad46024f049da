import type { ReportScope } from '../model/report.ts';
import type { ShapeView } from '../model/shape-view.ts';
import type { RankedShape } from './rank.ts';

/** Names of one kind that a finding lists. */
const MAX_NAMES = 20;

/** Requests per key, most first. */
export function countBy<T>(
  items: readonly T[],
  keyOf: (item: T) => string | null,
  requestsOf: (item: T) => number,
): readonly [string, number][] {
  const [first, second] = items;
  // Most scopes have a single shape.
  if (first !== undefined && second === undefined) {
    const key = keyOf(first);
    return key === null ? [] : [[key, requestsOf(first)]];
  }
  const counts = new Map<string, number>();
  for (const item of items) {
    const key = keyOf(item);
    if (key !== null) counts.set(key, (counts.get(key) ?? 0) + requestsOf(item));
  }
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}

export function sumRequests(shapes: readonly RankedShape[]): number {
  return shapes.reduce((sum, shape) => sum + shape.requests, 0);
}

export function unique<T>(items: readonly T[]): readonly T[] {
  return [...new Set(items)];
}

/** The shape with the most requests; of equals the first. */
export function mostFrequent(shapes: readonly RankedShape[]): RankedShape {
  const [first, ...others] = shapes;
  if (first === undefined) throw new Error('a finding has no shape');
  return others.reduce((most, shape) => (shape.requests > most.requests ? shape : most), first);
}

/** Addresses that the requests came from, most frequent first. */
export function callersOf(shapes: readonly RankedShape[]): readonly string[] {
  const groups = unique(shapes.map(({ group }) => group));
  const entries = groups.flatMap(({ group }) => group.callers.entries);
  return countBy(
    entries,
    ({ key }) => key,
    ({ requests }) => requests,
  )
    .slice(0, MAX_NAMES)
    .map(([key]) => key);
}

/** The scopes (cluster, else authority, else local port) of a finding, most requests first. */
export function toScopes(id: string, shapes: readonly RankedShape[]): readonly ReportScope[] {
  const byScope = new Map<string, RankedShape[]>();
  for (const shape of shapes) {
    const members = byScope.get(shape.group.group.scope);
    if (members === undefined) byScope.set(shape.group.group.scope, [shape]);
    else members.push(shape);
  }
  return [...byScope]
    .map(([scope, members]) => toScope(`${id}@${scope}`, members))
    .sort((a, b) => b.requests - a.requests || (a.fingerprint < b.fingerprint ? -1 : 1));
}

function toScope(fingerprint: string, shapes: readonly RankedShape[]): ReportScope {
  const counts = (keyOf: (view: ShapeView) => string | null | undefined): readonly [string, number][] =>
    countBy(
      shapes,
      ({ shape }) => keyOf(shape) ?? null,
      (shape) => shape.requests,
    ).slice(0, MAX_NAMES);
  const names = (keyOf: (view: ShapeView) => string | null | undefined): readonly string[] =>
    counts(keyOf).map(([key]) => key);
  const endpoints = counts((view) => view.upstreamHost);
  const { shape } = mostFrequent(shapes);
  return {
    fingerprint,
    requests: sumRequests(shapes),
    upstreamCluster: shape.upstreamCluster ?? null,
    authority: names((view) => view.authority)[0] ?? null,
    localPort: shape.localPort ?? null,
    upstreamHosts: endpoints.map(([key]) => key),
    routes: names((view) => view.routeName),
    paths: names((view) => view.path),
    callers: callersOf(shapes),
    endpoints: endpoints.map(([upstreamHost, requests]) => ({ upstreamHost, requests })),
  };
}
