import type { MeshPatch } from '../../model/mesh-evidence.ts';
import type { ShapeView } from '../../model/shape-view.ts';
import { asksFor, type Check, type FoundFault, isAt, isRouteMissing, noPatch } from '../fault.ts';
import { overlaps } from '../host.ts';
import type { Mesh } from '../mesh.ts';
import { toPatch } from '../patch.ts';
import { nameOf, placeOf, type Resource } from '../resource.ts';
import type { Routes } from '../routes.ts';
import { admits, type Server } from '../servers.ts';
import { type Path, textsAt } from '../value.ts';

/** Hosts of Gateways, and the routes bound to them. */
export const checkGatewayHosts: Check = (mesh) => [
  ...mesh.routes.flatMap((item) => hostNotInGateway(mesh, item)),
  ...mesh.servers.flatMap((server) => unserved(server, mesh.routes)),
];

/** The field that names the Gateways of a route. */
function bindingOf({ kind }: Resource, i: number): Path {
  return kind === 'VirtualService' ? ['spec', 'gateways', i] : ['spec', 'parentRefs', i, 'name'];
}

function hostNotInGateway(mesh: Mesh, routes: Routes): readonly FoundFault[] {
  const { resource, hosts, gateways } = routes;
  return gateways
    .map((gateway, i) => ({ gateway, i }))
    .filter(({ gateway }) => gateway !== 'mesh')
    .flatMap(({ gateway, i }): readonly FoundFault[] => {
      const own = mesh.servers.filter((server) => server.gateway === gateway);
      const [first] = own;
      const fits = (shape: ShapeView): boolean => isRouteMissing(shape) && asksFor(shape, hosts);
      if (first === undefined) {
        // Where no Gateway of the namespace was given, it may well be there.
        const namespace = gateway.split('/')[0];
        const isKnown = mesh.servers.some((item) => item.resource.namespace === namespace);
        if (!isKnown) return [];
        return [
          {
            diagnosisId: 'no-route-for-authority',
            code: 'IST0101',
            severity: 'error',
            says: `${nameOf(resource)} is bound to the Gateway ${gateway}, which does not exist`,
            places: () => [
              placeOf(resource, bindingOf(resource, i), `names the Gateway ${gateway}, which does not exist`),
            ],
            patch: () => bindToOnly(mesh, routes, i),
            fits,
          },
        ];
      }
      if (own.some((server) => admits(server, routes))) return [];
      const offered = own.flatMap((server) => server.hosts);
      const isName = own.some((server) =>
        server.hosts.some((host) => hosts.some((wanted) => overlaps(host, wanted))),
      );
      const why = isName ? 'admits no route of this namespace' : `serves ${offered.join(', ')} only`;
      return [
        {
          diagnosisId: 'no-route-for-authority',
          code: 'IST0132',
          severity: 'error',
          says: `${nameOf(resource)} is for ${hosts.join(', ')}, and ${nameOf(first.resource)} ${why}`,
          places: () => [
            placeOf(first.resource, placeOfHosts(first), why),
            placeOf(resource, ['spec', 'hosts', 0], `is bound to ${gateway} for ${hosts.join(', ')}`),
          ],
          patch: () =>
            isName || first.hostsPath === null
              ? (admitNamespace(first, routes) ?? serveAllHosts(own, isName))
              : toPatch(first.resource, 'serve the hosts of the VirtualService', [
                  { path: first.hostsPath, value: [...hostsOf(first), ...hosts] },
                ]),
          fits,
        },
      ];
    });
}

/** The only Gateway of the namespace that serves the hosts was meant. */
function bindToOnly(mesh: Mesh, routes: Routes, i: number): MeshPatch | null {
  const namespace = routes.gateways[i]?.split('/')[0];
  const serving = mesh.servers.filter(
    (server) => server.resource.namespace === namespace && admits(server, routes),
  );
  const [only, ...more] = new Set(serving.map(({ gateway }) => gateway));
  const { resource } = routes;
  if (only === undefined || more.length > 0) return null;
  const name = only.split('/')[1] ?? '';
  const value = resource.kind === 'VirtualService' && namespace !== resource.namespace ? only : name;
  return toPatch(resource, `bind it to the Gateway that serves its hosts, ${only}`, [
    { path: bindingOf(resource, i), value },
  ]);
}

/** A listener of the Gateway API has one host name at most; the only one of its Gateway can do without. */
function serveAllHosts([only, ...more]: readonly Server[], isName: boolean): MeshPatch | null {
  if (only === undefined || more.length > 0 || only.hostsPath !== null || isName) return null;
  return toPatch(only.resource, 'serve all hosts; the routes say which there are', [
    { path: [...only.path, 'hostname'] },
  ]);
}

/** A server of Istio with the namespace of the routes before one of its hosts. */
function admitNamespace(server: Server, { resource, hosts }: Routes): MeshPatch | null {
  if (server.hostsPath === null) return null;
  const named = hosts.map((host) => `${resource.namespace}/${host}`);
  return toPatch(server.resource, `admit the routes of ${resource.namespace}`, [
    { path: server.hostsPath, value: [...hostsOf(server), ...named] },
  ]);
}

/** No VirtualService is bound for the hosts of a server. */
function unserved(server: Server, routes: readonly Routes[]): readonly FoundFault[] {
  if (server.tlsMode === 'AUTO_PASSTHROUGH' || routes.length === 0) return [];
  if (routes.some((item) => item.gateways.includes(server.gateway) && admits(server, item))) return [];
  return [
    {
      diagnosisId: 'no-route-for-authority',
      code: null,
      severity: null,
      says: `No route is bound to ${nameOf(server.resource)} for ${server.hosts.join(', ')}`,
      places: () => [
        placeOf(
          server.resource,
          placeOfHosts(server),
          `serves ${server.hosts.join(', ')}, for which no route is bound to it`,
        ),
      ],
      patch: noPatch,
      fits: (shape) =>
        isRouteMissing(shape) &&
        isAt(shape, server) &&
        asksFor(
          shape,
          server.hosts.filter((host) => host !== '*'),
        ),
    },
  ];
}

/** The hosts of a server as they are written, with their namespaces. */
function hostsOf({ resource, hostsPath }: Server): readonly string[] {
  return hostsPath === null ? [] : textsAt(resource.body, ...hostsPath);
}

function placeOfHosts({ path, hostsPath }: Server): Path {
  return hostsPath === null ? [...path, 'hostname'] : [...hostsPath, 0];
}
