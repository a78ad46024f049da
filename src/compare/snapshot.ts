import { UNEXPLAINED_ID } from '../model/comparison.ts';
import type { Report } from '../model/report.ts';
import { dispersionOf } from './statistics.ts';

/** A rival with at least this confidence may have been taken for the cause the last time, or be so the next time. */
const RIVAL = 0.1;
/** Fewer time buckets say nothing about how failures scatter. */
const MIN_BUCKETS = 8;
/** Beyond this many, neighbouring buckets are added up. */
const MOST_BUCKETS = 120;
/** However much failures come in clumps, they are proof of something. */
const MOST_DISPERSION = 8;

/** One cause in one place, as one report has it. */
export interface Cause {
  readonly fingerprint: string;
  readonly id: string;
  readonly title: string;
  readonly scope: string;
  readonly requests: number;
  readonly confidence: number;
  readonly suppressed: boolean;
  /** Ids that were nearly as likely. */
  readonly rivals: readonly string[];
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
  /** How much more the failures scatter over time than by chance: 1 for independent ones. */
  readonly dispersion: number;
  /** Share of the report's period in which failures come as often as at its end; 1 when they did so from the start. */
  readonly activeShare: number;
}

/** What comparing needs of a report. */
export interface Snapshot {
  readonly window: { readonly from: string; readonly to: string } | null;
  readonly requests: number;
  readonly failed: number;
  /** Not benign ones, in the order of the report. */
  readonly causes: readonly Cause[];
  /** Requests by scope; null where the report has no such table, as of older versions. */
  readonly traffic: ReadonlyMap<string, number> | null;
}

/**
 * Requests of a place against which failures of one cause are held. Where every request fails for one of several causes
 * there is no place without failures: then it is the failures of the cause themselves.
 */
export function trafficOf({ causes, traffic }: Snapshot, scope: string, requests: number): number {
  const all = traffic?.get(scope) ?? 0;
  const failed = causes.reduce((sum, cause) => (cause.scope === scope ? sum + cause.requests : sum), 0);
  return failed >= all ? requests : Math.max(requests, all);
}

/** Takes from a report what comparing needs. */
export function toSnapshot(report: Report): Snapshot {
  const { window, requests, findings, unexplained, traffic } = report;
  const found = findings
    .filter(({ status }) => status !== 'benign')
    .flatMap((finding) => toCauses(finding, window));
  return {
    window,
    requests: requests.total,
    failed: requests.failed,
    causes: [...found, ...toUnexplained(unexplained)],
    traffic: traffic === undefined ? null : new Map(traffic.map((row) => [row.scope, row.requests])),
  };
}

type Finding = Report['findings'][number];

function toCauses(finding: Finding, window: Report['window']): readonly Cause[] {
  const { diagnosis, confidence, suppressed, alternatives, firstSeen, lastSeen } = finding;
  const buckets = toBuckets(finding, window);
  return finding.scopes.map(({ fingerprint, requests }) => ({
    fingerprint,
    id: diagnosis.id,
    title: diagnosis.title,
    scope: fingerprint.slice(diagnosis.id.length + 1),
    requests,
    confidence,
    suppressed,
    rivals: alternatives.filter((rival) => rival.confidence >= RIVAL).map(({ id }) => id),
    firstSeen,
    lastSeen,
    dispersion: buckets === null ? 1 : Math.min(MOST_DISPERSION, dispersionOf(buckets)),
    activeShare: Math.min(buckets === null ? 1 : activeShareOf(buckets), shareSince(firstSeen, window)),
  }));
}

/** Failures of unknown cause by cluster: that nobody knows why must not keep them from being told. */
function toUnexplained({ groups }: Report['unexplained']): readonly Cause[] {
  const byCluster = new Map<string, number>();
  for (const { upstreamCluster, requests } of groups) {
    const scope = upstreamCluster ?? '-';
    byCluster.set(scope, (byCluster.get(scope) ?? 0) + requests);
  }
  return [...byCluster].map(([scope, requests]) => ({
    fingerprint: `${UNEXPLAINED_ID}@${scope}`,
    id: UNEXPLAINED_ID,
    title: 'Failures without a known cause',
    scope,
    requests,
    confidence: 1,
    suppressed: false,
    rivals: [],
    firstSeen: null,
    lastSeen: null,
    dispersion: 1,
    activeShare: 1,
  }));
}

/** The failures of a finding over the whole period of the report, the quiet parts included; null when too few. */
function toBuckets({ timeline }: Finding, window: Report['window']): readonly number[] | null {
  if (timeline == null || window === null) return null;
  const { bucketMs } = timeline;
  const start = Math.floor(Date.parse(window.from) / bucketMs);
  const offset = Math.floor(Date.parse(timeline.from) / bucketMs) - start;
  const count = Math.floor(Date.parse(window.to) / bucketMs) - start + 1;
  // A file of somebody else's making may say anything.
  if (!(count >= MIN_BUCKETS && offset >= 0 && count <= Number.MAX_SAFE_INTEGER)) return null;
  const joined = Math.ceil(count / MOST_BUCKETS);
  const buckets = new Array<number>(Math.ceil(count / joined)).fill(0);
  for (const [i, requests] of timeline.requests.entries()) {
    const at = Math.floor((offset + i) / joined);
    if (at < buckets.length) buckets[at] = (buckets[at] ?? 0) + requests;
  }
  return buckets;
}

/**
 * Share of the buckets behind the step up that best parts them into few failures before and many after, when that step
 * is beyond doubt; 1 when there is none. An incident that began at half past has the rate of its half hour.
 */
function activeShareOf(buckets: readonly number[]): number {
  const total = buckets.reduce((sum, count) => sum + count, 0);
  let best = { gain: BEYOND_DOUBT, share: 1 };
  let before = 0;
  for (const [i, count] of buckets.entries()) {
    const share = 1 - i / buckets.length;
    if (i > 0 && total - before > total * share) {
      const gain = logLikelihoodGain(before, total - before, share);
      if (gain > best.gain) best = { gain, share };
    }
    before += count;
  }
  return best.share;
}

/** Share of the period behind the first failure. */
function shareSince(firstSeen: string | null, window: Report['window']): number {
  if (firstSeen === null || window === null) return 1;
  const [from, to] = [Date.parse(window.from), Date.parse(window.to)];
  const share = (to - Date.parse(firstSeen)) / (to - from);
  return share > 0 && share <= 1 ? share : 1;
}

/** Of the log-likelihood: about one in a thousand by chance, over all places where the step could be. */
const BEYOND_DOUBT = 8;

function logLikelihoodGain(before: number, after: number, share: number): number {
  const total = before + after;
  const part = (count: number, width: number): number =>
    count === 0 ? 0 : count * Math.log(count / (total * width));
  return part(before, 1 - share) + part(after, share);
}
