import type { MeshPatch } from '../../model/mesh-evidence.ts';
import { asksFor, type Check, type FoundFault, hasFlag, leadsTo } from '../fault.ts';
import { isGranted, isOfGatewayApi } from '../gateway-api.ts';
import { toFullName } from '../host.ts';
import type { Mesh } from '../mesh.ts';
import { toNewFile, toPatch } from '../patch.ts';
import { nameOf, placeOf } from '../resource.ts';
import type { Destination, Routes } from '../routes.ts';
import { listAt, type Path, textAt } from '../value.ts';

/** Routes that lead nowhere. */
export const checkDestinations: Check = (mesh) =>
  mesh.routes.flatMap((routes) =>
    routes.destinations.flatMap((destination) => deadEnd(mesh, mesh.routes, routes, destination)),
  );

/** The VirtualService whose own host a route leads to, where it is not the same one. */
function ownerOf(all: readonly Routes[], from: Routes, host: string): Routes | undefined {
  return all.find((routes) => routes !== from && routes.hosts.includes(host));
}

function deadEnd(mesh: Mesh, all: readonly Routes[], routes: Routes, to: Destination): readonly FoundFault[] {
  const { hosts } = routes;
  const { resource } = to;
  const host = mesh.host(to.host);
  const isHttp = to.kind === 'http';
  const fitsAuthority = (shape: Parameters<FoundFault['fits']>[0]): boolean =>
    hasFlag(shape, 'NC') && (isHttp ? asksFor(shape, hosts) : shape.layer === 'tcp');
  const owner = ownerOf(all, routes, to.host);
  // A VirtualService that leads to its own host is for a service that has lost its endpoints.
  const isEmpty = host?.endpoints?.length === 0 && !owner?.destinations.some((own) => own.host === to.host);
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
        patch: () => followChain(to, owner),
        fits: (shape) =>
          host === null
            ? fitsAuthority(shape)
            : hasFlag(shape, 'UH') && leadsTo(shape, host, to.port, to.subset),
      },
    ];
  }
  if (host === null) return missingHost(mesh, to, fitsAuthority);
  if (isOfGatewayApi(resource) && !isGranted(mesh.all('ReferenceGrant'), to))
    return [notGranted(mesh, to, hosts)];
  return [...missingSubset(mesh, to, fitsAuthority), ...missingPort(mesh, to, fitsAuthority)];
}

function missingHost(mesh: Mesh, to: Destination, fits: FoundFault['fits']): readonly FoundFault[] {
  const { resource } = to;
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
      patch: () => sendToNamesake(mesh, to),
      fits,
    },
  ];
}

/** Routes are not chained: the first one has to lead where the second one does. */
function followChain(to: Destination, owner: Routes): MeshPatch | null {
  const [next, ...more] = owner.destinations;
  if (next === undefined || more.length > 0 || to.resource.kind !== 'VirtualService') return null;
  return toPatch(to.resource, `send to where ${nameOf(owner.resource)} leads`, [
    { path: [...to.path, 'host'], value: next.host },
    ...(next.port === null ? [] : [{ path: [...to.path, 'port', 'number'], value: next.port }]),
    ...(next.subset === null ? [] : [{ path: [...to.path, 'subset'], value: next.subset }]),
  ]);
}

/** The only service of the same name in another namespace was meant. */
function sendToNamesake(mesh: Mesh, to: Destination): MeshPatch | null {
  const [service = ''] = to.host.split('.');
  if (!to.host.endsWith('.svc.cluster.local') || to.resource.kind !== 'VirtualService') return null;
  const [only, ...more] = mesh.hosts.filter(
    ({ name, resource }) => resource.kind === 'Service' && name.startsWith(`${service}.`),
  );
  if (only === undefined || more.length > 0) return null;
  return toPatch(to.resource, `send to the service of that name in ${only.resource.namespace}`, [
    { path: [...to.path, 'host'], value: only.name },
  ]);
}

/** The subset stands in a rule for a host that does not exist: the name of the host has a slip. */
function bindRule(mesh: Mesh, to: Destination): MeshPatch | null {
  const [only, ...more] = mesh.istio('DestinationRule').filter(({ body, namespace }) => {
    const host = toFullName(textAt(body, 'spec', 'host') ?? '', namespace);
    const names = listAt(body, 'spec', 'subsets').map((item) => textAt(item, 'name'));
    return mesh.host(host) === null && names.includes(to.subset);
  });
  if (only === undefined || more.length > 0) return null;
  return toPatch(only, `be for ${to.host}, to which the route leads`, [
    { path: ['spec', 'host'], value: to.host },
  ]);
}

function missingSubset(mesh: Mesh, to: Destination, fits: FoundFault['fits']): readonly FoundFault[] {
  const host = mesh.host(to.host);
  if (to.subset === null || host === null) return [];
  const { resource } = to;
  const [rule = null] = mesh.destinationRules(host);
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
          : bindRule(mesh, to),
      fits,
    },
  ];
}

function missingPort(mesh: Mesh, to: Destination, fits: FoundFault['fits']): readonly FoundFault[] {
  const host = mesh.host(to.host);
  const { resource } = to;
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

/** The grant of the namespace with one more entry, or one of its own. */
function grant(mesh: Mesh, { resource, host }: Destination, namespace: string): MeshPatch | null {
  const entry = { group: 'gateway.networking.k8s.io', kind: resource.kind, namespace: resource.namespace };
  const [known] = mesh
    .all('ReferenceGrant')
    .filter((other) => other.namespace === namespace && listAt(other.body, 'spec', 'from').length > 0);
  if (known !== undefined) {
    const path: Path = ['spec', 'from'];
    return toPatch(known, `let routes of ${resource.namespace} name its services`, [
      { path, value: [...listAt(known.body, ...path), entry] },
    ]);
  }
  const name = `from-${resource.namespace}`;
  const text = `ReferenceGrant ${namespace}/${name}: let routes of ${resource.namespace} name services of ${namespace}`;
  return toNewFile(resource, `referencegrant-${namespace}-${name}.yaml`, text, {
    apiVersion: 'gateway.networking.k8s.io/v1beta1',
    kind: 'ReferenceGrant',
    metadata: { name, namespace },
    spec: { from: [entry], to: [{ group: '', kind: 'Service', name: host.split('.')[0] ?? '' }] },
  });
}

/** The Gateway API lets a route name a service of another namespace only where a ReferenceGrant allows it. */
function notGranted(mesh: Mesh, to: Destination, hosts: readonly string[]): FoundFault {
  const { resource } = to;
  const namespace = to.host.split('.')[1] ?? '';
  return {
    diagnosisId: 'cluster-not-found',
    code: null,
    severity: 'error',
    says: `${nameOf(resource)} sends to ${to.host}, and no ReferenceGrant in ${namespace} allows that: requests get 500`,
    places: () => [
      placeOf(
        resource,
        [...to.path, 'namespace'],
        `sends to ${to.host} without a ReferenceGrant in ${namespace}`,
      ),
    ],
    patch: () => grant(mesh, to, namespace),
    fits: (shape) =>
      asksFor(shape, hosts) &&
      (hasFlag(shape, 'NC') || (shape.responseCode === 500 && shape.detailsName === 'direct_response')),
  };
}
