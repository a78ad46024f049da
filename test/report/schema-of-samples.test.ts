import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect, test } from 'vitest';
import { renderJson } from '../../src/report/json.ts';
import { REPORT_SCHEMA } from '../../src/report/schema.ts';
import { analyseFile } from '../support/analyse.ts';
import { ROOT } from '../support/command.ts';

const ajv = new Ajv2020({ allErrors: true, strict: false });
addFormats.default(ajv);
const validate = ajv.compile(REPORT_SCHEMA);

const samples = readdirSync(join(ROOT, 'samples'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.log'))
  .sort();

test.for(samples.map((path) => [path] as const))('the JSON report of %s is valid', async ([path]) => {
  const report: unknown = JSON.parse(renderJson(await analyseFile(join(ROOT, 'samples', path))));
  validate(report);
  expect(validate.errors).toBeNull();
});
