import { join } from 'node:path';
import { expect, test } from 'vitest';
import { at, type Event, render } from '../aggregate/log-lines.ts';
import { analyseFile, analyseText } from '../support/analyse.ts';
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

test('requests that were retried ended after several limits', async () => {
  const gone: Event = {
    responseCode: '503',
    responseFlags: 'URX,UF',
    responseCodeDetails: 'upstream_reset_before_response_started{connection_timeout}',
    upstreamLocalAddress: null,
    upstreamServiceTime: null,
    bytesSent: '114',
    duration: '30050',
  };
  const lines = [0, 7000, 19_000].map((ms) => render({ ...gone, startTime: at(ms) }));
  const { findings } = await analyseText(`${lines.join('\n')}\n`);
  expect(findings[0]?.cause).toContain(
    'ended after 30 s, all tries together: look for a limit of that length or of a part of it.',
  );
});

test('no limit is named where the time says nothing', async () => {
  expect(await causeOf('connection-refused/all-pods.log')).not.toContain('look for a limit');
});
