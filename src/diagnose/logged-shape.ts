import type { Logged } from '../model/logged.ts';
import type { Shape } from '../model/shape.ts';
import type { AuthorityKind, ShapeView, SniRelation, TransportFailure } from '../model/shape-view.ts';
import type { ClusterDirection, UpstreamClusterName } from '../model/upstream-cluster.ts';
import { parseUpstreamCluster } from '../model/upstream-cluster.ts';
import type { Address } from './address.ts';
import { authorityKind, isIp, isPublicIp, parseAddress } from './address.ts';
import { remember } from './memo.ts';
import { classifyTransportFailure } from './transport-failure.ts';

/** Istio's form of a server name between sidecars. */
const MESH_SNI = /^(?:outbound|inbound)_\./;
const KUBERNETES_SERVICE = /\.svc(?:\.|$)|^[a-z0-9-]+$/;
const DETAILS = /^([^{[(]*)(?:\{([A-Za-z0-9_]+))?/;

/** Applies `read` to a logged value and leaves the two kinds of absence as they are. */
function mapLogged<A, B>(value: Logged<A>, read: (value: A) => B): Logged<B> {
  if (value === undefined) return undefined;
  return value === null ? null : read(value);
}

/** `undefined` when one of the fields is not in the format, else `read()`. */
function both<T>(a: Logged<unknown>, b: Logged<unknown>, read: () => T): T | undefined {
  return a === undefined || b === undefined ? undefined : read();
}

/** A shape with the facts that follow from it. Computed once per shape. */
export function toShapeView(shape: Shape): ShapeView {
  const cluster = mapLogged(shape.upstreamCluster, clusterOf);
  const upstream = mapLogged(shape.upstreamHost, parseAddress);
  const local = mapLogged(shape.downstreamLocalAddress, parseAddress);
  const details = mapLogged(shape.responseCodeDetails, partsOfDetails);
  return {
    // Spelled out, not spread: that takes ten times as long as all the rest, and a shape that was serialised has lost the
    // properties that are undefined, while a view must have them all.
    responseCode: shape.responseCode,
    responseFlags: shape.responseFlags,
    responseCodeDetails: shape.responseCodeDetails,
    connectionTerminationDetails: shape.connectionTerminationDetails,
    upstreamTransportFailureReason: shape.upstreamTransportFailureReason,
    mixerStatus: shape.mixerStatus,
    method: shape.method,
    path: shape.path,
    protocol: shape.protocol,
    authority: shape.authority,
    upstreamHost: shape.upstreamHost,
    upstreamCluster: shape.upstreamCluster,
    routeName: shape.routeName,
    requestedServerName: shape.requestedServerName,
    downstreamLocalAddress: shape.downstreamLocalAddress,
    hasUpstreamLocalAddress: shape.hasUpstreamLocalAddress,
    hasUpstreamServiceTime: shape.hasUpstreamServiceTime,
    bytesSent: shape.bytesSent,
    bytesReceived: shape.bytesReceived,
    durationMs: shape.durationMs,
    upstreamRequestAttemptCount: shape.upstreamRequestAttemptCount,
    grpcStatus: shape.grpcStatus,
    layer: shape.method == null && shape.protocol == null && (shape.responseCode ?? 0) === 0 ? 'tcp' : 'http',
    detailsName: mapLogged(details, ([name]) => name),
    resetReason: mapLogged(details, ([, reason]) => reason),
    transportFailure: readTransportFailure(shape),
    clusterDirection: mapLogged<UpstreamClusterName, ClusterDirection>(cluster, ({ direction }) => direction),
    clusterHost: mapLogged(cluster, ({ host }) => host) ?? (cluster === undefined ? undefined : null),
    clusterPort: mapLogged(cluster, ({ port }) => port) ?? (cluster === undefined ? undefined : null),
    isExternalHost: readIsExternal(cluster, upstream),
    authorityKind: mapLogged<string, AuthorityKind>(shape.authority, authorityKind),
    authorityName: mapLogged(shape.authority, (authority) => parseAddress(authority)?.host ?? authority),
    sniRelation: readSniRelation(shape),
    upstreamIsDownstreamLocal: both(shape.upstreamHost, shape.downstreamLocalAddress, () =>
      isSame(upstream, local),
    ),
    authorityIsUpstream: both(shape.authority, shape.upstreamHost, () =>
      isSameHost(mapLogged(shape.authority, parseAddress), upstream),
    ),
    localPort:
      mapLogged(local, (address) => address?.port ?? null) ?? (local === undefined ? undefined : null),
    upstreamPort:
      mapLogged(upstream, (address) => address?.port ?? null) ?? (upstream === undefined ? undefined : null),
    upstreamIsPublic: mapLogged(upstream, (address) => isPublic(address)),
    localIsPublic: mapLogged(local, (address) => isPublic(address)),
  };
}

function isPublic(address: Address | null): boolean {
  return address !== null && isPublicHost(address.host);
}

const isPublicHost = remember((host) => isIp(host) && isPublicIp(host));

function isSame(a: Logged<Address | null>, b: Logged<Address | null>): boolean {
  return a != null && b != null && a.host === b.host && a.port === b.port;
}

function isSameHost(a: Logged<Address | null>, b: Logged<Address | null>): boolean {
  return a != null && b != null && a.host === b.host && (a.port === null || a.port === b.port);
}

const clusterOf = remember(parseUpstreamCluster);

/** Name and reset reason of response code details. */
const partsOfDetails = remember((details): readonly [string, string | null] => {
  const [, name = '', reason = null] = DETAILS.exec(details) ?? [];
  return [name, reason];
});

/** The reason has the field of its own, but Envoy also repeats it in the braces of the details, and old Envoy only there. */
function readTransportFailure(shape: Shape): Logged<TransportFailure> {
  const { upstreamTransportFailureReason: reason, responseCodeDetails: details } = shape;
  if (reason === undefined && details === undefined) return undefined;
  // Formats that omit empty values print nothing where others print `-`.
  const fromReason = reason == null || reason === '' ? null : (classifyTransportFailure(reason) ?? 'other');
  return fromReason ?? (details == null ? null : classifyTransportFailure(details));
}

function readIsExternal(
  cluster: Logged<UpstreamClusterName>,
  upstream: Logged<Address | null>,
): Logged<boolean> {
  if (cluster === undefined || cluster === null) return cluster;
  if (cluster.direction === 'passthrough') return mapLogged(upstream, isPublic);
  if (cluster.host === null) return null;
  return !KUBERNETES_SERVICE.test(cluster.host);
}

function readSniRelation(shape: Shape): Logged<SniRelation> {
  const { requestedServerName: sni, authority } = shape;
  if (sni === undefined) return undefined;
  if (sni === null) return 'none';
  if (MESH_SNI.test(sni)) return 'mesh';
  if (authority === undefined) return undefined;
  const name = authority === null ? null : (parseAddress(authority)?.host ?? authority);
  return name !== null && name.toLowerCase() === sni.toLowerCase() ? 'equalsAuthority' : 'differs';
}
