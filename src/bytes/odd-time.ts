/** `20261121T033307`, `20261121 033307`, `20261121033307`, with a fraction or zone behind it. */
const COMPACT = /^(\d{4})(\d\d)(\d\d)[T _]?(\d\d)(\d\d)(\d\d)(?!\d)(.*)$/;
/** `21/Nov/2026:03:28:02`, the common log format. */
const COMMON_LOG = /^(\d\d?)\/([A-Za-z]{3})\/(\d{4}):/;
/** Day and month as numbers before the year; where points part them, the day comes first. */
const NUMERIC = /^(\d\d?)([./-])(\d\d?)\2(\d{4}),?[ T]+/;
const WEEKDAY = /^(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?\b,? */i;
/** What `Date` takes for a year where none is. */
const HAS_YEAR = /\d{4}|\d\d?[/-][A-Za-z\d]+[/-]\d\d\b/;
const ENDS_IN_ZONE = /(?:Z|UTC|GMT|[+-]\d\d:?\d\d)$/i;
const MONTHS = 12;

/**
 * Milliseconds since the epoch of a time that is not written as RFC 3339 has it, or NaN. Without a zone it is UTC, since a
 * report must not depend on where it is made. `isDayFirst`: of two numbers that part the year the day comes first; where
 * one is no month, that is the day in any case.
 */
export function parseOddTime(text: string, isDayFirst: boolean): number {
  const plain = text
    .replace(WEEKDAY, '')
    .replace(' @ ', ' ')
    .replace(COMPACT, '$1-$2-$3 $4:$5:$6$7')
    .replace(COMMON_LOG, '$1 $2 $3 ')
    .replace(NUMERIC, (_, one: string, mark: string, two: string, year: string) => {
      const isDay = isDayFirst || mark === '.' || Number(one) > MONTHS;
      return isDay ? `${two}/${one}/${year} ` : `${one}/${two}/${year} `;
    });
  if (!HAS_YEAR.test(plain)) return Number.NaN;
  return Date.parse(ENDS_IN_ZONE.test(plain) ? plain : `${plain} UTC`);
}
