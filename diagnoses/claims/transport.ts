import { isResetReply } from '../../src/model/local-reply.ts';
import type { ShapeView } from '../../src/model/shape-view.ts';

/** WRONG_VERSION_NUMBER is BoringSSL's word for an answer that is no TLS record. */
export function answeredInPlaintext(s: Pick<ShapeView, 'transportFailure'>): boolean {
  return s.transportFailure === 'tlsWrongVersion';
}

/** Envoy since 1.38.1 leaves the reason out of its reply: refused, unreachable and failed handshakes are all this long. */
export function repliedWithoutReason(s: Pick<ShapeView, 'responseFlags' | 'bytesSent'>): boolean {
  return s.responseFlags.includes('UF') && isResetReply(s.bytesSent, 'remote connection failure');
}

/** The caller dialled a pod of a headless service: it may hold the address of one that is gone. */
export function dialledPodItself(
  s: Pick<ShapeView, 'upstreamIsDownstreamLocal' | 'clusterDirection' | 'isExternalHost'>,
): boolean {
  return (
    s.upstreamIsDownstreamLocal === true && s.clusterDirection === 'outbound' && s.isExternalHost === false
  );
}
