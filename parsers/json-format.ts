import type { LineParser } from '../src/model/record-format.ts';
import { UserError } from '../src/model/user-error.ts';
import type { NamedField } from './field-names.ts';
import { fieldOfName } from './field-names.ts';
import { parseFormatString } from './format-string.ts';
import { JsonParser } from './json-parser.ts';

/** Shown where a format object is refused. */
const HINT = 'Give the json_format of the proxy, e.g. {"response_code": "%RESPONSE_CODE%"}.';

/**
 * Compiles a JSON format object (`{"code": "%RESPONSE_CODE%", …}`): each key carries the field of its operator; a key
 * whose value is more than one operator is taken by its name.
 *
 * @throws UserError BAD_FORMAT when the text is no JSON object, or logs neither response code nor flags.
 */
export function compileJsonFormat(text: string): LineParser {
  const fields = new Map<string, NamedField>();
  for (const [key, value] of Object.entries(parseObject(text))) {
    const named = typeof value === 'string' ? fieldOfValue(key, value) : null;
    if (named !== null) fields.set(key, named);
  }
  if (![...fields.values()].some(({ field }) => field === 'responseCode' || field === 'responseFlags')) {
    throw new UserError({
      code: 'BAD_FORMAT',
      message: 'the JSON format logs neither %RESPONSE_CODE% nor %RESPONSE_FLAGS% at its top level',
      hint: HINT,
    });
  }
  return new JsonParser({ required: [], fieldOf: (key) => fields.get(key) ?? null, isGiven: true });
}

function parseObject(text: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError({
      code: 'BAD_FORMAT',
      message: `the JSON format object does not parse: ${reason}`,
      hint: HINT,
      cause: error,
    });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new UserError({ code: 'BAD_FORMAT', message: 'the JSON format is no object', hint: HINT });
}

function fieldOfValue(key: string, value: string): NamedField | null {
  const [first, ...others] = parseFormatString(value);
  if (first?.kind !== 'operator' || others.length > 0) return fieldOfName(key);
  return first.field === null ? null : { field: first.field, isDefault: first.isDefault };
}
