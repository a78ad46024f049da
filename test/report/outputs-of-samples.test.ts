import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect, test } from 'vitest';
import { renderHtml } from '../../src/report/html.ts';
import { renderJson } from '../../src/report/json.ts';
import { renderNdjson } from '../../src/report/ndjson.ts';
import { renderOpenMetrics } from '../../src/report/openmetrics.ts';
import { renderMarkdown } from '../../src/report/report-markdown.ts';
import { renderSarif } from '../../src/report/sarif.ts';
import { REPORT_SCHEMA } from '../../src/report/schema.ts';
import { analyseFile } from '../support/analyse.ts';
import { LOG_FOLDER, listLogs } from '../support/logs.ts';
import { openMetricsErrors } from '../support/openmetrics.ts';
import { sarifErrors } from '../support/sarif.ts';

const MOST_BYTES_OF_PAGE = 600_000;

const ajv = new Ajv2020({ allErrors: true, strict: false });
addFormats.default(ajv);
const validate = ajv.compile(REPORT_SCHEMA);

// LOGS=FOLDER: the same for other logs.
test.for(listLogs().map((path) => [path] as const))('every report of %s is valid', async ([path]) => {
  const report = await analyseFile(join(LOG_FOLDER, path));
  validate(JSON.parse(renderJson(report)));
  expect(validate.errors).toBeNull();
  expect(sarifErrors(renderSarif(report))).toBeNull();
  expect(openMetricsErrors(renderOpenMetrics(report))).toEqual([]);
  for (const line of renderNdjson(report).trimEnd().split('\n'))
    expect(JSON.parse(line)).toHaveProperty('type');
  expect(renderMarkdown(report)).toMatch(/^# faultline: /);
  expect(Buffer.byteLength(renderHtml(report))).toBeLessThan(MOST_BYTES_OF_PAGE);
});
