import type { LineParser } from '../src/model/record-format.ts';
import { UserError } from '../src/model/user-error.ts';
import type { NamedField } from './field-names.ts';
import { fieldOfName } from './field-names.ts';
import { parseFormatString } from './format-string.ts';
import { JsonParser } from './json-parser.ts';
import { JsonTreeParser } from './json-tree-parser.ts';

/** Shown where a format object is refused. */
const HINT = 'Give the json_format of the proxy, e.g. {"response_code": "%RESPONSE_CODE%"}.';

/**
 * Compiles a JSON format object (`{"code": "%RESPONSE_CODE%", …}`), with objects in it or without: each key carries the field
 * of its operator; a key whose value is more than one operator is taken by its name.
 *
 * @throws UserError BAD_FORMAT when the text is no JSON object, or logs neither response code nor flags.
 */
export function compileJsonFormat(text: string): LineParser {
  const fields = new Map<string, NamedField>();
  collectFields(parseObject(text), '', fields);
  if (![...fields.values()].some(({ field }) => field === 'responseCode' || field === 'responseFlags')) {
    throw new UserError({
      code: 'BAD_FORMAT',
      message: 'the JSON format logs neither %RESPONSE_CODE% nor %RESPONSE_FLAGS%',
      hint: HINT,
    });
  }
  const fieldOf = (key: string): NamedField | null => fields.get(key) ?? null;
  // Keys may hold points themselves, which is no nesting.
  const isFlat = Object.values(parseObject(text)).every((value) => typeof value !== 'object');
  return isFlat
    ? new JsonParser({ required: [], fieldOf, least: 'one' })
    : new JsonTreeParser({ fieldOfPath: fieldOf, fieldOfValue: null, least: 'one' });
}

/** The fields of the operators in an object, by path; the elements of a list have the path of the list. */
function collectFields(value: object, path: string, fields: Map<string, NamedField>): void {
  for (const [key, inner] of Object.entries(value)) {
    const here = Array.isArray(value) ? path : path === '' ? key : `${path}.${key}`;
    if (typeof inner === 'object' && inner !== null) collectFields(inner, here, fields);
    const named = typeof inner === 'string' ? fieldOfValue(key, inner) : null;
    if (named !== null) fields.set(here, named);
  }
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
