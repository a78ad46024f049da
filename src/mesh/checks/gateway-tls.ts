import type { ShapeView } from '../../model/shape-view.ts';
import {
  asksFor,
  type Check,
  type FoundFault,
  hasFlag,
  isAt,
  isChainMissing,
  isRouteMissing,
  noPatch,
} from '../fault.ts';
import { covers, overlaps } from '../host.ts';
import { toPatch } from '../patch.ts';
import { nameOf, placeOf } from '../resource.ts';
import type { Routes, Rule, RuleKind } from '../routes.ts';
import { admits, type Server } from '../servers.ts';

/** Gateways whose TLS does not fit the routes, the clients or each other. */
export const checkGatewayTls: Check = ({ servers, routes }) => [
  ...routes.flatMap((item) => wrongKindOfRoute(item, servers)),
  ...servers.flatMap((server) => [...needsServerName(server, servers), ...servesPlainHttp(server)]),
  ...sharedCertificates(servers),
];

function wrongKindOfRoute(routes: Routes, servers: readonly Server[]): readonly FoundFault[] {
  const { resource, hosts, gateways, rules } = routes;
  const own = servers.filter((server) => gateways.includes(server.gateway) && admits(server, routes));
  const [first] = own;
  if (first === undefined) return [];
  const firstOf = (kind: RuleKind): Rule | undefined => rules.find((rule) => rule.kind === kind);
  const [http, tls] = [firstOf('http'), firstOf('tls')];
  const passes = (server: Server): boolean =>
    server.tlsMode === 'PASSTHROUGH' || server.tlsMode === 'AUTO_PASSTHROUGH';
  const isEncrypted = (server: Server): boolean => server.protocol === 'HTTPS' || server.protocol === 'TLS';
  const fits = (shape: ShapeView): boolean =>
    hasFlag(shape, 'NR') &&
    own.some((server) => isAt(shape, server)) &&
    (asksFor(shape, hosts) || hosts.some((host) => covers(host, shape.requestedServerName ?? '')));
  const tlsPath = [...first.path, 'tls', 'mode'];
  if (
    tls !== undefined &&
    http === undefined &&
    own.every((server) => server.protocol === 'HTTPS' && !passes(server))
  ) {
    return [
      {
        diagnosisId: 'gateway-tls-route-on-terminating-port',
        code: null,
        severity: 'error',
        says: `${nameOf(resource)} has only tls routes, and ${nameOf(first.resource)} ends TLS (${first.tlsMode ?? 'no mode'})`,
        places: () => [
          placeOf(first.resource, tlsPath, 'ends TLS, so HTTP routes are needed'),
          placeOf(
            resource,
            tls.path.slice(0, 2),
            'has tls routes only: they need a port that passes TLS through',
          ),
        ],
        patch: () =>
          first.hostsPath === null
            ? null
            : toPatch(first.resource, 'pass TLS through', [
                { path: [...first.path, 'tls'], value: { mode: 'PASSTHROUGH' } },
              ]),
        fits,
      },
    ];
  }
  if (
    http !== undefined &&
    tls === undefined &&
    own.every((server) => isEncrypted(server) && passes(server))
  ) {
    return [
      {
        diagnosisId: 'gateway-http-route-on-passthrough-port',
        code: null,
        severity: 'error',
        says: `${nameOf(resource)} has only http routes, and ${nameOf(first.resource)} passes TLS through`,
        places: () => [
          placeOf(first.resource, tlsPath, 'passes TLS through: no HTTP is seen'),
          placeOf(resource, http.path.slice(0, 2), 'has http routes only: they need a port that ends TLS'),
        ],
        patch: () =>
          first.hostsPath === null
            ? null
            : toPatch(first.resource, 'end TLS at the port; put the name of your certificate in', [
                { path: [...first.path, 'port', 'protocol'], value: 'HTTPS' },
                {
                  path: [...first.path, 'tls'],
                  value: { mode: 'SIMPLE', credentialName: 'CERTIFICATE_SECRET' },
                },
              ]),
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
        server.hostsPath === null
          ? null
          : toPatch(server.resource, 'take connections without a server name too', [
              { path: server.hostsPath, value: ['*'] },
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

/** Ports at which everybody expects TLS. */
const TLS_PORTS: ReadonlySet<number> = new Set([443, 8443]);

function servesPlainHttp(server: Server): readonly FoundFault[] {
  if (server.protocol !== 'HTTP') return [];
  return [
    {
      diagnosisId: 'https-to-http-port',
      code: null,
      severity: TLS_PORTS.has(server.port) ? 'warning' : null,
      says: `${nameOf(server.resource)} serves plain HTTP on port ${server.port}: clients that speak TLS there get 400`,
      places: () => [
        placeOf(
          server.resource,
          [...server.path, 'port', 'protocol'],
          `serves plain HTTP on port ${server.port}`,
        ),
      ],
      patch: () =>
        server.hostsPath === null || !TLS_PORTS.has(server.port)
          ? null
          : toPatch(server.resource, 'end TLS at the port; put the name of your certificate in', [
              { path: [...server.path, 'port', 'protocol'], value: 'HTTPS' },
              { path: [...server.path, 'port', 'name'], value: `https-${server.port}` },
              {
                path: [...server.path, 'tls'],
                value: { mode: 'SIMPLE', credentialName: 'CERTIFICATE_SECRET' },
              },
            ]),
      fits: (shape) => isAt(shape, server) && (shape.detailsName ?? '').includes('codec_error'),
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
        code: 'IST0138',
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
          one.hostsPath === null
            ? null
            : toPatch(
                one.resource,
                'serve all hosts of the certificate in one server; bind all VirtualServices to it and delete the other Gateway',
                [{ path: one.hostsPath, value: [...one.hosts, ...other.hosts] }],
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
