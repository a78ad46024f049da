import { isDigit, SPACE, TAB } from '../bytes/number.ts';

const GREATER = 0x3e;
const COLON = 0x3a;
const BAR = 0x7c;
const CONTINUATION_BYTE = 0x80;
/** Two pieces of the same width may be chance. */
const MIN_EVIDENCE = 2;

/** How a tool wrapped a line: at a column wherever that fell, or at the blanks before it. */
type WrapStyle = 'columns' | 'words';

/** The pieces of a wrapped line without what stands before each of them. */
export interface WrappedPieces {
  readonly pieces: readonly Uint8Array[];
  /** Characters of each as it stands there, blanks included. */
  readonly widths: readonly number[];
  /** Whether a blank stood between a piece and the next; null: not told by the pieces themselves. */
  readonly blanks: readonly (boolean | null)[];
}

/** Where the lines of an input were found to be wrapped before. */
export interface WrapHabit {
  readonly style: WrapStyle;
  readonly width: number;
}

/** Takes off mail quotes, line numbers and indents. */
export function toPieces(lines: readonly Uint8Array[]): WrappedPieces {
  const bare = stripIndent(stripNumbers(lines.map(stripQuotes)));
  const pieces = bare.map((piece, i) =>
    piece.subarray(i === 0 ? 0 : skipBlanks(piece), trimmedLength(piece)),
  );
  const blanks = bare.slice(1).map((next, i) => {
    const before = bare[i];
    return skipBlanks(next) > 0 || (before !== undefined && trimmedLength(before) < before.length)
      ? true
      : null;
  });
  return { pieces, widths: bare.map(widthOf), blanks };
}

/** How the pieces were cut; null when they do not tell. */
export function habitOf({ pieces, widths }: WrappedPieces): WrapHabit | null {
  const full = widths.slice(0, -1);
  if (full.length < MIN_EVIDENCE) return null;
  const width = Math.max(...full);
  if (full.every((own) => own >= width - 1)) return { style: 'columns', width };
  const isTight = full.every((own, i) => own + 1 + wordLength(pieces[i + 1]) > width);
  return isTight ? { style: 'words', width } : null;
}

/** Ways in which the pieces may go together, the likeliest first. */
export function joinsOf(wrapped: WrappedPieces, habit: WrapHabit | null): readonly Uint8Array[] {
  const { pieces, blanks } = wrapped;
  const guess = guessBlanks(wrapped, habit);
  const open = blanks.flatMap((blank, i) => (blank === null ? [i] : []));
  const others = [
    ...(habit?.style === 'columns' ? shiftBlanks(wrapped, habit) : []),
    ...open.map((flipped) => guess.map((blank, i) => (i === flipped ? !blank : blank))),
    blanks.map((blank) => blank ?? true),
    blanks.map((blank) => blank ?? false),
  ];
  return [guess, ...others].map((choice) => join(pieces, choice));
}

function guessBlanks({ pieces, widths, blanks }: WrappedPieces, habit: WrapHabit | null): readonly boolean[] {
  const width = habit?.width ?? Math.max(...widths.slice(0, -1));
  return blanks.map((blank, i) => {
    const piece = pieces[i];
    if (blank !== null || piece === undefined) return blank ?? true;
    const isFull = (widths[i] ?? 0) >= width;
    if (habit?.style === 'columns') return !isFull;
    // A word that would not fit on a line of its own was cut where the line was full.
    return !isFull || lastWordLength(piece) + wordLength(pieces[i + 1]) <= width;
  });
}

/** Cut at a column and stripped on both sides: the blank that a piece lacks may have stood before it. */
function shiftBlanks(
  { widths, blanks }: WrappedPieces,
  { width }: WrapHabit,
): readonly (readonly boolean[])[] {
  return [true, false].map((last) =>
    blanks.map((blank, i) => blank ?? (i === blanks.length - 1 ? last : (widths[i + 1] ?? width) < width)),
  );
}

function join(pieces: readonly Uint8Array[], blanks: readonly boolean[]): Uint8Array {
  const joined = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length + 1, 0));
  let length = 0;
  for (const [i, piece] of pieces.entries()) {
    if (i > 0 && blanks[i - 1] === true) joined[length++] = SPACE;
    joined.set(piece, length);
    length += piece.length;
  }
  return joined.subarray(0, length);
}

/** No value begins with the mark of a mail quote, so what is before a piece may differ from line to line. */
function stripQuotes(line: Uint8Array): Uint8Array {
  let from = 0;
  for (;;) {
    const mark = from + skipBlanks(line.subarray(from));
    if (line[mark] !== GREATER)
      return from === 0 || line[from] !== SPACE ? line.subarray(from) : line.subarray(from + 1);
    from = mark + 1;
  }
}

/** Numbers before the lines count up; a piece that begins with a number alone is a value. */
function stripNumbers(lines: readonly Uint8Array[]): readonly Uint8Array[] {
  const heads = lines.map(readNumber);
  const isNumbered = heads.every(
    (head, i) => head !== null && (i === 0 || head.number === (heads[i - 1]?.number ?? 0) + 1),
  );
  if (!isNumbered) return lines;
  // Blanks behind the numbers set them off; more of them belong to a piece.
  const gap = Math.min(...heads.map((head) => head?.gap ?? 0));
  return lines.map((line, i) => line.subarray((heads[i]?.end ?? 0) + gap));
}

function readNumber(
  line: Uint8Array,
): { readonly number: number; readonly end: number; readonly gap: number } | null {
  const from = skipBlanks(line);
  let at = from;
  let number = 0;
  while (at < line.length && isDigit(line[at])) number = number * 10 + (line[at++] ?? 0) - 0x30;
  if (at === from) return null;
  if (line[at] === COLON || line[at] === BAR) at++;
  return { number, end: at, gap: skipBlanks(line.subarray(at)) };
}

/** An indent that all pieces share says nothing of the line. */
function stripIndent(lines: readonly Uint8Array[]): readonly Uint8Array[] {
  const indent = Math.min(...lines.slice(1).map(skipBlanks));
  return lines.map((line, i) => line.subarray(i === 0 ? skipBlanks(line) : indent));
}

function skipBlanks(line: Uint8Array): number {
  let at = 0;
  while (at < line.length && (line[at] === SPACE || line[at] === TAB)) at++;
  return at;
}

function trimmedLength(line: Uint8Array): number {
  let end = line.length;
  while (end > 0 && (line[end - 1] ?? 0) <= SPACE) end--;
  return end;
}

/** Characters, not bytes: a tool counts what it shows. */
function widthOf(piece: Uint8Array): number {
  let width = 0;
  for (const byte of piece) if ((byte & 0xc0) !== CONTINUATION_BYTE) width++;
  return width;
}

function wordLength(piece: Uint8Array | undefined): number {
  const at = piece?.indexOf(SPACE) ?? 0;
  return at < 0 ? (piece?.length ?? 0) : at;
}

function lastWordLength(piece: Uint8Array): number {
  return piece.length - 1 - piece.lastIndexOf(SPACE);
}
