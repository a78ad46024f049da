import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ErrorObject } from 'ajv';
import addFormats from 'ajv-formats';
import { ROOT } from './command.ts';

/** The OASIS schema as SchemaStore publishes it: draft 4, of which Ajv needs only the names of two keys changed. */
function readSchema(): object {
  const text = readFileSync(join(ROOT, 'test/fixtures/sarif-2.1.0-rtm.5.json'), 'utf8');
  const { $schema: _draft, id: _id, ...schema } = JSON.parse(text);
  return schema;
}

const ajv = new Ajv({ allErrors: true, strict: false, unicodeRegExp: false });
addFormats.default(ajv);
const validate = ajv.compile(readSchema());

/** What is wrong with a SARIF log; null when nothing is. */
export function sarifErrors(text: string): readonly ErrorObject[] | null {
  validate(JSON.parse(text));
  return validate.errors ?? null;
}
