import { describe, expect, test } from 'vitest';
import { analyseFile } from '../support/analyse.ts';
import { folderOf } from '../support/folder.ts';
import { clientLine, plainLine, serverLine } from './lines.ts';

function logsOf(logs: Readonly<Record<string, readonly string[]>>): string {
  return folderOf(
    Object.fromEntries(Object.entries(logs).map(([name, lines]) => [name, `${lines.join('\n')}\n`])),
  );
}

const numbers = Array.from({ length: 12 }, (_, i) => i);

describe('the parts of a rotated log', () => {
  test('are not two proxies, whatever ids stand in both', async () => {
    const lines = (at: number): readonly string[] =>
      numbers.map((i) => plainLine({ at: at + i, id: `id-${i}`, code: 503, flags: 'UF' }, '10.0.0.1:80'));
    const parts = await analyseFile(logsOf({ 'access.log.1': lines(0), 'access.log': lines(1000) }));
    expect(parts.requests.total).toBe(24);
    const logs = await analyseFile(logsOf({ 'one.log': lines(0), 'two.log': lines(1000) }));
    expect(logs.requests.total).toBe(12);
  });

  test('have one clock, which is told of once', async () => {
    const client = numbers.map((i) => clientLine({ at: i * 100, id: `id-${i}`, durationMs: 12 }));
    const server = numbers.map((i) => serverLine({ at: i * 100 + 4000, id: `id-${i}`, durationMs: 10 }));
    const { requests, notes } = await analyseFile(
      logsOf({
        'client.log.1': client.slice(0, 6),
        'client.log': client.slice(6),
        'server.log.1': server.slice(0, 4),
        'server.log': server.slice(4),
      }),
    );
    expect(requests.total).toBe(12);
    expect(notes.filter((note) => note.startsWith('The clock of'))).toEqual([
      expect.stringMatching(/server\.log runs 4\.0 s ahead of that of .*client\.log .*by 12 requests/),
    ]);
  });
});
