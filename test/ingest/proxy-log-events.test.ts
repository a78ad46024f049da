import { describe, expect, test } from 'vitest';
import { encodeText } from '../../src/bytes/text.ts';
import { ProxyLogCollector } from '../../src/ingest/proxy-log-events.ts';
import { isProxyLogLine } from '../../src/ingest/proxy-log-line.ts';
import type { ProxyLogEvents } from '../../src/model/aggregate.ts';

function collect(...lines: readonly string[]): readonly ProxyLogEvents[] {
  const collector = new ProxyLogCollector();
  for (const [i, line] of lines.entries()) {
    const bytes = encodeText(`xx${line}2026-11-22 03:04:05`);
    const place = { input: 4, line: i + 1, source: () => ({ log: 'a.log', pod: null }) };
    collector.add(bytes, 2, 2 + encodeText(line).length, place);
  }
  return collector.finish();
}

const AGENT = '2026-11-21T03:06:59.596000Z\t';
const ENVOY = '[2026-11-21 03:06:59.596][21][';

// Composed after the wordings of istio-proxy and Envoy.
const LINES = [
  ['fileDescriptors', `${ENVOY}critical][assert] assert failure: fd_ != -1`],
  ['fileDescriptors', `${ENVOY}error][misc] listener accept failure: Too many open files`],
  [
    'configRejected',
    `${ENVOY}warning][config] gRPC config for type.googleapis.com/envoy.config.listener.v3.Listener rejected: x`,
  ],
  ['configRejected', `${ENVOY}warning][config] Error adding/updating listener(s) 0.0.0.0_80: x`],
  ['configFetchTimeout', `${ENVOY}warning][config] gRPC config: initial fetch timed out for x`],
  [
    'controlPlaneLost',
    `${ENVOY}warning][config] StreamAggregatedResources gRPC config stream closed: 14, upstream connect error`,
  ],
  [
    'controlPlaneLost',
    `${ENVOY}warning][config] DeltaAggregatedResources gRPC config stream to xds-grpc closed since 40s ago: 14, x`,
  ],
  ['controlPlaneLost', `${AGENT}warn\tca\tfailed to connect to istiod: connection refused`],
  ['certificateFailed', `${AGENT}error\tcache\tfailed to sign: create certificate: x`],
  ['certificateFailed', `${AGENT}warn\tsds\tfailed to warm certificate: x`],
  ['crash', `${ENVOY}critical][backtrace] Caught Segmentation fault, suspect faulting address 0x0`],
  ['drain', `${AGENT}info\tAgent draining Proxy`],
  ['drain', `${ENVOY}warning][main] caught ENVOY_SIGTERM`],
  [
    'configReceived',
    `${AGENT}info\tenvoy upstream x.cc:32\tcds: add 14 cluster(s), remove 5 cluster(s)\tthread=19`,
  ],
  ['configReceived', `${ENVOY}info][upstream] lds: add/update listener 'virtualInbound'`],
  ['notReady', `${AGENT}warn\tEnvoy proxy is NOT ready: config not received`],
  ['started', `${AGENT}info\tReadiness succeeded. Envoy proxy is ready`],
  ['started', `${ENVOY}info][main] starting main dispatch loop`],
] as const;

describe('ProxyLogCollector', () => {
  test.for(LINES)('takes for %s: %s', ([kind, line]) => {
    expect(collect(line).map((events) => events.kind)).toEqual([kind]);
  });

  test.for(LINES)('is handed the %s line %s', ([, line]) => {
    const bytes = encodeText(line);
    expect(isProxyLogLine(bytes, 0, bytes.length)).toBe(true);
  });

  test.for([
    `${ENVOY}warning][misc] Using deprecated option`,
    `${ENVOY}warning][config] StreamAggregatedResources gRPC config stream closed: 13, or`,
    `${ENVOY}info][config] gRPC config stream closed: 0, `,
    `${AGENT}info\txdsproxy\tconnected to upstream XDS server: istiod.istio-system.svc:15012`,
  ])('ignores %s', (line) => {
    expect(collect(line)).toEqual([]);
  });

  test('counts the lines of a kind and remembers where the first three stand', () => {
    const [events] = collect(...Array(5).fill(`${AGENT}info\tEnvoy proxy is ready`));
    expect([events?.lines, events?.samples.map(({ input, line }) => [input, line])]).toEqual([
      5,
      [
        [4, 1],
        [4, 2],
        [4, 3],
      ],
    ]);
  });

  test('keeps the span of the times, whatever their order', () => {
    const at = (time: string): string => `[2026-11-21 ${time}][21][info][main] starting main dispatch loop`;
    const [events] = collect(at('03:06:59.596'), at('01:00:00.000'), at('02:00:00.000'));
    expect(events?.time).toEqual({
      first: Date.parse('2026-11-21T01:00:00Z'),
      last: Date.parse('2026-11-21T03:06:59.596Z'),
    });
  });

  test('knows no time where the line has none', () => {
    expect(collect('Caught Aborted, suspect faulting address 0x0')[0]?.time).toBeNull();
  });

  test('cuts what it keeps to 2 KiB', () => {
    const [events] = collect(`${AGENT}info\tEnvoy proxy is ready ${'x'.repeat(5000)}`);
    expect(events?.samples[0]?.text.length).toBe(2048);
  });

  test('lists kinds by name', () => {
    const kinds = collect(...LINES.map(([, line]) => line)).map(({ kind }) => kind);
    expect(kinds).toEqual([...new Set(LINES.map(([kind]) => kind))].toSorted());
  });
});
