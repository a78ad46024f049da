import type { ShapeView } from '../../model/shape-view.ts';
import { asksFor, type Check, type FoundFault, hasFlag, noPatch } from '../fault.ts';
import { covers, overlaps } from '../host.ts';
import type { Mesh } from '../mesh.ts';
import { toPatch } from '../patch.ts';
import { nameOf, placeOf } from '../resource.ts';
import { type Routes, type Server, toRoutes, toServers } from '../routes.ts';
import { has } from '../value.ts';

/** Port of the proxy's pod by the custom of Istio's gateways, where its Service maps it. */
const POD_PORTS: ReadonlyMap<number, number> = new Map([
  [80, 8080],
  [443, 8443],
]);

/** Gateways, and the VirtualServices bound to them. */
export const checkGateways: Check = (mesh) => {
  const servers = mesh.istio('Gateway').flatMap(toServers);
  const routes = mesh.istio('VirtualService').map(toRoutes);
  return [
    ...routes.flatMap((item) => [
      ...hostNotInGateway(mesh, item, servers),
      ...wrongKindOfRoute(item, servers),
    ]),
    ...servers.flatMap((server) => [
      ...needsServerName(server, servers),
      ...httpOnTlsPort(server),
      ...unserved(server, routes),
    ]),
    ...sharedCertificates(servers),
  ];
};

function isAt(shape: ShapeView, { port }: Server): boolean {
  return shape.localPort === port || (shape.localPort != null && shape.localPort === POD_PORTS.get(port));
}

function isRouteMissing(shape: ShapeView): boolean {
  return hasFlag(shape, 'NR') && shape.detailsName !== 'filter_chain_not_found';
}

function isChainMissing(shape: ShapeView): boolean {
  return hasFlag(shape, 'NR') && (shape.detailsName === 'filter_chain_not_found' || shape.layer === 'tcp');
}

/** What a server lets a VirtualService bind. */
function admits(server: Server, { resource, hosts }: Routes): boolean {
  return server.hosts.some(
    (host, i) =>
      (server.from[i] === '*' || server.from[i] === resource.namespace) &&
      hosts.some((wanted) => overlaps(host, wanted)),
  );
}

function hostNotInGateway(mesh: Mesh, routes: Routes, servers: readonly Server[]): readonly FoundFault[] {
  const { resource, hosts, gateways } = routes;
  return gateways
    .filter((gateway) => gateway !== 'mesh')
    .flatMap((gateway, i): readonly FoundFault[] => {
      const own = servers.filter((server) => server.gateway === gateway);
      const [first] = own;
      const fits = (shape: ShapeView): boolean => isRouteMissing(shape) && asksFor(shape, hosts);
      if (first === undefined) {
        // A Gateway of the Gateway API, or none of the namespace was given.
        const namespace = gateway.split('/')[0];
        const isKnown = mesh.all('Gateway').some((item) => item.namespace === namespace);
        if (!isKnown) return [];
        return [
          {
            diagnosisId: 'no-route-for-authority',
            code: 'IST0101',
            severity: 'error',
            says: `${nameOf(resource)} is bound to the Gateway ${gateway}, which does not exist`,
            places: () => [
              placeOf(
                resource,
                ['spec', 'gateways', i],
                `names the Gateway ${gateway}, which does not exist`,
              ),
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
      const why = isName ? 'admits no VirtualService of this namespace' : `serves ${offered.join(', ')} only`;
      return [
        {
          diagnosisId: 'no-route-for-authority',
          code: 'IST0132',
          severity: 'error',
          says: `${nameOf(resource)} is for ${hosts.join(', ')}, and ${nameOf(first.resource)} ${why}`,
          places: () => [
            placeOf(first.resource, [...first.path, 'hosts', 0], why),
            placeOf(resource, ['spec', 'hosts', 0], `is bound to ${gateway} for ${hosts.join(', ')}`),
          ],
          patch: () =>
            isName
              ? null
              : toPatch(first.resource, 'serve the hosts of the VirtualService', [
                  { path: [...first.path, 'hosts'], value: [...first.hosts, ...hosts] },
                ]),
          fits,
        },
      ];
    });
}

function wrongKindOfRoute(routes: Routes, servers: readonly Server[]): readonly FoundFault[] {
  const { resource, hosts, gateways } = routes;
  const own = servers.filter((server) => gateways.includes(server.gateway) && admits(server, routes));
  const [first] = own;
  if (first === undefined) return [];
  const { body } = resource;
  const hasHttp = has(body, 'spec', 'http');
  const hasTls = has(body, 'spec', 'tls');
  const passes = (server: Server): boolean =>
    server.tlsMode === 'PASSTHROUGH' || server.tlsMode === 'AUTO_PASSTHROUGH';
  const isEncrypted = (server: Server): boolean => server.protocol === 'HTTPS' || server.protocol === 'TLS';
  const fits = (shape: ShapeView): boolean =>
    hasFlag(shape, 'NR') &&
    own.some((server) => isAt(shape, server)) &&
    (asksFor(shape, hosts) || hosts.some((host) => covers(host, shape.requestedServerName ?? '')));
  const tlsPath = [...first.path, 'tls', 'mode'];
  if (hasTls && !hasHttp && own.every((server) => server.protocol === 'HTTPS' && !passes(server))) {
    return [
      {
        diagnosisId: 'gateway-tls-route-on-terminating-port',
        code: null,
        severity: 'error',
        says: `${nameOf(resource)} has only tls routes, and ${nameOf(first.resource)} ends TLS (${first.tlsMode ?? 'no mode'})`,
        places: () => [
          placeOf(first.resource, tlsPath, 'ends TLS, so HTTP routes are needed'),
          placeOf(resource, ['spec', 'tls'], 'has tls routes only: they need a port that passes TLS through'),
        ],
        patch: () =>
          toPatch(first.resource, 'pass TLS through', [
            { path: [...first.path, 'tls'], value: { mode: 'PASSTHROUGH' } },
          ]),
        fits,
      },
    ];
  }
  if (hasHttp && !hasTls && own.every((server) => isEncrypted(server) && passes(server))) {
    return [
      {
        diagnosisId: 'gateway-http-route-on-passthrough-port',
        code: null,
        severity: 'error',
        says: `${nameOf(resource)} has only http routes, and ${nameOf(first.resource)} passes TLS through`,
        places: () => [
          placeOf(first.resource, tlsPath, 'passes TLS through: no HTTP is seen'),
          placeOf(resource, ['spec', 'http'], 'has http routes only: they need a port that ends TLS'),
        ],
        patch: noPatch,
        fits,
      },
    ];
  }
  return [];
}

/** All chains of the port ask for a server name. */
function needsServerName(server: Server, servers: readonly Server[]): readonly FoundFault[] {
  const isTls = (one: Server): boolean => one.protocol === 'HTTPS' || one.protocol === 'TLS';
  const same = servers.filter((one) => one.port === server.port && one.selector === server.selector);
  if (!isTls(server) || same.some((one) => one.hosts.includes('*')) || same[0] !== server) return [];
  const hosts = same.flatMap((one) => one.hosts);
  const says = `takes TLS connections for ${hosts.join(', ')} only, by their server name (SNI)`;
  const places = () =>
    same.map((one) =>
      placeOf(
        one.resource,
        [...one.path, 'hosts', 0],
        `takes TLS for ${one.hosts.join(', ')} only, by server name`,
      ),
    );
  const common = {
    code: null,
    says: `Port ${server.port} of ${nameOf(server.resource)} ${says}`,
    places,
  } as const;
  return [
    {
      ...common,
      diagnosisId: 'sni-not-sent',
      severity: 'info',
      patch: () =>
        toPatch(server.resource, 'take connections without a server name too', [
          { path: [...server.path, 'hosts'], value: ['*'] },
        ]),
      fits: (shape) => isChainMissing(shape) && shape.requestedServerName === null && isAt(shape, server),
    },
    {
      ...common,
      diagnosisId: 'sni-not-matched',
      severity: null,
      patch: noPatch,
      fits: (shape) =>
        isChainMissing(shape) &&
        isAt(shape, server) &&
        shape.requestedServerName != null &&
        !hosts.some((host) => covers(host, shape.requestedServerName ?? '')),
    },
  ];
}

function httpOnTlsPort(server: Server): readonly FoundFault[] {
  if (server.protocol !== 'HTTP' || (server.port !== 443 && server.port !== 8443)) return [];
  return [
    {
      diagnosisId: 'https-to-http-port',
      code: null,
      severity: 'warning',
      says: `${nameOf(server.resource)} serves plain HTTP on port ${server.port}: clients that speak TLS there get 400`,
      places: () => [
        placeOf(
          server.resource,
          [...server.path, 'port', 'protocol'],
          `serves plain HTTP on port ${server.port}`,
        ),
      ],
      patch: () =>
        toPatch(server.resource, 'end TLS at the port; put the name of your certificate in', [
          { path: [...server.path, 'port', 'protocol'], value: 'HTTPS' },
          { path: [...server.path, 'port', 'name'], value: `https-${server.port}` },
          { path: [...server.path, 'tls'], value: { mode: 'SIMPLE', credentialName: 'CERTIFICATE_SECRET' } },
        ]),
      fits: (shape) => isAt(shape, server) && (shape.detailsName ?? '').includes('codec_error'),
    },
  ];
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
      says: `No VirtualService is bound to ${nameOf(server.resource)} for ${server.hosts.join(', ')}`,
      places: () => [
        placeOf(
          server.resource,
          [...server.path, 'hosts', 0],
          `serves ${server.hosts.join(', ')}, for which no VirtualService is bound to it`,
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

function sharedCertificates(servers: readonly Server[]): readonly FoundFault[] {
  return servers.flatMap((one, i) =>
    servers
      .slice(i + 1)
      .filter((other) => isShared(one, other))
      .map((other) => ({
        diagnosisId: 'shared-certificate-connection-reuse',
        code: null,
        severity: 'warning' as const,
        says: `${nameOf(one.resource)} (${one.hosts.join(', ')}) and ${nameOf(other.resource)} (${other.hosts.join(', ')}) share a certificate on port ${one.port}: browsers reuse a connection of one host for the other and get 404`,
        places: () => [
          placeOf(
            one.resource,
            [...one.path, 'tls'],
            `serves ${one.hosts.join(', ')} with the certificate ${one.certificate}`,
          ),
          placeOf(
            other.resource,
            [...other.path, 'tls'],
            `serves ${other.hosts.join(', ')} with the same certificate`,
          ),
        ],
        patch: () =>
          toPatch(
            one.resource,
            'serve all hosts of the certificate in one server; bind all VirtualServices to it and delete the other Gateway',
            [{ path: [...one.path, 'hosts'], value: [...one.hosts, ...other.hosts] }],
          ),
        fits: (shape: ShapeView) =>
          isRouteMissing(shape) &&
          isAt(shape, one) &&
          ((asksFor(shape, one.hosts) &&
            other.hosts.some((host) => covers(host, shape.requestedServerName ?? ''))) ||
            (asksFor(shape, other.hosts) &&
              one.hosts.some((host) => covers(host, shape.requestedServerName ?? '')))),
      })),
  );
}

function isShared(one: Server, other: Server): boolean {
  return (
    one.certificate !== null &&
    one.certificate === other.certificate &&
    one.port === other.port &&
    one.selector === other.selector &&
    one.protocol === 'HTTPS' &&
    other.protocol === 'HTTPS' &&
    !one.hosts.some((host) => other.hosts.some((wanted) => overlaps(host, wanted)))
  );
}
