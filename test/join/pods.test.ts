import { describe, expect, test } from 'vitest';
import { joinHops } from '../../src/join/join-hops.ts';
import { MAX_HEALTHY_HOPS } from '../../src/model/aggregate.ts';
import { PLAIN_PAINT } from '../../src/report/paint.ts';
import { renderText } from '../../src/report/text.ts';
import { readPart } from '../aggregate/reading.ts';
import { analyseText } from '../support/analyse.ts';
import { clientLine, idOf, serverLine } from './lines.ts';

const REQUESTS = 200;
const PODS = 100;
/** Of the requests that a sample gives, one in sixty may be missed or made up. */
const TOLERANCE = 60;

test('one stream with the prefixes of a hundred pods is joined', async () => {
  const failure = { code: 503, flags: 'UF', details: 'x' };
  const lines = Array.from({ length: REQUESTS }, (_, n) => {
    const parts = { at: 10 * n, id: idOf(n), port: 40_000 + n };
    const [client, server] =
      n % 10 === 0
        ? [
            { ...parts, code: 503 },
            { ...parts, ...failure },
          ]
        : [parts, parts];
    const pod = n % PODS;
    return [
      `[pod/client-${pod}/istio-proxy] ${clientLine(client)}`,
      `[pod/server-${pod}/istio-proxy] ${serverLine(server)}`,
    ].join('\n');
  });
  const { requests, findings } = await analyseText(`${lines.join('\n')}\n`);
  expect(requests).toMatchObject({ total: REQUESTS, failed: REQUESTS / 10 });
  expect(findings[0]?.hop).toMatchObject({ outcome: 'refused', place: 'application' });
  const [, calling, serving] = findings[0]?.hop?.path ?? [];
  expect(calling?.pods).toContain('client-10');
  expect(serving?.pods).toContain('server-10');
});

test('what is too much to keep is joined by a sample, and counted close to the truth', () => {
  const count = MAX_HEALTHY_HOPS;
  const side = (line: typeof clientLine): string[] =>
    Array.from({ length: count }, (_, n) => line({ at: n, id: idOf(n), port: 1024 + (n % 60_000) }));
  const { hops, ...rest } = readPart([
    { path: 'client.log', continues: false, lines: side(clientLine) },
    { path: 'server.log', continues: false, lines: side(serverLine) },
  ]);
  expect(hops.healthy.key).toHaveLength(MAX_HEALTHY_HOPS);
  const { joined, isEstimated } = joinHops({ hops, ...rest });
  expect(isEstimated).toBe(true);
  expect(Math.abs(joined - count)).toBeLessThan(count / TOLERANCE);
}, 60_000);

const CALLER = 'productpage-v1-0';
const SERVER = 'reviews-v1-0';

/** Lines of two pods, the caller's and the server's of each request in turn. */
const OF_TWO: readonly (readonly [pod: string, line: string])[] = Array.from({ length: 30 }, (_, n) => {
  const parts = { at: 10 * n, id: idOf(n), port: 40_000 + n, code: n % 5 === 0 ? 503 : 200 };
  const failed = { ...parts, flags: 'UF', details: 'x' };
  return [
    [CALLER, clientLine(parts)],
    [SERVER, serverLine(n % 5 === 0 ? failed : parts)],
  ] as const;
}).flat();
const each = (wrap: (pod: string, line: string) => unknown): string =>
  OF_TWO.map(([pod, line]) => `${JSON.stringify(wrap(pod, line))}\n`).join('');
const linesOf = (pod: string): readonly string[] =>
  OF_TWO.filter(([own]) => own === pod).map(([, line]) => line);

describe('one export with the lines of several pods', () => {
  test.each([
    [
      'Loki, line by line',
      each((pod, line) => ({ labels: { pod }, line, timestamp: '2026-11-21T03:33:07Z' })),
    ],
    ['Fluent Bit', each((pod, line) => ({ log: `${line}\n`, kubernetes: { pod_name: pod } }))],
    [
      'Elasticsearch',
      each((pod, line) => ({ _index: 'a', _source: { message: line, kubernetes: { pod: { name: pod } } } })),
    ],
    ['CloudWatch', each((pod, line) => ({ logStreamName: pod, timestamp: 1, message: line }))],
    [
      'Google Cloud Logging',
      each((pod, line) => ({
        resource: { labels: { pod_name: pod } },
        textPayload: line,
        timestamp: '2026-11-21T03:33:07Z',
      })),
    ],
    [
      'syslog',
      OF_TWO.map(([pod, line]) => `<134>1 2026-11-21T03:33:07Z ${pod} envoy 7 - - ${line}\n`).join(''),
    ],
    [
      'an answer of Loki',
      JSON.stringify({
        data: {
          result: [CALLER, SERVER].map((pod) => ({
            stream: { app: 'x', pod },
            values: linesOf(pod).map((line) => ['1795231987287000000', line]),
          })),
        },
      }),
    ],
    [
      'an export of OpenTelemetry',
      JSON.stringify({
        resourceLogs: [CALLER, SERVER].map((pod) => ({
          resource: { attributes: [{ key: 'k8s.pod.name', value: { stringValue: pod } }] },
          scopeLogs: [{ logRecords: linesOf(pod).map((line) => ({ body: { stringValue: line } })) }],
        })),
      }),
    ],
    [
      'a subscription of CloudWatch',
      [CALLER, SERVER]
        .map((pod) =>
          JSON.stringify({
            logStream: pod,
            logEvents: linesOf(pod).map((message, id) => ({ id, timestamp: 1, message })),
          }),
        )
        .join(''),
    ],
  ])('is joined, and names the pods: %s', async (_, text) => {
    const report = await analyseText(text);
    expect(report.requests).toMatchObject({ total: 30, failed: 6 });
    const [finding] = report.findings;
    expect(finding?.hop?.path.map(({ pods }) => pods)).toEqual([[], [CALLER], [SERVER], []]);
    expect(finding?.samples[0]?.pod).toBe(SERVER);
    const shown = renderText(report, { width: 100, paint: PLAIN_PAINT, verbose: false });
    expect(shown).toMatch(/\(standard input\):\d+, reviews-v1-0/);
  });
});
