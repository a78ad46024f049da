import { describe, expect, test } from 'vitest';
import { logNameOf, readSource, spellSource } from '../../src/model/log-source.ts';

const NAMES = [
  ['logs/access.log', 'logs/access.log'],
  ['logs/access.log.1', 'logs/access.log'],
  ['logs/access.log.12.gz', 'logs/access.log'],
  ['logs/access.log-20260131.gz', 'logs/access.log'],
  ['logs/access-20260131.log', 'logs/access.log'],
  ['pods/a_b_c/istio-proxy/0.log', 'pods/a_b_c/istio-proxy'],
  ['pods/a_b_c/istio-proxy/1.log.20260131-101500.gz', 'pods/a_b_c/istio-proxy'],
  ['reviews-v1-545db77b95-2ps7q', 'reviews-v1-545db77b95-2ps7q'],
  ['client-1.log', 'client-1.log'],
  ['client-2.log', 'client-2.log'],
  ['-', '-'],
] as const;

describe('logNameOf', () => {
  test.for(NAMES)('takes %s for a part of %s', ([path, name]) => {
    expect(logNameOf(path)).toBe(name);
  });
});

describe('spellSource', () => {
  test.for([
    { log: 'a.log', pod: null },
    { log: 'a.log', pod: 'reviews-v1-545db77b95-2ps7q' },
    { log: 'a.log', pod: '' },
  ])('is read back as it was: %o', (source) => {
    expect(readSource(spellSource(source))).toEqual(source);
  });

  test('keeps a path with a tab apart from a pod', () => {
    expect(readSource(spellSource({ log: 'a\tb.log', pod: null })).pod).toBeNull();
    expect(readSource(spellSource({ log: 'a\tb.log', pod: 'c\td' })).pod).toBe('c d');
  });
});
