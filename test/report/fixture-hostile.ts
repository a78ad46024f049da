import { CHANGES } from '../../src/model/comparison.ts';
import type { Report, ReportScope } from '../../src/model/report.ts';
import { CONNECTION_REFUSED } from './fixture-findings.ts';
import { claim, withFinding, withParts } from './fixture-parts.ts';
import { threeFindingsReport } from './fixture-reports.ts';

/** What an attacker can put into a log: escape sequences, line ends, bidi overrides, a name without end. */
export const HOSTILE = [
  '\u001b[2J\u001b]0;owned\u0007',
  'a\r\nFake finding: all is well',
  '\u202egnp.exe\u2066\u200b',
  '\u009b31mC1',
  '\ud800lone',
  'e\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301',
].join(' ');

/** A name of any length costs an attacker nothing. */
export const ENDLESS = 'x'.repeat(50_000);

function scopeOf(text: string): ReportScope {
  return {
    fingerprint: text,
    requests: 57,
    upstreamCluster: text,
    authority: text,
    localPort: 9080,
    upstreamHosts: [text],
    routes: [text],
    paths: [text],
    callers: [text],
    endpoints: [{ upstreamHost: text, requests: 57 }],
  };
}

/** Every text of the report that may come from a log, and some that may not, is the given one. */
export function reportFullOf(text: string): Report {
  const sample = { input: text, line: 1, text };
  const finding = withFinding(CONNECTION_REFUSED, {
    diagnosis: { ...CONNECTION_REFUSED.diagnosis, title: text },
    cause: text,
    responseFlags: ['UF', text],
    scopes: [scopeOf(text), { ...scopeOf(text), upstreamCluster: null }],
    evidence: [
      claim({ claim: text }),
      claim({ claim: text, coincidence: { n: 4, q: 0.12, what: text } }),
      claim({ claim: text, counted: false }),
    ],
    notJudged: [{ claim: text, because: text }],
    alternatives: [{ id: text, title: text, confidence: 0.1, bits: 1, tellApart: text }],
    hop: {
      outcome: 'refused',
      place: 'servingProxy',
      requests: 3,
      compared: 4,
      joined: 3,
      unseen: 1,
      path: (['caller', 'callingProxy', 'servingProxy', 'application'] as const).map((role) => ({
        role,
        address: text,
        input: text,
        pods: [text],
        says: text,
      })),
    },
    includes: [{ sentence: text, requests: 3 }],
    confirm: [{ run: text, expect: text }],
    fixes: [{ text: text, yaml: text }],
    meshConfig: [{ file: text, line: 3, resource: text, says: text, supports: true }],
    sources: [{ title: text, url: text }],
    samples: [sample],
  });
  const base = threeFindingsReport();
  return withParts(base, {
    inputs: base.inputs.map((input) => ({ ...input, path: text, format: text, era: text })),
    requests: { ...base.requests, failed: 3 * finding.requests + 9, byResponseFlag: { [text]: 1 } },
    findings: [
      finding,
      withFinding(finding, { status: 'benign' }),
      withFinding(finding, { suppressed: true }),
    ],
    unexplained: {
      requests: 9,
      share: 0.1,
      groups: [
        {
          responseFlags: [text],
          responseCode: 503,
          responseCodeDetails: text,
          upstreamCluster: text,
          requests: 9,
          sample,
        },
      ],
    },
    failures: [{ responseCode: 503, responseFlags: [text], scope: text, requests: 1 }],
    rejected: [{ input: text, line: 1, reason: text, text }],
    blindSpots: [{ missing: text, diagnoses: [text], remedy: text, yaml: text }],
    notes: [text],
    comparison: {
      baseline: text,
      window: base.window,
      changes: CHANGES.map((change) => ({
        change,
        fingerprint: `${change} ${text}`,
        diagnosis: { id: text, title: text },
        scope: text,
        before: { requests: 1, traffic: 10 },
        now: { requests: 2, traffic: 0 },
        because: text,
        muted: change === 'same',
        history: {
          firstSeen: '2026-11-20T03:27:29.465Z',
          runsSeen: 2,
          runs: 3,
          episodes: 2,
          ongoingSince: '2026-11-21T03:27:29.465Z',
          trend: [0, 1, 2],
        },
      })),
      history: { runs: 3, since: null, lines: 5, requests: 4, failed: 3 },
    },
  });
}
