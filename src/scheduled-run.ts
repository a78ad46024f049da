import { addRun } from './compare/history.ts';
import { planResumption, type Resumption } from './ingest/resume.ts';
import type { ReportChange } from './model/comparison.ts';
import type { InputPosition } from './model/input-position.ts';
import type { Report } from './model/report.ts';
import type { Message, RunState } from './model/run-state.ts';
import type { AnalyseRequest } from './run.ts';
import { analyse } from './run.ts';
import { StateStore } from './state/state-store.ts';

/** Beyond these nobody could be told for long; the oldest are dropped. */
const MOST_MESSAGES = 100;
const MESSAGE_MAX_AGE_MS = 7 * 86_400_000;
/** Positions of files that no run has met for as long as history is kept are dropped, and the oldest beyond so many. */
const MOST_POSITIONS = 20_000;

/** What a scheduled run reads and where it keeps what it leaves to the next. */
export interface ScheduledRequest extends Omit<AnalyseRequest, 'plan'> {
  readonly stateFolder: string;
  readonly keepMs: number;
  readonly minConfidence: number;
  readonly nowMs: number;
  /** Who is to be told, in a form that gives no address away. */
  readonly targets: readonly string[];
  /** Takes out of the names of places what is not to be remembered. */
  readonly mask: (report: Report) => Promise<Report>;
  /** Takes out of a report what is not to leave the terminal. */
  readonly share: (report: Report) => Promise<Report>;
}

/** A run whose report is made and not yet stored: until then the next run reads the same lines. */
export interface ScheduledRun {
  readonly report: Report;
  /** Messages that are still to be sent, those of earlier runs included. */
  readonly outbox: readonly Message[];
  /** Stores what was read and found; false when another run was faster and has counted the lines. */
  readonly store: () => Promise<boolean>;
  /** Stores which messages need not be sent again. */
  readonly settle: (sent: ReadonlySet<string>) => Promise<void>;
}

/**
 * Reads what is new since the last run and compares it with the runs before.
 *
 * @throws UserError when an input or the state cannot be read.
 */
export async function runScheduled(request: ScheduledRequest): Promise<ScheduledRun> {
  const store = new StateStore(request.stateFolder);
  const { generation, state, notes } = await store.load();
  const resumption = await planResumption(request.paths, state.positions, request.nowMs);
  const found = await analyse({
    ...request,
    plan: resumption.plan,
    notes: [...request.notes, ...notes, ...resumption.notes, ...noteOf(resumption)],
  }).finally(() => resumption.close());
  const analysed = await request.mask(found);
  const now = new Date(request.nowMs).toISOString();
  const { report, history } = addRun(state.history, withWholeLineNumbers(analysed, resumption), {
    ...request,
    now,
  });
  const told = await request.share(report);
  const outbox = keepRecent([...state.outbox, ...toMessages(told, request.targets, now)], request.nowMs);
  const next: RunState = {
    positions: keepPositions(addLines(resumption, analysed), request),
    history,
    outbox,
  };
  return {
    report,
    outbox,
    store: () => store.commit(generation + 1, next),
    settle: async (sent) => {
      const left = outbox.filter(({ id }) => !sent.has(id));
      // Should another run have stored its state by now, it sends them once more: rather twice than never.
      if (left.length < outbox.length) await store.commit(generation + 2, { ...next, outbox: left });
    },
  };
}

function noteOf({ plan }: Resumption): readonly string[] {
  return plan.sources.length === 0 ? ['There is nothing new since the last run.'] : [];
}

/** Positions with the lines that this run has read. */
function addLines({ positions, others }: Resumption, { inputs }: Report): readonly InputPosition[] {
  const read = positions.map((position, i) => ({
    ...position,
    lines: position.lines + (inputs[i]?.lines.read ?? 0),
  }));
  return [...read, ...others];
}

function keepPositions(
  positions: readonly InputPosition[],
  { nowMs, keepMs }: ScheduledRequest,
): readonly InputPosition[] {
  return positions
    .filter(({ metMs }) => metMs >= nowMs - keepMs)
    .toSorted((a, b) => b.metMs - a.metMs)
    .slice(0, MOST_POSITIONS);
}

/** Lines are numbered from the begin of the file, not from where this run went on. */
function withWholeLineNumbers(report: Report, { positions }: Resumption): Report {
  const before = new Map(positions.map(({ path, lines }) => [path, lines]));
  const shift = <T extends { readonly input: string; readonly line: number }>(place: T): T => ({
    ...place,
    line: place.line + (before.get(place.input) ?? 0),
  });
  return {
    ...report,
    findings: report.findings.map((finding) => ({ ...finding, samples: finding.samples.map(shift) })),
    unexplained: {
      ...report.unexplained,
      groups: report.unexplained.groups.map((group) => ({
        ...group,
        sample: group.sample === null ? null : shift(group.sample),
      })),
    },
    rejected: report.rejected.map(shift),
  };
}

const isToTell = ({ change, muted }: ReportChange): boolean =>
  !muted && (change === 'new' || change === 'worse' || change === 'gone');

function toMessages(report: Report, targets: readonly string[], at: string): readonly Message[] {
  const { comparison, window, requests } = report;
  const changes = comparison?.changes.filter(isToTell) ?? [];
  if (comparison === null || changes.length === 0) return [];
  return targets.map((target) => ({
    id: `${at}-${comparison.history?.runs ?? 0}-${target}`,
    at,
    target,
    window,
    requests: requests.total,
    failed: requests.failed,
    changes,
  }));
}

function keepRecent(messages: readonly Message[], nowMs: number): readonly Message[] {
  return messages.filter(({ at }) => Date.parse(at) > nowMs - MESSAGE_MAX_AGE_MS).slice(-MOST_MESSAGES);
}
