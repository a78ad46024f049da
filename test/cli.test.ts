import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { faultline, ROOT } from './support/command.ts';

const DEMO = join(ROOT, 'samples/mixed/demo.log');
const QUIET = join(ROOT, 'samples/clean/quiet.log');
const demo = readFileSync(DEMO);

function tempFolder(): string {
  return mkdtempSync(join(tmpdir(), 'faultline-cli-'));
}

interface Lines {
  readonly [kind: string]: number;
}

/** The accounting law of the contract. */
function accountedFor(lines: Lines): boolean {
  const kinds = ['records', 'continuation', 'blank', 'proxyLog', 'unrecognised', 'failed', 'overlong'];
  return lines['read'] === kinds.reduce((sum, kind) => sum + (lines[kind] ?? 0), 0);
}

async function jsonOf(args: readonly string[], input?: string | Uint8Array) {
  const result = await faultline(['-o', 'json', ...args], input === undefined ? {} : { input });
  expect(result.stderr).toBe('');
  const report: unknown = JSON.parse(result.stdout);
  if (typeof report !== 'object' || report === null) throw new Error('no report');
  return { status: result.status, report: JSON.parse(result.stdout), text: result.stdout };
}

describe('inputs', () => {
  test('standard input, a file and gzip give the same findings', async () => {
    const [file, piped, packed] = await Promise.all([
      jsonOf([DEMO]),
      jsonOf([], demo),
      jsonOf(['-'], gzipSync(demo)),
    ]);
    expect(piped.report.findings.length).toBe(3);
    const essence = ({ report }: typeof file) =>
      report.findings.map((finding: { confidence: number; requests: number }) => [
        finding.confidence,
        finding.requests,
      ]);
    expect(essence(piped)).toEqual(essence(file));
    expect(essence(packed)).toEqual(essence(file));
  });

  test('a folder is read file by file, and what is no log is named', async () => {
    const folder = tempFolder();
    mkdirSync(join(folder, 'pods'));
    writeFileSync(join(folder, 'pods/a.log'), demo);
    writeFileSync(join(folder, 'pods/b.log.gz'), gzipSync(readFileSync(QUIET)));
    writeFileSync(join(folder, 'pods/core.png'), 'no log');
    symlinkSync(folder, join(folder, 'pods/loop'));
    const { report } = await jsonOf([folder]);
    expect(report.inputs.length).toBe(2);
    expect(report.notes.join(' ')).toContain('core.png');
  });

  test.for([
    [
      'terminal escapes',
      '[2026-11-21T03:00:00.000Z] "GET /\u001b[31m HTTP/1.1" 503 UH no_healthy_upstream - "-" 0 19 0 - "-" "\u001b]0;x\u0007" "a" "b" "-" c - - - - -\n',
    ],
    [
      'NUL bytes',
      '[2026-11-21T03:00:00.000Z] "GET /\u0000 HTTP/1.1" 503 UH no_healthy_upstream - "-" 0 19 0 - "-" "\u0000" "a" "b" "-" c - - - - -\n',
    ],
    [
      '__proto__ as a key',
      '{"__proto__":{"x":1},"constructor":2,"response_code":503,"response_flags":"UH","authority":"__proto__","upstream_cluster":"__proto__"}\n',
    ],
    [
      'a line of HTML',
      '[2026-11-21T03:00:00.000Z] "GET /<script>alert(1)</script> HTTP/1.1" 503 UH no_healthy_upstream - "-" 0 19 0 - "-" "<img>" "a" "b" "-" c - - - - -\n',
    ],
  ] as const)('%s do no harm', async ([, line]) => {
    const { report } = await jsonOf([], line);
    expect(report.requests.failed).toBe(1);
    const { stdout } = await faultline([], { input: line });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that none is left is the point
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
  });

  test('an endless line is counted as overlong, and the line behind it is read', async () => {
    const endless = Buffer.alloc(50_000_000, 0x61);
    expect(await faultline([], { input: endless })).toMatchObject({
      status: 2,
      stdout: '',
      stderr: expect.stringMatching(/; line 1 is longer than 1 MiB and begins: "aaa/),
    });
    const { report } = await jsonOf([], Buffer.concat([endless, Buffer.from('\n'), demo]));
    expect(report.lines.overlong).toBe(1);
    expect(accountedFor(report.lines)).toBe(true);
    expect(report.findings.length).toBe(3);
  });

  test('half a gzip file gives the report of what could be unpacked, and says so', async () => {
    const packed = gzipSync(Buffer.concat([demo, demo, demo]));
    const { report } = await jsonOf([], packed.subarray(0, Math.floor(packed.length * 0.8)));
    expect(report.lines.records).toBeGreaterThan(100);
    expect(report.notes).toContain(
      'Not all was read: standard input: its gzip data ends in the middle; everything before that was read.',
    );
    // The record that the end cuts short lacks fields that the others show to be logged.
    expect(report.blindSpots).toEqual([]);
    const { stdout } = await faultline([], { input: packed.subarray(0, Math.floor(packed.length * 0.8)) });
    expect(stdout.split('\n\n')[0]).toContain('Caution: not all of the input was read; see "Notes".');
  });

  test('lines that were all cut short are to be given whole, and the format of the proxy is not doubted', async () => {
    const cut = '[2026-11-21T03:38:35.753Z] "POST /send HTTP/1.1" 503 URX,UF upstream_reset_before_resp';
    const { report } = await jsonOf([], cut);
    expect(report.blindSpots.length).toBeGreaterThan(1);
    const [first] = report.blindSpots;
    expect(first.remedy).toMatch(/^Every line was cut short: give them whole\./);
    expect(first.yaml).toBeUndefined();
  });

  test('where options leave out what succeeds, not the log is asked for but a look without them', async () => {
    for (const args of [
      ['--cluster', '*notify*'],
      ['--authority', 'notify:8000', '--since', '2026-11-21T03:38:40Z'],
    ]) {
      const { report } = await jsonOf([...args, DEMO]);
      expect(report.blindSpots).toEqual([
        expect.objectContaining({
          missing: 'healthy records',
          remedy: expect.stringMatching(/^Read the log once more without --cluster/),
        }),
      ]);
    }
  });

  test('records that a stream repeats are told of by its name', async () => {
    const { report } = await jsonOf([], Buffer.concat([demo, demo]));
    expect(report.notes.join(' ')).toContain('187 of standard input. With --keep-duplicates');
  });

  test('gzip data of which nothing can be unpacked is not called empty', async () => {
    const folder = tempFolder();
    const tiny = join(folder, 'tiny.gz');
    writeFileSync(tiny, gzipSync(demo).subarray(0, 20));
    const { stderr } = await faultline([tiny]);
    expect(stderr.split('\n')[0]).toBe(
      `faultline: nothing could be read: ${tiny}: its gzip data ends in the middle`,
    );
    const { report } = await jsonOf([tiny, DEMO]);
    expect(report.notes.filter((note: string) => note.includes(tiny))).toEqual([
      expect.stringMatching(/^Not all was read: /),
    ]);
  });

  test('binary data is named and not shown', async () => {
    const { status, stderr } = await faultline([], {
      input: readFileSync(process.execPath).subarray(0, 9999),
    });
    expect(status).toBe(2);
    expect(stderr).toMatch(/it looks like binary data \([^)]*\)\n/);
  });

  test('CRLF, a byte order mark, a missing last newline and blank lines are accounted for', async () => {
    const text = `\ufeff${demo.toString().trimEnd().replaceAll('\n', '\r\n')}\r\n\r\nnot a log line\r\n  `;
    const { report } = await jsonOf([], text);
    expect(report.lines).toMatchObject({ records: 187, proxyLog: 3, blank: 2, unrecognised: 1, failed: 0 });
    expect(accountedFor(report.lines)).toBe(true);
  });

  test('a large file read in parts gives the same report as through a pipe', async () => {
    const folder = tempFolder();
    const path = join(folder, 'large.log');
    const big = Buffer.concat(Array.from({ length: Math.ceil(30_000_000 / demo.length) }, () => demo));
    writeFileSync(path, big);
    const [inParts, piped] = await Promise.all([jsonOf([path]), jsonOf([], big)]);
    const same = (text: string) => text.replaceAll(path, '-');
    expect(same(inParts.text)).toBe(same(piped.text));
  }, 60_000);
});

describe('looks', () => {
  test('colour only where it is wanted', async () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape that begins a colour
    const coloured = /\u001b\[/;
    const [plain, always, forced, none] = await Promise.all([
      faultline([DEMO]),
      faultline(['--color', 'always', DEMO]),
      faultline([DEMO], { env: { FORCE_COLOR: '1' } }),
      faultline([DEMO], { env: { FORCE_COLOR: '', NO_COLOR: '1' } }),
    ]);
    expect(plain.stdout).not.toMatch(coloured);
    expect(always.stdout).toMatch(coloured);
    expect(forced.stdout).toMatch(coloured);
    expect(none.stdout).not.toMatch(coloured);
  });

  test('a healthy log says so in its first line', async () => {
    expect((await faultline([QUIET])).stdout).toMatch(/^No proxy-level problem found\./);
  });

  test('reports go to files whole, and only where they were asked for', async () => {
    const folder = tempFolder();
    const { stdout } = await faultline([
      '-o',
      `json=${join(folder, 'r.json')}`,
      '-o',
      `text=${join(folder, 'r.txt')}`,
      DEMO,
    ]);
    expect(stdout).toBe('');
    expect(JSON.parse(readFileSync(join(folder, 'r.json'), 'utf8')).findings.length).toBe(3);
    expect(readFileSync(join(folder, 'r.txt'), 'utf8')).toContain('3 likely causes');
  });

  test('a pasted line is diagnosed with its arithmetic', async () => {
    const line =
      demo
        .toString()
        .split('\n')
        .find((text) => text.includes('WRONG_VERSION_NUMBER')) ?? '';
    const { stdout, status } = await faultline(['explain', line]);
    expect(status).toBe(0);
    expect(stdout).toContain('tls-conflict-mtls-to-plaintext');
    expect(stdout).toMatch(/bits/);
  });

  test.for(['', 'analyze', 'report', 'explain', 'diff'])(
    'the help of %j fits 80 columns',
    async (command) => {
      const { stdout } = await faultline([command, '--help'].filter((arg) => arg !== ''));
      const lines = stdout.split('\n');
      expect(lines.length).toBeGreaterThan(5);
      expect(lines.filter((line) => line.length > 80)).toEqual([]);
    },
  );

  test('the version is that of the package', async () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect((await faultline(['--version'])).stdout).toBe(`${version}\n`);
  });
});

describe('narrowing', () => {
  test('by cluster, authority, path, time and id', async () => {
    const counts = await Promise.all(
      [
        ['--cluster', '*accounts*'],
        ['--authority', 'ledger:*'],
        ['--exclude-path', '/slow/*'],
        ['--since', '2026-11-21T03:38:45Z'],
        ['--until', '2026-11-21T03:38:40Z'],
      ].map(async (args) => (await jsonOf([...args, DEMO])).report.requests.total),
    );
    for (const total of counts) {
      expect(total).toBeGreaterThan(0);
      expect(total).toBeLessThan(187);
    }
    const { report } = await jsonOf(['--only', 'cluster-not-found', DEMO]);
    expect(report.findings.length).toBe(1);
  });

  test('records outside the window are counted as such', async () => {
    const { report } = await jsonOf(['--since', '2026-11-21T03:38:45Z', DEMO]);
    expect(report.lines.outsideWindow).toBeGreaterThan(0);
    expect(report.requests.total + report.lines.outsideWindow).toBe(report.lines.records);
  });
});
