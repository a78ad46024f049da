import { type Check, type FoundFault, noPatch } from '../fault.ts';
import type { Mesh } from '../mesh.ts';
import { nameOf, placeOf, type Resource } from '../resource.ts';
import type { Routes } from '../routes.ts';
import type { Server } from '../servers.ts';
import { has, type Path } from '../value.ts';

/** Resources of which only one can hold, and those that leave open what they mean. No log tells that. */
export const checkConflicts: Check = (mesh) => [
  ...sameHost(mesh.routes),
  ...sidecarsOfOneNamespace(mesh.istio('Sidecar')),
  ...sameServer(mesh.servers.filter(({ hostsPath }) => hostsPath !== null)),
  ...openPorts(mesh),
  ...withoutAddress(mesh),
];

interface Conflict {
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly says: string;
  readonly places: readonly (readonly [Resource, Path, string])[];
}

function toFault({ code, severity, says, places }: Conflict): FoundFault {
  return {
    diagnosisId: null,
    code,
    severity,
    says,
    places: () => places.map((place) => placeOf(...place)),
    patch: noPatch,
    fits: () => false,
  };
}

/** Pairs of the first and each further item that share a key. */
function sharing<T>(
  items: readonly T[],
  keysOf: (item: T) => readonly string[],
): readonly (readonly [T, T, string])[] {
  const first = new Map<string, T>();
  return items.flatMap((item) =>
    keysOf(item).flatMap((key): readonly (readonly [T, T, string])[] => {
      const known = first.get(key);
      if (known === undefined) first.set(key, item);
      return known === undefined || known === item ? [] : [[known, item, key]];
    }),
  );
}

/** Within the mesh the VirtualServices of one host are not merged. */
function sameHost(routes: readonly Routes[]): readonly FoundFault[] {
  const ofMesh = routes.filter(
    ({ resource, gateways }) =>
      resource.kind === 'VirtualService' &&
      gateways.includes('mesh') &&
      !has(resource.body, 'spec', 'exportTo'),
  );
  return sharing(ofMesh, ({ hosts }) => hosts).map(([one, other, host]) =>
    toFault({
      code: 'IST0109',
      severity: 'error',
      says: `${nameOf(one.resource)} and ${nameOf(other.resource)} are both for ${host} within the mesh: only one of them holds`,
      places: [one, other].map((item) => [
        item.resource,
        ['spec', 'hosts', item.hosts.indexOf(host)],
        `is for ${host}`,
      ]),
    }),
  );
}

function sidecarsOfOneNamespace(sidecars: readonly Resource[]): readonly FoundFault[] {
  const general = sidecars.filter(({ body }) => !has(body, 'spec', 'workloadSelector'));
  return sharing(general, ({ namespace }) => [namespace]).map(([one, other, namespace]) =>
    toFault({
      code: 'IST0111',
      severity: 'error',
      says: `${nameOf(one)} and ${nameOf(other)} are both for all workloads of ${namespace}: only one of them holds`,
      places: [one, other].map((item) => [
        item,
        ['metadata', 'name'],
        `is for all workloads of ${namespace}`,
      ]),
    }),
  );
}

function sameServer(servers: readonly Server[]): readonly FoundFault[] {
  const keysOf = ({ selector, port, hosts, from }: Server): readonly string[] =>
    hosts.map((host, i) => JSON.stringify([selector, port, from[i], host]));
  return sharing(servers, keysOf)
    .filter(([one, other]) => one.resource !== other.resource)
    .map(([one, other]) =>
      toFault({
        code: 'IST0145',
        severity: 'error',
        says: `${nameOf(one.resource)} and ${nameOf(other.resource)} serve the same host on port ${one.port} of the same proxies: only one of them holds`,
        places: [one, other].map((item) => [
          item.resource,
          [...item.path, 'hosts'],
          `serves ${item.hosts.join(', ')}`,
        ]),
      }),
    );
}

/** A destination without a port, of a service that has several. */
function openPorts(mesh: Mesh): readonly FoundFault[] {
  return mesh.routes.flatMap(({ destinations }) =>
    destinations.flatMap((to): readonly FoundFault[] => {
      const ports = mesh.host(to.host)?.ports.map(({ number }) => number) ?? [];
      if (to.port !== null || ports.length < 2 || to.resource.kind !== 'VirtualService') return [];
      return [
        toFault({
          code: 'IST0112',
          severity: 'warning',
          says: `${nameOf(to.resource)} sends to ${to.host} without a port, which has ${ports.join(', ')}`,
          places: [[to.resource, [...to.path, 'host'], 'names no port']],
        }),
      ];
    }),
  );
}

/** Without addresses, TCP of one ServiceEntry takes that of all others on the port. */
function withoutAddress({ hosts }: Mesh): readonly FoundFault[] {
  return hosts.flatMap(({ resource, ports, addresses }) => {
    const port = ports.find(({ protocol }) => protocol === 'TCP');
    if (resource.kind !== 'ServiceEntry' || port === undefined || addresses.length > 0) return [];
    return [
      toFault({
        code: 'IST0134',
        severity: 'warning',
        says: `${nameOf(resource)} has no addresses: all TCP to port ${port.number} that nobody else claims is taken for it`,
        places: [[resource, port.path, `declares TCP on port ${port.number}, and there are no addresses`]],
      }),
    ];
  });
}
