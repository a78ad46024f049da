import { describe, expect, test } from 'vitest';
import { istioJson } from '../../../parsers/istio-json.ts';
import { readLog } from '../../parsers/read-log.ts';

type Json = Readonly<Record<string, unknown>>;

const FLAG_NAMES: Readonly<Record<string, string>> = {
  UF: 'upstreamConnectionFailure',
  URX: 'upstreamRetryLimitExceeded',
  UO: 'upstreamOverflow',
  DPE: 'downstreamProtocolError',
  NFCF: 'noFilterConfigFound',
};

const RECORDS: readonly Json[] = [
  ...istioJson.samples.map(({ line }): Json => JSON.parse(line)),
  {
    ...JSON.parse(istioJson.samples[0]?.line ?? ''),
    response_flags: 'UF,URX',
    upstream_host: '[fd00::1]:8080',
    duration: 10_001,
    path: '/a"b\\c?x=é',
  },
];

/** A protobuf message as JSON leaves out what is not set. */
function withoutEmpty(message: Json): Json {
  return Object.fromEntries(
    Object.entries(message).filter(([, value]) => value != null && value !== '-' && value !== ''),
  );
}

function address(text: unknown): unknown {
  if (typeof text !== 'string' || text === '-') return null;
  const colon = text.lastIndexOf(':');
  const host = text.slice(0, colon).replace(/^\[|\]$/g, '');
  return { socketAddress: { address: host, portValue: Number(text.slice(colon + 1)) } };
}

function toEntry(record: Json): Json {
  const flags = String(record['response_flags']).split(',');
  return {
    commonProperties: withoutEmpty({
      startTime: record['start_time'],
      duration: `${Number(record['duration']) / 1000}s`,
      upstreamRemoteAddress: address(record['upstream_host']),
      upstreamLocalAddress: address(record['upstream_local_address']),
      downstreamLocalAddress: address(record['downstream_local_address']),
      downstreamRemoteAddress: address(record['downstream_remote_address']),
      upstreamCluster: record['upstream_cluster'],
      upstreamTransportFailureReason: record['upstream_transport_failure_reason'],
      routeName: record['route_name'],
      responseFlags: Object.fromEntries(
        flags.flatMap((flag) => (FLAG_NAMES[flag] ? [[FLAG_NAMES[flag], true]] : [])),
      ),
    }),
    protocolVersion: 'HTTP11',
    request: withoutEmpty({
      requestMethod: record['method'],
      path: record['path'],
      authority: record['authority'],
      userAgent: record['user_agent'],
      requestId: record['request_id'],
      forwardedFor: record['x_forwarded_for'],
      requestBodyBytes: String(record['bytes_received']),
    }),
    response: withoutEmpty({
      responseCode: record['response_code'],
      responseCodeDetails: record['response_code_details'],
      responseBodyBytes: String(record['bytes_sent']),
    }),
  };
}

function toSnake(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toSnake);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      toSnake(inner),
    ]),
  );
}

/** But for what an entry cannot say: how long the upstream took by its own header, and that a text was empty. */
function comparable(log: string, mayBeDocument = false): unknown {
  return readLog(log, { mayBeDocument }).records.map(({ record }) => ({
    ...record,
    responseCodeDetails: record.responseCodeDetails || null,
    upstreamServiceTime: null,
  }));
}

const lines = (values: readonly unknown[]): string =>
  values.map((value) => `${JSON.stringify(value)}\n`).join('');

describe('entries of the gRPC access log service', () => {
  const plain = comparable(lines(RECORDS));
  const entries = RECORDS.map(toEntry);

  test.each([
    ['one on a line', lines(entries), false],
    ['in snake_case', lines(entries.map(toSnake)), false],
    ['behind a prefix', entries.map((entry) => `als: ${JSON.stringify(entry)}\n`).join(''), false],
    [
      'in the messages of a stream',
      lines([{ identifier: { logName: 'x' }, httpLogs: { logEntry: entries } }]),
      true,
    ],
    ['pretty-printed', JSON.stringify({ http_logs: { log_entry: entries.map(toSnake) } }, null, 2), true],
  ] as const)('are the records that they stand for: %s', (_, log, mayBeDocument) => {
    expect(comparable(log, mayBeDocument)).toEqual(plain);
  });

  test('of HTTP have code 0 where the caller got no answer', () => {
    const { records } = readLog(
      lines([
        {
          commonProperties: { responseFlags: { downstreamConnectionTermination: true } },
          request: { requestMethod: 'GET' },
        },
      ]),
    );
    expect(records[0]?.record).toMatchObject({ responseCode: '0', responseFlags: 'DC', method: 'GET' });
  });

  test('may name methods and protocols by number', () => {
    const { records } = readLog(
      lines([
        {
          common_properties: { start_time: { seconds: 1, nanos: 5e6 } },
          protocol_version: 3,
          request: { request_method: 3 },
          response: { response_code: { value: 201 } },
        },
      ]),
    );
    expect(records[0]?.record).toMatchObject({
      startTime: '1970-01-01T00:00:01.005Z',
      method: 'POST',
      protocol: 'HTTP/2',
      responseCode: '201',
    });
  });
});

describe('records of OpenTelemetry', () => {
  const pair = ([key, value]: readonly [string, unknown]) => ({
    key,
    value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value ?? '-' },
  });
  const plain = comparable(lines(RECORDS));
  const pairs = RECORDS.map((record) => Object.entries(record).map(pair));

  test.each([
    ['attributes', pairs.map((attributes) => ({ timeUnixNano: '1', body: {}, attributes }))],
    ['the body', pairs.map((values) => ({ timeUnixNano: '1', body: { kvlistValue: { values } } }))],
  ] as const)('with the fields in %s', (_, logRecords) => {
    const message = { resourceLogs: [{ resource: {}, scopeLogs: [{ scope: {}, logRecords }] }] };
    expect(comparable(lines(logRecords), true)).toEqual(plain);
    expect(comparable(JSON.stringify(message), true)).toEqual(plain);
    expect(comparable(lines([message, message]), true)).toHaveLength(2 * RECORDS.length);
  });
});
