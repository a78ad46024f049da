import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseRedaction } from '../../src/command/options.ts';
import { createFieldReader } from '../../src/field-reader.ts';
import type { Field } from '../../src/model/field.ts';
import { DEFAULT_REDACTION } from '../../src/model/redaction.ts';
import type { Report } from '../../src/model/report.ts';
import { redactLogLine, redactReport } from '../../src/redact/redact-report.ts';
import { render } from '../aggregate/log-lines.ts';
import { CONNECTION_REFUSED } from '../report/fixture-findings.ts';
import { ENDLESS, HOSTILE, reportFullOf } from '../report/fixture-hostile.ts';
import { withFinding, withParts } from '../report/fixture-parts.ts';
import { threeFindingsReport } from '../report/fixture-reports.ts';
import { analyseFile } from '../support/analyse.ts';
import { ROOT } from '../support/command.ts';

const readFields = createFieldReader(null);
const redactLine = (line: string): string => redactLogLine(line, readFields);

/** The report of one finding with these lines. */
function reportOf(lines: readonly string[], callers: readonly string[] = []): Report {
  const [scope] = CONNECTION_REFUSED.scopes;
  if (scope === undefined) throw new Error('the fixture has no scope');
  const samples = lines.map((text, i) => ({ input: '-', line: i + 1, text }));
  const base = threeFindingsReport();
  return withParts(base, {
    findings: [withFinding(CONNECTION_REFUSED, { samples, scopes: [{ ...scope, callers }] })],
    rejected: [],
    unexplained: { ...base.unexplained, groups: [] },
  });
}

function redacted(report: Report, rules: readonly string[] = []): Report {
  const redaction = parseRedaction(rules);
  if (redaction === null) throw new Error('nothing to redact');
  return redactReport(report, redaction, readFields);
}

const samplesOf = (report: Report): string[] =>
  report.findings.flatMap(({ samples }) => samples.map(({ text }) => text));

/** Fields whose values the default takes out, in whole or in part. */
const SENSITIVE: readonly Field[] = [
  'path',
  'xForwardedFor',
  'userAgent',
  'downstreamRemoteAddress',
  'upstreamLocalAddress',
  'downstreamLocalAddress',
];

describe('a log line', () => {
  test('keeps its layout and what is no secret', () => {
    expect(
      redactLine(
        render({
          path: '/pay?card=4111',
          userAgent: 'curl/8.5.0',
          xForwardedFor: '203.0.113.9,10.0.0.1',
          upstreamLocalAddress: '10.244.1.10:41000',
          downstreamRemoteAddress: '10.244.1.10:50000',
        }),
      ),
    ).toBe(
      '[2026-11-21T03:00:00.000Z] "GET /pay?query-1 HTTP/1.1" 200 - via_upstream - "-" 0 178 4 3 "client-1,client-2" "user-agent-1" "d7fddf3e-6170-42f2-ad8b-9cc1a047e24d" "reviews:9080" "10.244.1.21:9080" outbound|9080||reviews.default.svc.cluster.local client-3:41000 10.96.41.7:9080 client-3:50000 - default',
    );
  });

  test.for([
    ['a path without a query', '/a/b/c', '/a/b/c'],
    ['an empty query', '/a?', '/a?'],
    ['a fragment', '/a#b', '/a#query-1'],
    ['a token in the path', '/reset/aB3dE5fG7hJ9kL2mN4pQ6rS8', '/reset/token-1'],
    ['a session behind a semicolon', '/a;jsessionid=4F2C9', '/a;jsessionid=token-1'],
    ['what follows a word for it', '/session/4f2c9a17e0/items', '/session/token-1/items'],
    ['words that follow it', '/password/forgotten/step-2', '/password/forgotten/step-2'],
    ['an email', '/users/alice@example.com/cart', '/users/email-1/cart'],
    ['a version of a package', '/npm/left@1.3.0/index.js', '/npm/left@1.3.0/index.js'],
    ['an id', '/orders/550e8400-e29b-41d4-a716-446655440000', '/orders/550e8400-e29b-41d4-a716-446655440000'],
    ['a long name', '/api/v1/customer-relationship-management', '/api/v1/customer-relationship-management'],
  ] as const)('%s', ([, path, shown]) => {
    expect(redactLine(render({ path }))).toBe(render({ path: shown, ...named(1) }));
  });

  test('a service called auth keeps its port', () => {
    const line = redactLine(
      render({ authority: 'auth:9080', upstreamCluster: 'outbound|80||token.default' }),
    );
    expect(line).toContain('"auth:9080"');
    expect(line).toContain('outbound|80||token.default');
  });

  test('a user agent without quotes ends where the next key begins', () => {
    const line =
      'status=503 response_flags=UF user-agent=Some Agent/1 (of words) duration=5 authority=a:80 x=y';
    expect(redactLine(line)).toBe(
      'status=503 response_flags=UF user-agent=user-agent-1 duration=5 authority=a:80 x=y',
    );
  });

  test.for([
    [
      '{"ua":"Some Agent","agent":"x y","x":"agentless"}',
      '{"ua":"user-agent-1","agent":"user-agent-2","x":"agentless"}',
    ],
    ['{\\"user_agent\\":\\"Some Agent\\",\\"n\\":1}', '{\\"user_agent\\":\\"user-agent-1\\",\\"n\\":1}'],
    ['"say \\"Mozilla/5.0 (x)\\" x"', '"say \\"user-agent-1\\" x"'],
    ['{\\"cookie\\":\\"a=b; c\\",\\"n\\":1}', '{\\"cookie\\":\\"token-1\\",\\"n\\":1}'],
    ['{"authorization":"Bearer a b","n":"-"}', '{"authorization":"token-1","n":"-"}'],
    ['{"token":null,"cookie":"-","session":""}', '{"token":null,"cookie":"-","session":""}'],
    ['authorization: Basic YWxhZGRpbg== next', 'authorization: token-1 next'],
  ] as const)('of no format: %s', ([line, shown]) => {
    expect(redactLine(line)).toBe(shown);
  });

  test('credentials before a host are none of its name', () => {
    expect(redactLine(render({ authority: 'me:pass1@reviews:9080' }))).toContain('"token-1@reviews:9080"');
  });

  test('times of day and loopback addresses are no client addresses', () => {
    const line = '[03:38:35] x 127.0.0.6:41000 ::1 0.0.0.0:15001 1.2.3 2026-11-21T03:38:35.753Z';
    expect(redactLine(line)).toBe(line);
  });
});

/** The pseudonyms that every rendered line gets. */
function named(client: number) {
  return {
    userAgent: 'user-agent-1',
    downstreamRemoteAddress: `client-${client}:50000`,
    upstreamLocalAddress: `client-${client}:41000`,
  };
}

describe('a report', () => {
  test('has one name for a value wherever it stands', () => {
    const report = withParts(
      reportOf(
        [
          render({ downstreamRemoteAddress: '192.0.2.7:1', xForwardedFor: '192.0.2.8' }),
          render({ downstreamRemoteAddress: '192.0.2.8:2', xForwardedFor: '192.0.2.7' }),
        ],
        ['192.0.2.7', '192.0.2.8'],
      ),
      { notes: ['192.0.2.8 called often, 192.0.2.80 never.'] },
    );
    const { findings, notes } = redacted(report);
    expect(findings[0]?.scopes[0]?.callers).toEqual(['client-1', 'client-2']);
    const [first = '', second = ''] = samplesOf(redacted(report));
    expect(first).toContain('"client-2"');
    expect(first).toContain('client-1:1');
    expect(second).toContain('"client-1"');
    expect(second).toContain('client-2:2');
    expect(notes).toEqual(['client-2 called often, 192.0.2.80 never.']);
  });

  test('shows an endpoint that is also a caller: its address is no secret of a client', () => {
    const line = render({ upstreamHost: '10.244.1.31:9080', downstreamRemoteAddress: '10.244.1.31:5' });
    expect(samplesOf(redacted(reportOf([line])))[0]).toContain(' 10.244.1.31:5 ');
  });

  test('has commands that tell what to put in for what was taken out', () => {
    const [scope] = CONNECTION_REFUSED.scopes;
    if (scope === undefined) throw new Error('the fixture has no scope');
    const confirm = [
      { run: 'kubectl get pods --field-selector status.podIP=192.0.2.7', expect: 'a pod' },
      { run: 'kubectl get pods -n client-1', expect: 'pods' },
    ];
    const report = withParts(threeFindingsReport(), {
      findings: [
        withFinding(CONNECTION_REFUSED, { confirm, scopes: [{ ...scope, callers: ['192.0.2.7'] }] }),
      ],
    });
    expect(redacted(report).findings[0]?.confirm).toEqual([
      {
        run: 'kubectl get pods --field-selector status.podIP=CLIENT_1',
        expect: 'a pod (CLIENT_1 stands for client-1: --no-redact shows it)',
      },
      { run: 'kubectl get pods -n client-1', expect: 'pods' },
    ]);
  });

  test('says what was taken out', () => {
    const { redaction } = redacted(reportOf([render({ path: '/a?b' }), render({ path: '/a?c' })]));
    expect(redaction).toMatchObject({
      rules: [...DEFAULT_REDACTION.rules],
      values: { query: 2, 'user-agent': 1, client: 1 },
    });
  });

  test('leaves no text out: a secret in any of its fields is taken out', () => {
    const secret = ['eyJhbGciOiJIUzI1NiJ9', 'eyJzdWIiOiJwbGFudGVkIn0', 'c2lnbmF0dXJl'].join('.');
    expect(JSON.stringify(redacted(reportFullOf(`a ${secret} b`)))).not.toContain(secret);
  });

  test.for([
    ['hostile', HOSTILE],
    ['endless', ENDLESS],
    ['endless pairs', 'token'.repeat(5000)],
    ['endless keys', 'a-'.repeat(20_000)],
    ['endless colons', 'a:'.repeat(20_000)],
    ['endless quotes', '"x/1'.repeat(10_000)],
  ] as const)('takes little time: %s', ([, text]) => {
    const started = performance.now();
    redacted(reportOf([text, `${text} 10.0.0.1`]));
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe('--redact', () => {
  const line = render({ path: '/customers/anna', authority: 'reviews.shop.example:9080' });

  test('address: no address is left', () => {
    const [text = ''] = samplesOf(redacted(reportOf([line]), ['address']));
    expect(text).not.toMatch(/\d+\.\d+\.\d+\.\d+/);
    expect(text).toContain('"address-');
  });

  test('path', () => {
    expect(samplesOf(redacted(reportOf([line]), ['path']))[0]).toContain('"GET /path-1 HTTP/1.1"');
  });

  test('request-id', () => {
    expect(samplesOf(redacted(reportOf([line]), ['request-id']))[0]).toContain('"request-id-1"');
  });

  test('host: names of hosts are gone from every field, and the same everywhere', () => {
    const report = redacted(reportOf([render({})]), ['host']);
    expect(JSON.stringify(report)).not.toMatch(/ratings(?!-v1)/);
    const [scope] = report.findings[0]?.scopes ?? [];
    expect(scope?.upstreamCluster).toMatch(/^outbound\|9080\|\|host-\d+$/);
    expect(scope?.fingerprint).toBe(`connection-refused@${scope?.upstreamCluster}`);
  });

  test('a pattern', () => {
    const [text = ''] = samplesOf(redacted(reportOf([line]), ['/ANNA|shop/i']));
    expect(text).toContain('/customers/redacted-');
    expect(text).not.toMatch(/anna|shop/);
  });

  test.for([['nonsense'], ['/(/'], ['//']] as const)('%s is refused', ([rule]) => {
    expect(() => parseRedaction([rule])).toThrow(/--redact/);
  });

  test('--no-redact is no redaction', () => {
    expect(parseRedaction(false)).toBeNull();
    expect(parseRedaction(undefined)).toEqual(DEFAULT_REDACTION);
  });
});

const samples = readdirSync(join(ROOT, 'samples'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.log'))
  .sort();

/** What a report says of its causes and places. */
function essenceOf({ findings, failures, requests, unexplained }: Report): unknown {
  return {
    requests,
    failures,
    unexplained: unexplained.groups.map(({ sample: _, ...group }) => group),
    findings: findings.map(({ diagnosis, scopes, confidence, evidence, alternatives }) => ({
      diagnosis,
      confidence,
      evidence,
      alternatives: alternatives.map(({ id, confidence: other }) => [id, other]),
      scopes: scopes.map(({ callers: _, ...scope }) => scope),
    })),
  };
}

test.for(samples.map((path) => [path] as const))('the report of %s loses nothing else', async ([path]) => {
  const report = await analyseFile(join(ROOT, 'samples', path));
  const shared = redactReport(report, DEFAULT_REDACTION, readFields);
  expect(essenceOf(shared)).toEqual(essenceOf(report));
  const before = samplesOf(report);
  for (const [i, text] of samplesOf(shared).entries()) {
    const kept = (line: string): string[] =>
      (readFields(line) ?? [])
        .filter(({ field }) => !SENSITIVE.includes(field))
        .map(({ field, start, end }) => `${field} ${line.slice(start, end)}`);
    expect(kept(text)).toEqual(kept(before[i] ?? ''));
  }
});
