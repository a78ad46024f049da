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

/** A gateway terminates TLS or listens on a gateway port that is not the service's own. */
function isGateway(shape: ShapeView): boolean {
  const { localPort, clusterPort, sniRelation } = shape;
  if (sniRelation === 'equalsAuthority' || sniRelation === 'differs') return true;
  return (
    localPort != null &&
    GATEWAY_PORTS.has(localPort) &&
    clusterPort != null &&
    String(localPort) !== clusterPort
  );
}

/** One word for several lines. */
export function joinReporters(reporters: readonly Reporter[]): Reporter {
  const known = new Set(reporters.filter((reporter) => reporter !== 'unknown'));
  const [only] = known;
  if (only === undefined) return 'unknown';
  return known.size === 1 ? only : 'mixed';
}
