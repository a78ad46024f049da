/**
 * Every response flag of Envoy 1.40 with its long name and meaning. Order is that of Envoy's enum.
 * Source: envoy/stream_info/stream_info.h, Envoy 1.40.
 */
export const RESPONSE_FLAG_TABLE = [
  {
    flag: 'LH',
    longName: 'FailedLocalHealthCheck',
    meaning: 'The proxy was told to fail its health checks and answers for the service itself.',
  },
  {
    flag: 'UH',
    longName: 'NoHealthyUpstream',
    meaning: 'The cluster exists, but it has no endpoint that may be used.',
  },
  {
    flag: 'UT',
    longName: 'UpstreamRequestTimeout',
    meaning: 'The upstream did not answer within the route or per-try timeout.',
  },
  { flag: 'LR', longName: 'LocalReset', meaning: 'The proxy itself reset the upstream stream.' },
  { flag: 'UR', longName: 'UpstreamRemoteReset', meaning: 'The upstream reset the stream.' },
  {
    flag: 'UF',
    longName: 'UpstreamConnectionFailure',
    meaning: 'No connection to the upstream endpoint could be made.',
  },
  {
    flag: 'UC',
    longName: 'UpstreamConnectionTermination',
    meaning: 'The upstream closed a connection that had been made, before it answered.',
  },
  {
    flag: 'UO',
    longName: 'UpstreamOverflow',
    meaning: 'A connection pool or circuit-breaker limit was reached.',
  },
  { flag: 'NR', longName: 'NoRouteFound', meaning: 'No route or no filter chain matches.' },
  { flag: 'DI', longName: 'DelayInjected', meaning: 'Fault injection delayed the request.' },
  { flag: 'FI', longName: 'FaultInjected', meaning: 'Fault injection aborted the request.' },
  { flag: 'RL', longName: 'RateLimited', meaning: 'A rate limit rejected the request.' },
  {
    flag: 'UAEX',
    longName: 'UnauthorizedExternalService',
    meaning: 'The external authorization service (or Mixer, before Istio 1.8) denied or failed.',
  },
  { flag: 'RLSE', longName: 'RateLimitServiceError', meaning: 'The rate-limit service failed.' },
  {
    flag: 'DC',
    longName: 'DownstreamConnectionTermination',
    meaning: 'The caller closed its connection before the answer was complete.',
  },
  {
    flag: 'URX',
    longName: 'UpstreamRetryLimitExceeded',
    meaning: 'All retries (or TCP connection attempts) were used up.',
  },
  { flag: 'SI', longName: 'StreamIdleTimeout', meaning: 'No bytes moved for the stream idle timeout.' },
  {
    flag: 'IH',
    longName: 'InvalidEnvoyRequestHeaders',
    meaning: 'A strictly checked x-envoy header has a bad value.',
  },
  {
    flag: 'DPE',
    longName: 'DownstreamProtocolError',
    meaning: 'The caller sent something that is not valid HTTP.',
  },
  {
    flag: 'UMSDR',
    longName: 'UpstreamMaxStreamDurationReached',
    meaning: 'The upstream stream lasted longer than its limit.',
  },
  {
    flag: 'RFCF',
    longName: 'ResponseFromCacheFilter',
    meaning: 'The cache filter answered, as a rule without asking an upstream.',
  },
  { flag: 'NFCF', longName: 'NoFilterConfigFound', meaning: 'The configuration of a filter never arrived.' },
  {
    flag: 'DT',
    longName: 'DurationTimeout',
    meaning: 'The request or connection lasted longer than its limit.',
  },
  {
    flag: 'UPE',
    longName: 'UpstreamProtocolError',
    meaning: 'The upstream sent something that is not valid HTTP.',
  },
  {
    flag: 'NC',
    longName: 'NoClusterFound',
    meaning: 'The matched route names a cluster that the proxy does not have.',
  },
  { flag: 'OM', longName: 'OverloadManagerTerminated', meaning: 'The overload manager shed the request.' },
  { flag: 'DF', longName: 'DnsResolutionFailed', meaning: 'The upstream host name could not be resolved.' },
  { flag: 'DO', longName: 'DropOverload', meaning: 'The endpoint policy dropped a share of the requests.' },
  { flag: 'DR', longName: 'DownstreamRemoteReset', meaning: 'The caller reset its HTTP/2 or HTTP/3 stream.' },
  { flag: 'UDO', longName: 'UnconditionalDropOverload', meaning: 'The endpoint policy drops every request.' },
] as const;

/** A response flag that this version knows. Others are kept as they are printed. */
export type ResponseFlag = (typeof RESPONSE_FLAG_TABLE)[number]['flag'];

/** `%RESPONSE_FLAGS_LONG%` prints these. */
const SHORT_BY_LONG: ReadonlyMap<string, ResponseFlag> = new Map(
  RESPONSE_FLAG_TABLE.map(({ flag, longName }) => [longName, flag]),
);

const KNOWN: ReadonlySet<string> = new Set(RESPONSE_FLAG_TABLE.map((row) => row.flag));

/** True when Envoy 1.40 defines this flag. Extensions may register others (Envoy ≥ 1.30). */
export function isKnownResponseFlag(flag: string): flag is ResponseFlag {
  return KNOWN.has(flag);
}

/**
 * The flags of a `%RESPONSE_FLAGS%` or `%RESPONSE_FLAGS_LONG%` value as a set of short names in one order. Envoy prints
 * them in the order in which they were set (`URX,UF` over HTTP, `UF,URX` over TCP), so the printed order carries no fact.
 * `-` and the empty value give none.
 */
export function parseResponseFlags(value: string): readonly string[] {
  if (value === '-' || value === '') return [];
  const flags = new Set(
    value
      .split(',')
      .map((flag) => flag.trim())
      .filter((flag) => flag !== '' && flag !== '-')
      .map((flag) => SHORT_BY_LONG.get(flag) ?? flag),
  );
  return [...flags].sort();
}
