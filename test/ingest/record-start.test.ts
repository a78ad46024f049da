import { describe, expect, test } from 'vitest';
import { encodeText } from '../../src/bytes/text.ts';
import {
  findProxyLogLine,
  findRecordStart,
  isStartTimeAt,
  opensObject,
} from '../../src/ingest/record-start.ts';

/** Bytes behind the line that would make more of it. */
const BEHIND = 'T03:00:00Z] "';

function within<T>(line: string, look: (bytes: Uint8Array, start: number, end: number) => T): T {
  const bytes = encodeText(`xx${line}${BEHIND}`);
  return look(bytes, 2, bytes.length - BEHIND.length);
}

function offsetIn(line: string, find: (bytes: Uint8Array, start: number, end: number) => number): number {
  const at = within(line, find);
  return at < 0 ? at : at - 2;
}

describe('isStartTimeAt', () => {
  test.for([
    ['[2026-11-21T03:33:07.287Z]', true],
    ['[2026-11-21 03:06:59.596]', false],
    ['[05/12/2019T16:14:53+0000]', false],
    ['2026-11-21T03:33:07.287Z', false],
    ['[2026-11-21', false],
    ['[', false],
    ['', false],
  ] as const)('says of %j: %s', ([line, expected]) => {
    expect(within(line, isStartTimeAt)).toBe(expected);
  });
});

describe('findRecordStart', () => {
  test.for([
    ['[2026-11-21T03:33:07.287Z] "GET', 0],
    ['[pod/a/b] [2026-11-21T03:33:07.287Z] "GET', 10],
    ['envoy-1  | {"path":"/"}', 11],
    ['{"a":"[2026-11-21T03:33:07.287Z]"}', 6],
    ['hello', -1],
    ['', -1],
    [`${'x'.repeat(600)}{"path":"/"}`, -1],
  ] as const)('finds in %j the place %i', ([line, at]) => {
    expect(offsetIn(line, findRecordStart)).toBe(at);
  });
});

describe('opensObject', () => {
  test.for([
    ['{"path"', true],
    ['{ "path"', true],
    ['{', true],
    ['{  ', true],
    ['{connection_termination} - "-"', false],
    ['{}', false],
    ['path', false],
    ['', false],
  ] as const)('says of %j: %s', ([line, expected]) => {
    expect(within(line, (bytes, start, end) => opensObject(bytes, start, end))).toBe(expected);
  });
});

describe('findProxyLogLine', () => {
  const OWN = '[2026-11-21 03:06:59.596][21841][warning][misc] deprecated';

  test.for([
    [OWN, 0],
    [`  ${OWN}`, 0],
    [`pod-1 istio-proxy ${OWN}`, 18],
    [`[pod/a/b] 2026-11-21T03:06:59.596Z ${OWN}`, 35],
    [`Nov 21 03:06:59 node istio-proxy[1]: ${OWN}`, 37],
    [`one two three four five six ${OWN}`, -1],
    ['pod-1 istio-proxy panic: runtime error', -1],
    ['panic: runtime error', 0],
    ['pod-1 istio-proxy hello', -1],
    ['pod-1', -1],
    ['', -1],
    ['[2026-11-21T03:33:07.287Z] "GET / HTTP/1.1" 200', -1],
  ] as const)('finds in %j the place %i', ([line, at]) => {
    expect(offsetIn(line, findProxyLogLine)).toBe(at);
  });
});
