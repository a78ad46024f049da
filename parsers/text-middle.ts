import { matchesAt } from '../src/bytes/text.ts';
import { spanOf } from '../src/model/field.ts';
import type { Step } from './text-step.ts';
import { FAILED, findLiteral, findLiteralBackwards, readLeft, readRight } from './text-values.ts';
import { writeSpan } from './write-span.ts';

const UUID_LENGTH = 36;
const REQUEST_ID = spanOf('requestId');

/** Header values that follow one another, and the values of Envoy's own behind them, up to the next header. */
interface Stretch {
  readonly free: readonly Step[];
  readonly own: readonly Step[];
  readonly ownReversed: readonly Step[];
  /** Between the last header and the first own value; between the last own value and the next header. */
  readonly ownBefore: Uint8Array;
  readonly ownAfter: Uint8Array;
}

/**
 * Reads what lies between the first header value of a line and the last. Mostly these are headers only, which no rule
 * reads. Where a format has values of Envoy's own among them, whoever sends the headers may forge such values: the line
 * is then read only if it can be read in one way.
 */
export class MiddleReader {
  readonly #steps: readonly Step[];
  readonly #stretches: readonly Stretch[];
  readonly #hasOwnValues: boolean;
  /** Begin and end of the own values of each stretch, as found from the left; the end is behind `ownAfter`. */
  readonly #found: Int32Array;

  constructor(steps: readonly Step[]) {
    this.#steps = steps;
    this.#hasOwnValues = steps.some((step) => !step.isFree && step.slot >= 0);
    this.#stretches = toStretches(steps);
    this.#found = new Int32Array(2 * this.#stretches.length);
  }

  /** Reads `bytes[from, to)`; without `full`, only what is not free text. */
  read(bytes: Uint8Array, from: number, to: number, spans: Int32Array, full: boolean): boolean {
    if (this.#hasOwnValues) {
      if (!this.#readFromLeft(bytes, from, to, spans) || !this.#isOnlyWay(bytes, from, to, spans))
        return false;
      return !full || this.#readHeaders(bytes, from, to, spans);
    }
    if (full || this.#steps.length === 1) return readFree(this.#steps, bytes, from, to, spans);
    return skipFree(this.#steps, bytes, from, to, spans);
  }

  /** Takes the first place at which the own values of each stretch fit. */
  #readFromLeft(bytes: Uint8Array, from: number, to: number, spans: Int32Array): boolean {
    let at = from;
    for (let i = 0; i < this.#stretches.length; i++) {
      const stretch = this.#stretches[i];
      if (stretch === undefined) return false;
      at = skipSeparators(bytes, at, to, stretch.free, stretch.free.length - 1);
      if (at < 0 || stretch.own.length === 0) return at >= 0;
      const start = findFirstOwn(stretch, bytes, at, to, spans);
      if (start < 0) return false;
      at = readLeft(stretch.own, bytes, start, to, spans);
      this.#found[2 * i] = start;
      this.#found[2 * i + 1] = at;
    }
    return true;
  }

  /** True when the last place at which they fit is the first: then there is no other. */
  #isOnlyWay(bytes: Uint8Array, from: number, to: number, spans: Int32Array): boolean {
    let stop = to;
    for (let i = this.#stretches.length - 1; i > 0; i--) {
      const stretch = this.#stretches[i - 1];
      const next = this.#stretches[i];
      if (stretch === undefined || next === undefined) return false;
      stop = skipSeparatorsBackwards(bytes, from, stop, next.free);
      const end = stop < 0 ? FAILED : findLastOwn(stretch, bytes, from, stop, spans);
      if (end < 0 || end + stretch.ownAfter.length !== this.#found[2 * i - 1]) return false;
      stop = readRight(stretch.ownReversed, bytes, from, end, spans);
      if (stop + stretch.ownBefore.length !== this.#found[2 * i - 2]) return false;
    }
    return true;
  }

  #readHeaders(bytes: Uint8Array, from: number, to: number, spans: Int32Array): boolean {
    let at = from;
    for (let i = 0; i < this.#stretches.length; i++) {
      const stretch = this.#stretches[i];
      if (stretch === undefined) return false;
      const isLast = stretch.own.length === 0;
      const stop = isLast ? to : (this.#found[2 * i] ?? to) - stretch.ownBefore.length;
      if (!readFree(stretch.free, bytes, at, stop, spans)) return false;
      at = this.#found[2 * i + 1] ?? to;
    }
    return true;
  }
}

/** First place from `from` on where the own values of a stretch begin, or -1. */
function findFirstOwn(
  { own, ownBefore }: Stretch,
  bytes: Uint8Array,
  from: number,
  to: number,
  spans: Int32Array,
): number {
  let at = findLiteral(bytes, from, to, ownBefore);
  while (at >= 0) {
    const start = at + ownBefore.length;
    if (readLeft(own, bytes, start, to, spans) >= 0) return start;
    at = findLiteral(bytes, at + 1, to, ownBefore);
  }
  return FAILED;
}

/** Last place up to `to` where they end, or -1. */
function findLastOwn(
  { ownReversed, ownAfter }: Stretch,
  bytes: Uint8Array,
  from: number,
  to: number,
  spans: Int32Array,
): number {
  let at = findLiteralBackwards(bytes, from, to, ownAfter);
  while (at >= 0) {
    if (readRight(ownReversed, bytes, from, at, spans) >= 0) return at;
    at = findLiteralBackwards(bytes, from, at + ownAfter.length - 1, ownAfter);
  }
  return FAILED;
}

/** The middle begins and ends with a header, so the last stretch has no own values. */
function toStretches(steps: readonly Step[]): readonly Stretch[] {
  const stretches: Stretch[] = [];
  for (let at = 0; at < steps.length; ) {
    const free = takeWhile(steps.slice(at), ({ isFree }) => isFree);
    const own = takeWhile(steps.slice(at + free.length), ({ isFree }) => !isFree);
    stretches.push({
      free,
      own,
      ownReversed: own.toReversed(),
      ownBefore: own[0]?.before ?? new Uint8Array(0),
      ownAfter: own[own.length - 1]?.after ?? new Uint8Array(0),
    });
    at += free.length + own.length;
  }
  return stretches;
}

function takeWhile(steps: readonly Step[], holds: (step: Step) => boolean): readonly Step[] {
  const end = steps.findIndex((step) => !holds(step));
  return end < 0 ? steps : steps.slice(0, end);
}

/** Offset behind the first `count` separators between the given headers, or -1. */
function skipSeparators(
  bytes: Uint8Array,
  from: number,
  to: number,
  headers: readonly Step[],
  count: number,
): number {
  let at = from;
  for (let i = 0; i < count; i++) {
    const after = headers[i]?.after;
    if (after === undefined) return FAILED;
    at = findLiteral(bytes, at, to, after);
    if (at < 0) return FAILED;
    at += after.length;
  }
  return at > to ? FAILED : at;
}

/** Offset before all separators between them, from the right, or -1. */
function skipSeparatorsBackwards(
  bytes: Uint8Array,
  from: number,
  to: number,
  headers: readonly Step[],
): number {
  let at = to;
  for (let i = headers.length - 1; i > 0 && at >= 0; i--) {
    at = findLiteralBackwards(bytes, from, at, headers[i]?.before ?? new Uint8Array(0));
  }
  return at;
}

/**
 * Cheap proof that the skipped middle has as many values as the format says: its separators occur. Nearly every line has
 * a UUID as its last header, so the last separator is first looked for where that puts it. The request id is read on the
 * way: the records of two proxies are joined by it.
 */
function skipFree(
  steps: readonly Step[],
  bytes: Uint8Array,
  from: number,
  to: number,
  spans: Int32Array,
): boolean {
  const last = steps.length - 1;
  const step = steps[last];
  if (step === undefined) return false;
  const { before } = step;
  let lastAt = to - UUID_LENGTH - before.length;
  const isUuid =
    matchesAt(bytes, lastAt, to, before) && skipSeparators(bytes, from, lastAt, steps, last - 1) >= 0;
  if (!isUuid) {
    if (skipSeparators(bytes, from, to, steps, last) < 0) return false;
    lastAt = findLiteralBackwards(bytes, from, to, before);
  }
  if (step.slot === REQUEST_ID && lastAt >= 0)
    writeSpan(bytes, lastAt + before.length, to, spans, REQUEST_ID);
  return true;
}

/** The first header is read from the left, the others from the right: what is forged stays within the second. */
function readFree(
  steps: readonly Step[],
  bytes: Uint8Array,
  from: number,
  to: number,
  spans: Int32Array,
): boolean {
  const [first] = steps;
  if (first === undefined) return false;
  const firstEnd = steps.length === 1 ? to : findLiteral(bytes, from, to, first.after);
  if (firstEnd < 0) return false;
  writeSpan(bytes, from, firstEnd, spans, first.slot);
  let stop = to;
  for (let i = steps.length - 1; i > 0; i--) {
    const step = steps[i];
    if (step === undefined) return false;
    const start = firstEnd + first.after.length;
    const literalStart = i === 1 ? firstEnd : findLiteralBackwards(bytes, start, stop, step.before);
    if (literalStart < 0) return false;
    writeSpan(bytes, literalStart + step.before.length, stop, spans, step.slot);
    stop = literalStart;
  }
  return true;
}
