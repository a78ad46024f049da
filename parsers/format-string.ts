import type { Field } from '../src/model/field.ts';
import { FIELD_OPERATORS, FIELDS } from '../src/model/field.ts';
import { UserError } from '../src/model/user-error.ts';

/** What a value may be made of; decides how its end is found. */
export type ValueKind =
  /** No blank and, where the format quotes it, no quote. */
  | 'word'
  /** Digits, or `-`. */
  | 'integer'
  /** Comma-separated upper-case names, or `-`. */
  | 'flags'
  /** Envoy's own words, which may hold blanks but not the text that follows them in the format. */
  | 'phrase'
  /** From headers or the peer, as it came: text logs escape nothing, so quotes and blanks may be part of it. */
  | 'freeText';

/** A piece of an Envoy format string. */
export type FormatToken =
  | { readonly kind: 'literal'; readonly text: string; readonly offset: number }
  | {
      readonly kind: 'operator';
      readonly name: string;
      readonly args: string | null;
      readonly maxLength: number | null;
      readonly field: Field | null;
      readonly value: ValueKind;
      readonly offset: number;
    };

/** Operators that copy text which a peer or a filter made. */
const COPIES_HEADERS =
  /^(?:REQ|RESP|TRAILER)$|METADATA|FILTER_STATE|LOCAL_REPLY_BODY|CEL|_(?:ISSUER|SUBJECT)$/;

const OPERATOR = /%([A-Z0-9_]+)(?:\(((?:[^()%]|%[^()]|\([^()]*\))*)\))?(?::(\d+))?%/y;

const INTEGER_FIELDS: ReadonlySet<Field> = new Set<Field>([
  'responseCode',
  'bytesReceived',
  'bytesSent',
  'duration',
  'upstreamServiceTime',
  'upstreamRequestAttemptCount',
]);

const PHRASE_FIELDS: ReadonlySet<Field> = new Set<Field>(['upstreamTransportFailureReason', 'mixerStatus']);

/** Values that Envoy takes from headers as they are. */
const FREE_TEXT_FIELDS: ReadonlySet<Field> = new Set<Field>(['xForwardedFor', 'userAgent', 'requestId']);

/** Operators that log one of our fields under another name. */
const OPERATOR_ALIASES: Readonly<Record<string, Field>> = {
  UPSTREAM_CLUSTER_RAW: 'upstreamCluster',
  'REQ(:PATH)': 'path',
  PATH: 'path',
  'REQ(HOST)': 'authority',
  RESPONSE_FLAGS_LONG: 'responseFlags',
  UPSTREAM_REMOTE_ADDRESS: 'upstreamHost',
  DOWNSTREAM_DIRECT_REMOTE_ADDRESS: 'downstreamRemoteAddress',
  'RESP(GRPC-STATUS)': 'grpcStatus',
  GRPC_STATUS: 'grpcStatus',
};

const FIELD_BY_OPERATOR: ReadonlyMap<string, Field> = new Map([
  ...FIELDS.map((field): [string, Field] => [FIELD_OPERATORS[field], field]),
  ...Object.entries(OPERATOR_ALIASES),
]);

/** The field that an operator logs, or null when the program has no use for it. */
export function fieldOfOperator(name: string, args: string | null): Field | null {
  const spelled = args === null ? name : `${name}(${args.toUpperCase()})`;
  const exact = FIELD_BY_OPERATOR.get(spelled);
  if (exact !== undefined) return exact;
  for (const [operator, field] of FIELD_BY_OPERATOR) {
    if (operator.toUpperCase() === spelled) return field;
  }
  return name === 'START_TIME' ? 'startTime' : null;
}

function kindOf(name: string, args: string | null, field: Field | null): ValueKind {
  if (field === 'responseFlags') return 'flags';
  if (name === 'START_TIME' && args !== null && args.includes(' ')) return 'phrase';
  if (field === null) return COPIES_HEADERS.test(name) ? 'freeText' : 'word';
  if (INTEGER_FIELDS.has(field)) return 'integer';
  if (PHRASE_FIELDS.has(field)) return 'phrase';
  return FREE_TEXT_FIELDS.has(field) ? 'freeText' : 'word';
}

/**
 * Splits an Envoy format string into literals and operators. `%%` is a per cent sign. A line end at the end of the
 * format is dropped, since lines come without it.
 *
 * @throws UserError BAD_FORMAT at a `%` that starts no operator. Grammar: Envoy 1.40, "Access logging: format strings".
 */
export function parseFormatString(format: string): readonly FormatToken[] {
  const text = format.replace(/\r?\n$/, '');
  const tokens: FormatToken[] = [];
  let literal = '';
  let literalOffset = 0;
  const flush = (): void => {
    if (literal !== '') tokens.push({ kind: 'literal', text: literal, offset: literalOffset });
    literal = '';
  };
  for (let at = 0; at < text.length; ) {
    if (text[at] !== '%' || text.startsWith('%%', at)) {
      if (literal === '') literalOffset = at;
      literal += text[at];
      at += text[at] === '%' ? 2 : 1;
      continue;
    }
    OPERATOR.lastIndex = at;
    const match = OPERATOR.exec(text);
    if (match === null)
      throw badFormat(
        text,
        at,
        'here a % starts no operator',
        'Write %NAME%, %NAME(ARGS)% or %% for a per cent sign.',
      );
    flush();
    tokens.push(toOperator(match, at));
    at = OPERATOR.lastIndex;
  }
  flush();
  return tokens;
}

function toOperator(match: RegExpExecArray, offset: number): FormatToken {
  const [, name = '', args = null, maxLength = null] = match;
  const field = fieldOfOperator(name, args);
  return {
    kind: 'operator',
    name,
    args,
    maxLength: maxLength === null ? null : Number(maxLength),
    field,
    value: kindOf(name, args, field),
    offset,
  };
}

/** An error that points at its place in the format. */
export function badFormat(format: string, offset: number, what: string, hint: string): UserError {
  const from = Math.max(0, offset - 20);
  const message = `bad format string at character ${offset + 1}: ${what}: …${format.slice(from, offset + 30)}…`;
  return new UserError({ code: 'BAD_FORMAT', message, hint });
}
