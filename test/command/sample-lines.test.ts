import { expect, test } from 'vitest';
import { diagnoses } from '../../diagnoses/index.ts';
import { readSampleLines } from '../../src/command/sample-lines.ts';
import { readSample } from '../support/samples.ts';

test('every diagnosis shows lines, and they stand in its first sample', async () => {
  const strange = await Promise.all(
    diagnoses.map(async (diagnosis) => {
      const lines = await readSampleLines(diagnosis);
      const log = readSample(`${diagnosis.id}/${diagnosis.samples[0]?.file}`);
      // Pages show tabs by their name.
      return lines.length > 0 && lines.every((line) => log.includes(line.replaceAll('\\t', '\t')))
        ? []
        : [diagnosis.id];
    }),
  );
  expect(strange.flat()).toEqual([]);
});

test('a diagnosis without a page shows none', async () => {
  const [some] = diagnoses;
  expect(some === undefined ? ['?'] : await readSampleLines({ ...some, id: 'not-there' })).toEqual([]);
});
