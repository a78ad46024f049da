import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createCommandFolder, ROOT, run } from './support/command.ts';
import { folderOf } from './support/folder.ts';

const page = readFileSync(join(ROOT, 'docs/scheduled.md'), 'utf8');
const blocks = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block);
const demo = readFileSync(join(ROOT, 'samples/mixed/demo.log'));
const env = { PATH: `${createCommandFolder()}:${process.env['PATH'] ?? ''}` };

/** The commands of the page that hold a text. */
function commandsWith(text: string): string {
  const found = blocks.filter((block) => block.includes(text));
  expect(found).toHaveLength(1);
  return found[0] ?? '';
}

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('the job in one command writes its reports and its state', async () => {
  const folder = folderOf({ 'envoy/access.log': demo });
  const command = commandsWith('/var/log/envoy/')
    .replaceAll('/var/lib/faultline', join(folder, 'state'))
    .replaceAll('/var/log/envoy', join(folder, 'envoy'));
  expect(await run('sh', ['-c', command], { env })).toEqual({ status: 0, stdout: '', stderr: '' });
  expect(readFileSync(join(folder, 'state/report.html'), 'utf8')).toContain('</html>');
  expect(JSON.parse(readFileSync(join(folder, 'state/report.json'), 'utf8'))).toMatchObject({
    requests: { total: 187 },
  });
});

describe('from nothing to the first notification', () => {
  const folder = folderOf({ 'access.log': demo });
  let command = '';
  let receiver: ChildProcess | undefined;
  let received = '';

  beforeAll(async () => {
    const port = await freePort();
    const withPort = (text: string): string => text.replace(/\b8080\b/, String(port));
    command = withPort(commandsWith('--notify slack=http'));
    // The shell is replaced, so that a signal reaches the receiver itself.
    receiver = spawn('sh', ['-c', `exec ${withPort(commandsWith('createServer'))}`], { env });
    receiver.stdout?.on('data', (chunk: Buffer) => {
      received += chunk.toString();
    });
    await vi.waitUntil(() => isOpen(port), { timeout: 20_000 });
  });

  afterAll(() => {
    receiver?.kill();
  });

  test('the first run tells the receiver of the page what is new', async () => {
    const { status, stdout, stderr } = await run('sh', ['-c', command], { cwd: folder, env });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('3 likely causes');
    await expect.poll(() => received, { timeout: 10_000 }).toMatch(/^\{"text":"\*faultline: 3 new/);
  });

  test('the next run finds nothing new, and tells nobody', async () => {
    const before = received;
    const { status, stdout } = await run('sh', ['-c', command], { cwd: folder, env });
    expect(status).toBe(0);
    expect(stdout).toContain('Nothing new since the last run.');
    expect(received).toBe(before);
  });
});

/** Whether somebody listens on a port. */
function isOpen(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/`).then(
    () => true,
    () => false,
  );
}
