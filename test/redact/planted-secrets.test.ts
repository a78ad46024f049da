import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runAnalyze } from '../../src/command/analyze.ts';
import { runExplain } from '../../src/command/explain.ts';
import { runReport } from '../../src/command/report.ts';
import type { Field } from '../../src/model/field.ts';
import { REPORT_KINDS } from '../../src/model/report.ts';
import { UserError } from '../../src/model/user-error.ts';
import type { Event } from '../aggregate/log-lines.ts';
import { at, LAYOUT_NAMES, render } from '../aggregate/log-lines.ts';
import { LAYOUTS, render as renderFormat } from '../parsers/render.ts';
import { createTerminal } from '../support/terminal.ts';
import { createWebhook, status } from '../support/webhook.ts';

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

/** Secrets by their form; each value holds the mark that must not be seen. */
const FORMS: Readonly<Record<string, (mark: string) => string>> = {
  'JSON web token': (mark) => `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOi${mark}.${mark}`,
  'bearer token': (mark) => `Bearer ${mark}12345`,
  'bearer token, encoded': (mark) => `Bearer%20${mark}12345`,
  'basic credentials': (mark) => `Basic dXNlcjpw${mark}==`,
  cookie: (mark) => `Cookie: theme=dark; sid=${mark}`,
  'session in a cookie': (mark) => `JSESSIONID=${mark}`,
  'session in a path': (mark) => `;jsessionid=${mark}`,
  'user and password': (mark) => `https://alice:${mark}@host.example/x`,
  'user and password, encoded': (mark) => `https%3A%2F%2Falice%3A${mark}%40host.example%2Fx`,
  'API key': (mark) => `x-api-key: ${mark}`,
  'parameter, encoded': (mark) => `api_key%3D${mark}`,
  'parameter, encoded twice': (mark) => `client_secret%253D${mark}`,
  'signed address': (mark) => `X-Amz-Signature=${mark}&X-Amz-Credential=AKIA${mark.toUpperCase()}XXXXXXXX`,
  'key of AWS': (mark) => `aws_secret_access_key=${mark}/K7MDENG/bPxRfi`,
  'address of an email': (mark) => `alice.${mark}@example.com`,
  'address of an email, encoded': (mark) => `alice.${mark}%40mail.example.com`,
  'token of GitHub': (mark) => `ghp_${mark.padEnd(36, 'a1B2')}`,
  'token of Slack': (mark) => `xoxb-123456789012-${mark.padEnd(24, 'a1B2')}`,
  'password, in JSON': (mark) => `{"password":"${mark}"}`,
};
const WRITTEN_BY_CLIENTS: readonly Field[] = [
  'path',
  'authority',
  'userAgent',
  'xForwardedFor',
  'requestId',
  'requestedServerName',
];
/** Not of the routing itself, so that it is there in no other way. */
const markOf = (field: Field): string => `qZ7w${WRITTEN_BY_CLIENTS.indexOf(field)}Kx9`;

/** Lines with one secret in every field that a client writes. */
function logWith(form: (mark: string) => string, layout: 'istio-text' | 'istio-json'): string {
  const value = (field: Field): string =>
    form(markOf(field)).replaceAll('"', layout === 'istio-text' ? '' : '"');
  const planted: Event = {
    ...Object.fromEntries(WRITTEN_BY_CLIENTS.map((field) => [field, value(field)])),
    path: `/a/${value('path').replaceAll(' ', '%20')}?b=1`,
    requestedServerName: value('requestedServerName').replaceAll(' ', '+'),
  };
  const unrouted: Event = {
    responseCode: '404',
    responseFlags: 'NR',
    responseCodeDetails: 'route_not_found',
    upstreamHost: null,
    upstreamCluster: null,
  };
  const events = Array.from({ length: 8 }, (_, i): Event => ({ startTime: at(1000 * i) }));
  const all = events.flatMap((event): Event[] => [
    event,
    { ...event, ...planted, ...FAILED },
    { ...event, ...planted, ...unrouted },
  ]);
  return `${all.map((event) => render(event, layout)).join('\n')}\n`;
}

describe.for(Object.keys(FORMS))('a secret of the form: %s', (name) => {
  test.for(['istio-text', 'istio-json'] as const)(
    'is in no report, notification or state, whatever field of %s a client puts it into',
    async (layout) => {
      const folder = mkdtempSync(join(tmpdir(), 'faultline-forms-'));
      const log = join(folder, 'access.log');
      writeFileSync(log, logWith(FORMS[name] ?? String, layout));
      const hook = await createWebhook(status(200));
      const terminal = createTerminal();
      const output = ['text', ...REPORT_KINDS.map((kind) => `${kind}=${join(folder, kind)}`)];
      const notify = ['slack', 'teams', 'json'].map((kind) => `${kind}=${hook.url}`);
      const state = join(folder, 'state');
      await runReport([log], { color: 'never', verbose: true, output, notify, state }, terminal);
      await hook.close();
      const files = [
        ...REPORT_KINDS.map((kind) => join(folder, kind)),
        ...readdirSync(state).map((file) => join(state, file)),
      ];
      const texts = [
        ...files.map((file) => readFileSync(file, 'utf8')),
        ...Object.values(terminal.shown),
        ...hook.received.map(({ body }) => body),
      ];
      expect(hook.received).toHaveLength(3);
      const leaks = WRITTEN_BY_CLIENTS.filter((field) =>
        texts.some((text) => text.toLowerCase().includes(markOf(field).toLowerCase())),
      );
      expect(leaks).toEqual([]);
    },
  );
});

test('the file of a log may be called like a secret', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-named-'));
  const log = join(folder, 'alice@example.com;token=qZ7wKx9.log');
  writeFileSync(
    log,
    failures((event) => render(event)),
  );
  const terminal = createTerminal();
  await runAnalyze([log], { color: 'never', verbose: true }, terminal);
  expect(terminal.shown.stdout).toContain('email-1;token=token-');
  expect(terminal.shown.stdout).not.toMatch(/alice|qZ7wKx9/);
});

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
