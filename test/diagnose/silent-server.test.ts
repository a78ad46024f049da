import { expect, test } from 'vitest';
import { certificateVerificationFailed } from '../../diagnoses/connection/certificate-verification-failed.ts';
import { CUT, plainRequests, plainTurnedAwayLine } from '../join/lines.ts';
import { indexOfLogs, observe } from './observing.ts';

const HOST = '10.244.1.21:9080';
const OTHER = '10.244.9.9:80';
const CLAIM =
  "a log that is the server's by its requests serves other callers, and has no line for the failed connections";

const calls = [...plainRequests(0, HOST, CUT), ...plainRequests(1000, OTHER, { at: 7 })];
const ofServer = plainRequests(2000, HOST, { at: 9, path: '/reviews' });

function isSilentServer(...logs: readonly (readonly string[])[]): boolean {
  return observe(certificateVerificationFailed, indexOfLogs(...logs)).met.has(CLAIM);
}

test('the silence of a server speaks for a certificate that it refuses', () => {
  expect(isSilentServer(calls, ofServer)).toBe(true);
});

test('it does not where the caller got an answer of the server too', () => {
  const answered = plainRequests(4000, HOST, { at: 200 });
  expect(isSilentServer([...calls, ...answered], [...ofServer, ...answered])).toBe(false);
});

/** Of the same pod, whose log is known by them. */
const atOtherPort = plainRequests(4000, '10.244.1.21:9090', { at: 200 });

test('it does not for a few connections, which may have met a bad moment', () => {
  const [few, enough] = [3, 4].map((count) => [
    ...plainRequests(0, HOST, { ...CUT, count, at: 2000 }),
    ...atOtherPort,
  ]);
  expect(isSilentServer(few ?? [], atOtherPort)).toBe(false);
  expect(isSilentServer(enough ?? [], atOtherPort)).toBe(true);
});

test('it does not where a proxy turned plaintext away at any time, which may have been this one', () => {
  const third = [...plainRequests(5000, OTHER, {}), ...[40_000, 41_000].map(plainTurnedAwayLine)];
  expect(isSilentServer([...calls, ...atOtherPort], atOtherPort)).toBe(true);
  expect(isSilentServer([...calls, ...atOtherPort], atOtherPort, third)).toBe(false);
});
