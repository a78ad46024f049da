import { describe, expect, test } from 'vitest';
import { createGuessedJson, fieldOfPath, fieldOfValue } from '../../parsers/json-guess.ts';
import { parseLine, recordOf } from './parse-line.ts';

describe('fieldOfPath', () => {
  test.for([
    ['http.request.method', 'method'],
    ['http.response.status_code', 'responseCode'],
    ['_source.response_flags', 'responseFlags'],
    ['user_agent.original', 'userAgent'],
    ['kubernetes.host', undefined],
    ['host.name', undefined],
    ['event.duration', undefined],
    ['_source.kubernetes.labels.path', undefined],
    ['anything', undefined],
  ] as const)('takes %s for %s', ([path, field]) => {
    expect(fieldOfPath(path)?.field).toBe(field);
  });
});

describe('fieldOfValue', () => {
  test.for([
    ['a', '2026-05-04T07:08:09.100Z', 'startTime'],
    ['a', 'GET', 'method'],
    ['a', 'HTTP/2', 'protocol'],
    ['a', 'UF,URX', 'responseFlags'],
    ['a', 'UpstreamConnectionFailure', 'responseFlags'],
    ['a', 'ABC', null],
    ['a', 'PassthroughCluster', 'upstreamCluster'],
    ['a', 'outbound_.80_._.a.b.svc.cluster.local', 'requestedServerName'],
    ['a', 'rbac_access_denied_matched_policy[none]', 'responseCodeDetails'],
    ['a', 'upstream is slow', null],
    ['a', 'delayed_connect_error:_111', 'upstreamTransportFailureReason'],
    ['a', 'curl/8.5.0', 'userAgent'],
    ['a', '3bbc0252-2d5c-49fe-bd89-104e9b61770b', 'requestId'],
    ['a', '/cart?x=1', 'path'],
    ['status_of_it', '503', 'responseCode'],
    ['bytes', '503', null],
    ['kubernetes.pod_id', '3bbc0252-2d5c-49fe-bd89-104e9b61770b', null],
    ['message', '[2026-05-04T07:08:09.100Z] "GET / HTTP/1.1" 200', 'line'],
    ['log', '{\\"response_code\\":200}', 'line'],
  ] as const)('takes %s: %s for %s', ([path, value, field]) => {
    expect(fieldOfValue(path, value)).toBe(field);
  });
});

describe('JSON whose keys are guessed', () => {
  test('keeps what a key was found to be for the lines that do not show it', () => {
    const { parser } = createGuessedJson();
    recordOf(parser, '{"f":"UF","sc":503,"path":"/"}');
    expect(recordOf(parser, '{"f":"-","sc":0,"path":"/"}')).toMatchObject({
      responseFlags: null,
      responseCode: '0',
    });
    expect(parser.keySources?.()).toEqual([
      { key: 'path', field: 'path', by: 'name' },
      { key: 'sc', field: 'responseCode', by: 'value' },
      { key: 'f', field: 'responseFlags', by: 'value' },
    ]);
  });

  test('believes a name more than a look, wherever it stands', () => {
    const lines = [
      '{"seen":"2026-01-01T00:00:00Z","start_time":"2026-02-02T00:00:00Z","status":200,"path":"/"}',
      '{"start_time":"2026-02-02T00:00:00Z","seen":"2026-01-01T00:00:00Z","status":200,"path":"/"}',
    ];
    const { parser } = createGuessedJson();
    for (const line of lines) expect(recordOf(parser, line).startTime).toBe('2026-02-02T00:00:00Z');
  });

  test.for([
    ['an application', '{"level":"info","message":"started","code":200}'],
    [
      'the wrapper of an access line',
      '{"message":"[2026-05-04T07:08:09.100Z] \\"GET / HTTP/1.1\\" 503 UF","http":{"status_code":503,"method":"GET"}}',
    ],
    ['a broken object', '{"status":200,"path":{"a":1}'],
    ['an object that goes on', '{"status":200,"path":"/"} x'],
  ] as const)('leaves the line of %s', ([, line]) => {
    expect(parseLine(createGuessedJson().parser, line).outcome).not.toBe('parsed');
  });

  test('passes over what is nested too deep, and over long lists', () => {
    const deep = `${'{"a":'.repeat(12)}1${'}'.repeat(12)}`;
    const line = `{"status":503,"path":"/","deep":${deep},"list":[1,"two",[3],{"response_flags":"UF"}],"end":null}`;
    expect(recordOf(createGuessedJson().parser, line)).toMatchObject({
      responseCode: '503',
      responseFlags: 'UF',
    });
  });
});
