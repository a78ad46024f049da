import type { MeshPatch } from '../../model/mesh-evidence.ts';
import { type Check, type FoundFault, hasFlag, leadsTo, noPatch } from '../fault.ts';
import type { Mesh, Subset } from '../mesh.ts';
import { toPatch } from '../patch.ts';
import type { MeshHost } from '../registry.ts';
import { placeOf } from '../resource.ts';
import { has, labelsAt, selects } from '../value.ts';
import { makesPods, podLabelsOf, TEMPLATE_KINDS } from '../workload-templates.ts';

/** Hosts and subsets without endpoints, and addresses that stand in the configuration. */
export const checkEndpoints: Check = (mesh) =>
  mesh.hosts.flatMap((host) => [
    ...emptySubsets(mesh, host),
    ...emptyHost(mesh, host),
    ...namesOnly(host),
    ...pinnedAddresses(host),
    ...declaredProtocol(host),
  ]);

function emptySubsets(mesh: Mesh, host: MeshHost): readonly FoundFault[] {
  const { endpoints } = host;
  // A host without any endpoint is told as such.
  if (endpoints === null || endpoints.length === 0) return [];
  return mesh.subsets(host).flatMap(({ resource, path, name, labels }) => {
    if (endpoints.some((endpoint) => selects(labels, endpoint.labels))) return [];
    const wanted = Object.entries(labels)
      .map(([key, value]) => `${key}=${value}`)
      .join(',');
    return [
      {
        diagnosisId: 'no-healthy-endpoints',
        code: 'IST0173',
        severity: 'error' as const,
        says: `Subset ${name} of ${host.name} selects ${wanted}, and ${endpoints.length === 1 ? 'its only endpoint has other labels' : `none of the ${endpoints.length} endpoints has these labels`}`,
        places: () => [
          placeOf(
            resource,
            [...path, 'labels'],
            `subset ${name} selects ${wanted}: no endpoint has these labels`,
          ),
          placeOf(
            host.resource,
            host.path,
            endpoints.length === 1
              ? 'has one endpoint, which is not in the subset'
              : `has ${endpoints.length} endpoints, none of them in the subset`,
          ),
        ],
        patch: () => scaleUp(mesh, host, labels) ?? relabel(host, { resource, path, labels }),
        fits: (shape) => leadsTo(shape, host, null, name) && hasFlag(shape, 'UH'),
      },
    ];
  });
}

function emptyHost(mesh: Mesh, host: MeshHost): readonly FoundFault[] {
  const { endpoints, resource } = host;
  const isByName = resource.kind === 'ServiceEntry' && host.resolution !== 'STATIC';
  if (endpoints === null || endpoints.length > 0 || isByName) return [];
  const path = resource.kind === 'Service' ? ['spec', 'selector'] : ['spec', 'resolution'];
  const why =
    resource.kind === 'Service'
      ? 'selects no ready pod and no workload'
      : 'has resolution STATIC and no endpoints';
  return [
    {
      diagnosisId: 'no-healthy-endpoints',
      code: null,
      severity: 'warning',
      says: `${host.name} has no endpoint: it ${why}`,
      places: () => [placeOf(resource, path, why)],
      patch: () => scaleUp(mesh, host, {}),
      fits: (shape) => leadsTo(shape, host, null, null) && hasFlag(shape, 'UH'),
    },
  ];
}

/** The only workload that would have been selected is scaled to none. */
function scaleUp(mesh: Mesh, host: MeshHost, labels: Subset['labels']): MeshPatch | null {
  const wanted = { ...labelsAt(host.resource.body, 'spec', 'selector'), ...labels };
  if (Object.keys(wanted).length === 0) return null;
  const [only, ...more] = TEMPLATE_KINDS.flatMap((kind) => mesh.all(kind)).filter(
    (resource) =>
      resource.namespace === host.resource.namespace &&
      !makesPods(resource) &&
      selects(wanted, podLabelsOf(resource)),
  );
  if (only === undefined || more.length > 0) return null;
  return toPatch(only, 'run it', [{ path: ['spec', 'replicas'], value: 1 }]);
}

/**
 * A label that the endpoints have with one other value, or that their template lacks. Of several labels nobody knows which
 * one is meant.
 */
function relabel(host: MeshHost, { resource, path, labels }: Omit<Subset, 'name'>): MeshPatch | null {
  const endpoints = host.endpoints ?? [];
  const wrong = Object.entries(labels).filter(([key, value]) =>
    endpoints.every((endpoint) => endpoint.labels[key] !== value),
  );
  const [label, ...others] = wrong;
  if (label === undefined || others.length > 0) return null;
  const [key, value] = label;
  const [found, ...more] = new Set(endpoints.map((endpoint) => endpoint.labels[key]));
  if (more.length > 0) return null;
  if (found !== undefined)
    return toPatch(resource, `select the label that the endpoints have, ${key}=${found}`, [
      { path: [...path, 'labels', key], value: found },
    ]);
  const [endpoint, ...rest] = endpoints;
  if (endpoint === undefined || rest.length > 0 || endpoint.path.at(-1) !== 'labels') return null;
  return toPatch(endpoint.resource, `give its pods the label that the subset selects, ${key}=${value}`, [
    { path: [...endpoint.path, key], value },
  ]);
}

/** Endpoints that come from DNS alone. */
function namesOnly(host: MeshHost): readonly FoundFault[] {
  if (host.resolution === null || !host.resolution.startsWith('DNS')) return [];
  const [endpoint] = host.endpoints ?? [];
  const name = endpoint?.address ?? host.name;
  if (/^[\d.]+$/.test(name)) return [];
  return [
    {
      diagnosisId: 'dns-resolution-failed',
      code: null,
      severity: null,
      says: `The addresses of ${host.name} come from DNS only`,
      places: () => [
        placeOf(
          host.resource,
          ['spec', 'resolution'],
          `takes the endpoints from the DNS name ${name}, so no endpoint means no answer`,
        ),
      ],
      patch: noPatch,
      fits: (shape) => leadsTo(shape, host, null, null) && hasFlag(shape, 'UH', 'DF'),
    },
  ];
}

function pinnedAddresses(host: MeshHost): readonly FoundFault[] {
  if (host.resource.kind !== 'ServiceEntry') return [];
  return (host.endpoints ?? []).flatMap((endpoint) =>
    ['connection-refused', 'external-address-changed', 'connect-timeout'].map((diagnosisId) => ({
      diagnosisId,
      code: null,
      severity: null,
      says: `${host.name} is sent to ${endpoint.address}:${endpoint.port ?? ''} by the configuration`,
      places: () => [
        placeOf(endpoint.resource, endpoint.path, `fixes ${endpoint.address} as endpoint of ${host.name}`),
        ...host.ports
          .slice(0, 1)
          .map((port) => placeOf(host.resource, port.path, `leads to port ${endpoint.port ?? port.number}`)),
      ],
      patch: () => askDns(host),
      fits: (shape) =>
        leadsTo(shape, host, null, null) &&
        shape.upstreamHost === `${endpoint.address}:${endpoint.port ?? ''}` &&
        (diagnosisId === 'connect-timeout'
          ? shape.transportFailure === 'timedOut'
          : shape.transportFailure === 'refused'),
    })),
  );
}

/** An external host by its name: DNS knows where it has moved. */
function askDns({ resource, name, isExternal, resolution }: MeshHost): MeshPatch | null {
  const isListed = has(resource.body, 'spec', 'endpoints', 0);
  if (!isExternal || !isListed || resolution !== 'STATIC' || name.startsWith('*')) return null;
  return toPatch(resource, 'take the addresses from DNS', [
    { path: ['spec', 'resolution'], value: 'DNS' },
    { path: ['spec', 'endpoints'] },
  ]);
}

/** The protocol that a port declares decides how its bytes are read. */
function declaredProtocol(host: MeshHost): readonly FoundFault[] {
  return host.ports
    .filter(({ protocol }) => /^(HTTP|HTTP2|GRPC)$/.test(protocol))
    .map((port) => ({
      diagnosisId: 'protocol-mismatch',
      code: null,
      severity: null,
      says: `Port ${port.number} of ${host.name} is declared as ${port.protocol}, and what answers there is not`,
      places: () => [placeOf(host.resource, port.path, `declares port ${port.number} as ${port.protocol}`)],
      patch: noPatch,
      fits: (shape) => leadsTo(shape, host, port.number, null) && hasFlag(shape, 'UPE'),
    }));
}
