import { escapeForTerminal } from './escape.ts';

/**
 * Code points that take two columns: the blocks of East Asian wide characters and of emoji.
 * Source: Unicode 15, EastAsianWidth.txt, rounded to whole blocks.
 */
const WIDE_RANGES: readonly (readonly [first: number, last: number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
];

const FIRST_WIDE = 0x1100;
/** Nearly all that is laid out; each of its characters takes one column. */
const ASCII = /^[ -~]*$/;
const WITHOUT_WIDTH = /^[\p{Mn}\p{Me}]$/u;

function characterWidth(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (WITHOUT_WIDTH.test(character)) return 0;
  if (code < FIRST_WIDE) return 1;
  return WIDE_RANGES.some(([first, last]) => code >= first && code <= last) ? 2 : 1;
}

/** Columns that an escaped text takes on a terminal. */
export function visibleWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** The longest beginning of an escaped text that takes at most `width` columns. */
export function takeColumns(text: string, width: number): string {
  if (ASCII.test(text)) return text.slice(0, Math.max(0, width));
  let used = 0;
  let length = 0;
  for (const character of text) {
    used += characterWidth(character);
    if (used > width) break;
    length += character.length;
  }
  return text.slice(0, length);
}

function takeLastColumns(text: string, width: number): string {
  return [...takeColumns([...text].reverse().join(''), width)].reverse().join('');
}

/** A raw text, escaped, on at most `width` columns; the end is cut. */
export function clip(raw: string, width: number): string {
  const text = escapeForTerminal(raw);
  return visibleWidth(text) <= width ? text : `${takeColumns(text, width - 1)}…`;
}

/** As `clip`, but the middle is cut: cluster names begin alike and tell themselves apart at both ends. */
export function clipMiddle(raw: string, width: number): string {
  const text = escapeForTerminal(raw);
  if (visibleWidth(text) <= width) return text;
  const tail = Math.floor((width - 1) / 2);
  return `${takeColumns(text, width - 1 - tail)}…${takeLastColumns(text, tail)}`;
}

/** Fills an escaped text with blanks. */
export function pad(text: string, width: number, align: 'left' | 'right'): string {
  const blanks = ' '.repeat(Math.max(0, width - visibleWidth(text)));
  return align === 'left' ? text + blanks : blanks + text;
}
