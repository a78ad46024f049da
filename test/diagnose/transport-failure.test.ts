import { describe, expect, test } from 'vitest';
import { eraOfWording } from '../../src/diagnose/era.ts';
import { classifyTransportFailure } from '../../src/diagnose/transport-failure.ts';
import type { Shape } from '../../src/model/shape.ts';
import { EMPTY_SHAPE } from '../../src/model/shape.ts';
import type { TransportFailure } from '../../src/model/shape-view.ts';
import { TRANSPORT_FAILURES } from '../../src/model/shape-view.ts';

const RESET = 'upstream_reset_before_response_started';
const REMOTE = `${RESET}{remote_connection_failure|`;
const OPENSSL = 'SSL_routines:OPENSSL_internal';

// Every wording that Envoy has had for a failed connection: as its own field, with blanks or `_`, with errno as number or
// word, in the braces of the details, and as BoringSSL prints it. Sources: connection-and-tls-strings of the project's
// facts, observed with Envoy 1.40 or quoted from issue threads since 2018.
const WORDINGS: readonly (readonly [text: string, failure: TransportFailure | null])[] = [
  ['delayed_connect_error:_111', 'refused'],
  ['delayed connect error: 111', 'refused'],
  ['delayed_connect_error:_Connection_refused', 'refused'],
  ['immediate_connect_error:_Connection_refused|remote_address:10.0.0.1:80', 'refused'],
  [`${REMOTE}delayed_connect_error:_Connection_refused}`, 'refused'],
  [`${RESET}{connection_failure,delayed_connect_error:_111}`, 'refused'],

  ['delayed_connect_error:_110', 'timedOut'],
  ['delayed_connect_error:_Connection_timed_out', 'timedOut'],
  [`${RESET}{connection_timeout}`, 'timedOut'],

  ['delayed_connect_error:_113', 'unreachable'],
  ['delayed_connect_error:_No_route_to_host', 'unreachable'],
  ['immediate_connect_error:_101', 'unreachable'],
  ['immediate_connect_error:_Network_is_unreachable|remote_address:[2001:db8::1]:443', 'unreachable'],
  ['delayed_connect_error:_112', 'unreachable'],
  ['delayed_connect_error:_Host_is_down', 'unreachable'],

  ['immediate_connect_error:_99', 'addressUnavailable'],
  [
    'immediate_connect_error:_Cannot_assign_requested_address|remote_address:10.0.0.1:80',
    'addressUnavailable',
  ],
  ['immediate_connect_error:_98', 'addressUnavailable'],
  ['immediate_connect_error:_Address_already_in_use', 'addressUnavailable'],

  ['socket_creation_failure', 'noSocket'],
  [`${RESET}{local_connection_failure|socket_creation_failure}`, 'noSocket'],
  ['immediate_connect_error:_24', 'noSocket'],
  ['immediate_connect_error:_Too_many_open_files', 'noSocket'],

  ['delayed_connect_error:_104', 'reset'],
  ['delayed_connect_error:_Connection_reset_by_peer', 'reset'],

  ['immediate_connect_error:_No_such_file_or_directory|remote_address:/tmp/nonexist.sock', 'other'],
  ['immediate_connect_error:_2', 'other'],
  ['immediate_connect_error:_13', 'other'],
  ['delayed_connect_error:_Software_caused_connection_abort', 'other'],

  ['TLS error: 268435703:SSL routines:OPENSSL_internal:WRONG_VERSION_NUMBER', 'tlsWrongVersion'],
  [`TLS_error:_268435703:${OPENSSL}:WRONG_VERSION_NUMBER`, 'tlsWrongVersion'],
  [`TLS_error:|268435703:${OPENSSL}:WRONG_VERSION_NUMBER:TLS_error_end`, 'tlsWrongVersion'],
  [`${REMOTE}TLS_error:|268435703:${OPENSSL}:WRONG_VERSION_NUMBER:TLS_error_end}`, 'tlsWrongVersion'],
  [`TLS_error:|268435612:${OPENSSL}:HTTP_REQUEST:TLS_error_end`, 'tlsWrongVersion'],
  [`TLS_error|error:1000009c:${OPENSSL}:HTTP_REQUEST:TLS_error_end`, 'tlsWrongVersion'],

  [`TLS_error:_268435581:${OPENSSL}:CERTIFICATE_VERIFY_FAILED`, 'tlsCertificate'],
  [
    `TLS_error:|268435581:${OPENSSL}:CERTIFICATE_VERIFY_FAILED:verify_cert_failed:_X509_verify_cert:_certificate_verification_error_at_depth_0:_unable_to_get_local_issuer_certificate:TLS_error_end`,
    'tlsCertificate',
  ],
  [
    `TLS_error:|268435581:${OPENSSL}:CERTIFICATE_VERIFY_FAILED:verify_cert_failed:_X509_verify_cert:_certificate_verification_error_at_depth_0:_certificate_has_expired:TLS_error_end`,
    'tlsCertificate',
  ],
  [
    `TLS_error:|268435581:${OPENSSL}:CERTIFICATE_VERIFY_FAILED:verify_cert_failed:_SAN_matcher,_certificate_SANs_are_[spiffe://cluster.local/ns/foo/sa/server]:TLS_error_end`,
    'tlsCertificate',
  ],
  [
    `TLS_error:|268435581:${OPENSSL}:CERTIFICATE_VERIFY_FAILED:verify_cert_failed:_verify_SAN_list`,
    'tlsCertificate',
  ],

  // The peer says so: it does not accept us.
  [`TLS_error:|268436501:${OPENSSL}:SSLV3_ALERT_CERTIFICATE_EXPIRED:TLS_error_end`, 'tlsAlertCertificate'],
  [`TLS_error:|268436502:${OPENSSL}:SSLV3_ALERT_CERTIFICATE_UNKNOWN:TLS_error_end`, 'tlsAlertCertificate'],
  [`TLS_error:|268436504:${OPENSSL}:TLSV1_ALERT_UNKNOWN_CA:TLS_error_end`, 'tlsAlertCertificate'],
  ['TLS error: 268436504', 'tlsAlertCertificate'],
  [`TLS_error:|268436498:${OPENSSL}:SSLV3_ALERT_BAD_CERTIFICATE:TLS_error_end`, 'tlsAlertCertificate'],
  ['TLSV1_ALERT_DECRYPT_ERROR', 'tlsAlertCertificate'],
  [`TLS_error:|268436496:${OPENSSL}:SSLV3_ALERT_HANDSHAKE_FAILURE:TLS_error_end`, 'tlsAlertOther'],
  [`TLS_error:|268436526:${OPENSSL}:TLSV1_ALERT_PROTOCOL_VERSION:TLS_error_end`, 'tlsAlertOther'],
  ['TLS error: 268436526', 'tlsAlertOther'],
  ['TLS_error:|...:TLSV13_ALERT_CERTIFICATE_REQUIRED...', 'tlsAlertOther'],
  ['TLSV1_UNRECOGNIZED_NAME', 'tlsAlertOther'],
  ['TLSV1_ALERT_UNKNOWN_PSK_IDENTITY', 'tlsAlertOther'],

  ['TLS_error:_Secret_is_not_supplied_by_SDS', 'tlsNoSecret'],
  ['TLS error: Secret is not supplied by SDS', 'tlsNoSecret'],
  [`${REMOTE}TLS_error:_Secret_is_not_supplied_by_SDS}`, 'tlsNoSecret'],

  ['TLS_error:|33554536:system_library:OPENSSL_internal:Connection_reset_by_peer:TLS_error_end', 'tlsOther'],
  [`TLS_error:|268435696:${OPENSSL}:UNSUPPORTED_PROTOCOL:TLS_error_end`, 'tlsOther'],
  [`TLS_error:|268435648:${OPENSSL}:PEER_DID_NOT_RETURN_A_CERTIFICATE:TLS_error_end`, 'tlsOther'],

  // What says nothing of a connection attempt.
  [`${RESET}{connection_termination}`, null],
  [`${RESET}{connection_failure}`, null],
  [`${RESET}{overflow}`, null],
  ['via_upstream', null],
  ['response_timeout', null],
  ['upstream_per_try_timeout', null],
  ['downstream_remote_disconnect', null],
  ['no_healthy_upstream', null],
  ['stream_idle_timeout', null],
];

describe('the wording of a failed connection', () => {
  test.for(WORDINGS)('%s means %s', ([text, failure]) => {
    expect(classifyTransportFailure(text)).toBe(failure);
  });

  test('is known for every kind of failure', () => {
    const known = new Set(WORDINGS.map(([, failure]) => failure));
    expect(TRANSPORT_FAILURES.filter((failure) => !known.has(failure))).toEqual([]);
  });
});

describe('the era of a wording', () => {
  test.for([
    [
      'TLS_error:|268435581:X:CERTIFICATE_VERIFY_FAILED:verify_cert_failed:_X509_verify_cert:_x',
      'Envoy ≥ 1.37',
    ],
    ['delayed_connect_error:_Connection_refused', 'Envoy ≥ 1.32'],
    ['delayed_connect_error:_111', 'Envoy ≤ 1.31'],
    [`${REMOTE}connection_timeout}`, 'Envoy ≥ 1.31'],
    [`TLS_error:|268435703:${OPENSSL}:WRONG_VERSION_NUMBER:TLS_error_end`, 'Envoy ≥ 1.29'],
    ['TLS error: 268435703:SSL routines', 'Envoy ≤ 1.29'],
    [`${RESET}{connection_failure}`, 'Envoy ≤ 1.30'],
    ['via_upstream', null],
  ] as const)('%s proves %s', ([text, era]) => {
    expect(eraOfWording([{ ...EMPTY_SHAPE, upstreamTransportFailureReason: text }])).toBe(era);
    expect(eraOfWording([EMPTY_SHAPE, { ...EMPTY_SHAPE, responseCodeDetails: text }])).toBe(era);
  });

  const shapesWith = (texts: readonly string[]): readonly Shape[] =>
    texts.map((responseCodeDetails) => ({ ...EMPTY_SHAPE, responseCodeDetails }));

  test('lies between what one line proves and what another does', () => {
    const texts = ['delayed_connect_error:_111', `TLS_error:|268435703:${OPENSSL}:WRONG_VERSION_NUMBER`];
    expect(eraOfWording(shapesWith(texts))).toBe('Envoy 1.29 to 1.31');
  });

  test('is told twice where lines of two proxies stand in one log', () => {
    const texts = [`${RESET}{connection_failure}`, 'delayed_connect_error:_Connection_refused'];
    expect(eraOfWording(shapesWith(texts))).toBe('Envoy ≤ 1.30 and Envoy ≥ 1.32');
  });

  test('is told by flags that older proxies do not know', () => {
    expect(eraOfWording([{ ...EMPTY_SHAPE, responseFlags: ['DR'] }])).toBe('Envoy ≥ 1.30');
    expect(eraOfWording([{ ...EMPTY_SHAPE, responseFlags: ['NR'] }])).toBe(null);
  });
});
