import { DASH } from '../src/bytes/number.ts';
import { decodeText } from '../src/bytes/text.ts';
import type { Field } from '../src/model/field.ts';
import { NOT_IN_FORMAT } from '../src/model/field.ts';
import type { LineParser, ParseOutcome } from '../src/model/record-format.ts';
import {
  isUnsigned,
  REQUEST,
  SpanWriter,
  writeBehindFlags,
  writeRequest,
  writeStartTime,
} from './pasted-fields.ts';
import type { Token } from './pasted-tokens.ts';
import { tokenise } from './pasted-tokens.ts';

/** Codes of real lines have up to five digits: a nonsense status of the upstream comes through. */
const MAX_CODE_DIGITS = 5;
const FLAGS = /^(?:-|[A-Z]{2,5}(?:,[A-Z]{2,5})*)$/;

/**
 * Reads an access line that somebody pasted: without its start, with escaped quotes, with fields added at the end or
 * cut off. It goes by the order of values that every Envoy and Istio text layout shares and leaves out what is missing.
 * Slow; asked only for lines that no format takes.
 */
export class PastedParser implements LineParser {
  readonly encoding = 'text';
  readonly program = null;
  readonly fields: ReadonlySet<Field> = new Set();

  parse(bytes: Uint8Array, start: number, end: number, spans: Int32Array, _full: boolean): ParseOutcome {
    spans.fill(NOT_IN_FORMAT);
    const tokens = tokenise(bytes, start, end);
    const text = (token: Token): string => decodeText(bytes, token.start, token.end);
    const request = tokens.findIndex((token, i) => isRequestAt(bytes, tokens, i, token, text));
    if (request < 0) return 'NOT_THIS_FORMAT';
    const writer = new SpanWriter(bytes, spans);
    writeRequest(tokens[request], text, writer);
    writer.write('responseCode', tokens[request + 1]);
    writer.write('responseFlags', tokens[request + 2]);
    const hasStartTime = writeStartTime(tokens.slice(0, request), text, writer);
    const canBeCut = hasStartTime && showsMore(bytes, tokens.slice(request + 2), end);
    return writeBehindFlags(tokens.slice(request + 3), { bytes, end, text, writer, canBeCut });
  }
}

function isRequestAt(
  bytes: Uint8Array,
  tokens: readonly Token[],
  i: number,
  token: Token,
  text: (t: Token) => string,
): boolean {
  const [code, flags] = [tokens[i + 1], tokens[i + 2]];
  if (!token.quoted || code === undefined || flags === undefined || flags.quoted) return false;
  if (!isUnsigned(bytes, code) || code.end - code.start > MAX_CODE_DIGITS) return false;
  return FLAGS.test(text(flags)) && REQUEST.test(text(token));
}

/** True when the flags are whole, and they or what is behind them are not what other servers log in their place. */
function showsMore(bytes: Uint8Array, [flags, ...rest]: readonly Token[], end: number): boolean {
  return flags !== undefined && flags.end < end && (rest.length > 0 || bytes[flags.start] !== DASH);
}

/** True when the first characters of a line are those of a record: a start time in brackets or a quoted request. */
export function beginsLikeRecord(head: string): boolean {
  return /\[\d{4}-\d\d-\d\dT|\[\.\.\.\]|^\W*\\?"(?:[A-Z]{3,8} [-/*]|- - )/.test(head);
}
