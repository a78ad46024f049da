import type { Field } from '../src/model/field.ts';
import type { LineParser } from '../src/model/record-format.ts';
import { UserError } from '../src/model/user-error.ts';
import { fieldOfName } from './field-names.ts';
import { parseFormatString } from './format-string.ts';
import { JsonParser } from './json-parser.ts';

/**
 * Compiles a JSON format object (`{"code": "%RESPONSE_CODE%", …}`): each key carries the field of its operator; a key
 * whose value is more than one operator is taken by its name.
 *
 * @throws UserError BAD_FORMAT when the text is no JSON object of strings.
 */
export function compileJsonFormat(text: string): LineParser {
  const fields = new Map<string, Field | null>();
  for (const [key, value] of Object.entries(parseObject(text))) {
    fields.set(key, typeof value === 'string' ? fieldOfValue(key, value) : null);
  }
  return new JsonParser([], (key) => fields.get(key) ?? null);
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
      hint: 'Give the json_format of the proxy, e.g. {"response_code": "%RESPONSE_CODE%"}.',
      cause: error,
    });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new UserError({
    code: 'BAD_FORMAT',
    message: 'the JSON format is no object',
    hint: 'Give the json_format of the proxy, e.g. {"response_code": "%RESPONSE_CODE%"}.',
  });
}

function fieldOfValue(key: string, value: string): Field | null {
  const [first, ...others] = parseFormatString(value);
  if (first?.kind === 'operator' && others.length === 0) return first.field;
  return fieldOfName(key);
}
