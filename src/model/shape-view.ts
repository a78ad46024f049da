import type { Shape } from './shape.ts';
import type { ClusterDirection } from './upstream-cluster.ts';

/** What made a connection attempt fail, unified over thirty spellings of seven years. */
export const TRANSPORT_FAILURES = [
  'refused',
  'timedOut',
  'unreachable',
  'reset',
  'addressUnavailable',
  'noSocket',
  'tlsWrongVersion',
  'tlsCertificate',
  'tlsAlertCertificate',
  'tlsAlertOther',
  'tlsNoSecret',
  'tlsOther',
  'other',
] as const;
export type TransportFailure = (typeof TRANSPORT_FAILURES)[number];

/** How the server name of the TLS handshake relates to the authority of the request. */
export type SniRelation = 'none' | 'equalsAuthority' | 'differs' | 'mesh';

/** What an authority is made of. */
export type AuthorityKind = 'name' | 'ip' | 'ipPort';

/**
 * A shape as rules see it: the fields as logged, and facts that follow from them. A property is `undefined` when a
 * field that it needs is not in the format; looking at it then makes the claim "not judged".
 */
export interface ShapeView extends Shape {
  /** `tcp` when there is no request on the line: neither method nor protocol nor code. */
  readonly layer: 'http' | 'tcp';
  /** Details without their braces: `upstream_reset_before_response_started`. */
  readonly detailsName: string | null | undefined;
  /** Reset reason in the braces of the details: `connection_termination`. */
  readonly resetReason: string | null | undefined;
  /** From the transport failure reason or, where that is missing, the details; null: nothing is said. */
  readonly transportFailure: TransportFailure | null | undefined;
  readonly clusterDirection: ClusterDirection | null | undefined;
  /** Host part of an Istio cluster name. */
  readonly clusterHost: string | null | undefined;
  readonly clusterPort: string | null | undefined;
  /** The cluster leads to a host outside the mesh: a name that is no Kubernetes service. */
  readonly isExternalHost: boolean | null | undefined;
  readonly authorityKind: AuthorityKind | null | undefined;
  /** Authority without its port. */
  readonly authorityName: string | null | undefined;
  readonly sniRelation: SniRelation | null | undefined;
  readonly upstreamIsDownstreamLocal: boolean | undefined;
  readonly authorityIsUpstream: boolean | undefined;
  readonly localPort: number | null | undefined;
  readonly upstreamPort: number | null | undefined;
  /** The endpoint has an address outside the private, shared and unique-local ranges. */
  readonly upstreamIsPublic: boolean | null | undefined;
  readonly localIsPublic: boolean | null | undefined;
}
