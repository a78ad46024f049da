import { decodeText, encodeText } from '../src/bytes/text.ts';
import type { Field } from '../src/model/field.ts';
import { NOT_IN_FORMAT } from '../src/model/field.ts';
import type { LineParser, ParseOutcome } from '../src/model/record-format.ts';
import { isKnownResponseFlag } from '../src/model/response-flag.ts';
import { REQUEST, SpanWriter, writeBehindFlags, writeRequest, writeStartTime } from './pasted-fields.ts';
import type { Token } from './pasted-tokens.ts';
import { tokenise } from './pasted-tokens.ts';

/** Details as Envoy and its filters name them. */
const DETAILS = /^[a-z]+(?:[_.][a-z0-9]+)+(?:[{[]\S*)?$/;
const HTTP_CODE = /^[1-5]\d\d$/;
const REQUEST_END = /^(?:HTTP\/[0-9.]+|-)"$/;
const DOTS = /^(?:\.\.\.|…|\[(?:\.\.\.|…)\])\s*/;
const LONGEST_DOTS = 16;

/**
 * Reads what somebody left of an access line: at least a code and flags that Envoy defines, behind a request or before
 * details. Asked for lines that nothing else takes, lest it takes a piece of a wrapped line for one of its own.
 */
export class FragmentParser implements LineParser {
  readonly encoding = 'text';
  readonly program = null;
  readonly fields: ReadonlySet<Field> = new Set();

  parse(bytes: Uint8Array, start: number, end: number, spans: Int32Array, _full: boolean): ParseOutcome {
    spans.fill(NOT_IN_FORMAT);
    const tokens = tokenise(bytes, skipDots(bytes, start, end), end);
    const text = (token: Token): string => decodeText(bytes, token.start, token.end);
    const code = tokens.findIndex((_, i) => isFragmentAt(tokens, i, text));
    if (code < 0) return 'NOT_THIS_FORMAT';
    const writer = new SpanWriter(bytes, spans);
    const before = tokens[code - 1];
    if (before?.quoted === true) writeRequest(before, text, writer);
    writeStartTime(tokens.slice(0, code), text, writer);
    writer.write('responseCode', tokens[code]);
    writer.write('responseFlags', tokens[code + 1]);
    return writeBehindFlags(tokens.slice(code + 2), { bytes, end, text, writer, canBeCut: true });
  }
}

/** Offset behind the dots that stand for the begin of a line. */
function skipDots(bytes: Uint8Array, start: number, end: number): number {
  const head = decodeText(bytes, start, Math.min(end, start + LONGEST_DOTS));
  const [dots = ''] = DOTS.exec(head) ?? [];
  return start + encodeText(dots).length;
}

/** A code and flags of Envoy, behind a request or its end, or at the begin and before details. */
function isFragmentAt(tokens: readonly Token[], i: number, text: (t: Token) => string): boolean {
  const [before, code, flags, details] = [tokens[i - 1], tokens[i], tokens[i + 1], tokens[i + 2]];
  if (code === undefined || flags === undefined || code.quoted || flags.quoted) return false;
  const areKnown = text(flags)
    .split(',')
    .every((flag) => isKnownResponseFlag(flag));
  if (!HTTP_CODE.test(text(code)) || !areKnown) return false;
  if (before?.quoted === true) return REQUEST.test(text(before));
  if (before !== undefined) return REQUEST_END.test(text(before));
  return details !== undefined && !details.quoted && DETAILS.test(text(details));
}
