import { parseMilliseconds, parseUnsigned } from '../bytes/number.ts';
import { decodeText, unescapeJson } from '../bytes/text.ts';
import type { Field } from '../model/field.ts';
import { FIELDS, LOGGED_ABSENT, NOT_IN_FORMAT, spanOf } from '../model/field.ts';
import type { Logged } from '../model/logged.ts';
import type { RequestRecord } from '../model/request-record.ts';
import { MAX_KEPT_BYTES } from './caps.ts';

/** One parsed line: the bytes, and where in them the fields lie. Valid only while the line is looked at. */
export class LineView {
  bytes: Uint8Array = new Uint8Array(0);
  spans: Int32Array = new Int32Array(0);
  encoding: 'text' | 'json' = 'text';

  set(bytes: Uint8Array, spans: Int32Array, encoding: 'text' | 'json'): void {
    this.bytes = bytes;
    this.spans = spans;
    this.encoding = encoding;
  }

  /** Text of the field at `slot` of the span table. */
  textAt(slot: number): Logged<string> {
    const start = this.spans[slot] ?? NOT_IN_FORMAT;
    if (start === NOT_IN_FORMAT) return undefined;
    if (start === LOGGED_ABSENT) return null;
    return this.decode(start, this.spans[slot + 1] ?? start);
  }

  /** Text of a span; JSON escapes are resolved. */
  decode(start: number, end: number): string {
    const text = decodeText(this.bytes, start, end);
    return this.encoding === 'json' ? unescapeJson(text) : text;
  }

  /** Text of the field as it is kept beyond the line: a long value is cut. */
  keptTextAt(slot: number): Logged<string> {
    const start = this.spans[slot] ?? NOT_IN_FORMAT;
    if (start === NOT_IN_FORMAT) return undefined;
    if (start === LOGGED_ABSENT) return null;
    return this.decodeKept(start, this.spans[slot + 1] ?? start);
  }

  /** Text of a span, cut when it is long. */
  decodeKept(start: number, end: number): string {
    return end - start <= MAX_KEPT_BYTES
      ? this.decode(start, end)
      : `${this.decode(start, start + MAX_KEPT_BYTES)}…`;
  }

  /** The field as a whole number: `null` when absent or no number, `undefined` when not in the format. */
  numberAt(slot: number): Logged<number> {
    const start = this.spans[slot] ?? NOT_IN_FORMAT;
    if (start === NOT_IN_FORMAT) return undefined;
    const end = this.spans[slot + 1] ?? start;
    const digits = start < 0 ? -1 : parseUnsigned(this.bytes, start, end);
    const value = digits < 0 && start >= 0 ? parseMilliseconds(this.bytes, start, end) : digits;
    // A number of hundreds of digits reads as infinite, which no JSON can carry.
    return value < 0 || value > Number.MAX_SAFE_INTEGER ? null : value;
  }
}

/** All fields of a line as text. */
export function toRequestRecord(line: LineView): RequestRecord {
  const record: Partial<Record<Field, Logged<string>>> = {};
  for (const field of FIELDS) record[field] = line.textAt(spanOf(field));
  return { ...EMPTY_RECORD, ...record };
}

const EMPTY_RECORD: RequestRecord = {
  startTime: undefined,
  method: undefined,
  path: undefined,
  protocol: undefined,
  responseCode: undefined,
  responseFlags: undefined,
  responseCodeDetails: undefined,
  connectionTerminationDetails: undefined,
  upstreamTransportFailureReason: undefined,
  mixerStatus: undefined,
  bytesReceived: undefined,
  bytesSent: undefined,
  duration: undefined,
  upstreamServiceTime: undefined,
  xForwardedFor: undefined,
  userAgent: undefined,
  requestId: undefined,
  authority: undefined,
  upstreamHost: undefined,
  upstreamCluster: undefined,
  upstreamLocalAddress: undefined,
  downstreamLocalAddress: undefined,
  downstreamRemoteAddress: undefined,
  requestedServerName: undefined,
  routeName: undefined,
  upstreamRequestAttemptCount: undefined,
  grpcStatus: undefined,
};
