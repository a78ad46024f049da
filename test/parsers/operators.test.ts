import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseFormatString } from '../../parsers/format-string.ts';
import { compileJsonFormat } from '../../parsers/json-format.ts';
import { compileTextFormat } from '../../parsers/text-parser.ts';
import type { Field } from '../../src/model/field.ts';
import { recordOf } from './parse-line.ts';

const WORD = [
  '-',
  'x',
  '10.0.0.1',
  'TLSv1.3',
  'a/b;c=d',
  'spiffe://cluster.local/ns/a/sa/b',
  '0',
  'DC=x,CN=y',
];
const FREE = ['-', 'one', 'two words', 'a "quoted" one', '{"a":{"b":[1, 2]}}', 'x" "y', 'é→'];
const FAILURE = [
  '-',
  'delayed_connect_error:_111',
  'TLS error: 268435703:SSL routines',
  'immediate connect error: 111',
];
const COUNT = ['0', '17', '-', '4294967296'];

const COUNTERS =
  'REQUEST_HEADERS_BYTES RESPONSE_HEADERS_BYTES RESPONSE_TRAILERS_BYTES BYTES_RETRANSMITTED PACKETS_RETRANSMITTED UPSTREAM_WIRE_BYTES_SENT UPSTREAM_WIRE_BYTES_RECEIVED UPSTREAM_HEADER_BYTES_SENT UPSTREAM_HEADER_BYTES_RECEIVED UPSTREAM_DECOMPRESSED_HEADER_BYTES_SENT UPSTREAM_DECOMPRESSED_HEADER_BYTES_RECEIVED DOWNSTREAM_WIRE_BYTES_SENT DOWNSTREAM_WIRE_BYTES_RECEIVED DOWNSTREAM_HEADER_BYTES_SENT DOWNSTREAM_HEADER_BYTES_RECEIVED DOWNSTREAM_DECOMPRESSED_HEADER_BYTES_SENT DOWNSTREAM_DECOMPRESSED_HEADER_BYTES_RECEIVED REQUEST_DURATION REQUEST_TX_DURATION RESPONSE_DURATION RESPONSE_TX_DURATION DOWNSTREAM_HANDSHAKE_DURATION UPSTREAM_CONNECTION_POOL_READY_DURATION ROUNDTRIP_DURATION COMMON_DURATION(DS_RX_BEG:US_TX_END:us) UPSTREAM_LOCAL_PORT UPSTREAM_REMOTE_PORT DOWNSTREAM_REMOTE_PORT DOWNSTREAM_DIRECT_REMOTE_PORT DOWNSTREAM_LOCAL_PORT DOWNSTREAM_DIRECT_LOCAL_PORT CONNECTION_ID UPSTREAM_CONNECTION_ID';
const WORDS =
  'UPSTREAM_PROTOCOL VIRTUAL_CLUSTER_NAME UPSTREAM_HOST_NAME UPSTREAM_HOST_NAME_WITHOUT_PORT UPSTREAM_HOSTS_ATTEMPTED UPSTREAM_HOSTS_ATTEMPTED_WITHOUT_PORT UPSTREAM_HOST_NAMES_ATTEMPTED UPSTREAM_HOST_NAMES_ATTEMPTED_WITHOUT_PORT UPSTREAM_CONNECTION_IDS_ATTEMPTED UPSTREAM_REMOTE_ADDRESS_ENDPOINT_ID DOWNSTREAM_LOCAL_ADDRESS_ENDPOINT_ID DOWNSTREAM_DIRECT_LOCAL_ADDRESS_ENDPOINT_ID UPSTREAM_DETECTED_CLOSE_TYPE DOWNSTREAM_DETECTED_CLOSE_TYPE UPSTREAM_LOCAL_CLOSE_REASON DOWNSTREAM_LOCAL_CLOSE_REASON STREAM_ID DOWNSTREAM_LOCAL_IP_SAN DOWNSTREAM_PEER_IP_SAN DOWNSTREAM_LOCAL_DNS_SAN DOWNSTREAM_PEER_DNS_SAN DOWNSTREAM_LOCAL_URI_SAN DOWNSTREAM_PEER_URI_SAN DOWNSTREAM_TLS_SESSION_ID DOWNSTREAM_TLS_CIPHER DOWNSTREAM_TLS_VERSION DOWNSTREAM_TLS_GROUP DOWNSTREAM_PEER_CERT DOWNSTREAM_PEER_CERT_V_START(%Y-%m-%d) DOWNSTREAM_PEER_CERT_V_END UPSTREAM_LOCAL_IP_SAN UPSTREAM_PEER_IP_SAN UPSTREAM_LOCAL_DNS_SAN UPSTREAM_PEER_DNS_SAN UPSTREAM_LOCAL_URI_SAN UPSTREAM_PEER_URI_SAN UPSTREAM_TLS_SESSION_ID UPSTREAM_TLS_CIPHER UPSTREAM_TLS_VERSION UPSTREAM_TLS_GROUP UPSTREAM_PEER_CERT UPSTREAM_PEER_CERT_V_START UPSTREAM_PEER_CERT_V_END DOWNSTREAM_PEER_FINGERPRINT_256 DOWNSTREAM_PEER_FINGERPRINT_1 DOWNSTREAM_PEER_SERIAL DOWNSTREAM_PEER_CHAIN_FINGERPRINTS_256 DOWNSTREAM_PEER_CHAIN_FINGERPRINTS_1 DOWNSTREAM_PEER_CHAIN_SERIALS DOWNSTREAM_PEER_ISSUER_FINGERPRINT_256 DOWNSTREAM_PEER_ISSUER_SERIAL UPSTREAM_SERVER_NAME TLS_JA3_FINGERPRINT TLS_JA4_FINGERPRINT HOSTNAME ACCESS_LOG_TYPE UNIQUE_ID TRACE_ID SPAN_ID CUSTOM_FLAGS REQ(:SCHEME) KUMA_MESH KUMA_SOURCE_SERVICE KUMA_TRAFFIC_DIRECTION KUMA_ZONE';
const FREE_TEXTS = [
  'REQ(X-TEAM?X-GROUP):40',
  'RESP(SERVER)',
  'TRAILER(X-SUM)',
  'REQ_WITHOUT_QUERY(X-URL?REFERER)',
  'QUERY_PARAM(q):10',
  'QUERY_PARAMS(DECODED)',
  'DYNAMIC_METADATA(com.test.my_filter:test_object:inner_key):60',
  'CLUSTER_METADATA(istio:services)',
  'UPSTREAM_METADATA(com.test:k)',
  'METADATA(ROUTE:com.test:k)',
  'FILTER_STATE(wasm.upstream_peer:PLAIN):100',
  'FILTER_STATE(upstream_peer:FIELD:name)',
  'UPSTREAM_FILTER_STATE(k:TYPED)',
  'DOWNSTREAM_PEER_SUBJECT',
  'DOWNSTREAM_PEER_ISSUER',
  'UPSTREAM_PEER_SUBJECT',
  'UPSTREAM_PEER_ISSUER',
  'DOWNSTREAM_LOCAL_SUBJECT',
  'DOWNSTREAM_LOCAL_EMAIL_SAN',
  'DOWNSTREAM_PEER_EMAIL_SAN',
  'DOWNSTREAM_LOCAL_OTHERNAME_SAN',
  'DOWNSTREAM_PEER_OTHERNAME_SAN',
  'LOCAL_REPLY_BODY',
  'FILTER_CHAIN_NAME',
  'ENVIRONMENT(POD_NAME):20',
  'CEL(request.headers["x"].size() > (3 % 2)):30',
  'TYPED_CEL(response.code)',
  'COALESCE({"operators":["REQUESTED_SERVER_NAME",{"operator":"REQ","param":":AUTHORITY"}]}):50',
];

interface Column {
  readonly operator: string;
  readonly value: string;
  readonly isQuoted: boolean;
}

function column(operators: readonly string[], values: readonly string[], quotes: fc.Arbitrary<boolean>) {
  return fc
    .tuple(fc.constantFrom(...operators), fc.constantFrom(...values), quotes)
    .map(([operator, value, isQuoted]): Column => ({ operator, value, isQuoted }));
}

/** A column that no field comes out of. Free text stands in quotes, as formats have it. */
const passedOver = fc.oneof(
  column(COUNTERS.split(' '), COUNT, fc.boolean()),
  column(WORDS.split(' '), WORD, fc.boolean()),
  column(['DOWNSTREAM_TRANSPORT_FAILURE_REASON'], FAILURE, fc.constant(true)),
  column(
    ['EMIT_TIME(%d %b %Y)', 'EMIT_TIME_LOCAL(%c)'],
    ['01 Jan 2026', 'Thu Jan  1 00:00:00 2026'],
    fc.constant(true),
  ),
);
const freeText = column(FREE_TEXTS, FREE, fc.constant(true));

/** Columns that are looked for among the others. */
const OWN: readonly Column[] = [
  { operator: 'START_TIME(%s.%3f)', value: '1767225600.125', isQuoted: false },
  { operator: 'RESPONSE_CODE', value: '503', isQuoted: false },
  { operator: 'RESPONSE_FLAGS_LONG', value: 'UpstreamConnectionFailure', isQuoted: false },
  { operator: 'UPSTREAM_CLUSTER_RAW', value: 'outbound|80||a.b.svc.cluster.local', isQuoted: true },
];
const FOUND = {
  startTime: '1767225600.125',
  responseCode: '503',
  responseFlags: 'UpstreamConnectionFailure',
  upstreamCluster: 'outbound|80||a.b.svc.cluster.local',
};

function formatOf(columns: readonly Column[], separator: string): string {
  return columns
    .map(({ operator, isQuoted }) => (isQuoted ? `"%${operator}%"` : `%${operator}%`))
    .join(separator);
}

function lineOf(columns: readonly Column[], separator: string): string {
  return columns.map(({ value, isQuoted }) => (isQuoted ? `"${value}"` : value)).join(separator);
}

describe('every operator of Envoy', () => {
  const all = [...COUNTERS.split(' '), ...WORDS.split(' '), ...FREE_TEXTS];

  test.for(all.map((operator) => [operator]))('%s is passed over', ([operator]) => {
    expect(parseFormatString(`[%${operator}%]`)).toMatchObject([
      { kind: 'literal' },
      { kind: 'operator', field: null },
      { kind: 'literal', text: ']' },
    ]);
  });

  test('may stand around the fields, in any order, without shifting one', () => {
    fc.assert(
      fc.property(
        fc.array(passedOver, { maxLength: 6 }),
        fc.array(freeText, { maxLength: 3 }),
        fc.array(passedOver, { maxLength: 6 }),
        fc.constantFrom(' ', '\t', ' | '),
        (before, free, behind, separator) => {
          const columns = [...before, ...OWN, ...free, ...behind];
          const { fields } = compileTextFormat(formatOf(columns, separator));
          const record = recordOf(
            compileTextFormat(formatOf(columns, separator)),
            lineOf(columns, separator),
          );
          expect(record).toMatchObject(FOUND);
          expect(fields.size).toBe(OWN.length);
        },
      ),
      { numRuns: 400 },
    );
  });
});

/** An operator of Envoy 1.40, and what its value may hold. `arguments`: spellings to try, null for none. */
interface KnownOperator {
  readonly operator: string;
  readonly arguments: readonly (string | null)[];
  readonly hasLength: boolean;
  readonly holdsBlanks: boolean;
  readonly holdsQuotes: boolean;
}

const KNOWN: readonly KnownOperator[] = JSON.parse(
  readFileSync(new URL('../fixtures/format-operators.json', import.meta.url), 'utf8'),
);

/** What times look like in the formats of the fixture. */
const TIMES: Readonly<Record<string, string>> = {
  '%s.%3f': '1767225600.125',
  '%s%3f': '1767225600125',
  '%s': '1767225600',
  '%c': 'Thu Jan  1 00:00:00 2026',
  '%Y-%m-%d': '2026-01-01',
  '%d.%m.%Y %H:%M:%S': '01.01.2026 00:00:00',
  '%Y/%m/%dT%H:%M:%S%z %s': '2026/01/01T00:00:00+0000 1767225600',
  '%b %d %H:%M:%S %Y %Z': 'Jan 01 00:00:00 2026 UTC',
};
const INTEGER =
  /_BYTES|BYTES_|_DURATION|^DURATION|_PORT$|CONNECTION_ID|RETRANSMITTED|ATTEMPT_COUNT|SERVICE-TIME/;

interface Spelled {
  readonly spelling: string;
  readonly values: readonly string[];
  readonly field: Field | null;
}

function spell(known: KnownOperator, argument: string | null): Spelled {
  const spelling = `${known.operator}${argument === null ? '' : `(${argument})`}${known.hasLength ? ':64' : ''}`;
  const [token] = parseFormatString(`%${spelling}%`);
  const field = token?.kind === 'operator' ? token.field : null;
  return { spelling, field, values: valuesOf(known, argument, field) };
}

function valuesOf(known: KnownOperator, argument: string | null, field: Field | null): readonly string[] {
  if (field === 'responseCode') return ['200'];
  if (field === 'responseFlags') return ['-', 'UH'];
  if (/_TIME|_CERT_V_/.test(known.operator)) return [TIMES[argument ?? ''] ?? '2026-01-01T00:00:00.125Z'];
  if (INTEGER.test(`${known.operator}${argument ?? ''}`)) return ['0', '17', '-'];
  const isText = field === null && !(argument ?? '').startsWith(':');
  return [
    ...['-', 'x', '10.0.0.1:80', 'a/b?c=d'],
    ...(isText && known.holdsBlanks ? ['two words'] : []),
    ...(isText && known.holdsQuotes
      ? ['a "quoted" one'.slice(0, known.holdsBlanks ? undefined : 3).trim()]
      : []),
  ];
}

/** Fields that stand around the operator, but for the one that it logs itself. */
const AROUND = [
  ['responseCode', '%RESPONSE_CODE%', '503'],
  ['responseFlags', '%RESPONSE_FLAGS%', 'UF,URX'],
  ['upstreamCluster', '"%UPSTREAM_CLUSTER%"', '"outbound|80||a.b.svc.cluster.local"'],
] as const;

const SPELLED = KNOWN.flatMap((known) => known.arguments.map((argument) => spell(known, argument)));

describe('the operators that Envoy documents', () => {
  test('are all there', () => {
    expect(KNOWN.length).toBeGreaterThan(155);
    expect(SPELLED.filter(({ field }) => field !== null).length).toBeGreaterThan(30);
  });

  test.each(SPELLED.map((spelled) => [spelled.spelling, spelled] as const))(
    '%s is read in a text and in JSON',
    (_, { spelling, values, field }) => {
      const around = AROUND.filter(([own]) => own !== field);
      const others = Object.fromEntries(around.map(([own, , value]) => [own, value.replaceAll('"', '')]));
      const format = ['[x]', `"%${spelling}%"`, ...around.map(([, text]) => text)].join(' ');
      const parser = compileTextFormat(format);
      const json = compileJsonFormat(
        JSON.stringify({
          x: `%${spelling}%`,
          ...Object.fromEntries(around.map(([own, text]) => [own, text.replaceAll('"', '')])),
        }),
      );
      for (const value of values) {
        const own = field === null ? {} : { [field]: value === '-' ? null : value };
        const line = ['[x]', `"${value}"`, ...around.map(([, , text]) => text)].join(' ');
        expect({ line, ...recordOf(parser, line) }).toMatchObject({ ...others, ...own });
        const object = JSON.stringify({ x: value, ...others });
        expect({ object, ...recordOf(json, object) }).toMatchObject({ ...others, ...own });
      }
    },
  );
});
