import { join } from 'node:path';
import { expect, test } from 'vitest';
import { analyseFile } from '../support/analyse.ts';
import { ROOT } from '../support/command.ts';

async function causeOf(sample: string): Promise<string | undefined> {
  const { findings } = await analyseFile(join(ROOT, 'samples', sample));
  return findings[0]?.cause;
}

test.for([
  ['client-disconnected/patience-800-ms.log', '800 ms'],
  ['stream-idle-timeout/silent-path.log', '1.5 s'],
  ['upstream-own-timeout/two-minutes.log', '120 s'],
])('%s names the limit', async ([sample = '', limit = '']) => {
  expect(await causeOf(sample)).toContain(
    `The requests ended after ${limit}: look for a limit of that length.`,
  );
});

test('no limit is named where the time says nothing', async () => {
  expect(await causeOf('connection-refused/all-pods.log')).not.toContain('look for a limit');
});
