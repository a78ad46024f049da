import { describe, expect, test } from 'vitest';
import { formats } from '../../../parsers/index.ts';
import type { FormatSample } from '../../../src/model/record-format.ts';
import type { ReadLog } from '../../parsers/read-log.ts';
import { countsOf, readLog, sumOfLines } from '../../parsers/read-log.ts';
import { WRAPPINGS } from './wrappings.mjs';

/** Where a format that finds its values anywhere in a line must not take the wrapped line for its own. */
const OPENED_FOR_GENERAL = [
  'docker-json',
  'fluent-bit',
  'vector',
  'elasticsearch-ndjson',
  'logcli-jsonl',
  'unknown-json',
];

/** Packed, which is undone before. */
const ELSEWHERE = ['gzip-members'];
/** Any text may stand there, so where the line begins must be seen. */
const WANTS_A_BRACKET = [
  ...[
    'google-viewer',
    'mail-quotes',
    'line-numbers',
    'csv',
    'csv-semicolon',
    'csv-line-end-in-cell',
    'grafana-frames',
    'html-entities',
    'escaped-quotes',
  ],
];

function sorted(records: ReadLog['records']): readonly string[] {
  return records.map(({ record }) => JSON.stringify(record)).sort();
}

/** A start that a manual left out cannot be told from what tools put before a line. */
function linesOf(samples: readonly FormatSample[]): readonly string[] {
  return samples.map(({ line }) => line).filter((line) => !line.startsWith('[...]'));
}

const ROWS = Object.entries(WRAPPINGS)
  .filter(([name]) => !ELSEWHERE.includes(name))
  .flatMap(([name, wrap]) =>
    formats
      .filter(({ isGeneral }) => isGeneral !== true || OPENED_FOR_GENERAL.includes(name))
      .filter(
        ({ samples }) => !WANTS_A_BRACKET.includes(name) || samples.every(({ line }) => /^[[{]/.test(line)),
      )
      .map(({ id, samples }) => [name, id, linesOf(samples), wrap] as const),
  );

describe('what tools make of a log', () => {
  test.for(ROWS)('%s of %s is read as what it wraps', ([, , lines, wrap]) => {
    const plain = readLog(`${lines.join('\n')}\n`);
    const { records, summary } = readLog(wrap(lines), { mayBeDocument: true });
    // Loki answers stream by stream.
    expect(sorted(records)).toEqual(sorted(plain.records));
    expect(summary.formats).toEqual(plain.summary.formats);
  });

  test.for(ROWS)('%s of %s has every line counted once', ([, , lines, wrap]) => {
    const { summary } = readLog(wrap(lines), { mayBeDocument: true });
    expect(sumOfLines(summary.lines)).toBe(summary.lines.read);
    expect(countsOf(summary).failed).toBeUndefined();
  });
});
