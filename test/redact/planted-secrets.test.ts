import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runAnalyze } from '../../src/command/analyze.ts';
import { runExplain } from '../../src/command/explain.ts';
import { REPORT_KINDS } from '../../src/model/report.ts';
import { UserError } from '../../src/model/user-error.ts';
import type { Event } from '../aggregate/log-lines.ts';
import { at, LAYOUT_NAMES, render } from '../aggregate/log-lines.ts';
import { LAYOUTS, render as renderFormat } from '../parsers/render.ts';
import { createTerminal } from '../support/terminal.ts';

// Secrets are put together here, so that no scanner takes them for real ones.
const JWT = ['eyJhbGciOiJIUzI1NiJ9', 'eyJzdWIiOiJwbGFudGVkIn0', 'c2lnbmF0dXJlLXBsYW50ZWQ'].join('.');
const SECRETS: Readonly<Record<string, string>> = {
  query: 'planted-q-4711',
  queryPassword: 'Sw0rdfish!planted',
  jwtOfPath: JWT,
  reset: 'aB3dE5fG7hJ9kL2mN4pQ6rS8',
  userAgent: 'PlantedAgent',
  userAgentComment: 'planted comment 77',
  forwarded: '203.0.113.99',
  forwardedProxy: '2001:db8::beef',
  client: '198.51.100.23',
  clientOfTcp: '192.0.2.200',
};

const FAILED: Event = {
  responseCode: '503',
  responseFlags: 'UF',
  responseCodeDetails: 'upstream_reset_before_response_started{connection_failure}',
  upstreamTransportFailureReason: 'delayed_connect_error:_111',
  upstreamLocalAddress: null,
  upstreamServiceTime: null,
  upstreamHost: '10.244.1.31:9080',
};

const PLANTED: Event = {
  path: `/reset/${SECRETS['reset']}/${JWT}?user=${SECRETS['query']}&password=${SECRETS['queryPassword']}#x`,
  userAgent: `${SECRETS['userAgent']}/1.0 (${SECRETS['userAgentComment']})`,
  xForwardedFor: `${SECRETS['forwarded']}, ${SECRETS['forwardedProxy']}`,
  downstreamRemoteAddress: `${SECRETS['client']}:40001`,
};

function failures(renderLine: (event: Event) => string): string {
  const events = Array.from({ length: 6 }, (_, i): Event => ({ startTime: at(1000 * i) }));
  return [
    ...events.map(renderLine),
    ...events.map((event) => renderLine({ ...event, ...FAILED, ...PLANTED })),
    ...events.map((event) => renderLine({ ...event, ...FAILED, ...PLANTED, responseFlags: 'XX' })),
  ].join('\n');
}

const CUSTOM =
  '%START_TIME% %RESPONSE_CODE% %RESPONSE_FLAGS% "%REQ(:PATH)%" cookie="sid=%REQ(X-A)%" authorization="%REQ(AUTHORIZATION)%" client=%DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT% "%REQ(REFERER)%" %UPSTREAM_HOST% %UPSTREAM_CLUSTER%';

const custom = (event: Event): string => {
  const record: Event = { path: '/', responseCode: '200', responseFlags: null, ...event };
  return `${record.startTime} ${record.responseCode} ${record.responseFlags ?? '-'} "${record.path}" cookie="sid=${SECRETS['query']}" authorization="Bearer ${SECRETS['queryPassword']}" client=${SECRETS['client']} "https://a.example/?u=${SECRETS['query']}" ${record.upstreamHost ?? '10.244.1.31:9080'} outbound|9080||reviews.default.svc.cluster.local`;
};

const pairs = (event: Event): string => {
  const { path = '/', userAgent = 'curl/8.5.0', xForwardedFor, downstreamRemoteAddress } = event;
  return `${render(event, 'pairs')} path=${path} user-agent="${userAgent}" x-forwarded-for="${xForwardedFor ?? '-'}" downstream_remote_address=${downstreamRemoteAddress ?? '-'} api_key=${SECRETS['query']}`;
};

const withUnknownKeys = (event: Event): string => {
  const line = render(event, 'istio-json');
  const more = {
    cookie: `a=1; session=${SECRETS['query']}`,
    authorization: `Bearer ${SECRETS['queryPassword']}`,
    'x-api-key': SECRETS['query'],
    referer: `https://a.example/x?token=${SECRETS['query']}`,
    client_ip: SECRETS['client'],
    headers: { 'user-agent': `${SECRETS['userAgent']}/2`, 'set-cookie': SECRETS['queryPassword'] },
  };
  return JSON.stringify({ ...JSON.parse(line), ...more });
};

const LOGS: Readonly<Record<string, { readonly log: string; readonly format?: string }>> = {
  ...Object.fromEntries(
    LAYOUT_NAMES.filter((layout) => layout !== 'pairs').map((layout) => [
      layout,
      { log: failures((event) => render(event, layout)) },
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(LAYOUTS).map(([name, format]) => [
      `layout ${name}`,
      { log: failures((event) => renderFormat(format, event)) },
    ]),
  ),
  'a format of the user': { log: failures(custom), format: CUSTOM },
  'key=value pairs': { log: failures(pairs) },
  'JSON with keys of its own': { log: failures(withUnknownKeys) },
  'behind the prefix of kubectl': {
    log: failures((event) => `[pod/reviews-v1-5c/istio-proxy] ${render(event)}`),
  },
  'lines that end early': {
    log: failures((event) => {
      const line = render(event);
      return line.slice(0, line.indexOf('outbound|'));
    }),
  },
  'lines that begin late': {
    log: failures((event) => render(event).replace(/^\[[^\]]*\] /, '')),
  },
  'lines of no format among others': {
    log: `${failures((event) => render(event))}\n${failures(
      (event) => `${render(event)} "one" "more" "${SECRETS['query']}?a=${SECRETS['query']}"`,
    )
      .replaceAll('" 503', '" five-o-three')
      .replaceAll(
        `"${SECRETS['query']}?`,
        '"/x?',
      )}\nGET /x?token=${SECRETS['query']} from ${SECRETS['clientOfTcp']} with "${SECRETS['userAgent']}/3"`,
  },
};

/** As an output may spell a text. */
function spellings(secret: string): readonly string[] {
  return [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)];
}

function leaksOf(text: string): readonly string[] {
  return Object.entries(SECRETS)
    .filter(([, secret]) => spellings(secret).some((spelling) => text.includes(spelling)))
    .map(([name]) => name);
}

async function outputsOf(name: string, options: { readonly redact?: false } = {}): Promise<string[]> {
  const { log = '', format } = LOGS[name] ?? {};
  const folder = mkdtempSync(join(tmpdir(), 'faultline-secrets-'));
  const terminal = createTerminal(log);
  const files = REPORT_KINDS.map((kind) => join(folder, kind));
  const output = ['text', ...REPORT_KINDS.map((kind, i) => `${kind}=${files[i]}`)];
  const given = format === undefined ? {} : { format };
  await runAnalyze(['-'], { color: 'never', verbose: true, output, ...given, ...options }, terminal);
  return [terminal.shown.stdout, terminal.shown.stderr, ...files.map((file) => readFileSync(file, 'utf8'))];
}

describe.for(Object.keys(LOGS))('secrets planted into %s', (name) => {
  test('are in no output', async () => {
    const outputs = await outputsOf(name);
    expect(outputs.length).toBe(REPORT_KINDS.length + 2);
    expect(outputs.map(leaksOf)).toEqual(outputs.map(() => []));
    // What a diagnosis is about stays.
    const [text = ''] = outputs;
    expect(text).toContain('503');
    expect(outputs.join('\n')).toContain('10.244.1.31:9080');
  });

  test('are there with --no-redact, so the test is worth something', async () => {
    const outputs = await outputsOf(name, { redact: false });
    expect(leaksOf(outputs.join('\n'))).not.toEqual([]);
  });
});

test('an explained line that is passed on holds no secret, one at a terminal does', async () => {
  const line = render({ ...FAILED, ...PLANTED });
  const piped = createTerminal();
  await runExplain([line], piped);
  expect(leaksOf(piped.shown.stdout)).toEqual([]);
  const kept = createTerminal();
  await runExplain([line], kept, { redact: false });
  expect(kept.shown.stdout).toContain(SECRETS['client']);
  const seen = createTerminal();
  await runExplain([line], { ...seen, stdout: Object.assign(seen.stdout, { isTTY: true, columns: 120 }) });
  expect(seen.shown.stdout).toContain(SECRETS['client']);
});

test('the message that nothing was recognised holds no secret', async () => {
  const terminal = createTerminal(`from ${SECRETS['client']} GET /a?token=${SECRETS['query']}\n`);
  const failure = await runAnalyze(['-'], { color: 'never' }, terminal).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(UserError);
  expect(leaksOf(String(failure))).toEqual([]);
});

describe('a person at the terminal', () => {
  const { log = '' } = LOGS['istio-text'] ?? {};

  async function seenAtTerminal(options: {
    readonly redact?: readonly string[];
    readonly output?: string[];
  }) {
    const terminal = createTerminal(log);
    const stdout = Object.assign(terminal.stdout, { isTTY: true, columns: 120 });
    await runAnalyze(['-'], { color: 'never', ...options }, { ...terminal, stdout });
    return terminal.shown.stdout;
  }

  test('sees the addresses', async () => {
    expect(await seenAtTerminal({})).toContain(SECRETS['client']);
  });

  test('sees none when a redaction was asked for', async () => {
    expect(leaksOf(await seenAtTerminal({ redact: ['default'] }))).toEqual([]);
  });

  test('sees none in what is made for programs', async () => {
    expect(leaksOf(await seenAtTerminal({ output: ['json'] }))).toEqual([]);
  });
});
