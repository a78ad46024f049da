import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AnalyzeOptions } from '../../src/command/analyze.ts';
import { runAnalyze } from '../../src/command/analyze.ts';
import { runExplain } from '../../src/command/explain.ts';
import { runList, runSchema } from '../../src/command/list.ts';
import { parseOutputs, parseWindow } from '../../src/command/options.ts';
import { terminalWidth, wantsColor } from '../../src/command/terminal.ts';
import { ROOT } from '../support/command.ts';
import { createTerminal } from '../support/terminal.ts';

const DEMO = join(ROOT, 'samples/mixed/demo.log');
const NOW_MS = Date.UTC(2026, 10, 21, 12);
const NEVER: AnalyzeOptions = { color: 'never' };

function tempFolder(): string {
  return mkdtempSync(join(tmpdir(), 'faultline-command-'));
}

async function analyze(options: Partial<AnalyzeOptions>, paths: readonly string[] = [DEMO], input = '') {
  const terminal = createTerminal(input);
  const status = await runAnalyze(paths, { ...NEVER, ...options }, terminal);
  return { status, ...terminal.shown };
}

describe('analyze', () => {
  test('the report goes to standard output, and nothing to standard error', async () => {
    const { status, stdout, stderr } = await analyze({});
    expect(status).toBe(0);
    expect(stdout).toMatch(/\d+ of \d+ requests failed/);
    expect(stderr).toBe('');
  });

  test('one reading fills several outputs', async () => {
    const folder = tempFolder();
    const path = join(folder, 'report.json');
    const { stdout } = await analyze({ output: ['text', `json=${path}`] });
    expect(stdout).toContain('requests failed');
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ tool: { version: '1.2.3' } });
    expect(readdirSync(folder)).toEqual(['report.json']);
  });

  test('a report that has no place to go is refused before the log is read', async () => {
    await expect(analyze({ output: ['json=no/such/folder/r.json'] }, ['no-such.log'])).rejects.toMatchObject({
      code: 'UNWRITABLE_OUTPUT',
      message: 'the report cannot be written to no/such/folder/r.json: there is no such folder',
    });
  });

  test('--format @FILE takes the format out of the configuration of the mesh', async () => {
    const path = join(tempFolder(), 'mesh.yaml');
    writeFileSync(
      path,
      "meshConfig:\n  accessLogFormat: 'at=%START_TIME% %RESPONSE_CODE%/%RESPONSE_FLAGS%'\n",
    );
    const { stdout } = await analyze(
      { format: `@${path}`, output: ['json'] },
      ['-'],
      'at=2026-11-21T03:28:02.000Z 503/UH\nat=2026-11-21T03:28:03.000Z 200/-\n',
    );
    expect(JSON.parse(stdout)).toMatchObject({
      inputs: [{ format: 'own' }],
      requests: { total: 2, failed: 1, byResponseFlag: { UH: 1 } },
    });
  });

  test('the report says how the keys of an unknown JSON log were taken', async () => {
    const line =
      '{"ts":"2026-11-21T03:28:02.000Z","x":{"flags":"UH"},"rc":503,"to":"outbound|80||a.b.svc.cluster.local"}\n';
    const { stdout } = await analyze({ output: ['json'] }, ['-'], line.repeat(3));
    expect(JSON.parse(stdout)).toMatchObject({
      inputs: [{ format: 'json-guessed' }],
      requests: { total: 3, failed: 3, byResponseFlag: { UH: 3 } },
      notes: [
        'JSON keys were taken by name: ts as START_TIME, x.flags as RESPONSE_FLAGS; by the look of their values: rc as RESPONSE_CODE, to as UPSTREAM_CLUSTER. If one is wrong, give the json_format of the proxy with --format.',
      ],
    });
  });

  test('a report that cannot be written leaves no draft behind', async () => {
    const path = join(tempFolder(), 'none', 'report.json');
    await expect(analyze({ output: [`json=${path}`] })).rejects.toMatchObject({ code: 'UNWRITABLE_OUTPUT' });
  });

  test.each([
    ['any', 1],
    ['likely', 1],
    ['confirmed', 0],
    ['rate>1%', 1],
    ['rate>99%', 0],
    ['double-tls', 0],
  ])('--fail-on %s on the demo gives status %i', async (condition, expected) => {
    const { status } = await analyze({ failOn: [condition] });
    expect(status).toBe(expected);
  });

  test('what is suppressed makes nothing fail', async () => {
    const { stdout } = await analyze({ output: ['json'] });
    const report = JSON.parse(stdout);
    const ids: readonly string[] = report.findings.map(
      (finding: { diagnosis: { id: string } }) => finding.diagnosis.id,
    );
    expect((await analyze({ failOn: ['any'], suppress: ids })).status).toBe(0);
    expect((await analyze({ failOn: ['any'], suppress: ids.map((id) => `${id}=no-such-*`) })).status).toBe(1);
  });

  test.each([
    ['failOn', ['sometimes']],
    ['suppress', ['no-such-id']],
    ['only', ['no-such-id']],
    ['output', ['pdf']],
    ['output', ['json=']],
    ['top', '0'],
    ['since', 'yesterday'],
  ])('a wrong --%s says what is right', async (option, value) => {
    await expect(analyze({ [option]: value })).rejects.toMatchObject({
      code: 'BAD_OPTION',
      hint: expect.stringMatching(/\S/),
    });
  });

  test('a format can be given by a file', async () => {
    const path = join(tempFolder(), 'format.txt');
    writeFileSync(path, '%RESPONSE_CODE% %RESPONSE_FLAGS% %REQ(:AUTHORITY)%\n');
    const { stdout } = await analyze(
      { format: `@${path}`, output: ['json'] },
      ['-'],
      '503 UH shop\n200 - shop\n',
    );
    expect(JSON.parse(stdout).requests).toMatchObject({ total: 2, failed: 1 });
    await expect(analyze({ format: `@${path}.none` })).rejects.toMatchObject({ code: 'UNREADABLE_INPUT' });
  });

  test('mesh configuration that is not there is wrong use', async () => {
    await expect(analyze({ meshConfig: ['no-such-mesh.yaml'] })).rejects.toMatchObject({
      code: 'UNREADABLE_INPUT',
    });
  });

  test('with --verbose the conditions that hold are told, as text or JSON, unless it is to be quiet', async () => {
    const told = { failOn: ['any'], verbose: true };
    expect((await analyze(told)).stderr).toContain('faultline: --fail-on any holds\n');
    const { stderr } = await analyze({ ...told, logFormat: 'json' });
    const messages = stderr.trimEnd().split('\n');
    expect(messages.map((message): unknown => JSON.parse(message))).toContainEqual(
      expect.objectContaining({ level: 30, msg: '--fail-on any holds' }),
    );
    expect((await analyze({ ...told, quiet: true })).stderr).toBe('');
  });

  test.each([
    ['', 'NOTHING_READ', 'is empty'],
    ['hello\n', 'NOTHING_RECOGNISED', 'line 1 reads: "hello"'],
    [
      '2026-11-21T03:00:00.000000Z\twarning\tenvoy config\tsource\tdeltas\tconfig rejected\n',
      'NOTHING_RECOGNISED',
      'access logging may be off',
    ],
  ])('input %j is refused with the reason', async (input, code, reason) => {
    await expect(analyze({}, ['-'], input)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(reason),
    });
  });
});

test('with a mesh configuration an empty log is a note and no error', async () => {
  const mesh = join(mkdtempSync(join(tmpdir(), 'faultline-mesh-')), 'mesh.yaml');
  writeFileSync(mesh, 'apiVersion: v1\nkind: Service\nmetadata: { name: a, namespace: b }\n');
  const terminal = createTerminal('');
  const options = { color: 'never', meshConfig: [mesh], output: ['json'] } as const;
  expect(await runAnalyze(['-'], options, terminal)).toBe(0);
  expect(JSON.parse(terminal.shown.stdout).notes).toContain('standard input is empty.');
});

describe('explain', () => {
  test.each([['UF'], ['uf'], ['upstreamconnectionfailure'], ['connect-timeout']])(
    '%s is known',
    async (topic) => {
      const terminal = createTerminal();
      expect(await runExplain([topic], terminal)).toBe(0);
      expect(terminal.shown.stdout.length).toBeGreaterThan(200);
    },
  );

  test('flags are explained one after the other, as a line has them', async () => {
    const terminal = createTerminal();
    expect(await runExplain(['UF,URX'], terminal)).toBe(0);
    expect(terminal.shown.stdout).toMatch(
      /^UF UpstreamConnectionFailure[\s\S]*^URX UpstreamRetryLimitExceeded/m,
    );
    await expect(runExplain(['UF,XYZ'], createTerminal())).rejects.toMatchObject({ code: 'UNKNOWN_TOPIC' });
  });

  test.for([
    ['upstream_reset_before_response_started{connection_timeout}', 'connect-timeout'],
    ['upstream_reset_before_response_started{connection timeout}', 'connect-timeout'],
    ['connection_timeout', 'connect-timeout'],
    ['jwt_authn_access_denied{Jwt_is_expired}', 'jwt-rejected'],
    ['rbac_access_denied_matched_policy[none]', 'rbac-denied'],
    ['filter_chain_not_found', 'sni-not-sent'],
    ['RESOURCE_EXHAUSTED', 'mixer-resource-exhausted'],
    // What curl and browsers show.
    [
      'upstream connect error or disconnect/reset before headers. reset reason: connection termination',
      'keepalive-race',
    ],
    [
      'upstream connect error or disconnect/reset before headers. retried and the latest reset reason: remote connection failure, transport failure reason: delayed connect error: Connection refused',
      'connection-refused',
    ],
    ['no healthy upstream', 'no-healthy-endpoints'],
    ['upstream request timeout', 'upstream-response-timeout'],
    ['RBAC: access denied', 'rbac-denied'],
    ['503 UC', 'keepalive-race'],
    ['503 UF,URX', 'connection-refused'],
    ['PERMISSION_DENIED', 'mixer-permission-denied'],
  ] as const)('of %s it is known what tells of it', async ([topic, id]) => {
    const terminal = createTerminal();
    expect(await runExplain(topic.split(' '), terminal)).toBe(0);
    expect(terminal.shown.stdout).toContain(id);
  });

  test('details that tell of no cause are explained all the same', async () => {
    const terminal = createTerminal();
    expect(await runExplain(['via_upstream'], terminal)).toBe(0);
    expect(terminal.shown.stdout).toBe(
      'via_upstream response code details, with the code 200 and no flag as a rule\nThe status came from the upstream: the application, or the next proxy.\n\nNo diagnosis is told by these details alone.\n',
    );
  });

  test('a slip in details is suggested', async () => {
    await expect(runExplain(['via_upstraem'], createTerminal())).rejects.toMatchObject({
      hint: expect.stringContaining('via_upstream'),
    });
  });

  test('a pasted line is diagnosed, however the shell split it', async () => {
    const line =
      '[2026-11-21T03:00:00.000Z] "GET /items HTTP/1.1" 503 UH 0 19 0 - "-" "curl/8.5.0" "1-2-3-4-5" "shop.example" "-"';
    const terminal = createTerminal();
    expect(await runExplain(line.split(' '), terminal)).toBe(0);
    expect(terminal.shown.stdout).toContain('1. The cluster has no endpoint to send to');
  });

  test.for([
    ['what is this', /no reply of Envoy and no log line$/, /single quotes/],
    ['503', /no log line$/, /the whole line/],
    ['access.log', /no log line$/, /^To diagnose a file: faultline access\.log$/],
    [
      '192.0.2.1 - - [21/Nov/2026:03:00:00 +0000] "GET / HTTP/1.1" 502 0',
      /looks like an access log of nginx/,
      /Envoy/,
    ],
  ] as const)('of %j it is said what it is not, and what to give', async ([topic, message, hint]) => {
    await expect(runExplain([topic], createTerminal())).rejects.toMatchObject({
      code: 'UNKNOWN_TOPIC',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  });

  test('a near miss is suggested', async () => {
    await expect(runExplain(['conect-timeout'], createTerminal())).rejects.toMatchObject({
      code: 'UNKNOWN_TOPIC',
      hint: expect.stringContaining('connect-timeout'),
    });
    await expect(runExplain(['xyzzyxyzzyxyzzy'], createTerminal())).rejects.toMatchObject({
      hint: expect.stringContaining('faultline list'),
    });
  });
});

describe('list', () => {
  test.each([
    ['diagnoses', 'connect-timeout'],
    ['flags', 'UF'],
    ['formats', 'istio-json'],
  ] as const)('%s names %s', async (topic, entry) => {
    const terminal = createTerminal();
    expect(await runList(topic, terminal)).toBe(0);
    expect(terminal.shown.stdout).toContain(entry);
  });

  test('entries are whole lines for grep, and fit a terminal', async () => {
    for (const topic of ['diagnoses', 'flags', 'formats'] as const) {
      const piped = createTerminal();
      await runList(topic, piped);
      const narrow = createTerminal();
      await runList(topic, {
        ...narrow,
        stdout: Object.assign(narrow.stdout, { isTTY: true, columns: 80 }),
        env: { NO_COLOR: '1' },
      });
      expect(Math.max(...piped.shown.stdout.split('\n').map((line) => line.length))).toBeGreaterThan(100);
      expect(narrow.shown.stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    }
  });

  test('the schema is JSON', async () => {
    const terminal = createTerminal();
    expect(await runSchema(terminal)).toBe(0);
    expect(JSON.parse(terminal.shown.stdout)).toHaveProperty('$schema');
  });
});

describe('terminal', () => {
  test.each([
    ['always', {}, false, true],
    ['never', { FORCE_COLOR: '1' }, true, false],
    ['auto', {}, true, true],
    ['auto', {}, false, false],
    ['auto', { FORCE_COLOR: '1' }, false, true],
    ['auto', { FORCE_COLOR: '0' }, true, false],
    ['auto', { NO_COLOR: '1' }, true, false],
    ['auto', { TERM: 'dumb' }, true, false],
  ] as const)('--color %s, %j, terminal %s: %s', (choice, env, isTTY, expected) => {
    const terminal = createTerminal('', env);
    const stdout = Object.assign(terminal.stdout, { isTTY });
    expect(wantsColor(choice, { ...terminal, stdout })).toBe(expected);
  });

  test('the width is that of the terminal, of COLUMNS, or 100', () => {
    const terminal = createTerminal('', { COLUMNS: '72' });
    expect(terminalWidth({ ...terminal, stdout: Object.assign(terminal.stdout, { columns: 132 }) })).toBe(
      132,
    );
    expect(terminalWidth(createTerminal('', { COLUMNS: '72' }))).toBe(72);
    expect(terminalWidth(createTerminal('', { COLUMNS: 'wide' }))).toBe(100);
  });
});

describe('options', () => {
  test('times are absolute, or durations before now', async () => {
    const ago = { sinceMs: NOW_MS - 5_400_000, untilMs: null };
    expect(await parseWindow({ since: '90m' }, NOW_MS)).toEqual(ago);
    expect(await parseWindow({ since: '1h30m' }, NOW_MS)).toEqual(ago);
    const untilMs = Date.UTC(2026, 10, 21, 3);
    expect(await parseWindow({ until: '2026-11-21T03:00:00Z' }, NOW_MS)).toEqual({ sinceMs: null, untilMs });
    // As the report prints it.
    expect(await parseWindow({ until: '2026-11-21 03:00:00Z' }, NOW_MS)).toEqual({ sinceMs: null, untilMs });
  });

  test.for(['90', '2026', '2026-13-01T00:00:00Z', '5x', '', '-1h', '20261121'])(
    '%j is no time',
    async (since) => {
      await expect(parseWindow({ since }, NOW_MS)).rejects.toMatchObject({ code: 'BAD_OPTION' });
    },
  );

  test('a window that ends before it begins is refused', async () => {
    await expect(parseWindow({ since: '1h', until: '2h' }, NOW_MS)).rejects.toThrow(
      '--since 1h is after --until 2h',
    );
  });

  test.for([
    [{ only: ['keepalive-rac'] }, /Did you mean keepalive-race\?/],
    [{ only: ['UF'] }, /faultline explain UF/],
    [{ only: ['nothing-alike'] }, /faultline list/],
    [{ suppress: ['cluster-not-fuond'] }, /Did you mean cluster-not-found\?/],
    [{ suppress: ['cluster-not-found='] }, /in quotes/],
    [{ cluster: [''] }, /in quotes/],
    [{ excludePath: ['/healthz', ' '] }, /in quotes/],
    [{ failOn: ['lkely'] }, /Did you mean likely\?/],
    [{ failOn: ['rate>200%'] }, /from 0 to below 100/],
    [{ failOn: ['rate<1%'] }, /rate>1%/],
    // Every object has them, and none of them is a condition.
    [{ failOn: ['constructor'] }, /Use any, likely/],
    [{ failOn: ['__proto__'] }, /Use any, likely/],
    [{ format: 'istio-txt' }, /^Did you mean istio-text\b/],
    [{ baseline: 'no/such.json' }, /faultline -o json/],
  ] as const)('%j is answered with what to write', async ([options, hint]) => {
    await expect(analyze(options)).rejects.toMatchObject({
      hint: expect.stringMatching(hint),
      message: expect.not.stringMatching(/ENOENT|\.tmp/),
    });
  });

  test('outputs do not share a target', () => {
    expect(parseOutputs([])).toEqual([{ kind: 'text', path: null }]);
    expect(parseOutputs(['json=a=b.json'])).toEqual([{ kind: 'json', path: 'a=b.json' }]);
    expect(parseOutputs(['json=/dev/stdout'])).toEqual([{ kind: 'json', path: null }]);
    expect(() => parseOutputs(['text', 'json'])).toThrow('both go to standard output');
    expect(() => parseOutputs(['text=x', 'json=x'])).toThrow('both go to x');
  });
});
