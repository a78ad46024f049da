import { escapeForTerminal } from './escape.ts';
import { type Paint, PLAIN_PAINT, type Style } from './paint.ts';
import { clip, clipMiddle, pad, takeColumns, visibleWidth } from './width.ts';
import { withPlainBlanks } from './wording.ts';

/** Where text is laid out. Only this file turns text into lines, and it escapes all of it: nothing passes raw. */
export interface Page {
  readonly width: number;
  /** Lines that are cut and not wrapped, such as log lines, use the whole terminal. */
  readonly cutWidth: number;
  readonly paint: Paint;
}

const DEFAULT_WIDTH = 100;
const LEAST_WIDTH = 60;
/** Longer lines are hard to read, however wide the terminal. */
const MOST_WIDTH = 120;

/** A page of a width that reads well. */
export function createPage(width: number = DEFAULT_WIDTH, paint: Paint = PLAIN_PAINT): Page {
  const cutWidth = Math.max(LEAST_WIDTH, Math.floor(width));
  return { width: Math.min(MOST_WIDTH, cutWidth), cutWidth, paint };
}

/** Text of one look. */
export interface Span {
  readonly text: string;
  readonly style: Style;
}

/** A run of text whose parts may look different. */
export type Inline = string | readonly (string | Span)[];

type Word = readonly Span[];

/** Marks a part of a running text. */
export function styled(style: Style, text: string): Span {
  return { style, text };
}

/** The text without its looks. */
export function plainText(text: Inline): string {
  return typeof text === 'string'
    ? text
    : text.map((part) => (typeof part === 'string' ? part : part.text)).join('');
}

/** Joins runs of text. */
export function joinInline(parts: readonly Inline[]): Inline {
  return parts.flatMap((part) => (typeof part === 'string' ? [part] : [...part]));
}

/** Nobody writes a longer paragraph on purpose; a name out of a log that was filled in may be of any length. */
const LONGEST_TEXT = 800;
/** Commands are only cut where no terminal would take them. */
const LONGEST_COMMAND = 2000;

/** Cluster names and addresses are copied, so they stay whole where they do not fit; no name of ours is longer. */
const LONGEST_WHOLE_WORD = 120;
/** The address of a page is clicked or copied; a terminal that wraps it by itself still takes it for one. */
const WEB_ADDRESS = /^https:\/\/[!-~]{1,200}$/;

function toWords(text: Inline): Word[] {
  const words: Span[][] = [[]];
  for (const part of typeof text === 'string' ? [text] : text) {
    const { style, text: raw } = typeof part === 'string' ? styled('plain', part) : part;
    // A word may go on over the border of two parts: only a blank ends it.
    for (const [index, piece] of clip(raw, LONGEST_TEXT).split(' ').entries()) {
      if (index > 0) words.push([]);
      if (piece !== '') words.at(-1)?.push({ style, text: piece });
    }
  }
  return words.filter((word) => word.length > 0);
}

const widthOf = (word: Word): number => word.reduce((sum, part) => sum + visibleWidth(part.text), 0);

/** Breaks a word without end. */
function breakWord(word: Word, width: number): Word[] {
  if (widthOf(word) <= LONGEST_WHOLE_WORD || WEB_ADDRESS.test(plainText(word))) return [word];
  return word.flatMap(({ style, text }) => {
    const pieces: Word[] = [];
    for (let rest = text; rest !== ''; ) {
      const piece = takeColumns(rest, width) || rest;
      pieces.push([{ style, text: piece }]);
      rest = rest.slice(piece.length);
    }
    return pieces;
  });
}

function fillLines(words: readonly Word[], width: number): Word[][] {
  const lines: Word[][] = [];
  let used = Number.POSITIVE_INFINITY;
  for (const word of words.flatMap((whole) => breakWord(whole, width))) {
    const needed = widthOf(word);
    if (used + 1 + needed > width) {
      lines.push([]);
      used = -1;
    }
    lines.at(-1)?.push(word);
    used += 1 + needed;
  }
  return lines;
}

/** Neighbours of one style are painted together, blanks included. */
function paintLine(words: readonly Word[], paint: Paint): string {
  const runs: { style: Style; text: string }[] = [];
  for (const [index, word] of words.entries()) {
    for (const [place, { style, text }] of word.entries()) {
      const blank = index > 0 && place === 0 ? ' ' : '';
      const last = runs.at(-1);
      if (last?.style === style) last.text += blank + text;
      else if (last === undefined) runs.push({ style, text });
      else {
        last.text += blank;
        runs.push({ style, text });
      }
    }
  }
  return runs.map(({ style, text }) => paint[style](withPlainBlanks(text))).join('');
}

/** Running text, wrapped, `indent` columns from the left. */
export function prose(page: Page, indent: number, text: Inline): string[] {
  return fillLines(toWords(text), page.width - indent).map(
    (line) => ' '.repeat(indent) + paintLine(line, page.paint),
  );
}

/** Puts a label into the blank margin of the first line. */
export function label(page: Page, lines: readonly string[], at: number, mark: Span): string[] {
  const [first, ...rest] = lines;
  if (first === undefined) return [];
  const text = escapeForTerminal(mark.text);
  const end = at + visibleWidth(text);
  return [`${' '.repeat(at)}${page.paint[mark.style](text)}${first.slice(end)}`, ...rest];
}

/** An entry of a list: a mark, then text that hangs behind it. */
export function bullet(page: Page, indent: number, mark: Span, text: Inline): string[] {
  return label(page, prose(page, indent + visibleWidth(mark.text) + 1, text), indent, mark);
}

/**
 * A command to be copied: as it is, on one line however wide. A line end can only come from the log, and would make
 * the terminal run what follows, so it is shown instead.
 */
export function command(page: Page, indent: number, text: string): string {
  return ' '.repeat(indent) + page.paint.command(clip(text, LONGEST_COMMAND).trimEnd());
}

/** A block to be copied, such as YAML: every line as it is, indented. */
export function verbatim(page: Page, indent: number, text: string): string[] {
  return text
    .replace(/\n+$/, '')
    .split('\n')
    .map((line) => (line.trim() === '' ? '' : command(page, indent, line)));
}

/** One line that is cut where the terminal ends. */
export function cutLine(page: Page, indent: number, text: string, style: Style = 'plain'): string {
  return ' '.repeat(indent) + page.paint[style](clip(text, page.cutWidth - indent).trimEnd());
}

/** A line across the page. */
export function rule(page: Page): string {
  return page.paint.faint('─'.repeat(page.width));
}

/** A column of a table. */
export interface Column {
  readonly header: string;
  readonly align: 'left' | 'right';
  /** What does not fit is cut; the last column takes the rest of the page and is cut in the middle. */
  readonly max: number;
}

export const COLUMN_GAP = 2;

/** Aligned columns under a faint header. */
export function table(
  page: Page,
  indent: number,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): string[] {
  const cells = [columns.map((column) => column.header), ...rows].map((row) =>
    row.map((cell, index) => clip(cell, columns[index]?.max ?? page.width)),
  );
  const widths = columns.map((_, index) => Math.max(...cells.map((row) => visibleWidth(row[index] ?? ''))));
  const lastAt = indent + widths.slice(0, -1).reduce((sum, width) => sum + width + COLUMN_GAP, 0);
  return cells.map((row, place) => {
    const line = row.map((cell, index) => {
      if (index === columns.length - 1) return clipMiddle(cell, Math.max(1, page.cutWidth - lastAt));
      return pad(cell, widths[index] ?? 0, columns[index]?.align ?? 'left');
    });
    const text = line.join(' '.repeat(COLUMN_GAP)).trimEnd();
    return ' '.repeat(indent) + page.paint[place === 0 ? 'faint' : 'plain'](withPlainBlanks(text));
  });
}
