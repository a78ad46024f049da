import { QUOTE, SPACE } from '../src/bytes/number.ts';
import { encodeText } from '../src/bytes/text.ts';
import type { Field } from '../src/model/field.ts';
import { spanOf } from '../src/model/field.ts';
import { findAmbiguity } from './format-ambiguity.ts';
import type { FormatToken } from './format-string.ts';
import { badFormat, parseFormatString } from './format-string.ts';

type OperatorToken = Extract<FormatToken, { kind: 'operator' }>;

/** One operator of a compiled format, with the literals on both sides. */
export interface Step {
  readonly field: Field | null;
  readonly isFree: boolean;
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
  /** A quote in a value without blanks is its end only beside a blank: paths and authorities may hold quotes. */
  readonly stopsAtQuoteBlank: boolean;
  readonly startsAtBlankQuote: boolean;
}

/**
 * Compiles a format string into steps, in the order of the line.
 *
 * @throws UserError BAD_FORMAT when two values stand side by side with nothing to part them, or there is none.
 */
export function toSteps(format: string): readonly Step[] {
  const tokens = parseFormatString(format);
  const operators = tokens.filter((token) => token.kind === 'operator');
  if (operators.length === 0)
    throw badFormat(
      format,
      0,
      'it has no operator',
      'Give the accessLogFormat of the proxy, e.g. [%START_TIME%] %RESPONSE_CODE% %RESPONSE_FLAGS%.',
    );
  const chosen = chooseOperators(operators);
  return operators.map((operator, index): Step => {
    const place = tokens.indexOf(operator);
    const [before, after] = [literalBytes(tokens[place - 1]), literalBytes(tokens[place + 1])];
    const ambiguity = findAmbiguity(operator, operators[index + 1], after);
    if (ambiguity !== null) throw badFormat(format, operator.offset, ambiguity.what, ambiguity.hint);
    return toStep(operator, chosen.has(operator), before, after);
  });
}

function toStep(operator: OperatorToken, isChosen: boolean, before: Uint8Array, after: Uint8Array): Step {
  const { field, value } = operator;
  return {
    field: isChosen ? field : null,
    isFree: value === 'freeText',
    isInteger: value === 'integer',
    isFlags: value === 'flags',
    isPhrase: value === 'phrase',
    slot: field === null || !isChosen ? -1 : spanOf(field),
    before,
    after,
    stopByte: after[0] ?? 0,
    startByte: before[before.length - 1] ?? 0,
    stopsAtQuoteBlank: after[0] === QUOTE && after[1] === SPACE,
    startsAtBlankQuote: before[before.length - 1] === QUOTE && before[before.length - 2] === SPACE,
  };
}

/** Where several operators log the same field, the one that Envoy's defaults use gives it, else the first. */
function chooseOperators(operators: readonly OperatorToken[]): ReadonlySet<OperatorToken> {
  const chosen = new Map<Field, OperatorToken>();
  for (const operator of operators) {
    const { field, isDefault } = operator;
    if (field !== null && (isDefault || !chosen.has(field))) chosen.set(field, operator);
  }
  return new Set(chosen.values());
}

function literalBytes(token: FormatToken | undefined): Uint8Array {
  return token?.kind === 'literal' ? encodeText(token.text) : new Uint8Array(0);
}
