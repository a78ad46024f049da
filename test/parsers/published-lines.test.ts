import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { generatedNote } from '../../src/report/generated.ts';
import { markdownCode, markdownTable } from '../../src/report/markdown.ts';
import { ROOT } from '../support/command.ts';
import { readLog, sumOfLines } from './read-log.ts';

const FIXTURE = 'test/parsers/fixtures/published-lines.jsonl';
/** Of the lines that are access-log lines, so many are to be records with all values right. */
const WANTED_SHARE = 0.97;
const MAX_SHOWN = 160;

/** A line out of a published incident or of the tests of another program, and all that is in it. */
interface PublishedLine {
  readonly origin: string;
  readonly text: string;
  /** The format that it has to be told by. */
  readonly format?: string;
  /** What the record holds: nothing else, nothing less. Read off the line by other means than our parsers. */
  readonly expect?: Readonly<Record<string, string | null>>;
  /** Why the line counts as partial. */
  readonly partial?: string;
  /** What the line is instead. */
  readonly notAccessLog?: string;
}

const LINES: readonly PublishedLine[] = readFileSync(join(ROOT, FIXTURE), 'utf8')
  .trim()
  .split('\n')
  .map((row) => JSON.parse(row));
const ACCESS_LINES = LINES.filter(({ notAccessLog }) => notAccessLog === undefined);
const OF_KNOWN_FORMAT = LINES.filter(({ format }) => format !== undefined);

/** The record as JSON has it: fields that the line does not log are left out. */
function valuesOf(text: string): unknown {
  return JSON.parse(JSON.stringify(readLog(`${text}\n`).records.map(({ record }) => record)));
}

function isRight({ text, expect: expected }: PublishedLine): boolean {
  const [record, ...others] = readLog(`${text}\n`).records;
  const logged = Object.entries(record?.record ?? {}).filter(([, value]) => value !== undefined);
  const entries = Object.entries(expected ?? {});
  return (
    others.length === 0 &&
    logged.length === entries.length &&
    logged.every(([field, value]) => expected?.[field] === value)
  );
}

function renderPage(): string {
  const right = ACCESS_LINES.filter(isRight);
  const row = ({ origin, text }: PublishedLine, why: string): readonly string[] => [
    origin.replaceAll('|', '/'),
    why,
    markdownCode(text.replaceAll(/\s+/g, ' ').slice(0, MAX_SHOWN)),
  ];
  const wrong = ACCESS_LINES.filter((line) => !isRight(line)).map((line) => row(line, 'values differ'));
  const others = LINES.flatMap((line) =>
    line.notAccessLog === undefined ? [] : [row(line, line.notAccessLog)],
  );
  const partial = LINES.flatMap((line) => (line.partial === undefined ? [] : [row(line, line.partial)]));
  const columns = ['from', 'why', 'begins with'];
  return `${[
    generatedNote(FIXTURE),
    '# Published lines',
    `${LINES.length} lines as people published them in incidents and as other programs have them in their tests. ${right.length} of the ${ACCESS_LINES.length} that are access-log lines are records whose every value is right (${Math.floor((1000 * right.length) / ACCESS_LINES.length) / 10} %).`,
    '## Not right',
    wrong.length === 0 ? 'None.' : markdownTable(columns, wrong),
    '## No access-log lines',
    markdownTable(columns, others),
    '## Right, but counted as partial',
    'Whoever published these left something out or added something, so what is where is told by the order of values, not by a known format.',
    markdownTable(columns, partial),
  ].join('\n\n')}\n`;
}

describe('published lines', () => {
  test.for(ACCESS_LINES.map((line) => [line.origin, line] as const))(
    '%s: every value is right',
    ([, { text, expect: expected }]) => {
      expect(valuesOf(text)).toEqual([expected]);
    },
  );

  test.for(LINES.map((line) => [line.origin, line] as const))(
    '%s: is counted as what it is',
    ([, { text, partial, notAccessLog }]) => {
      const { lines } = readLog(`${text}\n`).summary;
      const physical = text.split('\n').length;
      expect(sumOfLines(lines)).toBe(physical);
      expect(lines).toMatchObject(
        notAccessLog === undefined
          ? { read: physical, records: 1, continuation: physical - 1, partial: partial === undefined ? 0 : 1 }
          : { read: physical, records: 0, partial: 0 },
      );
    },
  );

  test.for(OF_KNOWN_FORMAT.map((line) => [line.origin, line] as const))(
    '%s: is told by its format',
    ([, { text, format = '' }]) => {
      expect(readLog(`${text}\n`).summary.formats).toEqual({ [format]: 1 });
    },
  );

  test('of all formats in one log are as many records', () => {
    const all = readLog(ACCESS_LINES.map(({ text }) => `${text}\n`).join(''));
    expect(all.records.length).toBe(ACCESS_LINES.length);
  });

  test('are records with right values, nearly all of them', () => {
    expect(ACCESS_LINES.filter(isRight).length / ACCESS_LINES.length).toBeGreaterThanOrEqual(WANTED_SHARE);
  });

  test('have a page that is up to date', async () => {
    await expect(renderPage()).toMatchFileSnapshot(join(ROOT, 'docs/published-lines.md'));
  });
});
