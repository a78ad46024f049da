import { expect, test } from 'vitest';
import { DETAILS_NAMES, findDetails } from '../../src/model/response-code-details.ts';

test('every name is known, and is there once', () => {
  expect(new Set(DETAILS_NAMES).size).toBe(DETAILS_NAMES.length);
  for (const name of DETAILS_NAMES) expect(findDetails(name)?.parts.map((part) => part.name)).toEqual([name]);
});

test('the reset reason is explained with the details, and brings its code and flag', () => {
  const details = 'upstream_reset_before_response_started{remote_reset|x}';
  expect(findDetails(details)).toMatchObject({ logged: details, code: 503, flag: 'UR' });
  expect(findDetails(details)?.parts.map(({ name }) => name)).toEqual([
    'upstream_reset_before_response_started',
    'remote_reset',
  ]);
});

test('a code that was sent already stays', () => {
  const known = findDetails('upstream_reset_after_response_started{connection_termination}');
  expect(known).toMatchObject({ code: 200, flag: 'UC' });
});

test('a reset reason alone stands for details with it', () => {
  expect(findDetails('connection termination')?.logged).toBe(
    'upstream_reset_before_response_started{connection_termination}',
  );
});

test.for(['', 'UF', 'keepalive-race', '{', 'via_upstream and more', '503 UC upstream_reset'])(
  'no details: %s',
  (text) => {
    expect(findDetails(text)).toBeNull();
  },
);
