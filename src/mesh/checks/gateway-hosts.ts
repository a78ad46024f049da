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
            patch: noPatch,
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
              ? null
              : toPatch(first.resource, 'serve the hosts of the VirtualService', [
                  { path: first.hostsPath, value: [...hostsOf(first), ...hosts] },
                ]),
          fits,
        },
      ];
    });
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
