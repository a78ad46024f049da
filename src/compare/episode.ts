import type { HistoryRate, KnownCause, OpenEpisode, RunEntry } from '../model/history.ts';
import type { Judgement, Measured } from './judge.ts';
import { judgeChange } from './judge.ts';
import { dispersionOfRates } from './statistics.ts';

/** What comes back after so short a pause was not gone. */
const SHORT_PAUSE_MS = 6 * 3_600_000;
/** How much longer than the last pause a cause has to stay away before it is gone. */
const PAUSE_FACTOR = 1.5;
/** After so many runs with a lower rate that rate is what the next ones are compared with. */
const RUNS_TO_SETTLE = 2;
/** So many failures within a day, over so many runs, are a cause however thin they are spread. */
const TRICKLE = 10;
const TRICKLE_RUNS = 3;
/** The same where at least half of the requests of the place fail. */
const TRICKLE_OF_OUTAGE = 3;
const OUTAGE_RATE = 0.5;
/** Nobody has asked for the place for longer than most nights last: what was wrong there hurts nobody. */
const ABANDONED_MS = 12 * 3_600_000;
const DAY_MS = 86_400_000;

const ZERO: HistoryRate = { requests: 0, traffic: 0, total: 0 };

/** What one run saw of a cause, and the run itself. */
export interface Sighting {
  readonly rate: HistoryRate;
  /** Share of the run in which the failures came as often as at its end. */
  readonly activeShare: number;
  readonly muted: boolean;
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly run: number;
  readonly at: string;
  /** Earlier runs, oldest first. */
  readonly recent: readonly RunEntry[];
}

/** A cause after a run, and what became of it; no judgement where there is nothing to say. */
export interface Outcome {
  readonly cause: KnownCause;
  readonly judgement: Judgement | null;
  readonly before: HistoryRate;
  readonly now: HistoryRate;
}

function addRates(a: HistoryRate, b: HistoryRate): HistoryRate {
  return { requests: a.requests + b.requests, traffic: a.traffic + b.traffic, total: a.total + b.total };
}

function toMeasured(rate: HistoryRate, dispersion = 1): Measured {
  return { ...rate, dispersion };
}

/** The rate at the end of the run: an incident that began at half past has that of its half hour. */
function levelOf({ rate, activeShare }: Sighting): HistoryRate {
  return {
    requests: rate.requests,
    traffic: Math.max(rate.requests, Math.round(rate.traffic * activeShare)),
    total: Math.max(rate.requests, Math.round(rate.total * activeShare)),
  };
}

/** The cause after a run that saw it. */
export function advancePresent(cause: KnownCause, sighting: Sighting): Outcome {
  const seen: KnownCause = {
    ...cause,
    runsSeen: cause.runsSeen + 1,
    lastSeen: cause.lastSeen > sighting.lastSeen ? cause.lastSeen : sighting.lastSeen,
  };
  return cause.open === null ? advanceIdle(seen, cause, sighting) : advanceOpen(seen, cause.open, sighting);
}

function advanceIdle(seen: KnownCause, before: KnownCause, sighting: Sighting): Outcome {
  const { rate } = sighting;
  const judged = judgeChange(toMeasured(before.idle), toMeasured(rate));
  const isOnset = judged.change === 'new' || judged.change === 'worse';
  const parts = { before: before.idle, now: rate };
  if (isOnset || isTrickle(seen.fingerprint, before.idle, sighting)) {
    const because = isOnset ? judged.because : 'few failures at a time, but hour after hour';
    const isBack = before.episodes > 0 ? `it is back; ${because}` : because;
    return {
      ...parts,
      cause: openEpisode(seen, before, sighting),
      judgement: { change: 'new', because: isBack },
    };
  }
  const idle = addRates(before.idle, rate);
  return { ...parts, cause: { ...seen, idle }, judgement: { change: 'same', because: judged.because } };
}

/**
 * Failures of the last day together, where those of one run are too few: are they beyond what was usual before? By the
 * traffic of the whole log, as that of the place is not kept for the runs without a failure.
 */
function isTrickle(fingerprint: string, idle: HistoryRate, { rate, at, recent }: Sighting): boolean {
  const from = Date.parse(at) - DAY_MS;
  const runs = recent
    .filter((entry) => Date.parse(entry.at) > from)
    .map(({ requests: total, causes }) => ({
      requests: causes.find(([name]) => name === fingerprint)?.[1] ?? 0,
      traffic: total,
      total,
    }));
  const now = { ...rate, traffic: rate.total };
  const day = runs.reduce(addRates, now);
  if (!isEnough(fingerprint, rate, recent.slice(recent.length - runs.length))) return false;
  const before = subtractRates(addRates({ ...idle, traffic: idle.total }, now), day);
  // What trickled from the first run on is how it always was, as far as anybody knows.
  if (before.total === 0) return false;
  const { change } = judgeChange(toMeasured(before), toMeasured(day));
  return change === 'new' || change === 'worse';
}

/** Enough to be told: many failures over some runs, or few where hardly anything else happens at the place. */
function isEnough(fingerprint: string, rate: HistoryRate, runs: readonly RunEntry[]): boolean {
  const seen = runs
    .flatMap(({ causes }) => causes.filter(([name]) => name === fingerprint))
    .map(([, requests, traffic]) => ({ requests, traffic, total: 0 }))
    .filter(({ requests }) => requests > 0);
  const { requests, traffic } = seen.reduce(addRates, rate);
  if (requests >= traffic * OUTAGE_RATE) return seen.length > 0 && requests >= TRICKLE_OF_OUTAGE;
  return seen.length + 1 >= TRICKLE_RUNS && requests >= TRICKLE;
}

function subtractRates(a: HistoryRate, b: HistoryRate): HistoryRate {
  return {
    requests: Math.max(0, a.requests - b.requests),
    traffic: Math.max(0, a.traffic - b.traffic),
    total: Math.max(0, a.total - b.total),
  };
}

function openEpisode(seen: KnownCause, before: KnownCause, sighting: Sighting): KnownCause {
  const pauseMs = Date.parse(sighting.firstSeen) - Date.parse(before.lastSeen);
  const isShort = before.episodes > 0 && pauseMs < SHORT_PAUSE_MS;
  return {
    ...seen,
    episodes: before.episodes + 1,
    idle: ZERO,
    pauseMs: isShort ? Math.max(before.pauseMs, pauseMs) : 0,
    open: {
      since: sighting.firstSeen,
      level: levelOf(sighting),
      dispersion: 1,
      levelRun: sighting.run,
      quiet: ZERO,
      lowerRuns: 0,
      told: !sighting.muted,
    },
  };
}

function advanceOpen(seen: KnownCause, open: OpenEpisode, sighting: Sighting): Outcome {
  const { rate, run, muted } = sighting;
  const judged = judgeChange(toMeasured(open.level, open.dispersion), toMeasured(rate));
  const told = open.told || !muted;
  const base = { ...open, quiet: ZERO, lowerRuns: 0, told };
  const settled = { ...base, level: levelOf(sighting), dispersion: 1, levelRun: run };
  const outcome = (next: OpenEpisode, judgement: Judgement): Outcome => ({
    cause: { ...seen, open: next },
    // What was kept from people is new to them when it no longer is.
    judgement:
      told && !open.told
        ? { change: 'new', because: 'it is no longer suppressed, or surer than before' }
        : judgement,
    before: open.level,
    now: rate,
  });
  if (judged.change === 'worse') return outcome(settled, judged);
  if (judged.change === 'better') {
    const lowerRuns = open.lowerRuns + 1;
    return outcome(lowerRuns >= RUNS_TO_SETTLE ? settled : { ...base, lowerRuns }, judged);
  }
  const level = addRates(addRates(open.level, open.quiet), rate);
  return outcome({ ...base, level, dispersion: scatterSince(seen, open, sighting) }, judged);
}

function scatterSince(
  { fingerprint }: KnownCause,
  open: OpenEpisode,
  { recent, rate, run }: Sighting,
): number {
  const runsBack = run - open.levelRun;
  const periods = recent
    .slice(-Math.max(1, runsBack))
    .flatMap(({ causes }) => causes.filter(([name]) => name === fingerprint))
    .map(([, requests, traffic]) => ({ requests, traffic }));
  // A run that sticks out may be the first of a change, and must not excuse the next one.
  const [, ...usual] = [...periods, rate].sort((a, b) => rateOf(b) - rateOf(a));
  return dispersionOfRates(usual);
}

function rateOf({ requests, traffic }: { readonly requests: number; readonly traffic: number }): number {
  return traffic === 0 ? 0 : requests / traffic;
}

/** The cause after a run that did not see it; `rate` has the traffic and no failure. */
export function advanceAbsent(cause: KnownCause, rate: HistoryRate, at: string): Outcome {
  const { open } = cause;
  if (open === null) {
    const idle = addRates(cause.idle, rate);
    return { cause: { ...cause, idle }, judgement: null, before: cause.idle, now: rate };
  }
  const quiet = addRates(open.quiet, rate);
  const parts = { before: open.level, now: quiet };
  const awayMs = Date.parse(at) - Date.parse(cause.lastSeen);
  const judgement = judgeQuiet(open, quiet, awayMs);
  if (judgement.change === 'gone' && awayMs < cause.pauseMs * PAUSE_FACTOR) {
    const because = 'it has come back after such a pause before';
    return {
      ...parts,
      cause: { ...cause, open: { ...open, quiet } },
      judgement: { change: 'same', because },
    };
  }
  const next: KnownCause =
    judgement.change === 'gone'
      ? { ...cause, open: null, idle: quiet }
      : { ...cause, open: { ...open, quiet } };
  return { ...parts, cause: next, judgement };
}

function judgeQuiet({ level }: OpenEpisode, quiet: HistoryRate, awayMs: number): Judgement {
  const judged = judgeChange(toMeasured(level), toMeasured(quiet));
  if (quiet.traffic > 0 || judged.change === 'gone' || awayMs < ABANDONED_MS) return judged;
  // By the traffic of the whole log, as for a place where nothing ever succeeded.
  const byTotal = judgeChange(toMeasured({ ...level, traffic: level.requests }), toMeasured(quiet));
  const because = 'its place has had no traffic at all for half a day';
  return byTotal.change === 'gone' ? { change: 'gone', because } : judged;
}
