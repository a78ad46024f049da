import { isDigit, QUOTE, SPACE, TAB } from '../src/bytes/number.ts';
import { encodeText, matchesAt } from '../src/bytes/text.ts';
import type { Field } from '../src/model/field.ts';
import { NOT_IN_FORMAT, spanOf } from '../src/model/field.ts';
import type { LineParser, ParseOutcome } from '../src/model/record-format.ts';
import { findValueEnd } from './key-value-parser.ts';
import { writeSpan } from './write-span.ts';
import { ZTUNNEL_FIELDS, ZtunnelValues } from './ztunnel-values.ts';

const EQUALS = 0x3d;
const LETTER_T = 0x54;
/** Length of `2026-11-21T03:33:07`. */
const SECOND_LENGTH = 19;
const ACCESS = encodeText('access');
const MESSAGES = ['connection complete', 'connection failed'].map(encodeText);

/**
 * Parses the access lines of Istio's ztunnel: a head with time, level and target, then `key=value`. They tell of
 * connections, so there is neither code nor flag; `error` is there only where one failed.
 */
export class ZtunnelParser implements LineParser {
  readonly encoding = 'text';
  readonly program = null;
  readonly fields: ReadonlySet<Field> = new Set(ZTUNNEL_FIELDS);
  readonly #values = new ZtunnelValues();

  parse(bytes: Uint8Array, start: number, end: number, spans: Int32Array, _full: boolean): ParseOutcome {
    const stampEnd = skipWord(bytes, start, end);
    const valuesAt = findValues(bytes, start, stampEnd, end);
    if (valuesAt < 0) return 'NOT_THIS_FORMAT';
    spans.fill(NOT_IN_FORMAT);
    writeSpan(bytes, start, stampEnd, spans, spanOf('startTime'));
    this.#readValues(bytes, valuesAt, end);
    if (!this.#values.isComplete) return 'FIELD_COUNT';
    this.#values.writeFields(bytes, spans);
    return 'parsed';
  }

  #readValues(bytes: Uint8Array, start: number, end: number): void {
    this.#values.clear();
    let at = start;
    while (at < end) {
      at = skipBlanks(bytes, at, end);
      const keyStart = at;
      while (at < end && bytes[at] !== EQUALS && (bytes[at] ?? 0) > SPACE) at++;
      if (at >= end || bytes[at] !== EQUALS) continue;
      const valueStart = at + 1;
      const stop = findValueEnd(bytes, valueStart, end);
      const slot = this.#values.slotOf(bytes, keyStart, at);
      at = stop;
      if (slot < 0) continue;
      const isQuoted = stop - valueStart >= 2 && bytes[valueStart] === QUOTE && bytes[stop - 1] === QUOTE;
      this.#values.spans[slot] = isQuoted ? valueStart + 1 : valueStart;
      this.#values.spans[slot + 1] = isQuoted ? stop - 1 : stop;
    }
  }
}

/** Behind `<time> <level> access… connection complete`, between which stand tabs or what became of them; or -1. */
function findValues(bytes: Uint8Array, start: number, stampEnd: number, end: number): number {
  if (stampEnd - start <= SECOND_LENGTH || !isDigit(bytes[start]) || bytes[start + 10] !== LETTER_T)
    return -1;
  const levelAt = skipBlanks(bytes, stampEnd, end);
  const targetAt = skipBlanks(bytes, skipWord(bytes, levelAt, end), end);
  if (!matchesAt(bytes, targetAt, end, ACCESS)) return -1;
  const messageAt = skipBlanks(bytes, skipWord(bytes, targetAt, end), end);
  const message = MESSAGES.find((text) => matchesAt(bytes, messageAt, end, text));
  return message === undefined ? -1 : messageAt + message.length;
}

function skipWord(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] !== SPACE && bytes[at] !== TAB) at++;
  return at;
}

function skipBlanks(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && (bytes[at] ?? 0) <= SPACE) at++;
  return at;
}
