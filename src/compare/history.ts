import type { ReportChange, ReportComparison } from '../model/comparison.ts';
import type { History, HistoryRate, HistoryTotals, KnownCause, RunEntry } from '../model/history.ts';
import { addLineCounts } from '../model/line-counts.ts';
import type { Report } from '../model/report.ts';
import { byInterest, mayBeTheSame } from './compare.ts';
import type { Outcome, Sighting } from './episode.ts';
import { advanceAbsent, advancePresent } from './episode.ts';
import type { Cause, Snapshot } from './snapshot.ts';
import { toSnapshot, trafficOf } from './snapshot.ts';

/** Runs shown as a trend. */
const TREND_RUNS = 24;
const MOST_RUNS = 5000;
/** Hostile logs name causes and places without end; those that matter come first. */
const MOST_CAUSES = 500;
const MOST_SCOPES = 2000;
const MOST_KEYS = 500;
const OTHER = 'other';

/** What a run needs besides its report. */
export interface RunContext {
  /** RFC 3339. */
  readonly now: string;
  /** What is older is forgotten. */
  readonly keepMs: number;
  readonly minConfidence: number;
}

/** A report with what changed since the runs before, and the history with this run in it. */
export interface ComparedRun {
  readonly report: Report;
  readonly history: History;
}

/** Compares a report with the runs before and adds it to them. Pure. */
export function addRun(history: History, report: Report, context: RunContext): ComparedRun {
  const snapshot = toSnapshot(report);
  const at = report.window?.to ?? context.now;
  const run = history.runs + 1;
  const seen = assign(history.causes, snapshot.causes);
  const known = new Map(history.causes.map((cause) => [cause.fingerprint, cause]));
  const outcomes = [...new Set([...known.keys(), ...seen.keys()])].map((fingerprint) => {
    const causes = seen.get(fingerprint) ?? [];
    const cause = known.get(fingerprint) ?? toUnknown(fingerprint, causes, { history, snapshot, run, at });
    const rate = measure(snapshot, causes, cause.scope);
    const muted = isMuted(causes, context.minConfidence);
    if (causes.length === 0)
      return { rate, muted: cause.open?.told === false, ...advanceAbsent(cause, rate, at) };
    const sighting = toSighting(causes, rate, { run, at, muted, recent: history.recent });
    return { rate, muted, ...advancePresent(refresh(cause, causes), sighting) };
  });
  const recent = [...history.recent, toEntry(snapshot, outcomes, at)];
  const next: History = forget(
    {
      since: history.since ?? report.window?.from ?? null,
      runs: run,
      totals: addTotals(history.totals, report),
      recent,
      causes: outcomes.map(({ cause }) => cause),
      traffic: addTraffic(history.traffic, snapshot),
    },
    Date.parse(at) - context.keepMs,
  );
  const changes = outcomes.flatMap((outcome) => toChange(outcome, { run, recent }));
  return {
    history: next,
    report: { ...report, comparison: toComparison(history, next, changes.sort(byInterest)) },
  };
}

/**
 * The causes of a run by the fingerprint under which they are remembered: that of an open one at the same place, where a
 * cause may only have been named differently.
 */
function assign(
  known: readonly KnownCause[],
  causes: readonly Cause[],
): ReadonlyMap<string, readonly Cause[]> {
  const open = known.filter((cause) => cause.open !== null);
  const isOpen = new Set(open.map(({ fingerprint }) => fingerprint));
  const assigned = new Map<string, Cause[]>();
  for (const cause of causes) {
    const other = isOpen.has(cause.fingerprint) ? undefined : open.find((item) => mayBeTheSame(item, cause));
    const fingerprint = other?.fingerprint ?? cause.fingerprint;
    assigned.set(fingerprint, [...(assigned.get(fingerprint) ?? []), cause]);
  }
  return assigned;
}

function measure(snapshot: Snapshot, causes: readonly Cause[], scope: string): HistoryRate {
  const requests = causes.reduce((sum, cause) => sum + cause.requests, 0);
  return {
    requests,
    traffic: trafficOf(snapshot, scope, requests),
    total: Math.max(requests, snapshot.requests),
  };
}

function isMuted(causes: readonly Cause[], minConfidence: number): boolean {
  return causes.every(({ suppressed, confidence }) => suppressed || confidence < minConfidence);
}

/** A cause that no run has seen: all that is known is how much traffic its place had without it. */
function toUnknown(
  fingerprint: string,
  [first]: readonly Cause[],
  run: { readonly history: History; readonly snapshot: Snapshot; readonly run: number; readonly at: string },
): KnownCause {
  if (first === undefined) throw new Error(`nothing is known of ${fingerprint}`);
  const { history, snapshot } = run;
  const seen = first.firstSeen ?? snapshot.window?.from ?? run.at;
  return {
    fingerprint,
    id: first.id,
    title: first.title,
    scope: first.scope,
    rivals: first.rivals,
    firstSeen: seen,
    lastSeen: seen,
    firstRun: run.run,
    runsSeen: 0,
    episodes: 0,
    open: null,
    idle: { requests: 0, traffic: history.traffic[first.scope] ?? 0, total: history.totals.requests },
    pauseMs: 0,
  };
}

function refresh(cause: KnownCause, [first]: readonly Cause[]): KnownCause {
  // The name under which it was told stays; its rivals are those of its latest sighting under that name.
  return first === undefined || first.id !== cause.id
    ? cause
    : { ...cause, title: first.title, rivals: first.rivals };
}

function toSighting(
  causes: readonly Cause[],
  rate: HistoryRate,
  run: Pick<Sighting, 'run' | 'at' | 'muted' | 'recent'>,
): Sighting {
  const times = causes.flatMap(({ firstSeen, lastSeen }) => [firstSeen ?? [], lastSeen ?? []].flat()).sort();
  return {
    ...run,
    rate,
    activeShare: Math.max(...causes.map(({ activeShare }) => activeShare)),
    firstSeen: times[0] ?? run.at,
    lastSeen: times.at(-1) ?? run.at,
  };
}

/** Those that go on come first: they must not be forgotten for those that do not. */
function toEntry(
  snapshot: Snapshot,
  outcomes: readonly (Outcome & { readonly rate: HistoryRate })[],
  at: string,
): RunEntry {
  return {
    at,
    requests: snapshot.requests,
    failed: snapshot.failed,
    causes: outcomes
      .filter(({ cause, rate }) => cause.open !== null || rate.requests > 0)
      .slice(0, MOST_CAUSES)
      .map(({ cause, rate }) => [cause.fingerprint, rate.requests, rate.traffic] as const),
  };
}

function toChange(
  { cause, judgement, before, now, muted }: Outcome & { readonly muted: boolean },
  { run, recent }: { readonly run: number; readonly recent: readonly RunEntry[] },
): readonly ReportChange[] {
  if (judgement === null) return [];
  const trend = recent
    .slice(-TREND_RUNS)
    .map(({ causes }) => causes.find(([name]) => name === cause.fingerprint)?.[1] ?? 0);
  return [
    {
      ...judgement,
      fingerprint: cause.fingerprint,
      diagnosis: { id: cause.id, title: cause.title },
      scope: cause.scope,
      before: { requests: before.requests, traffic: before.traffic },
      now: { requests: now.requests, traffic: now.traffic },
      muted,
      history: {
        firstSeen: cause.firstSeen,
        runsSeen: cause.runsSeen,
        runs: run - cause.firstRun + 1,
        episodes: cause.episodes,
        ongoingSince: cause.open?.since ?? null,
        trend,
      },
    },
  ];
}

function toComparison(before: History, next: History, changes: readonly ReportChange[]): ReportComparison {
  const last = before.recent.at(-1);
  const { runs, since, totals } = next;
  return {
    baseline: null,
    window: before.since === null || last === undefined ? null : { from: before.since, to: last.at },
    changes,
    history: { runs, since, lines: totals.lines.read, requests: totals.requests, failed: totals.failed },
  };
}

function addTotals(totals: HistoryTotals, { lines, requests }: Report): HistoryTotals {
  return {
    lines: addLineCounts(totals.lines, lines),
    requests: totals.requests + requests.total,
    failed: totals.failed + requests.failed,
    byResponseCode: addCounts(totals.byResponseCode, requests.byResponseCode, MOST_KEYS),
    byResponseFlag: addCounts(totals.byResponseFlag, requests.byResponseFlag, MOST_KEYS),
  };
}

function addCounts(
  sums: Readonly<Record<string, number>>,
  counts: Readonly<Record<string, number>>,
  most: number,
): Readonly<Record<string, number>> {
  const next = new Map(Object.entries(sums));
  for (const [key, count] of Object.entries(counts)) {
    const name = next.has(key) || next.size < most ? key : OTHER;
    next.set(name, (next.get(name) ?? 0) + count);
  }
  return Object.fromEntries(next);
}

/** Of more places than are kept, those with the most traffic. */
function addTraffic(
  sums: Readonly<Record<string, number>>,
  { traffic }: Snapshot,
): Readonly<Record<string, number>> {
  const next = new Map(Object.entries(sums));
  for (const [scope, requests] of traffic ?? []) next.set(scope, (next.get(scope) ?? 0) + requests);
  return Object.fromEntries([...next].sort((a, b) => b[1] - a[1]).slice(0, MOST_SCOPES));
}

/** Runs, and causes that do not go on, from before a time. */
function forget(history: History, beforeMs: number): History {
  const isKept = (time: string): boolean => !(Date.parse(time) < beforeMs);
  const causes = history.causes.filter(({ open, lastSeen }) => open !== null || isKept(lastSeen));
  const mostRecent = (a: KnownCause, b: KnownCause): number =>
    Number(b.open !== null) - Number(a.open !== null) || (a.lastSeen < b.lastSeen ? 1 : -1);
  return {
    ...history,
    recent: history.recent.filter(({ at }) => isKept(at)).slice(-MOST_RUNS),
    causes: causes.length <= MOST_CAUSES ? causes : causes.toSorted(mostRecent).slice(0, MOST_CAUSES),
  };
}
