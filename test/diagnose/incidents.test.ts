import { describe, expect, test } from 'vitest';
import type { Event } from '../aggregate/log-lines.ts';
import { diagnose, findingOf, idsOf } from './diagnosing.ts';
import { failures } from './failures.ts';
import { always, hasFlag, toy } from './toy.ts';

const NO_UPSTREAM: Event = { upstreamHost: null, upstreamLocalAddress: null };

describe('an incident', () => {
  /** The caller's 504 UT, and what the server's proxy logs of the same requests. */
  const client = failures('UT', 4, {
    responseCode: '504',
    responseCodeDetails: 'response_timeout',
    upstreamHost: '10.244.1.21:9080',
    upstreamLocalAddress: '10.244.1.10:41000',
  });
  const server = failures('DC', 4, {
    responseCode: '0',
    responseCodeDetails: 'downstream_remote_disconnect',
    upstreamCluster: 'inbound|9080||',
    upstreamHost: '10.244.1.21:9080',
    downstreamLocalAddress: '10.244.1.21:9080',
  });
  const timeout = toy({
    id: 'timeout',
    applies: hasFlag('UT'),
    evidence: [always('strong')],
    echoes: hasFlag('DC'),
  });
  const gone = (weight: 'strong' | 'moderate' | 'decisive', prior: 'usual' | 'common' = 'usual') =>
    toy({ id: 'gone', prior, applies: hasFlag('DC'), evidence: [always(weight)] });

  test('folds the echo at the same endpoint into its cause, with a sentence', () => {
    const report = diagnose([...client, ...server], [timeout, gone('strong')]);
    expect(idsOf(report)).toEqual(['timeout']);
    expect(findingOf(report, 'timeout')).toMatchObject({
      requests: 8,
      share: 1,
      responseFlags: ['UT', 'DC'],
      includes: [
        {
          sentence:
            '0 with DC at inbound|9080|| belongs to the same incident; on its own it would read: Title of gone',
          requests: 4,
        },
      ],
    });
  });

  test('says once what lines at many places have in common', () => {
    const others = ['a', 'b', 'c', 'd'].map((name) =>
      failures('DC', 1, {
        responseCode: '0',
        responseCodeDetails: 'downstream_remote_disconnect',
        upstreamCluster: `inbound|9080|${name}|`,
        upstreamHost: '10.244.1.21:9080',
        downstreamLocalAddress: '10.244.1.21:9080',
      }),
    );
    const report = diagnose([...client, ...server, ...others.flat()], [timeout, gone('strong')]);
    expect(findingOf(report, 'timeout').includes).toEqual([
      {
        sentence:
          '0 with DC at inbound|9080||, inbound|9080|a| and 3 other places belongs to the same incident; on its own it would read: Title of gone',
        requests: 8,
      },
    ]);
  });

  test('folds what nothing else explains', () => {
    const report = diagnose([...client, ...server], [timeout]);
    expect(report.unexplained.requests).toBe(0);
    expect(findingOf(report, 'timeout').requests).toBe(8);
  });

  test('leaves a second cause that is better proved by 2 bits', () => {
    expect(idsOf(diagnose([...client, ...server], [timeout, gone('strong', 'common')]))).toEqual(['timeout']);
    expect(idsOf(diagnose([...client, ...server], [timeout, gone('decisive')]))).toEqual(['gone', 'timeout']);
  });

  test('needs the same time', () => {
    const later = failures('DC', 4, { responseCode: '0', upstreamHost: '10.244.1.21:9080' }, 3_600_000);
    expect(idsOf(diagnose([...client, ...later], [timeout, gone('strong')]))).toEqual(['gone', 'timeout']);
  });

  test('needs a shared scope, endpoint or connection', () => {
    const elsewhere: Event = {
      upstreamCluster: 'inbound|80||',
      downstreamRemoteAddress: '10.7.7.7:7',
      responseCode: '0',
    };
    const none = failures('DC', 1, { ...elsewhere, ...NO_UPSTREAM, downstreamLocalAddress: '10.7.7.8:80' });
    const connection = failures('DC', 1, {
      ...elsewhere,
      ...NO_UPSTREAM,
      downstreamLocalAddress: '10.7.7.8:80',
      downstreamRemoteAddress: '10.244.1.10:41000',
    });
    const address = failures('DC', 1, {
      ...elsewhere,
      ...NO_UPSTREAM,
      downstreamLocalAddress: '10.244.1.21:9080',
    });
    const scope = failures('DC', 1, {
      ...NO_UPSTREAM,
      responseCode: '0',
      downstreamLocalAddress: '10.7.7.8:80',
    });
    const found = (lines: readonly string[]): readonly string[] =>
      idsOf(diagnose([...client, ...lines], [timeout, gone('strong')]));
    expect(found(none)).toEqual(['timeout', 'gone']);
    expect(found(connection)).toEqual(['timeout']);
    expect(found(address)).toEqual(['timeout']);
    expect(found(scope)).toEqual(['timeout']);
  });

  test('never folds two causes into each other', () => {
    const mutual = toy({
      id: 'gone',
      applies: hasFlag('DC'),
      evidence: [always('strong')],
      echoes: hasFlag('UT'),
    });
    const report = diagnose([...client, ...server], [timeout, mutual]);
    expect(report.findings).toHaveLength(1);
    expect(report.findings[0]).toMatchObject({ requests: 8 });
  });
});
