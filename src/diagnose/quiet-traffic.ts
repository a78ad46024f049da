import type { Aggregate, FailureGroup, TimeSpan, TrafficTable } from '../model/aggregate.ts';
import { NO_TIME } from '../model/aggregate.ts';
import type { ClusterTraffic, QuietFacts } from '../model/group-facts.ts';
import { EMPTY_SHAPE } from '../model/shape.ts';
import { listTrafficKeys } from '../model/traffic-key.ts';
import { parseUpstreamCluster } from '../model/upstream-cluster.ts';
import { toShapeView } from './logged-shape.ts';
import type { GroupView } from './traffic-index.ts';

/** What the traffic tables say of one outbound cluster. */
interface OutboundCluster extends ClusterTraffic, Omit<QuietFacts, 'siblings'> {
  readonly name: string;
  /** Subsets of one service share this. */
  readonly service: string;
  readonly time: TimeSpan | null;
  /** Its lines name a path; TCP lines name none. */
  readonly isHttp: boolean;
}

/** A group of requests that succeed, made from the counts of a cluster: nothing else is kept of them. */
export interface QuietGroup {
  readonly view: GroupView;
  readonly facts: QuietFacts;
}

/** One group per outbound cluster that answers. Faults that fail no request are looked for in these. */
export function toQuietGroups(aggregate: Aggregate): readonly QuietGroup[] {
  const clusters = outboundClusters(aggregate);
  const families = new Map<string, OutboundCluster[]>();
  for (const cluster of clusters) {
    const family = families.get(cluster.service);
    if (family === undefined) families.set(cluster.service, [cluster]);
    else family.push(cluster);
  }
  return clusters
    .filter(({ healthy }) => healthy > 0)
    .map((cluster) => ({
      view: toView(cluster),
      facts: toFacts(cluster, families.get(cluster.service) ?? []),
    }));
}

function toFacts(
  { endpoints, servesHttp, ...cluster }: OutboundCluster,
  family: readonly OutboundCluster[],
): QuietFacts {
  const siblings = family.filter(({ name }) => name !== cluster.name);
  return { endpoints, servesHttp, siblings: siblings.map(({ subset, healthy }) => ({ subset, healthy })) };
}

function outboundClusters({ traffic: { scopes, paths, endpoints } }: Aggregate): readonly OutboundCluster[] {
  const withPaths = new Set(paths.scopeNames);
  const endpointsOf = keysByScope(endpoints);
  const httpEndpoints = new Set([...withPaths].flatMap((scope) => endpointsOf.get(scope) ?? []));
  return listTrafficKeys(scopes).flatMap((name, row) => {
    const { direction, host, port, subset } = parseUpstreamCluster(name);
    if (direction !== 'outbound' || host === null) return [];
    const reached = endpointsOf.get(name) ?? [];
    const first = scopes.healthyFirst[row] ?? NO_TIME;
    return {
      name,
      service: `${port ?? ''} ${host}`,
      subset,
      healthy: scopes.healthy[row] ?? 0,
      endpoints: reached.length,
      servesHttp: reached.some((endpoint) => httpEndpoints.has(endpoint)),
      isHttp: withPaths.has(name),
      time: first === NO_TIME ? null : { first, last: scopes.healthyLast[row] ?? first },
    };
  });
}

function keysByScope(table: TrafficTable): ReadonlyMap<string, readonly string[]> {
  const { scope, scopeNames } = table;
  const keys = scopeNames.map((): string[] => []);
  listTrafficKeys(table).forEach((text, row) => {
    keys[scope[row] ?? 0]?.push(text);
  });
  return new Map(scopeNames.map((name, place) => [name, keys[place] ?? []]));
}

function toView(cluster: OutboundCluster): GroupView {
  const { name, healthy: requests, time, isHttp } = cluster;
  const shape = { ...EMPTY_SHAPE, upstreamCluster: name };
  const group: FailureGroup = {
    hash: 0,
    scope: name,
    routed: true,
    failed: false,
    requests,
    time,
    histogram: { widthMs: 1, buckets: [], requests: [] },
    durationMs: null,
    shapes: [{ hash: 0, shape, requests, time }],
    callers: { entries: [], total: 0 },
    connections: { entries: [], total: 0 },
    sources: { entries: [], total: 0 },
    sampled: [],
    lines: [],
  };
  const view = { ...toShapeView(shape), layer: isHttp ? 'http' : 'tcp' } as const;
  return {
    group,
    views: [view],
    addresses: new Set(),
    requests,
    failed: false,
    time,
    shape: view,
    shapes: group.shapes,
  };
}
