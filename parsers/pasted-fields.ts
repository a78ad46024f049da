import { DASH, parseUnsigned } from '../src/bytes/number.ts';
import type { Field } from '../src/model/field.ts';
import { spanOf } from '../src/model/field.ts';
import type { ParseOutcome } from '../src/model/record-format.ts';
import type { Token } from './pasted-tokens.ts';
import { writeSpan } from './write-span.ts';

const BRACE_CLOSE = 0x7d;
/** The quoted request, `- -` for what is none. */
export const REQUEST =
  /^(?:- -\s*(?:(HTTP\/[0-9.]+)|-)?|([A-Z][A-Z_-]*|-)\s+(\S.*?)(?:\s*(HTTP\/[0-9.]+)|\s+(-))?)$/;
const UUID_LENGTH = 36;
const START_TIME = /\[?(\d{4}-\d\d-\d\dT[0-9:.]+(?:Z|[+-]\d\d:?\d\d)?)\]?$/;
const BRACKETED_TIME = /^\d[\d/.:T-]{1,12}(?:[A-Z][a-z]{2}\/)?[\d/.:, T+-]{6,}[A-Z]{0,3}$/;
const MIXER_STATUS = /^"?(?:UNAVAILABLE|UNAUTHENTICATED|PERMISSION_DENIED|RESOURCE_EXHAUSTED|INTERNAL)\b/;

const MASK = /^(?:\*+|[xX]+|<[^>]*>|\[?redacted\]?)$/i;
/** Details, how the connection ended, why it failed. */
const MAX_REASONS = 3;

const SIZES: readonly Field[] = ['bytesReceived', 'bytesSent', 'duration'];
const QUOTED_FIELDS: readonly Field[] = [
  'xForwardedFor',
  'userAgent',
  'requestId',
  'authority',
  'upstreamHost',
];
const TAIL_FIELDS: readonly Field[] = [
  'upstreamCluster',
  'upstreamLocalAddress',
  'downstreamLocalAddress',
  'downstreamRemoteAddress',
  'requestedServerName',
  'routeName',
];

/** What is at hand while a line is read. */
interface Reading {
  readonly bytes: Uint8Array;
  readonly end: number;
  readonly text: (token: Token) => string;
  readonly writer: SpanWriter;
  /** The line may end before its sizes do. */
  readonly canBeCut: boolean;
}

/** Writes what stands behind the flags: reasons, sizes, quoted values and the rest, as far as the line has them. */
export function writeBehindFlags(rest: readonly Token[], reading: Reading): ParseOutcome {
  const { bytes, end, text, writer, canBeCut } = reading;
  const sizes = rest.findIndex((_, i) => [0, 1, 2].every((offset) => isSize(bytes, rest[i + offset], text)));
  if (sizes > MAX_REASONS) return 'FIELD_COUNT';
  if (sizes < 0) return canBeCut && writeCutShort(rest, reading) ? 'parsed' : 'FIELD_COUNT';
  const whole = isWhole(rest, sizes) ? rest : withoutCut(bytes, rest, end);
  writeReasons(rest.slice(0, sizes), rest.length, text, writer);
  writeSizes(bytes, whole.slice(sizes), writer);
  writeAfterSizes(whole.slice(sizes + SIZES.length), writer);
  return 'parsed';
}

/** Writes tokens into spans, each into those of its field. */
export class SpanWriter {
  readonly #bytes: Uint8Array;
  readonly #spans: Int32Array;

  constructor(bytes: Uint8Array, spans: Int32Array) {
    this.#bytes = bytes;
    this.#spans = spans;
  }

  write(field: Field, token: Token | undefined): void {
    if (token !== undefined) writeSpan(this.#bytes, token.start, token.end, this.#spans, spanOf(field));
  }

  writeAll(fields: readonly Field[], tokens: readonly Token[]): void {
    fields.forEach((field, i) => {
      this.write(field, tokens[i]);
    });
  }
}

/** A number, or what somebody put in its place. */
function isSize(bytes: Uint8Array, token: Token | undefined, text: (t: Token) => string): boolean {
  return isUnsigned(bytes, token) || (token !== undefined && !token.quoted && MASK.test(text(token)));
}

/** True for a bare number. */
export function isUnsigned(bytes: Uint8Array, token: Token | undefined): boolean {
  return token !== undefined && !token.quoted && parseUnsigned(bytes, token.start, token.end) >= 0;
}

/** Writes method, path and protocol out of the quoted request. */
export function writeRequest(token: Token | undefined, text: (t: Token) => string, writer: SpanWriter): void {
  if (token === undefined) return;
  const request = text(token);
  const [, tcpProtocol, method, path = '', named, dashed] = REQUEST.exec(request) ?? [];
  if (method === undefined) {
    const dash = { start: token.start, end: token.start + 1, quoted: false };
    writer.writeAll(['method', 'path', 'protocol'], [dash, dash, lastOf(token, tcpProtocol) ?? dash]);
    return;
  }
  // The path alone may hold other than ASCII, so its end is counted from the end of the request.
  const pathAt = request.indexOf(path, method.length);
  const pathEnd = token.end - (request.length - pathAt - path.length);
  writer.write('method', { ...token, end: token.start + method.length });
  writer.write('path', { ...token, start: token.start + pathAt, end: pathEnd });
  writer.write('protocol', lastOf(token, named ?? dashed));
}

/** The last characters of a token as one of its own. */
function lastOf(token: Token, text: string | undefined): Token | undefined {
  return text === undefined ? undefined : { ...token, start: token.end - text.length };
}

/** Writes the start time, of tokens before the request; false when none has a date as Envoy prints it. */
export function writeStartTime(
  tokens: readonly Token[],
  text: (t: Token) => string,
  writer: SpanWriter,
): boolean {
  for (const token of tokens.toReversed()) {
    const word = text(token);
    const [match, time] = START_TIME.exec(word) ?? [];
    if (match === undefined || time === undefined) continue;
    const end = word.endsWith(']') ? token.end - 1 : token.end;
    writer.write('startTime', { start: end - time.length, end, quoted: false });
    return true;
  }
  writeBracketed(tokens, text, writer);
  return false;
}

/** A time in brackets that holds blanks (`[21/Nov/2026:03:33:07 +0000]`), right before the request. */
function writeBracketed(tokens: readonly Token[], text: (t: Token) => string, writer: SpanWriter): void {
  const last = tokens.at(-1);
  const first = tokens.findLast((token) => text(token).startsWith('['));
  if (last === undefined || first === undefined || !text(last).endsWith(']')) return;
  const time = { start: first.start + 1, end: last.end - 1, quoted: false };
  if (BRACKETED_TIME.test(text(time))) writer.write('startTime', time);
}

/** True when nothing is missing at the end: a quoted value is the last, or the columns of the layout are all there. */
function isWhole(rest: readonly Token[], sizes: number): boolean {
  const tail = rest.length - 1 - rest.findLastIndex((token) => token.quoted);
  const hasDetails = rest.slice(0, sizes).some((token) => !token.quoted);
  return rest.at(-1)?.quoted === true || tail >= TAIL_FIELDS.length - (hasDetails ? 0 : 1);
}

/** Without the last value if it may go on where the line was cut: what is there of it would be another value. */
function withoutCut(bytes: Uint8Array, tokens: readonly Token[], end: number): readonly Token[] {
  const last = tokens.at(-1);
  const isDash = last !== undefined && last.end - last.start === 1 && bytes[last.start] === DASH;
  // Details whose braces are closed are whole.
  const isClosed = last !== undefined && bytes[last.end - 1] === BRACE_CLOSE;
  return last === undefined || last.quoted || last.end < end || isDash || isClosed
    ? tokens
    : tokens.slice(0, -1);
}

/** A line that ends before its sizes do; false when it does not look like one of Envoy. */
function writeCutShort(rest: readonly Token[], { bytes, end, text, writer }: Reading): boolean {
  const first = rest.findIndex((token) => isSize(bytes, token, text));
  const reasons = first < 0 ? rest : rest.slice(0, first);
  const sizes = first < 0 ? [] : rest.slice(first);
  const isShort = reasons.length <= MAX_REASONS && sizes.length < SIZES.length;
  if (!isShort || !sizes.every((token) => isSize(bytes, token, text))) return false;
  const whole = withoutCut(bytes, rest, end);
  const bare = whole.slice(0, reasons.length).filter((token) => !token.quoted);
  writer.writeAll(['responseCodeDetails', 'connectionTerminationDetails'], bare);
  writeSizes(bytes, whole.slice(reasons.length), writer);
  return true;
}

/** What is masked is left out. */
function writeSizes(bytes: Uint8Array, tokens: readonly Token[], writer: SpanWriter): void {
  for (const [i, field] of SIZES.entries()) if (isUnsigned(bytes, tokens[i])) writer.write(field, tokens[i]);
}

/** What stands between the flags and the sizes tells the layout: each era of Istio has its own. */
function writeReasons(
  tokens: readonly Token[],
  restLength: number,
  text: (t: Token) => string,
  writer: SpanWriter,
): void {
  const bare = tokens.filter((token) => !token.quoted);
  const quoted = tokens.filter((token) => token.quoted);
  writer.writeAll(['responseCodeDetails', 'connectionTerminationDetails'], bare);
  const [first, second] = quoted;
  if (second !== undefined) writer.writeAll(['mixerStatus', 'upstreamTransportFailureReason'], quoted);
  if (first === undefined || second !== undefined) return;
  // One quoted value: Istio 1.1 (Mixer status, no route name at the end) or 1.8 (transport failure).
  const fullTail = tokens.length + 3 + 1 + QUOTED_FIELDS.length + TAIL_FIELDS.length;
  const isMixer = bare.length === 0 && (MIXER_STATUS.test(text(first)) || restLength < fullTail);
  writer.write(isMixer ? 'mixerStatus' : 'upstreamTransportFailureReason', first);
}

/**
 * The five quoted values, of more where a header holds quotes or columns were added: those around a request id as long as a
 * UUID, else the last.
 */
function chooseQuoted(quoted: readonly Token[]): readonly Token[] {
  const surplus = quoted.length - QUOTED_FIELDS.length;
  if (surplus <= 0) return quoted;
  const before = QUOTED_FIELDS.indexOf('requestId');
  const candidates = quoted.slice(before, before + surplus + 1);
  const requestId = candidates.findLastIndex(({ start, end }) => end - start === UUID_LENGTH);
  return quoted.slice(requestId < 0 ? surplus : requestId);
}

function writeAfterSizes(tokens: readonly Token[], writer: SpanWriter): void {
  const hasServiceTime = tokens[0]?.quoted === false;
  if (hasServiceTime) writer.write('upstreamServiceTime', tokens[0]);
  const values = hasServiceTime ? tokens.slice(1) : tokens;
  const firstBare = values.findIndex((token) => !token.quoted);
  const quotedEnd = firstBare < 0 ? values.length : firstBare;
  writer.writeAll(QUOTED_FIELDS, chooseQuoted(values.slice(0, quotedEnd)));
  writer.writeAll(TAIL_FIELDS, values.slice(quotedEnd));
}
