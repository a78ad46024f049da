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
      readonly offset: number;
    };

/** Operators that copy text which a peer, a filter or the environment made. */
const COPIES_TEXT =
  /^(?:REQ|RESP|TRAILER|REQ_WITHOUT_QUERY|QUERY_PARAMS?|PATH|ENVIRONMENT|COALESCE|FILTER_CHAIN_NAME)$|METADATA|FILTER_STATE|LOCAL_REPLY_BODY|CEL|_(?:ISSUER|SUBJECT|EMAIL_SAN|OTHERNAME_SAN)$/;

/** Times, whose own format may hold blanks. */
const TIMES = /_TIME(?:_LOCAL)?$|_CERT_V_(?:START|END)$/;

/** Newer spellings of the header operators. */
const SHORT_NAMES: Readonly<Record<string, string>> = {
  REQUEST_HEADER: 'REQ',
  RESPONSE_HEADER: 'RESP',
  RESPONSE_TRAILER: 'TRAILER',
};

const OPERATOR = /%([A-Z0-9_]+)(?:\(((?:[^()%]|%[^()]|\([^()]*\))*)\))?(?::(\d+))?%/y;

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
  UPSTREAM_REMOTE_ADDRESS: 'upstreamHost',
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
  if (args?.includes(' ') === true && TIMES.test(name)) return 'phrase';
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
  const [, spelledName = '', args = null, maxLength = null] = match;
  const name = SHORT_NAMES[spelledName] ?? spelledName;
  const field = fieldOfOperator(name, args);
  return {
    kind: 'operator',
    name,
    args,
    maxLength: maxLength === null ? null : Number(maxLength),
    field,
    isDefault: field !== null && isDefaultOperator(name, args, field),
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
