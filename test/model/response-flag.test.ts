import { describe, expect, test } from 'vitest';
import {
  isKnownResponseFlag,
  parseResponseFlags,
  RESPONSE_FLAG_TABLE,
} from '../../src/model/response-flag.ts';

describe('parseResponseFlags', () => {
  test.for([
    ['-', []],
    ['', []],
    ['UF', ['UF']],
    ['URX,UF', ['UF', 'URX']],
    ['UF,URX', ['UF', 'URX']],
    ['UF,UF', ['UF']],
    ['UF, URX', ['UF', 'URX']],
    [',-,UF,', ['UF']],
    ['zz,UF', ['UF', 'zz']],
    ['UpstreamRetryLimitExceeded,UpstreamConnectionFailure', ['UF', 'URX']],
    ['NoSuchFlag', ['NoSuchFlag']],
  ] as const)('reads %j as %j', ([value, flags]) => {
    expect(parseResponseFlags(value)).toEqual(flags);
  });
});

describe('the table of flags', () => {
  test('names each flag once, with a long name of its own and a sentence', () => {
    expect(new Set(RESPONSE_FLAG_TABLE.map(({ flag }) => flag)).size).toBe(RESPONSE_FLAG_TABLE.length);
    expect(new Set(RESPONSE_FLAG_TABLE.map(({ longName }) => longName)).size).toBe(
      RESPONSE_FLAG_TABLE.length,
    );
    expect(RESPONSE_FLAG_TABLE.filter(({ meaning }) => !/^[A-Z].*\.$/.test(meaning))).toEqual([]);
  });

  test('knows the flags of Envoy 1.40 and no others', () => {
    expect(RESPONSE_FLAG_TABLE).toHaveLength(30);
    expect(isKnownResponseFlag('UMSDR')).toBe(true);
    expect(isKnownResponseFlag('ZZ')).toBe(false);
    expect(isKnownResponseFlag('constructor')).toBe(false);
  });
});
