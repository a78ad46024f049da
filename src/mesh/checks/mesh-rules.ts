import type { ServedTraffic } from '../../model/mesh-evidence.ts';
import { type Check, type FoundFault, leadsTo } from '../fault.ts';
import type { Mesh } from '../mesh.ts';
import { toPatch } from '../patch.ts';
import { nameOf, placeOf } from '../resource.ts';
import type { Destination, Routes, Rule } from '../routes.ts';

/** Istio's own documentation: so many requests may be needed before a weighted split shows. */
const ENOUGH_REQUESTS = 100;
/** A share that is off by less surprises nobody. */
const SURPRISING = 0.1;

/** Rules that are applied and do not do what they seem to say. */
export const checkMeshRules: Check = (mesh) => [
  ...mesh.routes.flatMap((routes) => bypassedAtGateway(mesh, routes)),
  ...mesh.routes.flatMap(({ rules }) => rules.flatMap((rule) => split(mesh, rule))),
];

/** The rules of a service are for calls within the mesh; a Gateway follows the routes that are bound to it. */
function bypassedAtGateway(mesh: Mesh, gateway: Routes): readonly FoundFault[] {
  if (!gateway.gateways.some((name) => name !== 'mesh')) return [];
  return gateway.destinations
    .filter(({ subset, kind }) => subset === null && kind === 'http')
    .flatMap((to): readonly FoundFault[] => {
      const inner = mesh.routes.find((routes) => isForMesh(routes, to) && routes !== gateway);
      const chosen = inner?.destinations.find(({ host, subset }) => host === to.host && subset !== null);
      const host = mesh.host(to.host);
      if (inner === undefined || chosen === undefined || host === null) return [];
      const isOnly = inner.destinations.every(({ subset }) => subset === chosen.subset);
      return [
        {
          diagnosisId: 'gateway-ignores-mesh-route-rules',
          code: 'IST0140',
          severity: 'warning',
          says: `${nameOf(inner.resource)} sends to subset ${chosen.subset} of ${to.host}, but is bound to the mesh only: requests by ${nameOf(gateway.resource)} reach every version`,
          places: () => [
            placeOf(to.resource, [...to.path, 'host'], `sends to ${to.host} without a subset`),
            placeOf(
              chosen.resource,
              [...chosen.path, 'subset'],
              'names a subset, for calls within the mesh only',
            ),
          ],
          patch: () =>
            isOnly && to.resource.kind === 'VirtualService'
              ? toPatch(to.resource, 'name the subset at the gateway too', [
                  { path: [...to.path, 'subset'], value: chosen.subset },
                ])
              : null,
          fits: (shape) => leadsTo(shape, host, to.port, '') && shape.layer === 'http',
        },
      ];
    });
}

function isForMesh({ gateways, hosts }: Routes, to: Destination): boolean {
  return hosts.includes(to.host) && gateways.every((name) => name === 'mesh');
}

/** A split by weights that the log is too short to show. */
function split(mesh: Mesh, { resource, destinations }: Rule): readonly FoundFault[] {
  const parts = destinations.filter(({ weight }) => weight !== null);
  const [first] = parts;
  const host = first === undefined ? null : mesh.host(first.host);
  if (first === undefined || host === null || parts.some((part) => part.host !== first.host)) return [];
  const weights = parts.map(({ subset, weight }) => `${subset ?? 'all'} ${weight}`).join(', ');
  return [
    {
      diagnosisId: 'weighted-split-too-few-requests',
      code: null,
      severity: null,
      says: `${nameOf(resource)} splits requests to ${first.host} by chance (${weights}), and the log holds too few to show it`,
      places: () =>
        parts.map((part) =>
          placeOf(part.resource, part.path, `sends ${part.weight} % to subset ${part.subset ?? 'of all'}`),
        ),
      patch: () => null,
      fits: (shape, { served }) =>
        parts.some(({ subset, port }) => leadsTo(shape, host, port, subset ?? '')) &&
        isFewAndUneven(parts, served, shape.clusterPort ?? ''),
    },
  ];
}

/** The shares of the parts are not what their weights say, and there are too few requests to expect that. */
function isFewAndUneven(parts: readonly Destination[], served: ServedTraffic, port: string): boolean {
  const counts = parts.map(({ host, subset }) => served.get(`outbound|${port}|${subset ?? ''}|${host}`) ?? 0);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const all = parts.reduce((sum, { weight }) => sum + (weight ?? 0), 0);
  if (total === 0 || total >= ENOUGH_REQUESTS || all === 0) return false;
  return parts.some(({ weight }, i) => Math.abs((counts[i] ?? 0) / total - (weight ?? 0) / all) > SURPRISING);
}
