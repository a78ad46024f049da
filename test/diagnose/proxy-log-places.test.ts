import { describe, expect, test } from 'vitest';
import { FactsOfGroup } from '../../src/diagnose/facts-of-group.ts';
import { notesOfProxyLog } from '../../src/diagnose/proxy-log-notes.ts';
import { TrafficIndex } from '../../src/diagnose/traffic-index.ts';
import type { Aggregate } from '../../src/model/aggregate.ts';
import type { Event } from '../aggregate/log-lines.ts';
import { render } from '../aggregate/log-lines.ts';
import { readLines, readPart } from '../aggregate/reading.ts';

const FAILURE = { responseCode: '503', responseFlags: 'UC' };
const DRAIN = '2026-11-21T03:00:01.000000Z\tinfo\tAgent draining Proxy';
const READY = '2026-11-21T03:00:01.000000Z\tinfo\tEnvoy proxy is ready';
const [A, B] = ['[pod/a-1/istio-proxy] ', '[pod/b-1/istio-proxy] '];
const OPEN = 'Where it is not told which pod that was, it counts for all findings.';

function failure(name: string, more: Event = {}): string {
  return render({ ...FAILURE, upstreamCluster: `outbound|80||${name}.x.svc.cluster.local`, ...more });
}

/** Kinds that are evidence for the failures of each service. */
function kindsByService(
  aggregate: Aggregate,
  read = (facts: FactsOfGroup) => facts.proxyLog,
): Readonly<Record<string, readonly string[]>> {
  const index = new TrafficIndex(aggregate);
  const entries = index.groups.map((view) => {
    const service = /\|\|(\w+)/.exec(view.group.scope)?.[1] ?? view.group.scope;
    return [service, read(new FactsOfGroup(view, index)).map(({ kind }) => kind)] as const;
  });
  return Object.fromEntries(entries);
}

/** Kinds that the proxies of the servers reported, or may have, by the service whose requests failed. */
function serverKindsByService(aggregate: Aggregate): Readonly<Record<string, readonly string[]>> {
  return kindsByService(aggregate, (facts) => facts.serverProxyLog);
}

function inputs(...logs: readonly (readonly string[])[]): Aggregate {
  return readPart(logs.map((lines, i) => ({ path: `${'abc'[i]}.log`, continues: false, lines })));
}

describe('lines of the proxies themselves in one stream of several pods', () => {
  const PREFIXES = [
    ['kubectl', A, B],
    ['stern', 'a-1 istio-proxy ', 'b-1 istio-proxy '],
    ['kubectl with timestamps', `${A}2026-11-21T03:33:07.287209278Z `, `${B}2026-11-21T03:33:07.287209278Z `],
    ['docker compose', 'a-1  | ', 'b-1  | '],
  ] as const;

  test.for(PREFIXES)('are evidence where their pod failed: %s', ([, a, b]) => {
    const lines = [a + DRAIN, b + READY, a + failure('one'), b + failure('two')];
    expect(kindsByService(readLines(lines))).toEqual({ one: ['drain'], two: ['started'] });
    expect(kindsByService(readLines(lines.toReversed()))).toEqual({ one: ['drain'], two: ['started'] });
  });

  test('are evidence of every pod that failed alike', () => {
    const lines = [A + DRAIN, B + READY, A + failure('one'), B + failure('one')];
    expect(kindsByService(readLines(lines))).toEqual({ one: ['drain', 'started'] });
  });

  test('are no evidence when their pod never failed', () => {
    expect(kindsByService(readLines([B + DRAIN, A + failure('one'), B + render({})]))).toEqual({ one: [] });
  });

  test('are evidence for failures of which no pod is named, which is said', () => {
    const aggregate = readLines([A + DRAIN, failure('one'), B + failure('two')]);
    expect(kindsByService(aggregate)).toEqual({ one: ['drain'], two: [] });
    expect(notesOfProxyLog(aggregate)).toEqual([
      `The log of the proxy itself tells of a shutdown or a drain (1 line, at 2026-11-21 03:00:01Z, in a-1). ${OPEN}`,
    ]);
  });

  test('are evidence for all failures when they name no pod', () => {
    const aggregate = readLines([DRAIN, A + failure('one'), B + failure('two')]);
    expect(kindsByService(aggregate)).toEqual({ one: ['drain'], two: ['drain'] });
    expect(notesOfProxyLog(aggregate)[0]).toContain(OPEN);
  });

  test('are evidence for failures to the pod that another pod logged', () => {
    const server = '10.0.0.9:80';
    const calls = failure('one', { upstreamHost: server });
    const serves = render({
      ...FAILURE,
      responseFlags: 'DC',
      upstreamCluster: 'inbound|80||',
      upstreamHost: '127.0.0.6:80',
      downstreamLocalAddress: server,
    });
    const aggregate = readLines([B + DRAIN, A + calls, B + serves, A + failure('two')]);
    expect(kindsByService(aggregate)).toMatchObject({ one: ['drain'], two: [] });
  });

  test('are of the server where its pod failed too, and not of the caller', () => {
    const server = '10.0.0.9:80';
    const calls = failure('one', { upstreamHost: server });
    const serves = render({
      ...FAILURE,
      upstreamCluster: 'inbound|80||',
      upstreamHost: server,
      downstreamLocalAddress: server,
    });
    const both = [A + calls, B + serves];
    const ofServer = serverKindsByService(readLines([B + DRAIN, A + READY, ...both]));
    expect(ofServer['one']).toEqual(['drain']);
    expect(ofServer['inbound|80||']).toEqual(['drain']);
    expect(serverKindsByService(readLines([A + DRAIN, ...both]))).toMatchObject({
      one: [],
      'inbound|80||': [],
    });
  });

  test('are told apart of so many pods, and are evidence for all beyond', () => {
    const pods = Array.from({ length: 40 }, (_, i) => `[pod/p${String(i).padStart(2, '0')}/istio-proxy] `);
    const lines = pods.map((pod) => pod + DRAIN);
    const { proxyLog } = readLines([...lines, ...lines]);
    expect(proxyLog.reduce((sum, events) => sum + events.lines, 0)).toBe(80);
    expect(proxyLog.map(({ source }) => source?.pod ?? null).slice(-2)).toEqual(['p31', null]);
    expect(kindsByService(readLines([...lines, B + failure('one')]))).toEqual({ one: ['drain'] });
  });
});

describe('lines of the proxies themselves in several inputs', () => {
  test('are evidence for the failures of their own input', () => {
    const aggregate = inputs([DRAIN, failure('one')], [READY, failure('two')]);
    expect(kindsByService(aggregate)).toEqual({ one: ['drain'], two: ['started'] });
    expect(notesOfProxyLog(aggregate).join()).not.toContain(OPEN);
  });

  test('are evidence for all failures when their input holds no records, which is said', () => {
    const aggregate = inputs([failure('one')], [failure('two')], [DRAIN]);
    expect(kindsByService(aggregate)).toEqual({ one: ['drain'], two: ['drain'] });
    expect(notesOfProxyLog(aggregate)[0]).toContain(OPEN);
  });

  test('may be of the server when their input holds no records, and are not when the caller wrote them', () => {
    expect(serverKindsByService(inputs([failure('one')], [DRAIN]))).toEqual({ one: ['drain'] });
    expect(serverKindsByService(inputs([DRAIN, failure('one')]))).toEqual({ one: [] });
  });

  test('belong to a pod that both of them name', () => {
    const aggregate = inputs([A + failure('one'), B + failure('two')], [A + DRAIN, A + render({})]);
    expect(kindsByService(aggregate)).toEqual({ one: ['drain'], two: [] });
  });

  test('belong together when one is what the other was rotated to', () => {
    const aggregate = readPart([
      { path: 'a.log.1', continues: false, lines: [DRAIN, render({})] },
      { path: 'a.log', continues: false, lines: [failure('one')] },
    ]);
    expect(kindsByService(aggregate)).toEqual({ one: ['drain'] });
  });

  test('are not said to be of an unknown pod in the log of one proxy', () => {
    expect(notesOfProxyLog(inputs([DRAIN, failure('one')]))).toEqual([
      'The log of the proxy itself tells of a shutdown or a drain (1 line, at 2026-11-21 03:00:01Z).',
    ]);
  });
});
