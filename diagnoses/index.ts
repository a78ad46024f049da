import type { Diagnosis } from '../src/model/diagnosis.ts';
import { circuitBreakerOverflow } from './cluster/circuit-breaker-overflow.ts';
import { headlessLoadBalancingIgnored } from './cluster/headless-load-balancing-ignored.ts';
import { noHealthyEndpoints } from './cluster/no-healthy-endpoints.ts';
import { outlierEjection } from './cluster/outlier-ejection.ts';
import { appNotListening } from './connection/app-not-listening.ts';
import { certificateVerificationFailed } from './connection/certificate-verification-failed.ts';
import { connectTimeout } from './connection/connect-timeout.ts';
import { connectionRefused } from './connection/connection-refused.ts';
import { dnsResolutionFailed } from './connection/dns-resolution-failed.ts';
import { doubleTls } from './connection/double-tls.ts';
import { ephemeralPortExhaustion } from './connection/ephemeral-port-exhaustion.ts';
import { externalAddressChanged } from './connection/external-address-changed.ts';
import { fileDescriptorExhaustion } from './connection/file-descriptor-exhaustion.ts';
import { firewallDnsExpiry } from './connection/firewall-dns-expiry.ts';
import { headlessMtlsWithoutSidecar } from './connection/headless-mtls-without-sidecar.ts';
import { headlessPodIpStrictMtls } from './connection/headless-pod-ip-strict-mtls.ts';
import { headlessStalePodIp } from './connection/headless-stale-pod-ip.ts';
import { plaintextClientToStrict } from './connection/plaintext-client-to-strict.ts';
import { plaintextToTlsPort } from './connection/plaintext-to-tls-port.ts';
import { proxyNotReady } from './connection/proxy-not-ready.ts';
import { sdsSecretMissing } from './connection/sds-secret-missing.ts';
import { tlsConflictMtlsToPlaintext } from './connection/tls-conflict-mtls-to-plaintext.ts';
import { tlsConflictPlaintextToStrict } from './connection/tls-conflict-plaintext-to-strict.ts';
import { tlsHandshakeRejected } from './connection/tls-handshake-rejected.ts';
import { tlsOriginationToPlaintextPort } from './connection/tls-origination-to-plaintext-port.ts';
import { envoyfilterOrder } from './policy/envoyfilter-order.ts';
import { extAuthzDenied } from './policy/ext-authz-denied.ts';
import { extAuthzUnreachable } from './policy/ext-authz-unreachable.ts';
import { faultInjection } from './policy/fault-injection.ts';
import { filterConfigMissing } from './policy/filter-config-missing.ts';
import { invalidEnvoyHeader } from './policy/invalid-envoy-header.ts';
import { jwtRejected } from './policy/jwt-rejected.ts';
import { localHealthCheckFailed } from './policy/local-health-check-failed.ts';
import { mixerDiagnoses } from './policy/mixer.ts';
import { overloadManager } from './policy/overload-manager.ts';
import { rateLimitServiceError } from './policy/rate-limit-service-error.ts';
import { rateLimited } from './policy/rate-limited.ts';
import { rbacDenied } from './policy/rbac-denied.ts';
import { clusterNotFound } from './routing/cluster-not-found.ts';
import { configPropagationDelay } from './routing/config-propagation-delay.ts';
import { configRejectedByProxy } from './routing/config-rejected-by-proxy.ts';
import { gatewayHttpRouteOnPassthroughPort } from './routing/gateway-http-route-on-passthrough-port.ts';
import { gatewayIgnoresMeshRouteRules } from './routing/gateway-ignores-mesh-route-rules.ts';
import { gatewayTlsRouteOnTerminatingPort } from './routing/gateway-tls-route-on-terminating-port.ts';
import { internetScannerNoise } from './routing/internet-scanner-noise.ts';
import { noRouteForAuthority } from './routing/no-route-for-authority.ts';
import { noRouteForPath } from './routing/no-route-for-path.ts';
import { registryOnlyBlocked } from './routing/registry-only-blocked.ts';
import { registryPodIpAuthority } from './routing/registry-pod-ip-authority.ts';
import { serviceRequirementsNotMet } from './routing/service-requirements-not-met.ts';
import { sharedCertificateConnectionReuse } from './routing/shared-certificate-connection-reuse.ts';
import { sidecarEgressScope } from './routing/sidecar-egress-scope.ts';
import { sniNotMatched } from './routing/sni-not-matched.ts';
import { sniNotSent } from './routing/sni-not-sent.ts';
import { virtualServiceToVirtualService } from './routing/virtual-service-to-virtual-service.ts';
import { weightedSplitTooFewRequests } from './routing/weighted-split-too-few-requests.ts';
import { applicationError } from './stream/application-error.ts';
import { clientDisconnected } from './stream/client-disconnected.ts';
import { headerTooLarge } from './stream/header-too-large.ts';
import { http10Client } from './stream/http-1-0-client.ts';
import { httpsToHttpPort } from './stream/https-to-http-port.ts';
import { keepaliveRace } from './stream/keepalive-race.ts';
import { listenerDrainOnConfigPush } from './stream/listener-drain-on-config-push.ts';
import { malformedRequest } from './stream/malformed-request.ts';
import { maxDurationReached } from './stream/max-duration-reached.ts';
import { payloadTooLarge } from './stream/payload-too-large.ts';
import { perTryTimeout } from './stream/per-try-timeout.ts';
import { podTermination } from './stream/pod-termination.ts';
import { protocolMismatch } from './stream/protocol-mismatch.ts';
import { retriesExhaustedOnUpstreamErrors } from './stream/retries-exhausted-on-upstream-errors.ts';
import { staleHboneConnection } from './stream/stale-hbone-connection.ts';
import { streamIdleTimeout } from './stream/stream-idle-timeout.ts';
import { upstreamCrashOrRestart } from './stream/upstream-crash-or-restart.ts';
import { upstreamOwnTimeout } from './stream/upstream-own-timeout.ts';
import { upstreamProtocolError } from './stream/upstream-protocol-error.ts';
import { upstreamReset } from './stream/upstream-reset.ts';
import { upstreamResponseTimeout } from './stream/upstream-response-timeout.ts';
import { websocketUpgradeRefused } from './stream/websocket-upgrade-refused.ts';

/** Every diagnosis, sorted by id. One line each. */
export const diagnoses: readonly Diagnosis[] = [
  appNotListening,
  applicationError,
  certificateVerificationFailed,
  circuitBreakerOverflow,
  clientDisconnected,
  clusterNotFound,
  configPropagationDelay,
  configRejectedByProxy,
  connectTimeout,
  connectionRefused,
  dnsResolutionFailed,
  doubleTls,
  envoyfilterOrder,
  ephemeralPortExhaustion,
  extAuthzDenied,
  extAuthzUnreachable,
  externalAddressChanged,
  faultInjection,
  fileDescriptorExhaustion,
  filterConfigMissing,
  firewallDnsExpiry,
  gatewayHttpRouteOnPassthroughPort,
  gatewayIgnoresMeshRouteRules,
  gatewayTlsRouteOnTerminatingPort,
  headerTooLarge,
  headlessLoadBalancingIgnored,
  headlessMtlsWithoutSidecar,
  headlessPodIpStrictMtls,
  headlessStalePodIp,
  http10Client,
  httpsToHttpPort,
  internetScannerNoise,
  invalidEnvoyHeader,
  jwtRejected,
  keepaliveRace,
  listenerDrainOnConfigPush,
  localHealthCheckFailed,
  malformedRequest,
  maxDurationReached,
  ...mixerDiagnoses,
  noHealthyEndpoints,
  noRouteForAuthority,
  noRouteForPath,
  outlierEjection,
  overloadManager,
  payloadTooLarge,
  perTryTimeout,
  plaintextClientToStrict,
  plaintextToTlsPort,
  podTermination,
  protocolMismatch,
  proxyNotReady,
  rateLimitServiceError,
  rateLimited,
  rbacDenied,
  registryOnlyBlocked,
  registryPodIpAuthority,
  retriesExhaustedOnUpstreamErrors,
  sdsSecretMissing,
  serviceRequirementsNotMet,
  sharedCertificateConnectionReuse,
  sidecarEgressScope,
  sniNotMatched,
  sniNotSent,
  staleHboneConnection,
  streamIdleTimeout,
  tlsConflictMtlsToPlaintext,
  tlsConflictPlaintextToStrict,
  tlsHandshakeRejected,
  tlsOriginationToPlaintextPort,
  upstreamCrashOrRestart,
  upstreamOwnTimeout,
  upstreamProtocolError,
  upstreamReset,
  upstreamResponseTimeout,
  virtualServiceToVirtualService,
  websocketUpgradeRefused,
  weightedSplitTooFewRequests,
];

/** Ids that were taken out: never used again. */
export const RETIRED: Readonly<
  Record<string, { readonly reason: string; readonly successor: string | null }>
> = {};
