import { describe, expect, test } from 'vitest';
import { FIELDS } from '../../../src/model/field.ts';
import type { RequestRecord } from '../../../src/model/request-record.ts';
import { readLog, sumOfLines } from '../../parsers/read-log.ts';
import type { Values } from '../../parsers/render.ts';
import { PASTES } from './pastes.ts';

/** The values that are there; a layout that lacks a field and a field without a value look the same in a paste. */
function valuesOf(record: RequestRecord | Values): Values {
  return Object.fromEntries(
    FIELDS.map((field) => [field, record[field]]).filter(
      ([, value]) => value !== null && value !== undefined,
    ),
  );
}

const ROWS = PASTES.map((paste) => [paste.what, paste] as const);

describe('a paste', () => {
  test.for(ROWS)('%s gives its records', ([, { text, records }]) => {
    expect(readLog(text, { mayBeDocument: true }).records.map(({ record }) => valuesOf(record))).toEqual(
      records.map(valuesOf),
    );
  });

  test.for(ROWS)('%s has every line counted once, and says what is uncertain', ([, { text, partial }]) => {
    const { lines } = readLog(text, { mayBeDocument: true }).summary;
    expect(sumOfLines(lines)).toBe(lines.read);
    expect({ partial: lines.partial, failed: lines.failed }).toEqual({ partial, failed: 0 });
  });
});
