import { type Check, type FoundFault, isChainMissing } from '../fault.ts';
import type { Mesh } from '../mesh.ts';
import { toPatch } from '../patch.ts';
import type { Endpoint, MeshHost } from '../registry.ts';
import { placeOf } from '../resource.ts';
import { ipOf } from '../workload.ts';

/** Calls in plaintext that reach proxies which take mutual TLS only, by ways that no DestinationRule governs. */
export const checkCallers: Check = (mesh) => mesh.hosts.flatMap((host) => strictEndpoints(mesh, host));

function strictEndpoints(mesh: Mesh, host: MeshHost): readonly FoundFault[] {
  if (host.isExternal) return [];
  const strict = (host.endpoints ?? []).filter(
    (endpoint) => endpoint.hasSidecar === true && mesh.serverMode(endpoint)?.value === 'STRICT',
  );
  const [first] = strict;
  const server = first === undefined ? null : mesh.serverMode(first);
  if (first === undefined || server === null) return [];
  const addresses = new Set(strict.map(({ address }) => address));
  const common = {
    code: null,
    severity: null,
    patch: () =>
      toPatch(server.resource, 'take plaintext too, until all callers use mutual TLS', [
        { path: server.path, value: 'PERMISSIVE' },
      ]),
    places: () => [
      placeOf(server.resource, server.path, 'demands mutual TLS (STRICT)'),
      placeOf(first.resource, first.path, `is an endpoint of ${host.name}, with a proxy`),
    ],
  } as const;
  return [
    {
      ...common,
      diagnosisId: 'headless-pod-ip-strict-mtls',
      says: `${describe(strict)} of ${host.name} can be called by name only: by address the call is plaintext, and its proxy takes mutual TLS only (STRICT)`,
      fits: ({ clusterDirection, upstreamHost, responseFlags, transportFailure }) =>
        clusterDirection === 'passthrough' &&
        addresses.has(ipOf(upstreamHost)) &&
        responseFlags.some((flag) => flag === 'UC' || flag === 'UF' || flag === 'URX') &&
        (transportFailure == null || transportFailure === 'reset'),
    },
    ...(isSentPlaintext(mesh, host)
      ? []
      : [
          {
            ...common,
            diagnosisId: 'plaintext-client-to-strict',
            says: `The proxies of ${host.name} take mutual TLS only (STRICT), and no DestinationRule makes callers with a proxy send plaintext`,
            fits: (shape: Parameters<FoundFault['fits']>[0]) =>
              isChainMissing(shape) &&
              shape.requestedServerName == null &&
              addresses.has(ipOf(shape.downstreamLocalAddress)),
          },
        ]),
  ];
}

function describe([first, ...more]: readonly Endpoint[]): string {
  return more.length === 0
    ? (first?.address ?? 'The endpoint')
    : `${first?.address ?? ''} and ${more.length} more`;
}

/** A DestinationRule turns TLS off, so the callers may have a proxy. */
function isSentPlaintext(mesh: Mesh, host: MeshHost): boolean {
  return mesh.rulesAnywhere(host).some(({ body }) => JSON.stringify(body).includes('"mode":"DISABLE"'));
}
