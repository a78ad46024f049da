import type { Reporter } from '../model/shape.ts';
import type { ShapeView } from '../model/shape-view.ts';

/** Ports on which Istio's gateways listen. */
const GATEWAY_PORTS: ReadonlySet<number> = new Set([80, 443, 8080, 8443, 15443]);

/** Which proxy wrote a line of this shape, as far as the line tells. */
export function reporterOf(shape: ShapeView): Reporter {
  switch (shape.clusterDirection) {
    case 'inbound':
    case 'inboundPassthrough':
      return 'inbound';
    case 'inboundVip':
      return 'waypoint';
    case 'passthrough':
    case 'blackHole':
      return 'outbound';
    case 'outbound':
      return isGateway(shape) ? 'gateway' : 'outbound';
    case 'other':
    case null:
    case undefined:
      return shape.sniRelation === 'mesh' ? 'inbound' : 'unknown';
    default:
      return shape.clusterDirection satisfies never;
  }
}

/** The proxy that alone writes logs of this format, or null. */
export function reporterOfFormat(formatId: string | null): Reporter | null {
  return formatId?.startsWith('ztunnel') === true ? 'ztunnel' : null;
}

/**
 * A gateway terminates TLS, or listens on a gateway port and sends to another port or for another name than that of the
 * service.
 */
function isGateway(shape: ShapeView): boolean {
  const { localIsPublic, localPort, clusterPort, sniRelation } = shape;
  if (sniRelation === 'equalsAuthority' || sniRelation === 'differs') return true;
  // The address of a gateway is that of its pod; a sidecar takes what is on its way to any address.
  if (localIsPublic === true) return false;
  if (localPort == null || !GATEWAY_PORTS.has(localPort) || clusterPort == null) return false;
  return String(localPort) !== clusterPort || isForPublicName(shape);
}

/** Names that have no meaning outside a cluster or company. */
const INSIDE = /\.(?:svc|local|internal)(?:\.|$)/;

/** The request names a host as the internet knows them, and is sent to a service of the mesh. */
function isForPublicName({ authorityKind, authorityName, clusterHost, isExternalHost }: ShapeView): boolean {
  return (
    authorityKind === 'name' &&
    typeof authorityName === 'string' &&
    authorityName.includes('.') &&
    !INSIDE.test(authorityName) &&
    typeof clusterHost === 'string' &&
    // A service in the same namespace, by its short name: a canary, for example, that a VirtualService sends to.
    authorityName.split('.').slice(1).join('.') !== clusterHost.split('.')[1] &&
    isExternalHost === false &&
    !clusterHost.startsWith(authorityName)
  );
}

/** One word for several lines. */
export function joinReporters(reporters: readonly Reporter[]): Reporter {
  const known = new Set(reporters.filter((reporter) => reporter !== 'unknown'));
  const [only] = known;
  if (only === undefined) return 'unknown';
  return known.size === 1 ? only : 'mixed';
}
