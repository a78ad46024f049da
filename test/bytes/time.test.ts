import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeText } from '../../src/bytes/text.ts';
import { TimestampParser } from '../../src/bytes/time.ts';

/** Digits and signs around the value, which go on with any time that is read too far. */
function parse(text: string, parser = new TimestampParser()): number {
  const bytes = encodeText(`0:${text}5+01:00Z`);
  return parser.parse(bytes, 2, 2 + encodeText(text).length);
}

const date = fc.date({
  min: new Date('1970-01-01T00:00:00Z'),
  max: new Date('9999-12-31T23:59:59.999Z'),
  noInvalidDate: true,
});
const fraction = fc.option(fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 9 }));
const zone = fc.oneof(
  fc.constant('Z'),
  fc
    .tuple(fc.constantFrom('+', '-'), fc.integer({ min: 0, max: 14 }), fc.integer({ min: 0, max: 59 }))
    .map(([sign, h, m]) => `${sign}${String(h).padStart(2, '0')}:${String(m).padStart(2, '0')}`),
);
const rfc3339 = fc
  .tuple(date, fraction, zone)
  .map(
    ([day, digits, offset]) =>
      `${day.toISOString().slice(0, 19)}${digits === null ? '' : `.${digits}`}${offset}`,
  );

describe('TimestampParser', () => {
  test('agrees with Date on RFC 3339', () => {
    fc.assert(
      fc.property(rfc3339, (text) => {
        expect(parse(text)).toBe(Date.parse(text));
      }),
      { numRuns: 300 },
    );
  });

  test('agrees with Date on one time after the other', () => {
    const times = fc.array(fc.tuple(rfc3339, fc.integer({ min: 0, max: 999 })), {
      minLength: 2,
      maxLength: 8,
    });
    fc.assert(
      fc.property(times, (values) => {
        const parser = new TimestampParser();
        // Twice each, so that some share their second with the one before.
        const texts = values.flatMap(([text, ms]) => [text, `${text.slice(0, 19)}.${ms}Z`]);
        expect(texts.map((text) => parse(text, parser))).toEqual(texts.map((text) => Date.parse(text)));
      }),
    );
  });

  test.for([
    ['2026-11-21T03:28:02', '2026-11-21T03:28:02Z'],
    ['2026-11-21T03:28:02.5', '2026-11-21T03:28:02.500Z'],
    ['2026-11-21 03:28:02.123', '2026-11-21T03:28:02.123Z'],
    ['2026/11/21 03:28:02', '2026-11-21T03:28:02Z'],
    ['2026-11-21T03:28:02,250Z', '2026-11-21T03:28:02.250Z'],
    ['2026-11-21T03:28:02.465123456Z', '2026-11-21T03:28:02.465Z'],
    ['2026-11-21T03:28:02+0530', '2026-11-20T21:58:02Z'],
    ['2026/11/21T03:28:02+0000 1795231682', '2026-11-21T03:28:02Z'],
    ['2026-11-21T23:59:60Z', '2026-11-22T00:00:00Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00Z'],
    ['1795231682', '2026-11-21T03:28:02Z'],
    ['1795231682.250', '2026-11-21T03:28:02.250Z'],
    ['1795231682250', '2026-11-21T03:28:02.250Z'],
    ['1795231682250999', '2026-11-21T03:28:02.250Z'],
    ['21/Nov/2026:03:28:02 +0000', '2026-11-21T03:28:02Z'],
    ['21/Nov/2026:05:28:02 +0200', '2026-11-21T03:28:02Z'],
    ['21 Nov 2026 03:28:02', '2026-11-21T03:28:02Z'],
    ['20261121T032802.250Z', '2026-11-21T03:28:02.250Z'],
    ['20261121 032802', '2026-11-21T03:28:02Z'],
    ['20261121032802', '2026-11-21T03:28:02Z'],
    ['Sat Nov 21 03:28:02 2026', '2026-11-21T03:28:02Z'],
    ['Nov 21, 2026 @ 03:28:02.250', '2026-11-21T03:28:02.250Z'],
    ['Saturday, 21-Nov-26 03:28:02 UTC', '2026-11-21T03:28:02Z'],
    ['21.11.2026 03:28:02', '2026-11-21T03:28:02Z'],
    ['02.11.2026 03:28:02', '2026-11-02T03:28:02Z'],
    ['21/11/2026 03:28', '2026-11-21T03:28:00Z'],
    ['11/02/2026 03:28:02', '2026-11-02T03:28:02Z'],
    ['11/21/2026, 3:28:02.250 AM', '2026-11-21T03:28:02.250Z'],
    ['11/21/2026 03:28:02 PM', '2026-11-21T15:28:02Z'],
  ] as const)('reads %s as %s, wherever the report is made', ([text, same]) => {
    expect(parse(text)).toBe(Date.parse(same));
  });

  test.for(
    [
      '',
      '-',
      '...',
      '12',
      '123456789012',
      '2026-13-21T03:28:02Z',
      '2026-00-21T03:28:02Z',
      '2026-11-31T03:28:02Z',
      '2026-11-21T24:00:00Z',
      '2026-11-21T03:60:02Z',
      '2026-11-21T03:28:61Z',
      '2026-11-21T03x28x02Z',
      '2026-11/21T03:28:02Z',
      '2026-11-2aT03:28:02Z',
      '2026-11-21T03:28:02Zulu',
      '2026-11-21T03:28:02+1',
      '2026-11-21T03:28:02+01:0',
      '2026-11-21T03:28:02+01:00x',
      'Nov 21 03:28:02',
      'Sat Nov 21 03:28:02',
      '03:28:02',
      '21.13.2026 03:28:02',
      '9'.repeat(80),
    ].filter((text) => !text.includes('noon')),
  )('finds no time in %j', (text) => {
    expect(parse(text)).toBeNaN();
  });

  test('reads the day first where the format says so', () => {
    const parser = new TimestampParser(() => true);
    expect(parse('02/11/2026 03:28:02', parser)).toBe(Date.parse('2026-11-02T03:28:02Z'));
  });

  test('does not remember a second that is none for a good one', () => {
    const parser = new TimestampParser();
    expect([parse('2026-13-21T03:28:02Z', parser), parse('2026-12-21T03:28:02Z', parser)]).toEqual([
      Number.NaN,
      Date.parse('2026-12-21T03:28:02Z'),
    ]);
  });
});
