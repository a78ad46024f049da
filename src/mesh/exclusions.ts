import type { ShapeView } from '../model/shape-view.ts';
import { asksFor, type FoundFault, hasFlag, isAt, isRouteMissing, leadsTo, noPatch } from './fault.ts';
import { isNameOf } from './host.ts';
import type { Mesh, Policy } from './mesh.ts';
import type { HostPort, MeshHost } from './registry.ts';
import { nameOf, placeOf, type Resource } from './resource.ts';
import type { Routes } from './routes.ts';
import { admits } from './servers.ts';
import { has, type Path, textAt } from './value.ts';
import { ipOf } from './workload.ts';

/** Causes that a mode of a client's TLS excludes. */
export const EXCLUDED_BY_MODE: Readonly<Record<string, readonly string[]>> = {
  ISTIO_MUTUAL: ['tls-conflict-plaintext-to-strict', 'plaintext-to-tls-port'],
  SIMPLE: ['tls-conflict-plaintext-to-strict', 'plaintext-to-tls-port'],
  MUTUAL: ['tls-conflict-plaintext-to-strict', 'plaintext-to-tls-port'],
  DISABLE: [
    'tls-conflict-mtls-to-plaintext',
    'headless-mtls-without-sidecar',
    'certificate-verification-failed',
    'tls-handshake-rejected',
    'double-tls',
    'tls-origination-to-plaintext-port',
  ],
};

/** What is configured soundly, and which causes that excludes. Only what is written down excludes: a missing resource may just not have been given. */
export function findExclusions(mesh: Mesh): readonly FoundFault[] {
  return [
    ...mesh.hosts.flatMap((host) => [
      ...host.ports.flatMap((port) => clientMode(mesh, host, port)),
      ...serverMode(mesh, host),
      ...clusterAddress(host),
      ...endpoints(host),
      ...noEjection(mesh, host),
      ...registered(host),
    ]),
    ...mesh.routes.flatMap((routes) => bound(mesh, routes)),
  ];
}

interface Exclusion {
  readonly excludes: readonly string[];
  readonly resource: Resource;
  readonly path: Path;
  readonly says: string;
  readonly fits: (shape: ShapeView) => boolean;
}

function toRuling({ excludes, resource, path, says, fits }: Exclusion): FoundFault {
  return {
    diagnosisId: null,
    insteadOf: excludes,
    code: null,
    severity: null,
    says: `${nameOf(resource)} ${says}`,
    places: () => [placeOf(resource, path, says)],
    patch: noPatch,
    fits,
  };
}

/** A rule of the caller's namespace may override: nobody knows which one holds where there are several. */
function policyOf(mesh: Mesh, host: MeshHost, kind: string, port: number): Policy | null {
  return mesh.rulesAnywhere(host).length > mesh.destinationRules(host).length
    ? null
    : mesh.policy(host, kind, port, null);
}

function clientMode(mesh: Mesh, host: MeshHost, port: HostPort): readonly FoundFault[] {
  const policy = policyOf(mesh, host, 'tls', port.number);
  const mode = policy === null ? null : textAt(policy.value, 'mode');
  const excludes = mode === null ? undefined : EXCLUDED_BY_MODE[mode];
  if (policy === null || excludes === undefined) return [];
  const says = `sets tls.mode ${mode} for ${host.name}`;
  return [
    toRuling({
      excludes,
      resource: policy.resource,
      path: [...policy.path, 'mode'],
      says,
      fits: (shape) => leadsTo(shape, host, port.number, ''),
    }),
  ];
}

/** No proxy of the service demands mutual TLS. */
function serverMode(mesh: Mesh, host: MeshHost): readonly FoundFault[] {
  const found = host.endpoints ?? [];
  const modes = found.map((endpoint) => mesh.serverMode(endpoint));
  const [first] = modes;
  if (first == null || modes.some((mode) => mode === null || mode.value === 'STRICT')) return [];
  const addresses = new Set(found.map(({ address }) => address));
  return [
    toRuling({
      excludes: [
        'tls-conflict-plaintext-to-strict',
        'headless-pod-ip-strict-mtls',
        'plaintext-client-to-strict',
      ],
      resource: first.resource,
      path: first.path,
      says: `lets the proxies of ${host.name} take plaintext (${first.value})`,
      fits: (shape) =>
        leadsTo(shape, host, null, null) ||
        (shape.clusterDirection === 'passthrough' && addresses.has(ipOf(shape.upstreamHost))) ||
        (shape.upstreamCluster == null && addresses.has(ipOf(shape.downstreamLocalAddress))),
    }),
  ];
}

function clusterAddress(host: MeshHost): readonly FoundFault[] {
  const { resource, addresses, isHeadless } = host;
  if (resource.kind !== 'Service' || isHeadless || addresses.length === 0) return [];
  return [
    toRuling({
      excludes: [
        'headless-mtls-without-sidecar',
        'headless-stale-pod-ip',
        'headless-load-balancing-ignored',
        'dns-resolution-failed',
      ],
      resource,
      path: ['spec', 'clusterIP'],
      says: `has the address ${addresses.join(', ')}: it is not headless, and its endpoints do not come from DNS`,
      fits: (shape) => leadsTo(shape, host, null, null),
    }),
  ];
}

/** Endpoints that stand in the configuration are there whatever a cluster or DNS says. */
function endpoints(host: MeshHost): readonly FoundFault[] {
  const { resource, resolution, name } = host;
  if (resolution !== 'STATIC' || !has(resource.body, 'spec', 'endpoints', 0)) return [];
  return [
    toRuling({
      excludes: ['no-healthy-endpoints', 'dns-resolution-failed', 'virtual-service-to-virtual-service'],
      resource,
      path: ['spec', 'endpoints'],
      says: `lists the endpoints of ${name}: it has some, and they do not come from DNS`,
      fits: (shape) => leadsTo(shape, host, null, '') && hasFlag(shape, 'UH'),
    }),
  ];
}

function noEjection(mesh: Mesh, host: MeshHost): readonly FoundFault[] {
  const [rule] = mesh.rulesAnywhere(host);
  const isSet = JSON.stringify(mesh.rulesAnywhere(host).map(({ body }) => body)).includes(
    '"outlierDetection"',
  );
  if (rule === undefined || isSet) return [];
  return [
    toRuling({
      excludes: ['outlier-ejection'],
      resource: rule,
      path: ['spec', 'host'],
      says: `is for ${host.name} and sets no outlierDetection`,
      fits: (shape) => leadsTo(shape, host, null, null) && hasFlag(shape, 'UH'),
    }),
  ];
}

/** A service that is registered is refused for another reason than that it is not. */
function registered(host: MeshHost): readonly FoundFault[] {
  const ports = new Set(host.ports.map(({ number }) => number));
  return [
    toRuling({
      excludes: ['registry-only-blocked'],
      resource: host.resource,
      path: host.path,
      says: `registers ${host.name}`,
      fits: ({ clusterDirection, routeName, authorityName, localPort }) =>
        (clusterDirection === 'blackHole' || routeName === 'block_all') &&
        authorityName != null &&
        isNameOf(authorityName, host.name) &&
        localPort != null &&
        ports.has(localPort),
    }),
  ];
}

/** HTTP routes that a Gateway takes. */
function bound(mesh: Mesh, routes: Routes): readonly FoundFault[] {
  const { resource, hosts, gateways, rules } = routes;
  const own = mesh.servers.filter(
    (server) =>
      gateways.includes(server.gateway) && admits(server, routes) && server.tlsMode !== 'PASSTHROUGH',
  );
  // With several kinds of gateways in one port the log may be of another one.
  const isAlone = own.every((server) =>
    mesh.servers.every((other) => other.port !== server.port || other.selector === server.selector),
  );
  if (
    own.length === 0 ||
    !isAlone ||
    !rules.some(({ kind }) => kind === 'http') ||
    has(resource.body, 'spec', 'exportTo')
  )
    return [];
  return [
    toRuling({
      excludes: ['no-route-for-authority', 'gateway-tls-route-on-terminating-port'],
      resource,
      path: ['spec', resource.kind === 'VirtualService' ? 'hosts' : 'hostnames'],
      says: `has HTTP routes for ${hosts.join(', ')} at ${own[0]?.gateway ?? 'its Gateway'}`,
      fits: (shape) =>
        isRouteMissing(shape) && asksFor(shape, hosts) && own.some((server) => isAt(shape, server)),
    }),
  ];
}
