import { QUOTE, SPACE } from '../src/bytes/number.ts';
import { matchesAt } from '../src/bytes/text.ts';
import type { Field } from '../src/model/field.ts';
import { NOT_IN_FORMAT } from '../src/model/field.ts';
import type { LineParser, LineProgram, ParseOutcome, ProgramStep } from '../src/model/record-format.ts';
import { MiddleReader } from './text-middle.ts';
import type { Step } from './text-step.ts';
import { toSteps } from './text-step.ts';
import { readLeft, readRight } from './text-values.ts';

/** Where these stand, other layouts have a value in quotes: Mixer's status, or the column before when one is missing. */
const NEVER_IN_QUOTES: readonly Field[] = ['responseCodeDetails', 'upstreamCluster'];

/**
 * Compiles an Envoy text format into a parser. The line is read from the left up to the first header value and from the
 * right up to the last one: what a peer may have forged lies between and can shift nothing.
 *
 * @throws UserError BAD_FORMAT when the format string is none, or two values stand side by side.
 */
export function compileTextFormat(format: string): LineParser {
  return new TextParser(toSteps(format));
}

class TextParser implements LineParser {
  readonly encoding = 'text';
  readonly fields: ReadonlySet<Field>;
  readonly program: LineProgram | null;
  readonly #head: Uint8Array;
  readonly #left: readonly Step[];
  /** Null when no value is free text; then the steps from the left are all there are. */
  readonly #middle: MiddleReader | null;
  /** From the right end of the line inwards. */
  readonly #right: readonly Step[];
  readonly #tail: Uint8Array;
  /** Slots of values that the format does not quote, so that a quote shows the line to be of another. */
  readonly #unquoted: readonly number[];

  constructor(steps: readonly Step[]) {
    const firstFree = steps.findIndex(({ isFree }) => isFree);
    const lastFree = steps.findLastIndex(({ isFree }) => isFree);
    this.#left = firstFree < 0 ? steps : steps.slice(0, firstFree);
    this.#middle = firstFree < 0 ? null : new MiddleReader(steps.slice(firstFree, lastFree + 1));
    this.#right = firstFree < 0 ? [] : steps.slice(lastFree + 1).toReversed();
    this.#head = steps[0]?.before ?? new Uint8Array(0);
    this.#tail = steps[steps.length - 1]?.after ?? new Uint8Array(0);
    this.#unquoted = steps.filter(isNeverQuoted).map(({ slot }) => slot);
    this.program = toProgram(steps, this.#left.length, this.#right.length);
    this.fields = new Set(steps.flatMap(({ field }) => field ?? []));
  }

  parse(bytes: Uint8Array, start: number, end: number, spans: Int32Array, full: boolean): ParseOutcome {
    spans.fill(NOT_IN_FORMAT);
    if (!matchesAt(bytes, start, end, this.#head)) return 'NOT_THIS_FORMAT';
    const from = readLeft(this.#left, bytes, start + this.#head.length, end, spans);
    if (from < 0) return 'FIELD_COUNT';
    if (this.#middle === null)
      return from === end && !this.#isForeign(bytes, spans) ? 'parsed' : 'FIELD_COUNT';
    const tailStart = end - this.#tail.length;
    if (!matchesAt(bytes, tailStart, end, this.#tail)) return 'FIELD_COUNT';
    const to = readRight(this.#right, bytes, from, tailStart, spans);
    if (to < from || this.#isForeign(bytes, spans)) return 'FIELD_COUNT';
    return this.#middle.read(bytes, from, to, spans, full) ? 'parsed' : 'FIELD_COUNT';
  }

  #isForeign(bytes: Uint8Array, spans: Int32Array): boolean {
    for (let i = 0; i < this.#unquoted.length; i++) {
      const start = spans[this.#unquoted[i] ?? 0] ?? NOT_IN_FORMAT;
      if (start >= 0 && bytes[start] === QUOTE) return true;
    }
    return false;
  }
}

function isNeverQuoted({ field, startByte }: Step): boolean {
  return field !== null && NEVER_IN_QUOTES.includes(field) && startByte === SPACE;
}

/** Null when values of Envoy's own stand among the headers: whether those were forged takes more than a look. */
function toProgram(steps: readonly Step[], left: number, right: number): LineProgram | null {
  const middle = steps.length - left - right;
  if (steps.slice(left, left + middle).some(({ isFree, slot }) => !isFree && slot >= 0)) return null;
  return { kind: 'text', left, middle, steps: steps.map(toProgramStep) };
}

function toProgramStep(step: Step): ProgramStep {
  const { slot, isFlags, before, after, stopsAtQuoteBlank, startsAtBlankQuote } = step;
  return {
    slot,
    kind: step.isInteger ? 'integer' : step.isPhrase ? 'phrase' : 'word',
    isFlags,
    isNeverQuoted: isNeverQuoted(step),
    before,
    after,
    stopsAtQuoteBlank,
    startsAtBlankQuote,
  };
}
