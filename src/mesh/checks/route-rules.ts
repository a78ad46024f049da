import type { MeshPatch } from '../../model/mesh-evidence.ts';
import type { ShapeView } from '../../model/shape-view.ts';
import { asksFor, type Check, type FoundFault, hasFlag, isRouteMissing, noPatch } from '../fault.ts';
import { toPatch } from '../patch.ts';
import { nameOf, placeOf } from '../resource.ts';
import { delegateOf, mayMatch, type PathCondition, type Routes, type Rule } from '../routes.ts';
import { admits, type Server } from '../servers.ts';
import { fitsLimit, isNoLimit, lengthen } from '../time-limit.ts';
import { has, numberAt, type Path, textAt } from '../value.ts';

/** What rules do to requests besides routing them, and requests that none of them takes. */
export const checkRouteRules: Check = ({ routes, servers, resources }) => {
  const services = new Set(
    resources
      .filter(({ kind }) => kind === 'VirtualService')
      .map(({ namespace, name }) => `${namespace}/${name}`),
  );
  const delegates = resources
    .filter(({ kind, body }) => kind === 'VirtualService' && !has(body, 'spec', 'hosts'))
    .map(({ namespace, name }) => `${namespace}/${name}`);
  return routes.flatMap((item) => [
    ...item.rules
      .filter(({ kind }) => kind === 'http')
      .flatMap((rule) => [
        ...injectedFault(item, rule),
        ...limits(item, rule),
        ...missingDelegate(item, rule, services, delegates),
      ]),
    ...unmatchedPath(item, servers),
  ]);
};

/** The line asked for the hosts of the routes, or was sent where they lead. */
function isOf({ hosts, destinations }: Routes, shape: ShapeView): boolean {
  const { clusterHost } = shape;
  return (
    asksFor(shape, hosts) ||
    destinations.some(({ host }) => host === clusterHost) ||
    hosts.includes(clusterHost ?? '')
  );
}

function injectedFault(routes: Routes, { resource, path: root }: Rule): readonly FoundFault[] {
  const { body } = resource;
  const what = has(body, ...root, 'fault', 'abort') ? 'abort' : 'delay';
  const path: Path = [...root, 'fault', what];
  if (!has(body, ...path)) return [];
  const share = textAt(body, ...path, 'percentage', 'value');
  const status = textAt(body, ...path, 'httpStatus') ?? textAt(body, ...path, 'grpcStatus');
  const says = `${what === 'abort' ? `answers ${status ?? 'with a failure'}` : `delays by ${textAt(body, ...path, 'fixedDelay') ?? 'some time'}`} on purpose${share === null ? '' : ` for ${share} % of the requests`}`;
  return [
    {
      diagnosisId: 'fault-injection',
      code: null,
      severity: 'warning',
      says: `${nameOf(resource)} ${says}`,
      places: () => [placeOf(resource, path, says)],
      patch: () => toPatch(resource, 'take the injected fault out', [{ path: [...root, 'fault'] }]),
      fits: (shape) =>
        (hasFlag(shape, 'FI', 'DI') || shape.detailsName === 'fault_filter_abort') && isOf(routes, shape),
    },
  ];
}

/** What Istio sets where a route says nothing. */
const DEFAULT_RETRIES = 2;

/** Settings of a rule that end requests. */
const LIMITS: readonly {
  readonly path: Path;
  readonly diagnosisId: string;
  /** `tries`: requests are sent so often at most. */
  readonly fits: (shape: ShapeView, value: string, tries: number) => boolean;
}[] = [
  ...[['timeout'], ['timeouts', 'request']].map((path) => ({
    path,
    diagnosisId: 'upstream-response-timeout',
    fits: (shape: ShapeView, value: string) =>
      hasFlag(shape, 'UT') && shape.detailsName === 'response_timeout' && fitsLimit(shape.durationMs, value),
  })),
  ...[
    ['retries', 'perTryTimeout'],
    ['timeouts', 'backendRequest'],
  ].map((path) => ({
    path,
    diagnosisId: 'per-try-timeout',
    fits: (shape: ShapeView, value: string, tries: number) =>
      hasFlag(shape, 'UT') &&
      shape.detailsName === 'upstream_per_try_timeout' &&
      fitsLimit(shape.durationMs, value, tries),
  })),
];

function limits(routes: Routes, { resource, path: root }: Rule): readonly FoundFault[] {
  const attempts = numberAt(resource.body, ...root, 'retries', 'attempts');
  const tries = 1 + (attempts ?? DEFAULT_RETRIES);
  return LIMITS.flatMap(({ path, diagnosisId, fits }) => {
    const value = textAt(resource.body, ...root, ...path);
    if (value === null || isNoLimit(value)) return [];
    return [
      {
        diagnosisId,
        code: null,
        severity: null,
        says: `${nameOf(resource)} ends requests after ${value}`,
        places: () => [placeOf(resource, [...root, ...path], `ends requests after ${value}`)],
        patch: () =>
          toPatch(resource, 'give the service more time, if it may take it', [
            { path: [...root, ...path], value: lengthen(value) },
          ]),
        fits: (shape) => fits(shape, value, tries) && isOf(routes, shape),
      },
    ];
  });
}

/** Causes for which nothing is bound to the host. */
const NO_ROUTE_AT_ALL = ['no-route-for-authority', 'gateway-tls-route-on-terminating-port'];

/** A rule hands its requests to a VirtualService that is not there. */
function missingDelegate(
  { hosts }: Routes,
  rule: Rule,
  services: ReadonlySet<string>,
  delegates: readonly string[],
): readonly FoundFault[] {
  const delegate = delegateOf(rule);
  if (delegate === null || services.has(delegate)) return [];
  // Where nothing of the namespace was given, it may well be there.
  const namespace = `${delegate.split('/')[0] ?? ''}/`;
  if (![...services].some((name) => name.startsWith(namespace))) return [];
  const { resource, path } = rule;
  const says = `delegates to the VirtualService ${delegate}, which does not exist`;
  return [
    {
      diagnosisId: 'no-route-for-path',
      insteadOf: NO_ROUTE_AT_ALL,
      code: 'IST0101',
      severity: 'error',
      says: `${nameOf(resource)} ${says}`,
      places: () => [placeOf(resource, [...path, 'delegate', 'name'], says)],
      patch: () => delegateToOnly(rule, delegate, delegates),
      fits: (shape) =>
        isRouteMissing(shape) &&
        asksFor(shape, hosts) &&
        rule.conditions.some((item) => mayMatch(item, shape.path ?? '*')),
    },
  ];
}

/** The only VirtualService of the namespace that is there to be delegated to. */
function delegateToOnly(
  { resource, path }: Rule,
  delegate: string,
  delegates: readonly string[],
): MeshPatch | null {
  const namespace = `${delegate.split('/')[0] ?? ''}/`;
  const [only, ...more] = delegates.filter((name) => name.startsWith(namespace));
  if (only === undefined || more.length > 0) return null;
  return toPatch(resource, `delegate to ${only}`, [
    { path: [...path, 'delegate', 'name'], value: only.slice(namespace.length) },
  ]);
}

/** All rules ask for something, and a request that meets none of them gets 404. */
function unmatchedPath(routes: Routes, servers: readonly Server[]): readonly FoundFault[] {
  const { resource, hosts, gateways } = routes;
  const rules = routes.rules.filter((rule) => rule.kind === 'http' && delegateOf(rule) === null);
  const conditions = rules.flatMap((rule) => rule.conditions);
  const [first] = rules;
  const isBound =
    gateways.includes('mesh') ||
    servers.some((server) => gateways.includes(server.gateway) && admits(server, routes));
  if (first === undefined || !isBound || conditions.some(isCatchAll)) return [];
  const asked = [...new Set(conditions.map(describeCondition))].slice(0, MOST_CONDITIONS).join(', ');
  return [
    {
      diagnosisId: 'no-route-for-path',
      insteadOf: NO_ROUTE_AT_ALL,
      code: null,
      severity: null,
      says: `${nameOf(resource)} routes ${hosts.join(', ')} for ${asked} only, and has no rule for the rest`,
      places: () => [placeOf(resource, first.path, `routes ${asked} only`)],
      patch: noPatch,
      fits: (shape) =>
        isRouteMissing(shape) &&
        shape.layer === 'http' &&
        asksFor(shape, hosts) &&
        !conditions.some((item) => !item.asksMore && mayMatch(item, shape.path ?? '*')),
    },
  ];
}

/** Conditions that a sentence names. */
const MOST_CONDITIONS = 5;

function isCatchAll({ type, value, asksMore }: PathCondition): boolean {
  const isEverything = type === 'any' || (type === 'prefix' && (value === '/' || value === ''));
  return isEverything && !asksMore;
}

function describeCondition({ type, value, asksMore }: PathCondition): string {
  const path = type === 'any' ? 'some requests' : `${value}${type === 'prefix' ? '…' : ''}`;
  return asksMore ? `${path} with more conditions` : path;
}
