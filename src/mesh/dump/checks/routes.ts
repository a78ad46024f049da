import type { ShapeView } from '../../../model/shape-view.ts';
import { hasFlag } from '../../fault.ts';
import { fitsLimit, isNoLimit } from '../../time-limit.ts';
import type { Path } from '../../value.ts';
import { type DumpCheck, excludes, proves } from '../dump-check.ts';
import { fieldAt, fieldNumber, fieldText } from '../field.ts';
import { routeConfigsFor } from '../listeners.ts';
import type { DumpItem, ProxyDump } from '../proxy-dump.ts';
import { clustersOf, namesOf, type RoutePart, routesFor, virtualHostFor } from '../virtual-hosts.ts';

/** Virtual hosts that a sentence names. */
const MOST_NAMES = 5;

/** Requests for which the proxy has no route: which part of its configuration is missing. */
export const checkMissingRoutes: DumpCheck = ({ dump, shape }) => {
  const { authority } = shape;
  if (!hasFlag(shape, 'NR') || shape.layer !== 'http' || authority == null) return [];
  const configs = routeConfigsFor(dump, shape);
  const [first] = configs;
  if (first === undefined) return [];
  const hosts = configs.flatMap((config) => virtualHostFor(config, authority) ?? []);
  const [host] = hosts;
  if (host === undefined) {
    const says = `has no virtual host for ${authority}, only ${listNames(namesOf(first, MOST_NAMES + 1))}`;
    return proves(
      'no-route-for-authority',
      `Route configuration ${first.name} of ${dump.owner.name} ${says}`,
      [dump.placeOf(first, ['virtual_hosts'], says)],
      ['no-route-for-path'],
    );
  }
  const routes = hosts.flatMap((item) => routesFor(item, shape.path ?? '*'));
  const name = fieldText(host.value, 'name') ?? authority;
  if (routes.length === 0) {
    const says = `takes ${authority} and has no route for ${shape.path ?? 'this path'}`;
    return proves(
      'no-route-for-path',
      `Virtual host ${name} of ${dump.owner.name} ${says}`,
      [dump.placeOf(host.config, [...host.path, 'routes'], says)],
      ['no-route-for-authority', 'gateway-tls-route-on-terminating-port'],
    );
  }
  const says = `takes ${authority}`;
  return excludes(['no-route-for-authority'], `Virtual host ${name} of ${dump.owner.name} ${says}`, [
    dump.placeOf(host.config, host.path, says),
  ]);
};

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).join(', ');
  return names.length === 0 ? 'none at all' : `${shown}${names.length > MOST_NAMES ? ', …' : ''}`;
}

/** Routes that a request of the line may take in its proxy. */
export function routesOf(dump: ProxyDump, shape: ShapeView): readonly RoutePart[] {
  const { authority } = shape;
  if (authority == null) return [];
  return routeConfigsFor(dump, shape).flatMap((config) => {
    const host = virtualHostFor(config, authority);
    return host === null ? [] : routesFor(host, shape.path ?? '*');
  });
}

/** A route that leads to a cluster which the proxy does not have. */
export const checkMissingClusters: DumpCheck = ({ dump, shape }) => {
  if (!hasFlag(shape, 'NC') || dump.clusters.size === 0) return [];
  const targets = routesOf(dump, shape).flatMap((route) =>
    clustersOf(route).map(([name, path]) => ({ route, name, path })),
  );
  const missing = targets.find(({ name }) => !dump.clusters.has(name));
  if (missing !== undefined) {
    const { route, name, path } = missing;
    return proves(
      'cluster-not-found',
      `A route of ${dump.owner.name} leads to ${name}, and the proxy has no such cluster`,
      [
        dump.placeOf(
          route.config,
          [...route.path, ...path],
          `leads to ${name}, which is no cluster of the proxy`,
        ),
      ],
    );
  }
  const [there] = targets;
  if (there === undefined) return [];
  return excludes(
    ['cluster-not-found'],
    `${dump.owner.name} has the cluster ${there.name} to which its route leads`,
    [
      dump.placeOf(
        there.route.config,
        [...there.route.path, ...there.path],
        `leads to ${there.name}, which is there`,
      ),
    ],
  );
};

/** What Envoy does where a retry policy says nothing. */
const ENVOY_RETRIES = 1;

/** Settings of a route that end requests. */
const LIMITS: readonly {
  readonly path: Path;
  readonly diagnosisId: string;
  readonly fits: (shape: ShapeView) => boolean;
}[] = [
  {
    path: ['route', 'timeout'],
    diagnosisId: 'upstream-response-timeout',
    fits: (shape) => hasFlag(shape, 'UT') && shape.detailsName === 'response_timeout',
  },
  {
    path: ['route', 'retry_policy', 'per_try_timeout'],
    diagnosisId: 'per-try-timeout',
    fits: (shape) => hasFlag(shape, 'UT') && shape.detailsName === 'upstream_per_try_timeout',
  },
  ...['max_stream_duration', 'grpc_timeout_header_max'].map((key) => ({
    path: ['route', 'max_stream_duration', key],
    diagnosisId: 'max-duration-reached',
    fits: (shape: ShapeView) => hasFlag(shape, 'UMSDR', 'DT'),
  })),
  {
    path: ['route', 'idle_timeout'],
    diagnosisId: 'stream-idle-timeout',
    fits: (shape) => hasFlag(shape, 'SI'),
  },
];

/** Timeouts of the route that the request took, as they arrived in the proxy. */
export const checkRouteLimits: DumpCheck = ({ dump, shape }) => {
  const limits = LIMITS.filter(({ fits }) => fits(shape));
  if (limits.length === 0) return [];
  return routesOf(dump, shape).flatMap((route) =>
    limits.flatMap(({ path, diagnosisId }) => {
      const value = fieldText(route.value, ...path);
      const retries = fieldNumber(route.value, 'route', 'retry_policy', 'num_retries') ?? ENVOY_RETRIES;
      const tries = diagnosisId === 'per-try-timeout' ? 1 + retries : 1;
      if (value === null || isNoLimit(value) || !fitsLimit(shape.durationMs, value, tries)) return [];
      const says = `ends requests after ${value} (${path.slice(1).join('.')})`;
      return proves(diagnosisId, `The route of ${dump.owner.name} to ${describe(route)} ${says}`, [
        dump.placeOf(route.config, [...route.path, ...path], says),
      ]);
    }),
  );
};

function describe(route: RoutePart): string {
  return clustersOf(route)[0]?.[0] ?? 'its cluster';
}

/** A fault that a route injects. */
export const checkRouteFaults: DumpCheck = ({ dump, shape }) => {
  if (!hasFlag(shape, 'FI', 'DI')) return [];
  const within: Path = ['typed_per_filter_config', 'envoy.filters.http.fault'];
  return routesOf(dump, shape).flatMap((route) => {
    if (fieldAt(route.value, ...within) === undefined) return [];
    const status = fieldText(route.value, ...within, 'abort', 'http_status');
    const says = status === null ? 'injects a fault' : `answers ${status} on purpose`;
    return proves('fault-injection', `A route of ${dump.owner.name} ${says}`, [
      dump.placeOf(route.config, [...route.path, ...within], says),
    ]);
  });
};

/** The name under which a rejected route configuration serves the line. */
export function servesLine(dump: ProxyDump, shape: ShapeView, name: string): boolean {
  return routeConfigsFor(dump, shape).some((config: DumpItem) => config.name === name);
}
