import type { Field } from '../src/model/field.ts';
import { FIELD_OPERATORS, FIELDS } from '../src/model/field.ts';
import { UserError } from '../src/model/user-error.ts';

/** What a value may be made of; decides how its end is found. */
type ValueKind =
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
      /** True for the operator by which Istio's default logs the field: it outweighs any other of the same format. */
      readonly isDefault: boolean;
      readonly value: ValueKind;
      /** Its value is of several words as a rule, so that a blank does not end it. */
      readonly holdsBlanks: boolean;
      readonly offset: number;
    };

/** Operators that copy text which a peer, a filter or the environment made. */
const COPIES_TEXT =
  /^(?:REQ|RESP|TRAILER|REQ_WITHOUT_QUERY|QUERY_PARAMS?|PATH|ENVIRONMENT|COALESCE|FILTER_CHAIN_NAME)$|METADATA|FILTER_STATE|LOCAL_REPLY_BODY|CEL|_(?:ISSUER|SUBJECT|EMAIL_SAN|OTHERNAME_SAN)$/;

/** Of these, those that nearly always have blanks. */
const HOLDS_BLANKS =
  /^REQ\((?:USER-AGENT|X-FORWARDED-FOR|COOKIE|ACCEPT)\b|^LOCAL_REPLY_BODY|_(?:ISSUER|SUBJECT)$|^(?:TYPED_)?CEL\(/;

/** Times, whose own format may hold blanks. */
const TIMES = /_TIME(?:_LOCAL)?$|_CERT_V_(?:START|END)$/;

/** A time format that prints a blank, be it within the date of a locale. */
const TIME_WITH_BLANKS = /[ ]|%[crnt+]/;

/** Newer spellings of the header operators. */
const SHORT_NAMES: Readonly<Record<string, string>> = {
  REQUEST_HEADER: 'REQ',
  RESPONSE_HEADER: 'RESP',
  RESPONSE_TRAILER: 'TRAILER',
};

const NAME = /%([A-Z0-9_]+)/y;
/** What follows the name or the arguments: a length to cut at, and the end. */
const OPERATOR_END = /(?::(\d+))?%/y;

const INTEGER_FIELDS: ReadonlySet<Field> = new Set<Field>([
  'responseCode',
  'bytesReceived',
  'bytesSent',
  'duration',
  'upstreamServiceTime',
  'upstreamRequestAttemptCount',
]);

/** Values that Envoy takes from headers as they are. */
const FREE_TEXT_FIELDS: ReadonlySet<Field> = new Set<Field>(['xForwardedFor', 'userAgent', 'requestId']);

/** Operators that log one of our fields under another name. */
const OPERATOR_ALIASES: Readonly<Record<string, Field>> = {
  UPSTREAM_CLUSTER_RAW: 'upstreamCluster',
  'REQ(:PATH)': 'path',
  'REQ(X-ENVOY-ORIGINAL-PATH)': 'path',
  PATH: 'path',
  'REQ_WITHOUT_QUERY(:PATH)': 'path',
  'REQ_WITHOUT_QUERY(X-ENVOY-ORIGINAL-PATH)': 'path',
  'REQ(HOST)': 'authority',
  RESPONSE_FLAGS_LONG: 'responseFlags',
  START_TIME_LOCAL: 'startTime',
  EMIT_TIME: 'startTime',
  EMIT_TIME_LOCAL: 'startTime',
  UPSTREAM_REMOTE_ADDRESS: 'upstreamHost',
  UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT: 'upstreamHost',
  UPSTREAM_LOCAL_ADDRESS_WITHOUT_PORT: 'upstreamLocalAddress',
  DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT: 'downstreamLocalAddress',
  DOWNSTREAM_DIRECT_LOCAL_ADDRESS: 'downstreamLocalAddress',
  DOWNSTREAM_DIRECT_LOCAL_ADDRESS_WITHOUT_PORT: 'downstreamLocalAddress',
  DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT: 'downstreamRemoteAddress',
  DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT: 'downstreamRemoteAddress',
  DOWNSTREAM_DIRECT_REMOTE_ADDRESS: 'downstreamRemoteAddress',
  'RESP(GRPC-STATUS)': 'grpcStatus',
  'TRAILER(GRPC-STATUS)': 'grpcStatus',
  GRPC_STATUS: 'grpcStatus',
  // Kuma's control plane fills these in; its clusters are called as its services.
  KUMA_DESTINATION_SERVICE: 'upstreamCluster',
  KUMA_SOURCE_ADDRESS_WITHOUT_PORT: 'downstreamRemoteAddress',
};

const FIELD_BY_OPERATOR: ReadonlyMap<string, Field> = new Map([
  ...FIELDS.map((field): [string, Field] => [FIELD_OPERATORS[field].toUpperCase(), field]),
  ...Object.entries(OPERATOR_ALIASES),
]);

/** The field that an operator logs, or null when the program has no use for it. */
function fieldOfOperator(name: string, args: string | null): Field | null {
  if (args === null) return FIELD_BY_OPERATOR.get(name) ?? null;
  const spelled = args.toUpperCase();
  // `MAIN?OTHER` logs the first of two headers that is there; other arguments only say how a value is written.
  const spellings = [
    `${name}(${spelled})`,
    ...spelled.split('?').map((header) => `${name}(${header})`),
    name,
  ];
  for (const spelling of spellings) {
    const field = FIELD_BY_OPERATOR.get(spelling);
    if (field !== undefined) return field;
  }
  return null;
}

function isDefaultOperator(name: string, args: string | null, field: Field): boolean {
  const spelled = args === null || field === 'startTime' ? name : `${name}(${args.toUpperCase()})`;
  return spelled === FIELD_OPERATORS[field].toUpperCase();
}

function kindOf(name: string, args: string | null, field: Field | null): ValueKind {
  if (field === 'responseFlags') return 'flags';
  if (args !== null && TIMES.test(name) && TIME_WITH_BLANKS.test(args)) return 'phrase';
  // Old versions print the reason with its blanks; newer ones keep those of the details if told to.
  if (name.endsWith('_TRANSPORT_FAILURE_REASON') || args === 'ALLOW_WHITESPACES') return 'phrase';
  if (field === null) return COPIES_TEXT.test(name) && args !== ':SCHEME' ? 'freeText' : 'word';
  if (INTEGER_FIELDS.has(field)) return 'integer';
  if (field === 'mixerStatus') return 'phrase';
  return FREE_TEXT_FIELDS.has(field) ? 'freeText' : 'word';
}

/**
 * Splits an Envoy format string into literals and operators. `%%` is a per cent sign. A line end at the end of the
 * format is dropped, since lines come without it, also one that is spelled `\n`.
 *
 * @throws UserError BAD_FORMAT at a `%` that starts no operator. Grammar: Envoy 1.40, "Access logging: format strings".
 */
export function parseFormatString(format: string): readonly FormatToken[] {
  const text = format.replace(/(?:\r?\n|\\n)$/, '');
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
    const spelled = readOperator(text, at);
    if (spelled === null)
      throw badFormat(
        text,
        at,
        'here a % starts no operator',
        'Write %NAME%, %NAME(ARGS)% or %% for a per cent sign.',
      );
    flush();
    tokens.push(toOperator(spelled, at));
    at = spelled.end;
  }
  flush();
  return tokens;
}

interface SpelledOperator {
  readonly name: string;
  readonly args: string | null;
  readonly maxLength: number | null;
  /** Offset behind it. */
  readonly end: number;
}

/** The operator that begins at `at`, or null. */
function readOperator(text: string, at: number): SpelledOperator | null {
  NAME.lastIndex = at;
  const name = NAME.exec(text)?.[1];
  if (name === undefined) return null;
  const open = NAME.lastIndex;
  if (text[open] !== '(') return finishOperator(text, open, name, null);
  return finishOperator(text, findArgumentsEnd(text, open) + 1, name, open + 1);
}

function finishOperator(
  text: string,
  at: number,
  name: string,
  argsAt: number | null,
): SpelledOperator | null {
  OPERATOR_END.lastIndex = at;
  const match = at <= 0 ? null : OPERATOR_END.exec(text);
  if (match === null) return null;
  const args = argsAt === null ? null : text.slice(argsAt, at - 1);
  const maxLength = match[1] === undefined ? null : Number(match[1]);
  return { name, args, maxLength, end: OPERATOR_END.lastIndex };
}

/**
 * Offset of the bracket that closes the arguments, or -1: the first before the end of an operator with which the brackets are
 * balanced. Arguments are times with their own per cent signs, expressions with calls in them, and JSON.
 */
function findArgumentsEnd(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === '(') depth++;
    else if (text[at] === ')') {
      depth--;
      OPERATOR_END.lastIndex = at + 1;
      if (depth <= 0 && OPERATOR_END.test(text)) return at;
    }
  }
  return -1;
}

function toOperator({ name: spelledName, args, maxLength }: SpelledOperator, offset: number): FormatToken {
  const name = SHORT_NAMES[spelledName] ?? spelledName;
  const field = fieldOfOperator(name, args);
  return {
    kind: 'operator',
    name,
    args,
    maxLength,
    field,
    isDefault: field !== null && isDefaultOperator(name, args, field),
    value: kindOf(name, args, field),
    holdsBlanks: HOLDS_BLANKS.test(args === null ? name : `${name}(${args.toUpperCase()})`),
    offset,
  };
}

/** An error that points at its place in the format. */
export function badFormat(format: string, offset: number, what: string, hint: string): UserError {
  const from = Math.max(0, offset - 20);
  const message = `bad format string at character ${offset + 1}: ${what}: …${format.slice(from, offset + 30)}…`;
  return new UserError({ code: 'BAD_FORMAT', message, hint });
}
