import { SPACE } from '../src/bytes/number.ts';
import type { Field } from '../src/model/field.ts';
import type { FormatToken } from './format-string.ts';

type OperatorToken = Extract<FormatToken, { kind: 'operator' }>;

/** Why the border between two values cannot be found, and what would help. */
interface Ambiguity {
  readonly what: string;
  readonly hint: string;
}

const ADDRESS = ':.[]';
/** Characters that the values of a field have in them, so that none of these can end one. */
const OWN_CHARACTERS: Readonly<Partial<Record<Field, string>>> = {
  startTime: ':-T.',
  path: '/?&=.:-',
  responseFlags: ',',
  responseCodeDetails: '_{},|:',
  connectionTerminationDetails: '_{},|:',
  authority: ADDRESS,
  upstreamHost: ADDRESS,
  upstreamCluster: '|.-_',
  upstreamLocalAddress: ADDRESS,
  downstreamLocalAddress: ADDRESS,
  downstreamRemoteAddress: ADDRESS,
  requestedServerName: '._-',
  routeName: '.-_/',
};

/**
 * What makes it impossible to tell where the value of an operator ends and the next begins; null when nothing does. `after` is
 * the literal between the two.
 */
export function findAmbiguity(
  operator: OperatorToken,
  next: OperatorToken | undefined,
  after: Uint8Array,
): Ambiguity | null {
  const { name, field, value } = operator;
  if (next === undefined) return null;
  const [first] = after;
  if (first === undefined) {
    return {
      what: `%${name}% and the value after it have nothing between them`,
      hint: 'Put a blank or a quote between the two operators.',
    };
  }
  const character = String.fromCharCode(first);
  const isOwnTime = field === 'startTime' && operator.args !== null;
  const own = field === null || value === 'phrase' || isOwnTime ? undefined : OWN_CHARACTERS[field];
  if (own?.includes(character) === true) {
    return {
      what: `the value of %${name}% may itself hold the ${JSON.stringify(character)} that follows it`,
      hint: 'Put a blank, a tab or a quote behind the operator.',
    };
  }
  if (operator.holdsBlanks && next.holdsBlanks && after.every((byte) => byte === SPACE)) {
    return {
      what: `%${name}% and %${next.name}% both hold blanks, and nothing but a blank stands between them`,
      hint: 'Put one of the two in quotes.',
    };
  }
  return null;
}
