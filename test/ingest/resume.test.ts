import {
  appendFileSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { planResumption } from '../../src/ingest/resume.ts';
import { isRotatedFrom } from '../../src/ingest/rotation.ts';
import type { InputPosition } from '../../src/model/input-position.ts';

const LATER_MS = 3_600_000;
const lines = (from: number, to: number): string =>
  Array.from(
    { length: to - from },
    (_, i) => `line ${from + i} of a log with an id ${(from + i) * 7919}\n`,
  ).join('');

/** A folder with a log, and the runs over it. */
class Job {
  readonly folder = mkdtempSync(join(tmpdir(), 'faultline-resume-'));
  readonly log = join(this.folder, 'access.log');
  #positions: readonly InputPosition[] = [];
  notes: readonly string[] = [];

  /** What one run reads: the numbers of the lines, in order. */
  async run(paths: readonly string[] = [this.log], nowMs = Date.now()): Promise<string> {
    const resumption = await planResumption(paths, this.#positions, nowMs);
    const chunks: Uint8Array[] = [];
    for (const source of resumption.plan.sources) {
      if (source.kind !== 'resumed') throw new Error('no resumed source');
      for await (const chunk of source.open(() => undefined)) chunks.push(chunk.slice());
    }
    await resumption.close();
    this.notes = resumption.notes;
    this.#positions = JSON.parse(JSON.stringify([...resumption.positions, ...resumption.others]));
    return Buffer.concat(chunks).toString();
  }
}

async function started(text = lines(0, 200)): Promise<Job> {
  const job = new Job();
  writeFileSync(job.log, text);
  expect(await job.run()).toBe(text);
  return job;
}

describe('a log that grows', () => {
  test('is read on from where it was left', async () => {
    const job = await started();
    expect(await job.run()).toBe('');
    appendFileSync(job.log, lines(200, 250));
    expect(await job.run()).toBe(lines(200, 250));
  });

  test('a line that is not finished waits for its end', async () => {
    const job = new Job();
    writeFileSync(job.log, 'whole\nha');
    expect(await job.run()).toBe('whole\n');
    appendFileSync(job.log, 'lf\n');
    expect(await job.run()).toBe('half\n');
  });

  test('when nobody writes any more the last line counts without an end, and its rest does not count again', async () => {
    const job = new Job();
    writeFileSync(job.log, 'whole\nha');
    expect(await job.run([job.log], Date.now() + LATER_MS)).toBe('whole\nha');
    appendFileSync(job.log, 'l');
    expect(await job.run([job.log], Date.now() + LATER_MS)).toBe('');
    appendFileSync(job.log, 'f\nnext\n');
    expect(await job.run()).toBe('next\n');
  });

  test('an object printed over several lines is not cut in two', async () => {
    const job = new Job();
    writeFileSync(job.log, '{\n  "a": 1\n}\n{\n  "a": 2,\n');
    expect(await job.run()).toBe('{\n  "a": 1\n}\n');
    appendFileSync(job.log, '  "b": 3\n}\n');
    expect(await job.run()).toBe('{\n  "a": 2,\n  "b": 3\n}\n');
  });

  test('what begins with an empty line is read to its end, and only once', async () => {
    const job = new Job();
    writeFileSync(job.log, '\nline 1\n');
    expect(await job.run()).toBe('\nline 1\n');
    expect(await job.run()).toBe('');
  });

  test('objects on one line each are not held back, whole or not', async () => {
    const job = new Job();
    writeFileSync(job.log, '{"a":1}\n{"a":oops}\n');
    expect(await job.run()).toBe('{"a":1}\n{"a":oops}\n');
  });
});

describe('rotation', () => {
  test('by renaming: the rest of the old log, then the new one', async () => {
    const job = await started();
    appendFileSync(job.log, lines(200, 210));
    renameSync(job.log, `${job.log}.1`);
    writeFileSync(job.log, lines(210, 220));
    expect(await job.run()).toBe(lines(200, 220));
    expect(await job.run()).toBe('');
  });

  test('by copying and emptying', async () => {
    const job = await started();
    appendFileSync(job.log, lines(200, 210));
    copyFileSync(job.log, `${job.log}.1`);
    truncateSync(job.log);
    writeFileSync(job.log, lines(210, 500));
    expect(await job.run()).toBe(lines(200, 500));
    expect(await job.run()).toBe('');
  });

  test('a copy that is not yet followed by emptying is not read twice', async () => {
    const job = await started();
    appendFileSync(job.log, lines(200, 210));
    copyFileSync(job.log, `${job.log}.1`);
    expect(await job.run()).toBe(lines(200, 210));
    truncateSync(job.log);
    appendFileSync(job.log, lines(210, 212));
    expect(await job.run()).toBe(lines(210, 212));
  });

  test('several times between two runs, packed and by date', async () => {
    const job = await started();
    const old = `${lines(0, 200)}${lines(200, 205)}`;
    rmSync(job.log);
    writeFileSync(`${job.log}-20261101.gz`, gzipSync(old));
    writeFileSync(`${job.log}-20261102.gz`, gzipSync(lines(205, 300)));
    writeFileSync(`${job.log}-20261103`, lines(300, 310));
    for (const [i, name] of ['20261101.gz', '20261102.gz', '20261103'].entries())
      utimesSync(`${job.log}-${name}`, 1000 + i, 1000 + i);
    writeFileSync(job.log, lines(310, 320));
    expect(await job.run()).toBe(lines(200, 320));
    expect(await job.run()).toBe('');
  });

  test('packing what was read is nothing new, and neither is its twin while it is packed', async () => {
    const job = await started();
    renameSync(job.log, `${job.log}.1`);
    writeFileSync(job.log, '');
    writeFileSync(`${job.log}.1.gz`, gzipSync(lines(0, 200)).subarray(0, 100));
    expect(await job.run()).toBe('');
    writeFileSync(`${job.log}.1.gz`, gzipSync(lines(0, 200)));
    rmSync(`${job.log}.1`);
    expect(await job.run()).toBe('');
    renameSync(`${job.log}.1.gz`, `${job.log}.2.gz`);
    expect(await job.run()).toBe('');
  });

  test('a packed log that is not whole is left for later, and said', async () => {
    const job = await started();
    const packed = gzipSync(lines(200, 5000));
    writeFileSync(`${job.log}.1.gz`, packed.subarray(0, packed.length - 50));
    expect(await job.run()).toBe('');
    expect(job.notes.join()).toContain('not whole');
    writeFileSync(`${job.log}.1.gz`, packed);
    expect(await job.run()).toBe(lines(200, 5000));
  });

  test('what was rotated before the first run is left out', async () => {
    const job = new Job();
    writeFileSync(`${job.log}.1`, lines(0, 100));
    writeFileSync(job.log, lines(100, 110));
    expect(await job.run()).toBe(lines(100, 110));
    expect(await job.run()).toBe('');
  });

  test('a moment without the file is bridged', async () => {
    const job = await started();
    appendFileSync(job.log, lines(200, 201));
    renameSync(job.log, `${job.log}.1`);
    expect(await job.run()).toBe(lines(200, 201));
    expect(job.notes.join()).toContain('is not there at the moment');
    writeFileSync(job.log, lines(201, 202));
    expect(await job.run()).toBe(lines(201, 202));
  });

  test('names of rotated logs', () => {
    const rotated = ['access.log.1', 'access.log-20261101', 'access.log.2.gz', 'access-20261101.log'];
    for (const name of [...rotated, 'access-20261101.log.gz'])
      expect(isRotatedFrom(name, 'access.log')).toBe(true);
    for (const name of ['access.log', 'access.log.old', 'other.log.1', 'access2.log', 'access.json.1'])
      expect(isRotatedFrom(name, 'access.log')).toBe(false);
    expect(isRotatedFrom('0.log.20261101-101500.gz', '0.log')).toBe(true);
    expect(isRotatedFrom('log-1', 'log')).toBe(true);
  });
});

describe('other ways of getting a log', () => {
  test('fetched anew with an overlap, only what is new is read', async () => {
    const job = await started();
    rmSync(job.log);
    writeFileSync(job.log, lines(150, 230));
    expect(await job.run()).toBe(lines(200, 230));
    rmSync(job.log);
    writeFileSync(job.log, lines(229, 240));
    expect(await job.run()).toBe(lines(230, 240));
  });

  test('fetched anew without an overlap, all of it is read', async () => {
    const job = await started();
    rmSync(job.log);
    writeFileSync(job.log, lines(300, 310));
    expect(await job.run()).toBe(lines(300, 310));
  });

  test('a folder: new logs and rotated ones, each once', async () => {
    const job = new Job();
    writeFileSync(job.log, lines(0, 10));
    writeFileSync(`${job.log}.1`, lines(10, 20));
    expect((await job.run([job.folder])).length).toBe(lines(0, 20).length);
    writeFileSync(join(job.folder, 'other.log'), lines(50, 60));
    expect(await job.run([job.folder])).toBe(lines(50, 60));
  });

  test('one log under two names is read once', async () => {
    const job = await started();
    linkSync(job.log, join(job.folder, 'hard.log'));
    symlinkSync(job.log, join(job.folder, 'soft.log'));
    appendFileSync(job.log, lines(200, 201));
    expect(await job.run([job.log, join(job.folder, 'soft.log'), join(job.folder, 'hard.log')])).toBe(
      lines(200, 201),
    );
  });

  test('rotated logs lie where a link leads', async () => {
    const job = new Job();
    const pods = join(job.folder, 'pods');
    mkdirSync(pods);
    writeFileSync(join(pods, '0.log'), lines(0, 10));
    symlinkSync(join(pods, '0.log'), job.log);
    expect(await job.run()).toBe(lines(0, 10));
    renameSync(join(pods, '0.log'), join(pods, '0.log.20261101-101500'));
    appendFileSync(join(pods, '0.log.20261101-101500'), lines(10, 12));
    writeFileSync(join(pods, '0.log'), lines(12, 14));
    expect(await job.run()).toBe(lines(10, 14));
  });

  test('standard input has no position', async () => {
    await expect(planResumption(['-'], [], 0)).rejects.toMatchObject({ code: 'UNSUPPORTED_INPUT' });
  });

  test('a log that was never there is an error', async () => {
    await expect(planResumption([join(tmpdir(), 'no-such', 'a.log')], [], 0)).rejects.toMatchObject({
      code: 'NO_SUCH_INPUT',
    });
  });
});
