import { describe, expect, test } from 'vitest';
import type { FailureFacts } from '../../src/aggregate/failure-rule.ts';
import { hasFailed } from '../../src/aggregate/failure-rule.ts';
import { RESPONSE_FLAG_TABLE } from '../../src/model/response-flag.ts';

const HEALTHY: FailureFacts = {
  code: 200,
  hasMethod: true,
  flags: [],
  details: 'via_upstream',
  terminationDetails: null,
  grpcStatus: null,
};
const TCP: Partial<FailureFacts> = { code: 0, hasMethod: false, details: null };

type Row = readonly [what: string, facts: Partial<FailureFacts>];

// The sentence of the contract, part by part: "A request has failed when it has …"
const FAILED: readonly Row[] = [
  ['a flag on an answer that looks well', { flags: ['UT'] }],
  ['a flag beside DI', { flags: ['DI', 'FI'] }],
  ['a flag beside DC after 200', { flags: ['DC', 'UPE'] }],
  ['a flag that nobody knows', { flags: ['XYZ'] }],
  ['a flag on a TCP connection', { ...TCP, flags: ['UF'] }],
  ['DC before an answer', { code: 0, flags: ['DC'], details: 'downstream_remote_disconnect' }],
  ['DR before an answer', { code: 0, flags: ['DR'], details: 'http2.remote_reset' }],
  ['DC on a TCP connection', { ...TCP, flags: ['DC'] }],
  ['DC after a redirect', { code: 302, flags: ['DC'] }],
  ['DC after 404', { code: 404, flags: ['DC'] }],
  ['code 500 of the application', { code: 500 }],
  ['code 503 without details', { code: 503, details: null }],
  [
    'code 501 of the application, from the cache',
    { code: 501, flags: ['RFCF'], details: 'cache.response_from_cache_filter' },
  ],
  ['404 that the cache filter gave', { code: 404, details: 'cache_no_route' }],
  ['a code beyond all classes', { code: 999 }],
  ['code 0 with a method', { code: 0, details: null }],
  ['404 that the proxy gave', { code: 404, details: 'route_not_found' }],
  ['403 by an authorization policy', { code: 403, details: 'rbac_access_denied_matched_policy[none]' }],
  ['400 that the proxy gave, redirected or not', { code: 400, details: 'direct_response' }],
  ['426 of the proxy', { code: 426, details: 'low_version' }],
  ['200 with the details of a local reply', { code: 200, details: 'upstream_reset_after_response_started' }],
  ['200 that ext_authz gave', { code: 200, details: 'ext_authz_denied' }],
  ['TCP denied by RBAC', { ...TCP, terminationDetails: 'rbac_access_denied_matched_policy[none]' }],
  [
    'TCP denied by a named policy',
    { ...TCP, terminationDetails: 'rbac_access_denied_matched_policy[ns[foo]-policy[deny]-rule[0]]' },
  ],
  ['TCP denied by ext_authz', { ...TCP, terminationDetails: 'ext_authz_denied' }],
  ['TCP that ext_authz failed on', { ...TCP, terminationDetails: 'ext_authz_error' }],
  ['gRPC status 14', { grpcStatus: '14' }],
  ['gRPC status Unavailable', { grpcStatus: 'Unavailable' }],
  ['gRPC status PERMISSION_DENIED', { grpcStatus: 'PERMISSION_DENIED' }],
  [
    'a policy of ztunnel',
    {
      ...TCP,
      terminationDetails: 'connection closed due to policy rejection: allow policies exist, but none allowed',
    },
  ],
  [
    'a refusal seen by ztunnel',
    { ...TCP, terminationDetails: 'io error: Connection refused (os error 111)' },
  ],
  [
    'a timeout seen by ztunnel',
    {
      ...TCP,
      terminationDetails:
        'connection timed out, maybe a NetworkPolicy is blocking HBONE port 15008: deadline has elapsed',
    },
  ],
  [
    'a waypoint that ztunnel does not know',
    { ...TCP, terminationDetails: 'unknown waypoint: shop/waypoint' },
  ],
  ['no endpoint known to ztunnel', { ...TCP, terminationDetails: 'no healthy upstream: 10.96.0.7:80' }],
  ['a status within the tunnel', { ...TCP, terminationDetails: 'http status: 503 Service Unavailable' }],
];

const WELL: readonly Row[] = [
  ['200 from upstream', {}],
  ['204, 302, 399 from upstream', { code: 399 }],
  ['the 404 of an application', { code: 404 }],
  ['the 404 of an application whose details are not logged', { code: 404, details: null }],
  ['the 429 of an application with empty details', { code: 429, details: '' }],
  ['DI alone', { flags: ['DI'] }],
  ['DC after 101', { code: 101, flags: ['DC'], details: 'downstream_remote_disconnect' }],
  ['DR after 101', { code: 101, flags: ['DR'] }],
  ['DC after 200', { flags: ['DC'] }],
  // Envoy names the leaving in the details too; that is no local reply, or the exception would have no case.
  ['DC after 200, as Envoy details it', { flags: ['DC'], details: 'downstream_remote_disconnect' }],
  ['DR after 206', { code: 206, flags: ['DR'], details: 'http2.remote_reset' }],
  ['DC and DI after 299', { code: 299, flags: ['DC', 'DI'] }],
  ['a plain TCP connection', { ...TCP }],
  ['a TCP connection with other termination details', { ...TCP, terminationDetails: 'idle_timeout' }],
  [
    'a connection that ztunnel drained',
    { ...TCP, terminationDetails: 'connection closed due to connection drain' },
  ],
  [
    'a client that left ztunnel',
    { ...TCP, terminationDetails: 'client disconnected before all data was written' },
  ],
  ['200 without details', { details: null }],
  ['200 with empty details', { details: '' }],
  ['gRPC status 0', { grpcStatus: '0' }],
  ['gRPC status OK', { grpcStatus: 'OK' }],
  ['an empty gRPC status', { grpcStatus: '' }],
  // Readings of our own: the proxy was told to answer so, or the upstream did at another time.
  ['RFCF alone', { flags: ['RFCF'], details: 'cache.response_from_cache_filter' }],
  ['RFCF on an answer on its way into the cache', { flags: ['RFCF'], details: 'cache.insert_via_upstream' }],
  [
    'the 404 of an application, from the cache',
    { code: 404, flags: ['RFCF'], details: 'cache.response_from_cache_filter' },
  ],
  ['200 by a direct response', { details: 'direct_response' }],
  ['200 to a CORS preflight', { details: 'cors_response' }],
  ['200 from the cache', { details: 'cached_response' }],
  ['301 by a redirect', { code: 301, details: 'direct_response' }],
];

describe('a request has failed with', () => {
  test.for(FAILED)('%s', ([, facts]) => {
    expect(hasFailed({ ...HEALTHY, ...facts })).toBe(true);
  });

  test.for(
    RESPONSE_FLAG_TABLE.map(({ flag }) => [flag]).filter(([flag]) => flag !== 'DI' && flag !== 'RFCF'),
  )('flag %s and code 0', ([flag]) => {
    expect(hasFailed({ ...HEALTHY, ...TCP, flags: [flag ?? ''] })).toBe(true);
  });
});

describe('a request has not failed with', () => {
  test.for(WELL)('%s', ([, facts]) => {
    expect(hasFailed({ ...HEALTHY, ...facts })).toBe(false);
  });
});
