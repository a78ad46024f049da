import { expect, test } from 'vitest';
import { isResetReply, resetReplyBytes } from '../../src/model/local-reply.ts';

// Body sizes as they were captured with Envoy 1.40.
test.each([
  ['connection termination', 95],
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
