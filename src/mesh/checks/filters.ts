import type { ShapeView } from '../../model/shape-view.ts';
import { type Check, type FitContext, type FoundFault, hasFlag, noPatch } from '../fault.ts';
import type { Mesh } from '../mesh.ts';
import { toPatch } from '../patch.ts';
import { nameOf, placeOf, type Resource } from '../resource.ts';
import { at, has, listAt, numberAt, type Path, textAt, type Value } from '../value.ts';
import { governs } from '../workload.ts';

/** EnvoyFilters: filters that refuse requests, and those that never come into the chain. */
export const checkFilters: Check = (mesh) => {
  const patches = mesh.istio('EnvoyFilter').flatMap(toPatches);
  const inOrder = [...patches].sort((a, b) => compareOrder(mesh, a, b));
  return [
    ...patches.flatMap((item) => refusing(mesh, item)),
    ...inOrder.flatMap((item, i) => outOfOrder(item, inOrder.slice(i + 1), inOrder.slice(0, i))),
  ];
};

/** One change of an EnvoyFilter. */
interface FilterPatch {
  readonly resource: Resource;
  readonly path: Path;
  readonly applyTo: string;
  readonly operation: string;
  /** Filter beside which it stands, or which it changes. */
  readonly anchor: string | null;
  /** Filter that it puts into the chain. */
  readonly adds: string | null;
  readonly value: Value;
}

const RELATIVE: ReadonlySet<string> = new Set([
  'INSERT_BEFORE',
  'INSERT_AFTER',
  'MERGE',
  'REPLACE',
  'REMOVE',
]);
const ADDING: ReadonlySet<string> = new Set([
  'INSERT_BEFORE',
  'INSERT_AFTER',
  'INSERT_FIRST',
  'ADD',
  'REPLACE',
]);

function toPatches(resource: Resource): readonly FilterPatch[] {
  return listAt(resource.body, 'spec', 'configPatches').map((item, i) => {
    const chain: Path = ['match', 'listener', 'filterChain', 'filter'];
    const operation = textAt(item, 'patch', 'operation') ?? '';
    const applyTo = textAt(item, 'applyTo') ?? '';
    const name = textAt(item, 'patch', 'value', 'name');
    return {
      resource,
      path: ['spec', 'configPatches', i],
      applyTo,
      operation,
      anchor:
        textAt(item, ...chain, 'subFilter', 'name') ??
        (applyTo === 'HTTP_FILTER' ? null : textAt(item, ...chain, 'name')),
      adds: ADDING.has(operation) ? name : null,
      value: at(item, ['patch', 'value']),
    };
  });
}

/** Root namespace first, then by priority, age and name: the order in which Istio applies them. */
function compareOrder(mesh: Mesh, { resource: a }: FilterPatch, { resource: b }: FilterPatch): number {
  const root = mesh.wide.rootNamespace;
  const keyOf = ({ namespace, name }: Resource): string => `${name}.${namespace}`;
  const age = (resource: Resource): string => textAt(resource.body, 'metadata', 'creationTimestamp') ?? '';
  return (
    Number(b.namespace === root) - Number(a.namespace === root) ||
    priorityOf(a) - priorityOf(b) ||
    compareText(age(a), age(b)) ||
    compareText(keyOf(a), keyOf(b))
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function priorityOf({ body }: Resource): number {
  return Number(textAt(body, 'spec', 'priority') ?? 0);
}

/** A filter that stands beside one which comes into the chain only later. */
function outOfOrder(
  item: FilterPatch,
  later: readonly FilterPatch[],
  earlier: readonly FilterPatch[],
): readonly FoundFault[] {
  const { resource, anchor, operation, applyTo, path } = item;
  if (anchor === null || !RELATIVE.has(operation)) return [];
  const addsIt = (other: FilterPatch): boolean => other.adds === anchor && other.applyTo === applyTo;
  const target = later.find(addsIt);
  if (target === undefined || target.resource === resource || earlier.some(addsIt)) return [];
  const hasPriority = has(resource.body, 'spec', 'priority');
  return [
    {
      diagnosisId: 'envoyfilter-order',
      code: hasPriority ? null : 'IST0151',
      severity: 'warning',
      says: `${nameOf(resource)} uses ${operation} with ${anchor}, which ${nameOf(target.resource)} adds only afterwards: it is left out without a word`,
      places: () => [
        placeOf(
          resource,
          [...path, 'patch', 'operation'],
          `uses ${operation} with ${anchor} (priority ${priorityOf(resource)})`,
        ),
        placeOf(
          target.resource,
          [...target.path, 'patch', 'value', 'name'],
          `adds ${anchor} (priority ${priorityOf(target.resource)})`,
        ),
      ],
      patch: () =>
        resource.namespace === target.resource.namespace
          ? toPatch(resource, `apply it after ${nameOf(target.resource)}`, [
              { path: ['spec', 'priority'], value: priorityOf(target.resource) + 10 },
            ])
          : null,
      fits: (shape) => shape.layer === 'http' && shape.responseFlags.length === 0,
    },
  ];
}

/** Filters that refuse requests, by what they are called, and the details that they leave. */
export const REFUSING: readonly {
  readonly name: RegExp;
  readonly what: string;
  readonly diagnosisId: string;
  readonly fits: (shape: ShapeView) => boolean;
}[] = [
  {
    name: /local_?ratelimit/i,
    what: 'limits the rate in the proxy itself',
    diagnosisId: 'rate-limited',
    fits: ({ detailsName }) => detailsName === 'local_rate_limited',
  },
  {
    name: /filters\.(?:http|network)\.ratelimit/,
    what: 'asks a rate limit service',
    diagnosisId: 'rate-limited',
    fits: (shape) => shape.detailsName === 'request_rate_limited',
  },
  {
    name: /filters\.(?:http|network)\.ratelimit/,
    what: 'asks a rate limit service',
    diagnosisId: 'rate-limit-service-error',
    fits: (shape) => hasFlag(shape, 'RLSE') || shape.detailsName === 'rate_limiter_error',
  },
  {
    name: /ext_authz/,
    what: 'asks an authorization service',
    diagnosisId: 'ext-authz-denied',
    fits: ({ detailsName }) => detailsName === 'ext_authz_denied',
  },
  {
    name: /ext_authz/,
    what: 'asks an authorization service',
    diagnosisId: 'ext-authz-unreachable',
    fits: ({ detailsName }) => detailsName === 'ext_authz_error',
  },
  {
    name: /filters\.http\.fault/,
    what: 'injects faults',
    diagnosisId: 'fault-injection',
    fits: (shape) => hasFlag(shape, 'FI', 'DI'),
  },
  {
    name: /filters\.http\.buffer/,
    what: 'limits the size of requests',
    diagnosisId: 'payload-too-large',
    fits: ({ detailsName }) => detailsName === 'request_payload_too_large',
  },
];

function refusing(mesh: Mesh, { resource, path, value, adds }: FilterPatch): readonly FoundFault[] {
  if (adds === null) return [];
  const text = `${adds} ${textAt(value, 'typed_config', '@type') ?? ''} ${textAt(value, 'typed_config', 'type_url') ?? ''}`;
  return REFUSING.filter(({ name }) => name.test(text)).map(({ what, diagnosisId, fits }) => ({
    diagnosisId,
    code: null,
    severity: null,
    says: `${nameOf(resource)} adds ${adds}, which ${what}${describeLimit(value)}`,
    places: () => [
      placeOf(
        resource,
        [...path, 'patch', 'value', 'name'],
        `adds ${adds}, which ${what}${describeLimit(value)}`,
      ),
    ],
    patch: noPatch,
    fits: (shape: ShapeView, { writers }: FitContext) =>
      fits(shape) && governs(mesh, resource, shape, writers),
  }));
}

/** The bucket of a limit. */
function describeLimit(value: Value): string {
  for (const config of [['typed_config'], ['typed_config', 'value']]) {
    const tokens = numberAt(value, ...config, 'token_bucket', 'max_tokens');
    const bytes = numberAt(value, ...config, 'max_request_bytes');
    if (tokens !== null) {
      return ` (${tokens} tokens per ${textAt(value, ...config, 'token_bucket', 'fill_interval') ?? 'interval'})`;
    }
    if (bytes !== null) return ` (${bytes} bytes)`;
  }
  return '';
}
