/** What became of a cause since the report it is compared with, or since the runs before. */
export const CHANGES = ['new', 'worse', 'same', 'better', 'gone'] as const;
export type Change = (typeof CHANGES)[number];

/** Id under which failures that fit no diagnosis are compared. */
export const UNEXPLAINED_ID = 'unexplained';

/** Failed requests of a cause in one place, beside the traffic that they are a part of. */
interface ComparedRate {
  readonly requests: number;
  readonly traffic: number;
}

/** What earlier runs know of a cause in one place. */
interface ReportChangeHistory {
  /** Start time of the first failure ever seen, as far as the history goes back. */
  readonly firstSeen: string | null;
  /** Runs that saw it, and runs since it was seen first. */
  readonly runsSeen: number;
  readonly runs: number;
  /** How often it began. */
  readonly episodes: number;
  /** Since when it goes on; null when it does not. */
  readonly ongoingSince: string | null;
  /** Failed requests of the last runs, oldest first; the last is this run. */
  readonly trend: readonly number[];
}

/** One cause in one place, then and now. */
export interface ReportChange {
  readonly change: Change;
  readonly fingerprint: string;
  readonly diagnosis: { readonly id: string; readonly title: string };
  /** Cluster, else authority, else local port. */
  readonly scope: string;
  readonly before: ComparedRate;
  readonly now: ComparedRate;
  /** Why the change is called so, in one sentence. */
  readonly because: string;
  /** Neither makes `--fail-on` hold nor is told: suppressed, or below `--min-confidence`. */
  readonly muted: boolean;
  readonly history: ReportChangeHistory | null;
}

/** Everything that has been read by the runs of one state folder, this run included. */
interface ReportHistory {
  readonly runs: number;
  readonly since: string | null;
  readonly lines: number;
  readonly requests: number;
  readonly failed: number;
}

/** How a report differs from another one, or from the runs before. */
export interface ReportComparison {
  /** Name of the report it is compared with; null: the runs before. */
  readonly baseline: string | null;
  /** Period of the report or of the runs that it is compared with. */
  readonly window: { readonly from: string; readonly to: string } | null;
  readonly changes: readonly ReportChange[];
  readonly history: ReportHistory | null;
}
