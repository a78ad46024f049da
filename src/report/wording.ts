/** Keeps a number and its unit on one line; the layout prints it as a blank. */
const NO_BREAK = '\u00a0';

/** `1234567` → `1,234,567`. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 request`, `2 requests`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)}${NO_BREAK}${count === 1 ? one : many}`;
}

/** A share as percent, never rounded to all or nothing. */
export function formatPercent(share: number): string {
  const percent = share * 100;
  if (percent <= 0) return `0${NO_BREAK}%`;
  if (percent < 0.1) return `<0.1${NO_BREAK}%`;
  if (percent >= 100) return `100${NO_BREAK}%`;
  if (percent > 99.9) return `>99.9${NO_BREAK}%`;
  const digits = percent < 9.95 || percent >= 99.5 ? 1 : 0;
  return `${percent.toFixed(digits).replace(/\.0$/, '')}${NO_BREAK}%`;
}

/** A confidence in whole percent: more digits than that it does not have. */
export function formatConfidence(confidence: number): string {
  if (confidence < 0.005) return `under${NO_BREAK}1${NO_BREAK}%`;
  if (confidence >= 0.995) return `over${NO_BREAK}99${NO_BREAK}%`;
  return `${Math.round(confidence * 100)}${NO_BREAK}%`;
}

/** Bits without a sign: whole, or with one digit. */
export function formatBits(bits: number): string {
  return Math.abs(bits).toFixed(1).replace(/\.0$/, '');
}

/** `2026-11-21T03:27:29.465Z` → `2026-11-21 03:27:29Z`. */
export function formatTime(iso: string): string {
  return iso.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/, `$1${NO_BREAK}$2Z`);
}

const UNITS: readonly (readonly [ms: number, name: string])[] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
];

/** `2 h 5 min`, `14 s`, `450 ms`: the two largest units. */
export function formatDuration(durationMs: number): string {
  if (durationMs < 1000) return `${Math.round(durationMs)}${NO_BREAK}ms`;
  const first = UNITS.findIndex(([ms]) => durationMs >= ms);
  let rest = durationMs;
  return UNITS.slice(first, first + 2)
    .map(([ms, name]) => {
      const count = Math.floor(rest / ms);
      rest -= count * ms;
      return count === 0 ? '' : `${count}${NO_BREAK}${name}`;
    })
    .filter((part) => part !== '')
    .join(NO_BREAK);
}

const toSecond = (iso: string): number => Math.floor(Date.parse(iso) / 1000) * 1000;

/** From and to with the length between; the second day is left out where it is the first. */
export function formatPeriod(from: string, to: string): string {
  const start = formatTime(from);
  const end = formatTime(to);
  if (start === end) return start;
  const day = start.slice(0, 11);
  const shortEnd = end.startsWith(day) ? end.slice(day.length) : end;
  // In whole seconds, as the times are printed: who subtracts one from the other gets the same.
  const lengthMs = toSecond(to) - toSecond(from);
  return `${start} to ${shortEnd} (${formatDuration(lengthMs)})`;
}

/** `1.2 MB`. */
export function formatBytes(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  if (unit === 0) return plural(bytes, 'byte');
  return `${value.toFixed(value < 10 ? 1 : 0)}${NO_BREAK}${units[unit]}`;
}

/** `a, b, c, +2 more`. */
export function listFirst(items: readonly string[], most: number): string {
  const shown = items.slice(0, most);
  const rest = items.length - shown.length;
  return [...shown, ...(rest > 0 ? [`+${formatCount(rest)}${NO_BREAK}more`] : [])].join(', ');
}

/** `a`, `a and b`, `a, b and c`. */
export function listAll(items: readonly string[]): string {
  const last = items.at(-1) ?? '';
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} and ${last}`;
}

/** Beyond this a chance is no number that anybody can picture. */
const LONGEST_ODDS = 1e9;

/** The chance that `n` independent draws all hit a share of `q`: `1 in 4,800`. */
export function formatChance(n: number, q: number): string {
  const odds = q ** -n;
  if (!(odds < LONGEST_ODDS)) return 'less than 1 in a billion';
  const scale = 10 ** Math.max(0, Math.floor(Math.log10(odds)) - 1);
  return `1 in ${formatCount(odds < 10 ? Number(odds.toFixed(1)) : Math.round(odds / scale) * scale)}`;
}

/** First letter large. */
export function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Closes a sentence that was written without its full stop. */
export function withFullStop(text: string): string {
  return /[.!?:]$/.test(text) ? text : `${text}.`;
}

/** A no-break space keeps a number and its unit together; once printed it is a blank like any other. */
export function withPlainBlanks(text: string): string {
  return text.replaceAll(NO_BREAK, ' ');
}
