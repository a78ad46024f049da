import { appendFileSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { parseTargets, sendAll } from '../../src/command/notify.ts';
import { runReport } from '../../src/command/report.ts';
import type { ReportChange } from '../../src/model/comparison.ts';
import type { Message, NotificationKind } from '../../src/model/run-state.ts';
import { renderNotification } from '../../src/report/notification.ts';
import { faultline, ROOT } from '../support/command.ts';
import { createTerminal } from '../support/terminal.ts';
import { createWebhook, status } from '../support/webhook.ts';

type Webhook = Awaited<ReturnType<typeof createWebhook>>;
const open: Webhook[] = [];
const QUICK = { timeoutMs: 5000, pausesMs: [5, 5] };
const SILENT = { timeoutMs: 300, pausesMs: [5, 5] };
const SURROUNDINGS = { env: {}, signal: new AbortController().signal };

async function webhook(answer: Parameters<typeof createWebhook>[0]): Promise<Webhook> {
  const created = await createWebhook(answer);
  open.push(created);
  return created;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map(({ close }) => close()));
});

function change(parts: Partial<ReportChange> = {}): ReportChange {
  return {
    change: 'new',
    fingerprint: 'x@y',
    diagnosis: { id: 'x', title: 'Upstream slower than the route timeout' },
    scope: 'outbound|80||shop.example',
    before: { requests: 0, traffic: 190 },
    now: { requests: 39, traffic: 187 },
    because: 'not one of 190 requests failed so before',
    muted: false,
    history: null,
    ...parts,
  };
}

const messageFor = (target: string, changes: readonly ReportChange[] = [change()], id = 'id-1'): Message => ({
  id,
  at: '2026-11-21T04:00:00.000Z',
  target,
  window: { from: '2026-11-21T03:00:00.000Z', to: '2026-11-21T03:59:59.000Z' },
  requests: 187,
  failed: 39,
  changes,
});

async function sendTo(url: string, env: Readonly<Record<string, string>> = {}, patience = QUICK) {
  const targets = parseTargets([url], env);
  const outbox = targets.map(({ key }) => messageFor(key));
  return sendAll(outbox, targets, { ...SURROUNDINGS, env }, patience);
}

describe('receivers that behave', () => {
  test.each(['slack', 'teams', 'json'] as const)('%s gets its form of it', async (kind) => {
    const { url, received } = await webhook(status(200));
    const { sent, problems } = await sendTo(`${kind}=${url}`);
    expect({ sent: [...sent], problems }).toEqual({ sent: ['id-1'], problems: [] });
    expect(received.map(({ body }) => body)).toEqual([
      renderNotification(kind, messageFor(parseTargets([`${kind}=${url}`], {})[0]?.key ?? '')),
    ]);
    expect(received[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      'idempotency-key': 'id-1',
    });
  });

  test('a token is for generic receivers only', async () => {
    const { url, received } = await webhook(status(204));
    const env = { FAULTLINE_NOTIFY_TOKEN: 'shibboleth' };
    await sendTo(`json=${url}`, env);
    await sendTo(`slack=${url}`, env);
    expect(received.map(({ headers }) => headers.authorization)).toEqual(['Bearer shibboleth', undefined]);
  });
});

describe('receivers that do not', () => {
  test('one that fails at first is tried again', async () => {
    const { url, received } = await webhook((response, attempt) =>
      status(attempt < 3 ? 500 : 200)(response, attempt),
    );
    expect([...(await sendTo(url)).sent]).toEqual(['id-1']);
    expect(received).toHaveLength(3);
  });

  test('one that is cut off is tried again', async () => {
    const { url, received } = await webhook((response, attempt) =>
      attempt === 1 ? void response.socket?.destroy() : status(200)(response, attempt),
    );
    expect([...(await sendTo(url)).sent]).toEqual(['id-1']);
    expect(received).toHaveLength(2);
  });

  test.each([
    ['always 500', status(500), 3, 'it answered 500'],
    ['too many requests', status(429), 3, 'it answered 429'],
    ['404', status(404), 1, 'it answered 404'],
    [
      'a redirection',
      status(302, { location: 'http://127.0.0.1:1/' }),
      1,
      'a redirection, which is not followed',
    ],
    [
      'a cut connection',
      (response: { socket: { destroy(): void } | null }) => response.socket?.destroy(),
      3,
      'no connection',
    ],
  ] as const)('%s is said, with no secret in it', async (_, answer, attempts, why) => {
    const { url, received } = await webhook(answer);
    const { sent, problems } = await sendTo(url);
    expect(sent.size).toBe(0);
    expect(problems.join()).toContain(why);
    expect(problems.join()).not.toContain('secret-of-the-hook');
    expect(received).toHaveLength(attempts);
  });

  test('silence is waited for no longer than it may last', { timeout: 20_000 }, async () => {
    const { url } = await webhook(() => undefined);
    expect((await sendTo(url, {}, SILENT)).problems.join()).toContain('no answer within 0.3 s');
  });

  test('an answer that drips for ever does not hold the job up', async () => {
    const { url } = await webhook((response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write('.'), 20);
      response.on('close', () => clearInterval(drip));
    });
    expect([...(await sendTo(url)).sent]).toEqual(['id-1']);
  });

  test('nobody at the address', async () => {
    const { url, close } = await createWebhook(status(200));
    await close();
    expect((await sendTo(url)).problems.join()).toContain('no connection (ECONNREFUSED)');
  });
});

describe('a proxy', () => {
  /** Passes connections on, and remembers to whom. */
  async function createProxy() {
    const asked: string[] = [];
    const server = createServer();
    server.on('connect', (request, socket: Socket) => {
      asked.push(request.url ?? '');
      const [host = '', port] = (request.url ?? '').split(':');
      const upstream = connect(Number(port), host, () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        upstream.pipe(socket).pipe(upstream);
      });
      upstream.on('error', () => socket.destroy());
      socket.on('error', () => upstream.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return { asked, address: `http://127.0.0.1:${port}`, close: () => server.close() };
  }

  test.each(['HTTP_PROXY', 'http_proxy'])('of %s is asked', async (name) => {
    const { url, received } = await webhook(status(200));
    const proxy = await createProxy();
    expect([...(await sendTo(url, { [name]: proxy.address })).sent]).toEqual(['id-1']);
    expect(proxy.asked).toEqual([new URL(url).host]);
    expect(received).toHaveLength(1);
    proxy.close();
  });

  test('is no reason for a job to say anything', async () => {
    const { url, received } = await webhook(status(200));
    const proxy = await createProxy();
    const folder = mkdtempSync(join(tmpdir(), 'faultline-proxy-'));
    const job = ['report', '-q', '--state', join(folder, 'state'), '--notify', url];
    const { stderr } = await faultline([...job, join(ROOT, 'samples/mixed/demo.log')], {
      env: { http_proxy: proxy.address },
    });
    expect(stderr).toBe('');
    expect(received).toHaveLength(1);
    proxy.close();
  });

  test('is passed by for hosts of NO_PROXY', async () => {
    const { url, received } = await webhook(status(200));
    const proxy = await createProxy();
    const env = { HTTP_PROXY: proxy.address, NO_PROXY: 'example.com,127.0.0.1' };
    expect([...(await sendTo(url, env)).sent]).toEqual(['id-1']);
    expect(proxy.asked).toEqual([]);
    expect(received).toHaveLength(1);
    proxy.close();
  });

  test('that does not answer is said, without its password', async () => {
    const { url } = await webhook(status(200));
    const { problems } = await sendTo(url, { HTTP_PROXY: 'http://me:shibboleth@127.0.0.1:1' });
    expect(problems.join()).toContain('no connection (ECONNREFUSED)');
    expect(problems.join()).not.toContain('shibboleth');
  });
});

describe('addresses', () => {
  test.each([
    ['https://hooks.slack.com/services/T/B/x', 'slack'],
    ['https://x.webhook.office.com/webhookb2/y', 'teams'],
    ['https://prod-1.westus.logic.azure.com/workflows/z', 'teams'],
    ['https://slack.example/hook', 'json'],
    ['slack=https://chat.example/hooks/x', 'slack'],
  ])('%s is %s', (value, kind) => {
    expect(parseTargets([value], {})[0]?.kind).toBe(kind);
  });

  test('come out of the environment', () => {
    const [target] = parseTargets(['teams=env:HOOK'], { HOOK: ' https://a.example/x\n' });
    expect(target?.url.href).toBe('https://a.example/x');
    expect(target?.key).not.toContain('a.example');
  });

  test.each([
    ['env:NONE', 'has no NONE'],
    ['slack=secret-path', 'not an http or https address'],
    ['ftp://secret.example/x', 'not an http or https address'],
  ])('%s is refused without showing it', (value, why) => {
    expect(() => parseTargets([value], {})).toThrow(why);
    expect(() => parseTargets([value], {})).not.toThrow('secret');
  });

  test('a token does not go over an open line', () => {
    const env = { FAULTLINE_NOTIFY_TOKEN: 'x' };
    expect(() => parseTargets(['json=http://far.example/'], env)).toThrow('in the clear');
    expect(parseTargets(['json=http://localhost:8080/'], env)).toHaveLength(1);
  });
});

/** All texts of a JSON document, as whoever reads it gets them. */
function textsIn(body: string): readonly string[] {
  const texts: string[] = [];
  JSON.parse(body, (_, value: unknown) => {
    if (typeof value === 'string') texts.push(value);
    return value;
  });
  return texts;
}

describe('what is told', () => {
  const kinds: readonly NotificationKind[] = ['slack', 'teams', 'json'];

  test('Slack reads one line per change', () => {
    const { text } = JSON.parse(
      renderNotification('slack', messageFor('t', [change(), change({ change: 'gone' })])),
    );
    expect(text.split('\n')).toEqual([
      '*faultline: 1 new, 1 gone*',
      '• *new* Upstream slower than the route timeout at outbound|80||shop.example: now 39 of 187 requests (21 %), before 0 of 190 requests (0 %)',
      expect.stringMatching(/^• \*gone\* /),
      '39 of 187 requests failed. Log: 2026-11-21 03:00:00Z to 03:59:59Z (59 min 59 s).',
    ]);
  });

  test('names out of a log are obeyed by nobody', () => {
    const scope = '<!channel> @here [x](http://evil.example) *bold* `code` \u001b[31m';
    const slack = renderNotification('slack', messageFor('t', [change({ scope })]));
    expect(slack).not.toContain('<!channel>');
    expect(slack).not.toContain('@here');
    expect(slack).not.toContain('*bold*');
    for (const kind of ['slack', 'teams'] as const) {
      const texts = textsIn(renderNotification(kind, messageFor('t', [change({ scope })])));
      expect(texts.join()).toContain('evil.example');
      expect(texts.join()).not.toContain('\u001b');
    }
    expect(renderNotification('teams', messageFor('t', [change({ scope })]))).not.toContain(
      '"type":"TextBlock"',
    );
  });

  const hundred = Array.from({ length: 100 }, () => change({ scope: 'x'.repeat(5000) }));

  test.each(kinds.filter((kind) => kind !== 'json'))(
    'a hundred changes make no endless message for %s',
    (kind) => {
      const body = renderNotification(kind, messageFor('t', hundred));
      expect(body).toContain('and 90 more');
      expect(body.length).toBeLessThan(10_000);
    },
  );

  test('a hundred changes are all told in JSON', () => {
    expect(JSON.parse(renderNotification('json', messageFor('t', hundred))).changes).toHaveLength(100);
  });
});

describe('the job', () => {
  const lines = readFileSync(join(ROOT, 'samples/mixed/demo.log'), 'utf8').trimEnd().split('\n');
  const healthy = lines.filter((line) => line.includes('" 200 '));

  function createJob(url: string) {
    const folder = mkdtempSync(join(tmpdir(), 'faultline-notify-'));
    const log = join(folder, 'access.log');
    const state = join(folder, 'state');
    return {
      state,
      add: (text: readonly string[]) => appendFileSync(log, text.map((line) => `${line}\n`).join('')),
      async run() {
        const terminal = createTerminal('', { HOOK: url });
        const exit = await runReport([log], { color: 'never', state, notify: ['json=env:HOOK'] }, terminal);
        return { exit, stderr: terminal.shown.stderr };
      },
      start: () => writeFileSync(log, ''),
    };
  }

  test('tells once of what is new and of what is gone, and in between nothing', async () => {
    const { url, received } = await webhook(status(200));
    const job = createJob(url);
    job.add(healthy);
    await job.run();
    expect(received).toHaveLength(0);
    job.add(lines);
    await job.run();
    job.add(lines);
    await job.run();
    job.add(healthy);
    await job.run();
    job.add(healthy);
    await job.run();
    const told = received.map(({ body }) =>
      JSON.parse(body)
        .changes.map((item: ReportChange) => `${item.change} ${item.diagnosis.id}`)
        .sort(),
    );
    expect(told[0]).toEqual([
      'new cluster-not-found',
      'new tls-conflict-mtls-to-plaintext',
      'new upstream-response-timeout',
    ]);
    expect(told.slice(1).flat().sort()).toEqual([
      'gone cluster-not-found',
      'gone tls-conflict-mtls-to-plaintext',
      'gone upstream-response-timeout',
    ]);
  });

  test('a receiver that is down fails no report, and is told by the next run', {
    timeout: 20_000,
  }, async () => {
    let isDown = true;
    const { url, received } = await webhook((response, attempt) =>
      status(isDown ? 404 : 200)(response, attempt),
    );
    const job = createJob(url);
    job.add(lines);
    const first = await job.run();
    expect(first.exit).toBe(0);
    expect(first.stderr).toContain('the next run tries again');
    isDown = false;
    expect((await job.run()).stderr).toBe('');
    await job.run();
    expect(received).toHaveLength(2);
    expect(received[1]?.body).toBe(received[0]?.body);
  });

  test('the state keeps no address', async () => {
    const { url } = await webhook(status(404));
    const job = createJob(url);
    job.add(lines);
    await job.run();
    for (const name of readdirSync(job.state))
      expect(readFileSync(join(job.state, name), 'utf8')).not.toContain('secret-of-the-hook');
  });
});
