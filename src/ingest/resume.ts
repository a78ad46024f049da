import { dirname } from 'node:path';
import type { InputPosition } from '../model/input-position.ts';
import { findFirstLineEnd, LineFinder } from './file-tail.ts';
import type { InputPlan, InputSource } from './inputs.ts';
import type { LogFile } from './log-file.ts';
import { cutShort, inspectContent, openLogFile, readLogFile, readTail } from './log-file.ts';
import { COMPRESSED_ENDING } from './log-file-name.ts';
import { LogHandles } from './log-handles.ts';
import type { Candidate } from './resume-candidates.ts';
import { findCandidates } from './resume-candidates.ts';
import { findSettledEnd } from './settled-end.ts';

const LF = 0x0a;

/** What there is to read since the last run, and where each input will have been left. */
export interface Resumption {
  readonly plan: InputPlan;
  /** Positions of the sources of the plan, in their order, before the lines of this run are added to them. */
  readonly positions: readonly InputPosition[];
  /** Positions of what has nothing new, and of files that were not met. */
  readonly others: readonly InputPosition[];
  readonly notes: readonly string[];
  /** Closes the files. */
  readonly close: () => Promise<void>;
}

/** Where to go on in a file, and what was known of it. */
interface Match {
  readonly start: number;
  readonly lines: number;
  readonly endsOpen: boolean;
}

const FROM_START: Match = { start: 0, lines: 0, endsOpen: false };

/**
 * Finds out what is new in the inputs: no line that a position covers is read again, over rotation, copying, packing and
 * fetching anew, and every other line is.
 *
 * @throws UserError as `planInputs` does, and for inputs that have no position, such as the standard input.
 */
export async function planResumption(
  paths: readonly string[],
  known: readonly InputPosition[],
  nowMs: number,
): Promise<Resumption> {
  const { candidates, skipped, notes } = await findCandidates(paths, known);
  const resumer = new Resumer(known, nowMs);
  try {
    for (const candidate of candidates) await resumer.add(candidate);
    await resumer.resumeAll();
  } catch (error) {
    await resumer.close();
    throw error;
  }
  const { sources, ...found } = resumer.finish();
  return {
    ...found,
    plan: { sources, skipped },
    notes: [...notes, ...found.notes],
    close: () => resumer.close(),
  };
}

/** Collects what is to be read, file by file, the older ones of a log first. */
class Resumer {
  readonly #known: readonly InputPosition[];
  readonly #nowMs: number;
  readonly #notes: string[] = [];
  readonly #claimed = new Set<InputPosition>();
  readonly #handles = new LogHandles();
  readonly #opened = new Map<string, { readonly file: LogFile; readonly candidate: Candidate }>();
  readonly #itself = new Map<LogFile, InputPosition>();
  readonly #sources: InputSource[] = [];
  readonly #positions: InputPosition[] = [];
  readonly #others: InputPosition[] = [];

  constructor(known: readonly InputPosition[], nowMs: number) {
    this.#known = known;
    this.#nowMs = nowMs;
  }

  async add(candidate: Candidate): Promise<void> {
    const file = await openLogFile(candidate.path, this.#handles);
    if (file === null) {
      this.#notes.push(
        `${candidate.path} is no log that can be read on from where a run ended (plain, or packed with gzip, zstd, bzip2 or xz), and was left out.`,
      );
      return;
    }
    // Two names of one file, such as a link to it.
    if (!this.#opened.has(file.identity)) this.#opened.set(file.identity, { file, candidate });
  }

  /** Files that are still themselves first: what else looks like one of them is a copy of it. */
  async resumeAll(): Promise<void> {
    for (const { file } of this.#opened.values()) {
      const own = this.#known.find(({ identity }) => identity === file.identity);
      if (own !== undefined && (await isStill(file, own))) this.#itself.set(file, own);
    }
    const taken = new Set(this.#itself.values());
    for (const { file, candidate } of this.#opened.values()) await this.#resume(file, candidate, taken);
  }

  async #resume(file: LogFile, candidate: Candidate, taken: ReadonlySet<InputPosition>): Promise<void> {
    const own = this.#itself.get(file);
    if (own !== undefined && isUnchanged(file, own)) {
      this.#claimed.add(own);
      this.#others.push({ ...own, path: file.path, metMs: this.#nowMs });
      return;
    }
    const match = own === undefined ? await this.#match(file, taken) : this.#claim(own);
    if (match === null) return;
    const end = await findSettledEnd(file, match.start, this.#nowMs);
    const start = match.endsOpen
      ? ((await findFirstLineEnd(await file.handle(), match.start, end)) ?? end)
      : match.start;
    const position = await this.#toPosition(file, end, match);
    if (start >= end || candidate.isBeforeOurTime) this.#others.push(position);
    else {
      this.#sources.push(toSource(file, { start, end }, position));
      this.#positions.push(position);
    }
  }

  /** Where to go on in a file that is none of those known; null when it has to be left alone for now. */
  async #match(file: LogFile, taken: ReadonlySet<InputPosition>): Promise<Match | null> {
    const twin = file.path.replace(COMPRESSED_ENDING, '');
    // While a log is being packed both are there.
    const isBeingPacked = [...this.#opened.values()].some((other) => other.file.path === twin);
    if (file.packedBy !== null && twin !== file.path && isBeingPacked) return null;
    const near = this.#known.filter(
      ({ path, offset }) => offset > 0 && (path === file.path || dirname(path) === dirname(file.path)),
    );
    const content = await inspectContent(
      file,
      near.map(({ offset }) => offset),
    );
    if (content.isDamaged) {
      this.#notes.push(`${file.path} is not whole (yet) and was left out; the next run looks at it again.`);
      return null;
    }
    // The same content under another inode: copied, or packed. The longest match is the latest.
    const [copied] = near
      .filter(({ offset, tail }) => content.tails.get(offset) === tail)
      .sort((a, b) => b.offset - a.offset);
    if (copied === undefined) return this.#findOverlap(file);
    return taken.has(copied) || this.#claimed.has(copied) ? null : this.#claim(copied);
  }

  #claim(position: InputPosition): Match {
    this.#claimed.add(position);
    return { start: position.offset, lines: position.lines, endsOpen: position.endsOpen };
  }

  /** A log that was fetched anew begins elsewhere, but holds the last lines of the time before. */
  async #findOverlap(file: LogFile): Promise<Match> {
    const before = this.#known.find(
      (position) => position.path === file.path && !this.#claimed.has(position),
    );
    if (before === undefined || before.lastLines.length === 0) return FROM_START;
    const finder = new LineFinder(before.lastLines);
    const everything = { start: 0, end: Number.POSITIVE_INFINITY };
    for await (const chunk of readLogFile(
      file,
      file.packedBy !== null ? everything : { start: 0, end: file.size },
      () => undefined,
    ))
      finder.push(chunk);
    if (finder.found === null) return FROM_START;
    this.#claimed.add(before);
    return { start: finder.found, lines: before.lines, endsOpen: false };
  }

  async #toPosition(file: LogFile, offset: number, match: Match): Promise<InputPosition> {
    const last = offset === 0 ? [] : await lastByte(file, offset);
    return {
      path: file.path,
      identity: file.identity,
      offset,
      lines: match.lines,
      size: file.size,
      modifiedMs: file.modifiedMs,
      ...(await readTail(file, offset)),
      endsOpen: last[0] !== undefined && last[0] !== LF,
      metMs: this.#nowMs,
    };
  }

  finish() {
    const unmet = this.#known.filter((position) => !this.#claimed.has(position));
    return {
      sources: this.#sources,
      positions: this.#positions,
      others: [...this.#others, ...unmet],
      notes: this.#notes,
    };
  }

  async close(): Promise<void> {
    await this.#handles.close();
  }
}

/** Whether the file with the inode of a position still begins with what was read of it. */
async function isStill(file: LogFile, position: InputPosition): Promise<boolean> {
  if (isUnchanged(file, position)) return true;
  if (position.offset === 0) return file.packedBy === null;
  const { tails } = await inspectContent(file, [position.offset]);
  return tails.get(position.offset) === position.tail;
}

function isUnchanged(file: LogFile, { offset, size, modifiedMs }: InputPosition): boolean {
  return file.size === size && file.modifiedMs === modifiedMs && (file.packedBy !== null || offset === size);
}

async function lastByte(file: LogFile, offset: number): Promise<readonly number[]> {
  for await (const chunk of readLogFile(file, { start: offset - 1, end: offset }, () => undefined))
    return [...chunk];
  return [];
}

function toSource(
  file: LogFile,
  span: { readonly start: number; readonly end: number },
  position: InputPosition,
): InputSource {
  return {
    kind: 'resumed',
    path: file.path,
    bytes: file.packedBy !== null ? file.size : span.end - span.start,
    open: (report) => readUnchanged(file, span, { report, position }),
  };
}

/** The bytes of the span. A log that is emptied and filled again meanwhile has other ones in their place. */
async function* readUnchanged(
  file: LogFile,
  span: { readonly start: number; readonly end: number },
  { report, position }: { readonly report: (damage: string) => void; readonly position: InputPosition },
): AsyncGenerator<Uint8Array, void, undefined> {
  yield* readLogFile(file, span, report);
  const { tail } = await readTail(file, span.end);
  if (tail !== position.tail) throw cutShort(file.path);
}
