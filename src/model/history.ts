import type { LineCounts } from './aggregate.ts';
import { NO_LINES } from './line-counts.ts';

/** Failed requests of a cause in one place, beside the traffic of the place and of the whole log. */
export interface HistoryRate {
  readonly requests: number;
  readonly traffic: number;
  readonly total: number;
}

/** A cause that goes on: since when, how badly, and how long it has been quiet. */
export interface OpenEpisode {
  readonly since: string;
  /** The rate that was told last; a run is worse when it is beyond this. */
  readonly level: HistoryRate;
  /** How much more the failures scatter from run to run than by chance. */
  readonly dispersion: number;
  /** Number of the run that set the level. */
  readonly levelRun: number;
  /** Traffic without the failure since it was seen last. */
  readonly quiet: HistoryRate;
  /** Runs in a row whose rate was lower. */
  readonly lowerRuns: number;
  /** False while it was suppressed, or too unsure to be told. */
  readonly told: boolean;
}

/** What is remembered of a cause in one place. */
export interface KnownCause {
  readonly fingerprint: string;
  readonly id: string;
  readonly title: string;
  readonly scope: string;
  /** Ids that were nearly as likely when it was seen last. */
  readonly rivals: readonly string[];
  readonly firstSeen: string;
  readonly lastSeen: string;
  /** Number of the run that saw it first. */
  readonly firstRun: number;
  readonly runsSeen: number;
  readonly episodes: number;
  readonly open: OpenEpisode | null;
  /** What there was of it besides episodes, since the last one: too little to be told. */
  readonly idle: HistoryRate;
  /** The pause after which it came back before, when that was short; it is not gone before a longer one. */
  readonly pauseMs: number;
}

/** One run. */
export interface RunEntry {
  /** End of the log that was read, else the time of the run. */
  readonly at: string;
  readonly requests: number;
  readonly failed: number;
  /** Failed requests and traffic by fingerprint. */
  readonly causes: readonly (readonly [fingerprint: string, requests: number, traffic: number])[];
}

/** Sums over everything that was ever read. */
export interface HistoryTotals {
  readonly lines: LineCounts;
  readonly requests: number;
  readonly failed: number;
  readonly byResponseCode: Readonly<Record<string, number>>;
  readonly byResponseFlag: Readonly<Record<string, number>>;
}

/** What the runs of one state folder remember of each other. Plain data: it is stored as JSON. */
export interface History {
  /** Begin of the first log. */
  readonly since: string | null;
  readonly runs: number;
  readonly totals: HistoryTotals;
  /** The last runs, oldest first. */
  readonly recent: readonly RunEntry[];
  readonly causes: readonly KnownCause[];
  /** Requests by scope over all runs. */
  readonly traffic: Readonly<Record<string, number>>;
}

/** The history before the first run. */
export const NO_HISTORY: History = {
  since: null,
  runs: 0,
  totals: { lines: NO_LINES, requests: 0, failed: 0, byResponseCode: {}, byResponseFlag: {} },
  recent: [],
  causes: [],
  traffic: {},
};
