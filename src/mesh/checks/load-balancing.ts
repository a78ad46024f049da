import { type Check, type FoundFault, hasFlag, leadsTo, noPatch } from '../fault.ts';
import type { Mesh } from '../mesh.ts';
import { toPatch } from '../patch.ts';
import type { MeshHost } from '../registry.ts';
import { placeOf } from '../resource.ts';
import { numberAt, type Path, textAt } from '../value.ts';

const LIMITS: readonly Path[] = [
  ['tcp', 'maxConnections'],
  ['http', 'http1MaxPendingRequests'],
  ['http', 'http2MaxRequests'],
  ['http', 'maxRetries'],
];
/** Envoy's own limits: who reaches those has another problem than a limit. */
export const DEFAULT_LIMIT = 1024;
/** A limit of so little is reached by a handful of requests at once. */
const SMALL_LIMIT = 10;
const ALL_PERCENT = 100;

/** Policies of a DestinationRule that fail requests, or do nothing. */
export const checkLoadBalancing: Check = (mesh) =>
  mesh.hosts.flatMap((host) => [...limits(mesh, host), ...ejection(mesh, host), ...ignored(mesh, host)]);

function limits(mesh: Mesh, host: MeshHost): readonly FoundFault[] {
  return host.ports.flatMap((port) => {
    const policy = mesh.policy(host, 'connectionPool', port.number, null);
    if (policy === null) return [];
    const set = LIMITS.flatMap((path) => {
      const value = numberAt(policy.value, ...path);
      return value === null || value >= DEFAULT_LIMIT
        ? []
        : [{ path: [...policy.path, ...path], name: path.join('.'), value }];
    });
    const [first] = set;
    if (first === undefined) return [];
    const small = set.filter(({ value, name }) => value <= SMALL_LIMIT && name !== 'http.maxRetries');
    const shown = small.length > 0 ? small : set;
    return [
      {
        diagnosisId: 'circuit-breaker-overflow',
        code: null,
        severity: small.length > 0 ? 'warning' : null,
        says: `${host.name} is limited to ${shown.map(({ name, value }) => `${name} ${value}`).join(', ')}: what comes beyond it fails with 503 UO`,
        places: () =>
          shown.map(({ path, name, value }) => placeOf(policy.resource, path, `limits ${name} to ${value}`)),
        patch: () =>
          toPatch(
            policy.resource,
            'raise the limits, here to those that Envoy has by itself, or to what the service can take',
            shown.map(({ path }) => ({ path, value: DEFAULT_LIMIT })),
          ),
        fits: (shape) => leadsTo(shape, host, port.number, null) && hasFlag(shape, 'UO'),
      },
    ];
  });
}

function ejection(mesh: Mesh, host: MeshHost): readonly FoundFault[] {
  const policy = mesh.policy(host, 'outlierDetection', host.ports[0]?.number ?? 0, null);
  if (policy === null) return [];
  const percent = numberAt(policy.value, 'maxEjectionPercent');
  const count = host.endpoints?.length ?? null;
  // Envoy ejects one endpoint whatever the share.
  const ejectsAll = (percent ?? 0) >= ALL_PERCENT || count === 1;
  if (!ejectsAll || count === 0) return [];
  const path = percent === null ? policy.path : [...policy.path, 'maxEjectionPercent'];
  return [
    {
      diagnosisId: 'outlier-ejection',
      code: null,
      severity: (percent ?? 0) >= ALL_PERCENT ? 'warning' : null,
      says: `Outlier detection may eject every endpoint of ${host.name}${percent === null ? '' : ` (maxEjectionPercent ${percent})`}: then all requests fail with 503 UH`,
      places: () => [
        placeOf(
          policy.resource,
          path,
          percent === null
            ? 'ejects the only endpoint when it errs'
            : `lets ${percent} % of the endpoints be ejected`,
        ),
      ],
      patch: () =>
        toPatch(policy.resource, 'keep most endpoints', [
          { path: [...policy.path, 'maxEjectionPercent'], value: 10 },
        ]),
      fits: (shape) => leadsTo(shape, host, null, null) && hasFlag(shape, 'UH'),
    },
  ];
}

function ignored(mesh: Mesh, host: MeshHost): readonly FoundFault[] {
  if (!host.isHeadless) return [];
  const policy = mesh.policy(host, 'loadBalancer', host.ports[0]?.number ?? 0, null);
  const simple = policy === null ? null : textAt(policy.value, 'simple');
  if (policy === null || simple === 'PASSTHROUGH') return [];
  const why = host.resource.kind === 'Service' ? 'is headless (clusterIP None)' : 'has resolution NONE';
  const path: Path = host.resource.kind === 'Service' ? ['spec', 'clusterIP'] : ['spec', 'resolution'];
  return [
    {
      diagnosisId: 'headless-load-balancing-ignored',
      code: null,
      severity: 'warning',
      says: `The loadBalancer of ${host.name} has no effect: it ${why}, so requests go to the address the caller chose`,
      places: () => [
        placeOf(policy.resource, policy.path, `sets a load-balancing policy for ${host.name}`),
        placeOf(host.resource, path, `${why}: the address that the caller chose is used`),
      ],
      patch: noPatch,
      fits: (shape) =>
        leadsTo(shape, host, null, null) && !hasFlag(shape, 'UF', 'UC', 'UH', 'UO', 'NR', 'NC'),
    },
  ];
}
