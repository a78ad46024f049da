import { asksFor, type Check, type FoundFault, hasFlag, leadsTo, noPatch } from '../fault.ts';
import type { Mesh } from '../mesh.ts';
import { toPatch } from '../patch.ts';
import { nameOf, placeOf } from '../resource.ts';
import { type Destination, type Routes, toRoutes } from '../routes.ts';
import { has, labelsAt, listAt, numberAt, type Path, textAt } from '../value.ts';

/** Routes of VirtualServices that lead nowhere, and those that fail on purpose. */
export const checkRoutes: Check = (mesh) => {
  const all = mesh.istio('VirtualService').map(toRoutes);
  return all.flatMap((routes) => [
    ...routes.destinations.flatMap((destination) => deadEnd(mesh, all, routes, destination)),
    ...injectedFaults(routes),
    ...timeouts(routes),
  ]);
};

/** The VirtualService whose own host a route leads to, where it is not the same one. */
function ownerOf(all: readonly Routes[], from: Routes, host: string): Routes | undefined {
  return all.find((routes) => routes !== from && routes.hosts.includes(host));
}

function deadEnd(mesh: Mesh, all: readonly Routes[], routes: Routes, to: Destination): readonly FoundFault[] {
  const { resource, hosts } = routes;
  const host = mesh.host(to.host);
  const isHttp = to.kind === 'http';
  const fitsAuthority = (shape: Parameters<FoundFault['fits']>[0]): boolean =>
    hasFlag(shape, 'NC') && (isHttp ? asksFor(shape, hosts) : true);
  const owner = ownerOf(all, routes, to.host);
  const isEmpty = host !== null && host.endpoints?.length === 0;
  if (owner !== undefined && (host === null || isEmpty)) {
    return [
      {
        diagnosisId: 'virtual-service-to-virtual-service',
        insteadOf: [
          'cluster-not-found',
          'no-healthy-endpoints',
          'outlier-ejection',
          'config-rejected-by-proxy',
        ],
        code: host === null ? 'IST0101' : null,
        severity: 'error',
        says: `${nameOf(resource)} sends to ${to.host}, which is only the host of ${nameOf(owner.resource)}: no service with endpoints`,
        places: () => [
          placeOf(resource, [...to.path, 'host'], `sends to ${to.host}`),
          placeOf(
            owner.resource,
            ['spec', 'hosts', owner.hosts.indexOf(to.host)],
            'is the host of a VirtualService: routes are not chained',
          ),
          ...(host === null
            ? []
            : [placeOf(host.resource, host.path, 'registers the name without an endpoint')]),
        ],
        patch: noPatch,
        fits: (shape) =>
          host === null
            ? fitsAuthority(shape)
            : hasFlag(shape, 'UH') && leadsTo(shape, host, to.port, to.subset),
      },
    ];
  }
  if (host === null) return missingHost(mesh, routes, to, fitsAuthority);
  return [...missingSubset(mesh, routes, to, fitsAuthority), ...missingPort(mesh, routes, to, fitsAuthority)];
}

function missingHost(
  mesh: Mesh,
  { resource }: Routes,
  to: Destination,
  fits: FoundFault['fits'],
): readonly FoundFault[] {
  const namespace = to.host.split('.')[1];
  const isCluster = to.host.endsWith('.svc.cluster.local');
  // Where nothing of the namespace was given, the service may well be there.
  if (isCluster && !mesh.hosts.some((host) => host.resource.namespace === namespace)) return [];
  if (!isCluster && mesh.hosts.length === 0) return [];
  return [
    {
      diagnosisId: 'cluster-not-found',
      code: 'IST0101',
      severity: 'error',
      says: `${nameOf(resource)} sends to ${to.host}, and no Service or ServiceEntry has this name`,
      places: () => [
        placeOf(
          resource,
          [...to.path, 'host'],
          `sends to ${to.host}, which no Service or ServiceEntry registers`,
        ),
      ],
      patch: noPatch,
      fits,
    },
  ];
}

function missingSubset(
  mesh: Mesh,
  { resource }: Routes,
  to: Destination,
  fits: FoundFault['fits'],
): readonly FoundFault[] {
  const host = mesh.host(to.host);
  if (to.subset === null || host === null) return [];
  const rule = mesh.destinationRule(host);
  const subsets = mesh.subsets(host).map(({ name }) => name);
  if (subsets.includes(to.subset)) return [];
  const [only] = subsets;
  return [
    {
      diagnosisId: 'cluster-not-found',
      code: 'IST0101',
      severity: 'error',
      says: `${nameOf(resource)} sends to subset ${to.subset} of ${to.host}, which no DestinationRule defines`,
      places: () => [
        placeOf(resource, [...to.path, 'subset'], `sends to subset ${to.subset} of ${to.host}`),
        ...(rule === null
          ? []
          : [
              placeOf(
                rule,
                ['spec', 'subsets'],
                `defines ${subsets.length === 0 ? 'no subset' : subsets.join(', ')}`,
              ),
            ]),
      ],
      patch: () =>
        subsets.length === 1
          ? toPatch(resource, `send to the subset that is defined, ${only}`, [
              { path: [...to.path, 'subset'], value: only },
            ])
          : null,
      fits,
    },
  ];
}

function missingPort(
  mesh: Mesh,
  { resource }: Routes,
  to: Destination,
  fits: FoundFault['fits'],
): readonly FoundFault[] {
  const host = mesh.host(to.host);
  if (host === null || to.port === null || host.ports.length === 0) return [];
  if (host.ports.some(({ number }) => number === to.port)) return [];
  const path: Path = [...to.path, 'port', 'number'];
  const [first, ...more] = host.ports;
  return [
    {
      diagnosisId: 'cluster-not-found',
      code: 'IST0101',
      severity: 'error',
      says: `${nameOf(resource)} sends to port ${to.port} of ${to.host}, which has ${host.ports.map(({ number }) => number).join(', ')}`,
      places: () => [
        placeOf(resource, path, `sends to port ${to.port}`),
        placeOf(
          host.resource,
          ['spec', 'ports'],
          `has the ports ${host.ports.map(({ number }) => number).join(', ')} only`,
        ),
      ],
      patch: () =>
        first === undefined || more.length > 0
          ? null
          : toPatch(resource, `send to port ${first.number}`, [{ path, value: first.number }]),
      fits,
    },
  ];
}

function injectedFaults({ resource, hosts, destinations }: Routes): readonly FoundFault[] {
  return listAt(resource.body, 'spec', 'http').flatMap((rule, i) => {
    if (!has(rule, 'fault', 'abort') && !has(rule, 'fault', 'delay')) return [];
    const what = has(rule, 'fault', 'abort') ? 'abort' : 'delay';
    const path: Path = ['spec', 'http', i, 'fault', what];
    const share = textAt(rule, 'fault', what, 'percentage', 'value');
    const status = textAt(rule, 'fault', what, 'httpStatus');
    const says = `${what === 'abort' ? `answers ${status ?? 'with a failure'}` : `delays by ${textAt(rule, 'fault', what, 'fixedDelay') ?? 'some time'}`} on purpose${share === null ? '' : ` for ${share} % of the requests`}`;
    const names = [...hosts, ...destinations.map(({ host }) => host)];
    return [
      {
        diagnosisId: 'fault-injection',
        code: null,
        severity: 'warning' as const,
        says: `${nameOf(resource)} ${says}`,
        places: () => [placeOf(resource, path, says)],
        patch: () =>
          toPatch(resource, 'take the injected fault out', [{ path: ['spec', 'http', i, 'fault'] }]),
        fits: (shape) =>
          (hasFlag(shape, 'FI', 'DI') || shape.detailsName === 'fault_filter_abort') &&
          (asksFor(shape, names) || names.includes(shape.clusterHost ?? '')),
      },
    ];
  });
}

function timeouts({ resource, hosts, destinations }: Routes): readonly FoundFault[] {
  const settings = [
    { path: ['timeout'], id: 'upstream-response-timeout', details: 'response_timeout' },
    { path: ['retries', 'perTryTimeout'], id: 'per-try-timeout', details: 'upstream_per_try_timeout' },
  ];
  return listAt(resource.body, 'spec', 'http').flatMap((rule, i) =>
    settings.flatMap(({ path, id, details }) => {
      const value = textAt(rule, ...path);
      if (value === null || /^0(\.0*)?m?s$/.test(value)) return [];
      const names = [...hosts, ...destinations.map(({ host }) => host)];
      return [
        {
          diagnosisId: id,
          code: null,
          severity: null,
          says: `${nameOf(resource)} ends requests after ${value}`,
          places: () => [placeOf(resource, ['spec', 'http', i, ...path], `ends requests after ${value}`)],
          patch: noPatch,
          fits: (shape) =>
            hasFlag(shape, 'UT') &&
            shape.detailsName === details &&
            fitsDuration(shape.durationMs, value) &&
            (asksFor(shape, hosts) || names.includes(shape.clusterHost ?? '')),
        },
      ];
    }),
  );
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
/** Durations of shapes are lower edges of bands, and the next edge is at most this much higher. */
const BAND = 3;

/** The logged duration may be that of the timeout: bands are coarse. */
function fitsDuration(durationMs: number | null | undefined, value: string): boolean {
  const limit = [...value.matchAll(/([\d.]+)(ms|s|m|h)/g)].reduce(
    (sum, [, n, unit]) => sum + Number(n) * (UNITS[unit ?? 's'] ?? 1),
    0,
  );
  return durationMs == null || (durationMs <= limit * 1.1 + 20 && durationMs * BAND >= limit);
}

/** Services that rules are written for and that lack what Istio needs to apply them. */
export const checkServices: Check = (mesh) => {
  const withRules = new Set(mesh.istio('VirtualService').flatMap((resource) => toRoutes(resource).hosts));
  return mesh.hosts.flatMap((host) => {
    if (host.resource.kind !== 'Service') return [];
    const ruled = withRules.has(host.name);
    return host.ports
      .filter(({ protocol, number }) => protocol === '' && !AUTO_DETECTED.has(number))
      .map((port) => ({
        diagnosisId: ruled ? 'service-requirements-not-met' : null,
        code: 'IST0118',
        severity: ruled ? ('warning' as const) : ('info' as const),
        says: `Port ${port.number} of ${nameOf(host.resource)} says no protocol in its name${port.name === '' ? '' : ` (${port.name})`} and has no appProtocol`,
        places: () => [
          placeOf(host.resource, port.path, 'names no protocol: it is guessed from the first bytes'),
        ],
        patch: () =>
          toPatch(host.resource, 'declare the protocol', [
            { path: [...port.path, 'appProtocol'], value: 'http' },
          ]),
        fits: () => false,
      }));
  });
};

/** Ports whose protocol Istio knows or never guesses. */
const AUTO_DETECTED: ReadonlySet<number> = new Set([53, 443, 3306, 5432, 6379, 9042, 27017]);

/** Policies that the details of a refusal name. */
export const checkPolicies: Check = (mesh) =>
  mesh.istio('AuthorizationPolicy').map((resource) => {
    const action = textAt(resource.body, 'spec', 'action') ?? 'ALLOW';
    const rules = listAt(resource.body, 'spec', 'rules').length;
    const deniesAll = action === 'ALLOW' && rules === 0;
    const selected = Object.keys(labelsAt(resource.body, 'spec', 'selector', 'matchLabels')).length > 0;
    const says = deniesAll
      ? 'allows nothing: it has no rules'
      : `has the action ${action} and ${rules} rules`;
    const named = `ns[${resource.namespace}]-policy[${resource.name}]`;
    return {
      diagnosisId: 'rbac-denied',
      code: null,
      severity:
        deniesAll && !selected && numberAt(resource.body, 'spec', 'rules') === null
          ? ('info' as const)
          : null,
      says: `${nameOf(resource)} ${says}`,
      places: () => [placeOf(resource, ['spec', action === 'ALLOW' ? 'rules' : 'action'], says)],
      patch: noPatch,
      fits: (shape) =>
        `${shape.responseCodeDetails ?? ''} ${shape.connectionTerminationDetails ?? ''}`.includes(named),
    };
  });
