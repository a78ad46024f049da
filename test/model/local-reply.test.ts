import { expect, test } from 'vitest';
import {
  connectErrors,
  detailsOfReply,
  failedConnectionBytes,
  failedConnectionBytesWithRetries,
  isLocalReply,
  isResetReply,
  LOCAL_REPLIES,
  resetReplyBytes,
  tlsErrors,
} from '../../src/model/local-reply.ts';
import { findDetails } from '../../src/model/response-code-details.ts';

// Body sizes as they were captured with Envoy 1.40.
test.each([
  ['connection termination', 95],
  ['connection timeout', 91],
  ['overflow', 81],
  ['protocol error', 87],
  ['remote connection failure', 98],
  ['remote reset', 85],
] as const)('the reply for %s has %i bytes', (reason, bytes) => {
  expect(resetReplyBytes(reason)).toBe(bytes);
});

test('after retries the reply is longer, and nothing else is one', () => {
  expect([98, 121].every((bytes) => isResetReply(bytes, 'remote connection failure'))).toBe(true);
  expect(isResetReply(118, 'connection termination')).toBe(true);
  for (const bytes of [0, 97, 118, null, undefined])
    expect(isResetReply(bytes, 'remote connection failure')).toBe(false);
});

// From lines that people published: Envoy 1.17 to 1.38 put the reason behind the text.
test('the reason of a failed connection makes the reply longer', () => {
  const refused = failedConnectionBytes(connectErrors(111, 'Connection refused'));
  expect([145, 152, 167].every((bytes) => refused.has(bytes))).toBe(true);
  const plaintext = failedConnectionBytesWithRetries(tlsErrors(268435703, 'WRONG_VERSION_NUMBER'));
  expect([...plaintext].sort((a, b) => a - b)).toEqual([190, 197, 204, 211, 213, 220, 227, 234]);
  const noSecret = failedConnectionBytesWithRetries(['TLS error: Secret is not supplied by SDS']);
  expect([...noSecret].sort((a, b) => a - b)).toEqual([159, 166, 182, 189]);
});

test.each([
  ['noHealthyUpstream', 19],
  ['requestTimeout', 24],
  ['badRequest', 11],
  ['maxDuration', 27],
  ['envoyOverloaded', 16],
] as const)('the reply %s has %i bytes', (reply, bytes) => {
  expect(isLocalReply(bytes, reply)).toBe(true);
  expect(isLocalReply(bytes + 1, reply)).toBe(false);
});

test('the text of every reply leads to details that are known, but for one with many reasons', () => {
  const unknown = Object.values(LOCAL_REPLIES).filter((text) => {
    const details = detailsOfReply(text);
    return details === null || findDetails(details) === null;
  });
  expect(unknown).toEqual(['Bad Request']);
  expect(detailsOfReply('upstream connect error')).toBeNull();
});
