import { DASH, isDigit, SPACE } from '../src/bytes/number.ts';
import { encodeText, matchesAt } from '../src/bytes/text.ts';
import type { Field } from '../src/model/field.ts';
import { LOGGED_ABSENT, NOT_IN_FORMAT, spanOf } from '../src/model/field.ts';
import type { LineParser, ParseOutcome } from '../src/model/record-format.ts';
import type { FormatToken } from './format-string.ts';
import { badFormat, parseFormatString } from './format-string.ts';

type OperatorToken = Extract<FormatToken, { kind: 'operator' }>;

/** One operator of a compiled format, with the literals on both sides. */
interface Step {
  readonly operator: OperatorToken;
  readonly isInteger: boolean;
  readonly isFlags: boolean;
  readonly isPhrase: boolean;
  /** Place of its start in the span table, or -1 when nobody reads it. */
  readonly slot: number;
  readonly before: Uint8Array;
  readonly after: Uint8Array;
  /** First byte of `after`, last byte of `before`; 0 at the ends of the line. */
  readonly stopByte: number;
  readonly startByte: number;
  /** The next value is a number: tells the end of a phrase from text that looks like it. */
  readonly beforeInteger: boolean;
}

const FAILED = -1;
const UUID_LENGTH = 36;

/**
 * Compiles an Envoy text format into a parser. The line is read from the left up to the first header value and from the
 * right up to the last one: what a peer may have forged lies between and can shift nothing.
 *
 * @throws UserError BAD_FORMAT when two values stand side by side with nothing to part them.
 */
export function compileTextFormat(format: string): LineParser {
  const steps = toSteps(format, parseFormatString(format));
  const isFree = (step: Step): boolean => step.operator.value === 'freeText';
  const firstFree = steps.findIndex(isFree);
  if (firstFree < 0) return new TextParser(steps, [], []);
  const lastFree = steps.length - 1 - [...steps].reverse().findIndex(isFree);
  return new TextParser(
    steps.slice(0, firstFree),
    steps.slice(firstFree, lastFree + 1),
    steps.slice(lastFree + 1).reverse(),
  );
}

function toSteps(format: string, tokens: readonly FormatToken[]): readonly Step[] {
  const operators = tokens.filter((token) => token.kind === 'operator');
  if (operators.length === 0)
    throw badFormat(
      format,
      0,
      'it has no operator',
      'Give the accessLogFormat of the proxy, e.g. [%START_TIME%] %RESPONSE_CODE% %RESPONSE_FLAGS%.',
    );
  return operators.map((operator, index): Step => {
    const place = tokens.indexOf(operator);
    const [before, after] = [literalBytes(tokens[place - 1]), literalBytes(tokens[place + 1])];
    if (after.length === 0 && index < operators.length - 1) {
      throw badFormat(
        format,
        operator.offset,
        `%${operator.name}% and the value after it have nothing between them`,
        'Put a blank or a quote between the two operators.',
      );
    }
    return {
      operator,
      isInteger: operator.value === 'integer',
      isFlags: operator.value === 'flags',
      isPhrase: operator.value === 'phrase',
      slot: operator.field === null ? -1 : spanOf(operator.field),
      before,
      after,
      stopByte: after[0] ?? 0,
      startByte: before[before.length - 1] ?? 0,
      beforeInteger: operators[index + 1]?.value === 'integer',
    };
  });
}

function literalBytes(token: FormatToken | undefined): Uint8Array {
  return token?.kind === 'literal' ? encodeText(token.text) : new Uint8Array(0);
}

class TextParser implements LineParser {
  readonly encoding = 'text';
  readonly fields: ReadonlySet<Field>;
  readonly #left: readonly Step[];
  readonly #middle: readonly Step[];
  /** From the right end of the line inwards. */
  readonly #right: readonly Step[];

  constructor(left: readonly Step[], middle: readonly Step[], right: readonly Step[]) {
    this.#left = left;
    this.#middle = middle;
    this.#right = right;
    this.fields = new Set([...left, ...middle, ...right].flatMap((step) => step.operator.field ?? []));
  }

  parse(bytes: Uint8Array, start: number, end: number, spans: Int32Array, full: boolean): ParseOutcome {
    spans.fill(NOT_IN_FORMAT);
    const first = this.#left[0] ?? this.#middle[0];
    if (first === undefined || !matchesAt(bytes, start, end, first.before)) return 'NOT_THIS_FORMAT';
    const from = readLeft(this.#left, bytes, start + first.before.length, end, spans);
    if (from < 0) return 'FIELD_COUNT';
    if (this.#middle.length === 0) return from === end ? 'parsed' : 'FIELD_COUNT';
    const to = readRight(this.#right, this.#middle[this.#middle.length - 1], bytes, from, end, spans);
    if (to < from) return 'FIELD_COUNT';
    if (!full && this.#middle.length > 1)
      return hasSeparators(bytes, from, to, this.#middle) ? 'parsed' : 'FIELD_COUNT';
    return readMiddle(this.#middle, bytes, from, to, spans) ? 'parsed' : 'FIELD_COUNT';
  }
}

/** Reads values from the left; returns the offset behind the literal that follows the last, or -1. */
function readLeft(
  steps: readonly Step[],
  bytes: Uint8Array,
  start: number,
  end: number,
  spans: Int32Array,
): number {
  let at = start;
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i];
    if (step === undefined) return FAILED;
    const stop = findEnd(step, bytes, at, end);
    if (stop < 0 || (step.isFlags && !isFlagList(bytes, at, stop))) return FAILED;
    const { length } = step.after;
    if (length > 1 ? !matchesAt(bytes, stop, end, step.after) : !endsWell(step, bytes, stop, end))
      return FAILED;
    writeSpan(step, bytes, at, stop, spans);
    at = stop + length;
  }
  return at;
}

function endsWell(step: Step, bytes: Uint8Array, stop: number, end: number): boolean {
  return step.after.length === 0 ? stop === end : stop < end && bytes[stop] === step.stopByte;
}

/** Where a value ends: behind its digits, at a blank, or at the first byte of the literal that follows it. */
function findEnd(step: Step, bytes: Uint8Array, start: number, end: number): number {
  if (step.isInteger) return findIntegerEnd(bytes, start, end);
  if (step.isPhrase) return findPhraseEnd(step, bytes, start, end);
  const { stopByte } = step;
  let at = start;
  if (stopByte === SPACE) while (at < end && bytes[at] !== SPACE) at++;
  else while (at < end && bytes[at] !== stopByte && bytes[at] !== SPACE) at++;
  return at;
}

/** End of a run of digits, or of a lone `-`; -1 when there is neither. */
function findIntegerEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && isDigit(bytes[at])) at++;
  if (at > start) return at;
  return bytes[at] === DASH && at < end ? at + 1 : FAILED;
}

function findPhraseEnd(step: Step, bytes: Uint8Array, start: number, end: number): number {
  const { after, beforeInteger } = step;
  for (let at = start; at + after.length <= end; at++) {
    if (bytes[at] !== step.stopByte || !matchesAt(bytes, at, end, after)) continue;
    const next = bytes[at + after.length];
    if (!beforeInteger || isDigit(next) || next === DASH) return at;
  }
  return FAILED;
}

/** Reads values from the right; returns the offset of the literal before the last one read, or -1. */
function readRight(
  steps: readonly Step[],
  lastFree: Step | undefined,
  bytes: Uint8Array,
  from: number,
  end: number,
  spans: Int32Array,
): number {
  const tail = steps[0]?.after ?? lastFree?.after ?? new Uint8Array(0);
  if (!matchesAt(bytes, end - tail.length, end, tail)) return FAILED;
  let stop = end - tail.length;
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i];
    if (step === undefined) return FAILED;
    const at = findWordStart(bytes, from, stop, step.startByte);
    const valueStart = at + 1;
    const literalStart = valueStart - step.before.length;
    if (literalStart < from || !matchesAt(bytes, literalStart, end, step.before)) return FAILED;
    if (step.isInteger && findIntegerEnd(bytes, valueStart, stop) !== stop) return FAILED;
    if (step.isFlags && !isFlagList(bytes, valueStart, stop)) return FAILED;
    writeSpan(step, bytes, valueStart, stop, spans);
    stop = literalStart;
  }
  return stop;
}

/** Offset before the first byte of a value that ends at `stop`. */
function findWordStart(bytes: Uint8Array, from: number, stop: number, startByte: number): number {
  let at = stop - 1;
  if (startByte === SPACE) while (at >= from && bytes[at] !== SPACE) at--;
  else while (at >= from && bytes[at] !== startByte && bytes[at] !== SPACE) at--;
  return at;
}

/**
 * Cheap proof that the skipped middle has as many values as the format says: its separators occur. Nearly every line has
 * a UUID as its last header, so the last separator is first looked for where that puts it.
 */
function hasSeparators(bytes: Uint8Array, from: number, to: number, steps: readonly Step[]): boolean {
  let at = from;
  let separators = steps.length - 1;
  let stop = to;
  const last = steps[separators];
  if (last !== undefined && matchesAt(bytes, to - UUID_LENGTH - last.before.length, to, last.before)) {
    stop = to - UUID_LENGTH - last.before.length;
    separators--;
  }
  for (let i = 0; i < separators; i++) {
    const after = steps[i]?.after;
    if (after === undefined) return false;
    at = findLiteral(bytes, at, stop, after);
    if (at < 0) return false;
    at += after.length;
  }
  return stop >= from;
}

function findLiteral(bytes: Uint8Array, from: number, to: number, literal: Uint8Array): number {
  const first = literal[0];
  for (let at = from; at + literal.length <= to; at++) {
    if (bytes[at] === first && matchesAt(bytes, at, to, literal)) return at;
  }
  return FAILED;
}

function findLiteralBackwards(bytes: Uint8Array, from: number, to: number, literal: Uint8Array): number {
  for (let at = to - literal.length; at >= from; at--) {
    if (matchesAt(bytes, at, to, literal)) return at;
  }
  return FAILED;
}

/** The first value is read from the left, the others from the right: what is forged stays within the second. */
function readMiddle(
  steps: readonly Step[],
  bytes: Uint8Array,
  from: number,
  to: number,
  spans: Int32Array,
): boolean {
  const [first, ...rest] = steps;
  if (first === undefined) return false;
  const firstEnd = rest.length === 0 ? to : findLiteral(bytes, from, to, first.after);
  if (firstEnd < 0) return false;
  writeSpan(first, bytes, from, firstEnd, spans);
  const start = rest.length === 0 ? to : firstEnd + first.after.length;
  let stop = to;
  for (const step of rest.reverse()) {
    const isLast = step === steps[1];
    const literalStart = isLast
      ? start - step.before.length
      : findLiteralBackwards(bytes, start, stop, step.before);
    if (literalStart < start && !isLast) return false;
    writeSpan(step, bytes, literalStart + step.before.length, stop, spans);
    stop = literalStart;
  }
  return true;
}

function isFlagList(bytes: Uint8Array, start: number, end: number): boolean {
  if (start === end) return false;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    const isName =
      (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a) || byte === 0x5f || isDigit(byte);
    if (!isName && byte !== 0x2c && !(byte === DASH && end - start === 1)) return false;
  }
  return true;
}

function writeSpan(step: Step, bytes: Uint8Array, start: number, end: number, spans: Int32Array): void {
  if (step.slot < 0) return;
  const absent = end - start === 1 && bytes[start] === DASH;
  spans[step.slot] = absent ? LOGGED_ABSENT : start;
  spans[step.slot + 1] = absent ? LOGGED_ABSENT : end;
}
