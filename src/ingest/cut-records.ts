import { BRACE_OPEN, BRACKET_OPEN, isDigit } from '../bytes/number.ts';
import { copyBytes } from '../bytes/text.ts';
import { createSpans } from '../model/field.ts';
import { logNameOf } from '../model/log-source.ts';
import type { FormatChoice } from '../model/record-format.ts';

const LF = 0x0a;
const LESS = 0x3c;
/** Real access lines stay below. */
const MAX_PIECE_BYTES = 64 * 1024;
const NOTHING = new Uint8Array(0);

/** A log whose first line may be the rest of a record of the log before it. */
export interface JoinableLog {
  readonly path: string;
  readonly chunks: AsyncIterable<Uint8Array>;
  /** It begins within its file, so that its first line is no rest of another log. */
  readonly continues: boolean;
  /** Nothing of its file comes behind it. */
  readonly isLast: boolean;
}

/** What the log gave to the one before it, or took from the one behind it. */
export interface MovedBytes {
  given: number;
  taken: number;
}

type Joined<T> = T & { readonly moved: MovedBytes };

/**
 * Logs one behind the other, in which a record that was cut by rotation (its begin ends one part, its rest begins the next)
 * stands whole at the end of the earlier part. The later part lacks its first line then.
 */
export async function* joinCutRecords<T extends JoinableLog>(
  logs: AsyncGenerator<T, void, undefined>,
  choice: FormatChoice,
): AsyncGenerator<Joined<T>, void, undefined> {
  let current = await logs.next();
  let given = 0;
  while (!current.done) {
    const log = current.value;
    const moved: MovedBytes = { given, taken: 0 };
    let next: IteratorResult<T, void> | null = null;
    given = 0;
    async function* chunks(): AsyncGenerator<Uint8Array, void, undefined> {
      const tail = yield* passWholeLines(log.chunks);
      if (tail.length === 0) return;
      next = log.isLast ? await logs.next() : null;
      const rest = await takeRest(log, tail, next, choice);
      yield tail;
      if (rest.length > 0) yield rest;
      moved.taken = rest.length;
      given = rest.length;
    }
    yield { ...log, chunks: chunks(), moved };
    current = next ?? (await logs.next());
  }
}

/** The first line of the next log, which it then lacks, if that is the rest of a record; else nothing. */
async function takeRest<T extends JoinableLog>(
  log: T,
  tail: Uint8Array,
  next: IteratorResult<T, void> | null,
  choice: FormatChoice,
): Promise<Uint8Array> {
  if (next === null || next.done || next.value.continues) return NOTHING;
  if (logNameOf(next.value.path) !== logNameOf(log.path)) return NOTHING;
  const rest = next.value.chunks[Symbol.asyncIterator]();
  const head = await readFirstLine(rest);
  const isRest = head.line.length > 0 && goesOn(tail, head.line, choice);
  next.value = { ...next.value, chunks: putBack(isRest ? [head.behind] : [head.line, head.behind], rest) };
  return isRest ? head.line : NOTHING;
}

/** Hands chunks on; what is behind the last line end is returned at the end, unless it is too long for a record. */
async function* passWholeLines(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, Uint8Array, undefined> {
  let tail: Uint8Array = NOTHING;
  let isLong = false;
  for await (const chunk of chunks) {
    const behind = chunk.lastIndexOf(LF) + 1;
    if (behind > 0) {
      if (tail.length > 0) yield tail;
      yield chunk.subarray(0, behind);
      tail = copyBytes(chunk, behind, chunk.length);
      isLong = false;
    } else if (isLong) yield chunk;
    else tail = Buffer.concat([tail, chunk]);
    if (tail.length <= MAX_PIECE_BYTES) continue;
    yield tail;
    tail = NOTHING;
    isLong = true;
  }
  return tail;
}

async function readFirstLine(chunks: AsyncIterator<Uint8Array>) {
  let bytes: Uint8Array = NOTHING;
  let lineEnd = -1;
  while (lineEnd < 0 && bytes.length < MAX_PIECE_BYTES) {
    const next = await chunks.next();
    if (next.done === true) break;
    bytes = Buffer.concat([bytes, next.value]);
    lineEnd = bytes.indexOf(LF);
  }
  return { line: bytes.subarray(0, lineEnd + 1), behind: bytes.subarray(lineEnd + 1) };
}

/** True when the line does not begin like one of its own, or only both together are a record. */
function goesOn(tail: Uint8Array, line: Uint8Array, { formats, looksLikeRecord }: FormatChoice): boolean {
  const end = line.length - 1;
  if (end === 0) return false;
  const [first] = line;
  const beginsOwn =
    first === BRACE_OPEN || first === BRACKET_OPEN || first === LESS || (isDigit(first) && isDigit(line[1]));
  const spans = createSpans();
  const isRecord = (bytes: Uint8Array): boolean =>
    formats.some(({ parser }) => parser.parse(bytes, 0, bytes.length, spans, false) === 'parsed');
  const own = line.subarray(0, end);
  if (isRecord(own) || isRecord(tail)) return false;
  return isRecord(Buffer.concat([tail, own])) || (!beginsOwn && !looksLikeRecord(own, 0, end));
}

async function* putBack(
  heads: readonly Uint8Array[],
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (const head of heads) if (head.length > 0) yield head;
  for (;;) {
    const next = await rest.next();
    if (next.done === true) return;
    yield next.value;
  }
}
