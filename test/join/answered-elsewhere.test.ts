import { describe, expect, test } from 'vitest';
import { analyseFile, analyseLogs } from '../support/analyse.ts';
import { folderOf } from '../support/folder.ts';
import { idOf, numbered, plainLine } from './lines.ts';

const HOST = '10.244.1.21:9080';
const lost = numbered(20, (n) =>
  plainLine({ at: 500 * n, id: idOf(n), code: 503, flags: 'UC', durationMs: 1 }, HOST),
);
const elsewhere = numbered(20, (n) =>
  plainLine({ at: 500 * n, id: idOf(100 + n), path: '/other' }, '10.244.9.9:80'),
);
const ofOthers = numbered(20, (n) => plainLine({ at: 500 * n + 9, id: idOf(200 + n) }, HOST));

describe('requests that one proxy never gets answered, in lines that do not say whose they are', () => {
  const client = [...lost, ...elsewhere];

  test('are told as they are without the log of the others', async () => {
    const [alone, both] = await Promise.all([analyseLogs(client), analyseLogs(client, ofOthers)]);
    expect(both.findings[0]?.diagnosis.id).toBe(alone.findings[0]?.diagnosis.id);
  });

  test('are told by those that this proxy gets answered, where there are some', async () => {
    const answered = numbered(20, (n) => plainLine({ at: 500 * n + 200, id: idOf(300 + n) }, HOST));
    const [without, both] = await Promise.all([
      analyseLogs(client),
      analyseLogs([...client, ...answered], ofOthers),
    ]);
    expect(both.findings[0]?.diagnosis.id).not.toBe(without.findings[0]?.diagnosis.id);
  });
});

test('the earlier part of a rotated log is no other log', async () => {
  const before = numbered(20, (n) => plainLine({ at: 500 * n - 60_000, id: idOf(400 + n) }, HOST));
  const folder = folderOf({
    'access.log.1': `${before.join('\n')}\n`,
    'access.log': `${[...lost, ...elsewhere].join('\n')}\n`,
  });
  const [parts, whole] = [await analyseFile(folder), await analyseLogs([...before, ...lost, ...elsewhere])];
  expect(parts.findings[0]?.diagnosis.id).toBe(whole.findings[0]?.diagnosis.id);
});
