import { parseUnsigned } from '../src/bytes/number.ts';
import type { Field } from '../src/model/field.ts';
import { FIELDS, NOT_IN_FORMAT, spanOf } from '../src/model/field.ts';
import { isFlagList } from './text-values.ts';

const RESPONSE_CODE = spanOf('responseCode');
const RESPONSE_FLAGS = spanOf('responseFlags');

/**
 * How many of response code and flags a line has whose fields were found by name; none when what goes by such a name is
 * no number or no list of flags, since other programs log a `status` and `flags` of their own.
 */
export function countCodeAndFlags(bytes: Uint8Array, spans: Int32Array): 0 | 1 | 2 {
  const code = spans[RESPONSE_CODE] ?? NOT_IN_FORMAT;
  if (code >= 0 && parseUnsigned(bytes, code, spans[RESPONSE_CODE + 1] ?? code) < 0) return 0;
  const flags = spans[RESPONSE_FLAGS] ?? NOT_IN_FORMAT;
  if (flags >= 0 && !isFlagList(bytes, flags, spans[RESPONSE_FLAGS + 1] ?? flags)) return 0;
  if (code !== NOT_IN_FORMAT && flags !== NOT_IN_FORMAT) return 2;
  return code === NOT_IN_FORMAT && flags === NOT_IN_FORMAT ? 0 : 1;
}

/** What makes an object a record: code and flags; one of them and something of a request; one of them. */
export type LeastFields = 'codeAndFlags' | 'oneAndRequest' | 'one';

/** Any program logs these beside something that it calls a code or flags. */
const COMMON_FIELDS: readonly Field[] = [
  'startTime',
  'duration',
  'responseCode',
  'responseFlags',
  'responseCodeDetails',
];
const REQUEST_SLOTS = FIELDS.filter((field) => !COMMON_FIELDS.includes(field)).map(spanOf);

/** True when the fields that were found in an object make it a record. */
export function isJsonRecord(bytes: Uint8Array, spans: Int32Array, least: LeastFields): boolean {
  const count = countCodeAndFlags(bytes, spans);
  if (count !== 1) return count === 2;
  if (least === 'oneAndRequest') return REQUEST_SLOTS.some((slot) => spans[slot] !== NOT_IN_FORMAT);
  return least === 'one';
}
