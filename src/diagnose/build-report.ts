import type { Aggregate, InputSummary, LineCounts } from '../model/aggregate.ts';
import type { Diagnosis } from '../model/diagnosis.ts';
import type { Field } from '../model/field.ts';
import { FIELD_OPERATORS } from '../model/field.ts';
import type {
  Report,
  ReportBlindSpot,
  ReportFinding,
  ReportInput,
  ReportTrafficRow,
  ReportUnexplainedGroup,
} from '../model/report.ts';
import { SCHEMA_VERSION } from '../model/report.ts';
import { eraOfWording } from './era.ts';
import type { Findings } from './findings.ts';
import { collectFindings } from './findings.ts';
import type { RankedShape, Ranking } from './rank.ts';
import { rankShapes } from './rank.ts';
import type { ReportContext } from './report-finding.ts';
import { round, toIso, toReportFinding } from './report-finding.ts';
import { joinReporters, reporterOf } from './reporter.ts';
import { TEMPERATURE } from './temperature.ts';
import { TrafficIndex } from './traffic-index.ts';

const MAX_FAILURE_ROWS = 200;
const MAX_UNEXPLAINED = 50;
/** Operators that a line of another kind always lacks are no blind spot. */
const SELDOM_LOGGED: ReadonlySet<Field> = new Set<Field>([
  'mixerStatus',
  'grpcStatus',
  'upstreamRequestAttemptCount',
]);

export interface DiagnoseOptions {
  readonly diagnoses: readonly Diagnosis[];
  readonly version: string;
  /** What an input's format proves about its era; by format id. */
  readonly eraOfFormat: (formatId: string) => string | null;
  readonly isSuppressed: (diagnosisId: string, scope: string) => boolean;
  /** Null: all diagnoses; else only findings of these ids are shown. */
  readonly only: ReadonlySet<string> | null;
  /** Notes of the stages before: skipped files, damaged inputs. */
  readonly notes: readonly string[];
  readonly temperature?: number;
}

/** Diagnoses an aggregate: ranks, collects and puts everything into the report. Pure. */
export function buildReport(aggregate: Aggregate, options: DiagnoseOptions): Report {
  const index = new TrafficIndex(aggregate);
  const ranking = rankShapes(index, options.diagnoses, options.temperature ?? TEMPERATURE);
  const collected = collectFindings(ranking.shapes);
  const claimed = collected.findings
    .flatMap(({ won }) => won)
    .filter(({ ranked: shape }) => !shape.group.failed);
  const failed =
    aggregate.requests.failed + claimed.reduce((sum, { ranked: shape }) => sum + shape.requests, 0);
  const context: ReportContext = {
    inputPaths: aggregate.inputs.map(({ path }) => path),
    failed,
    isSuppressed: options.isSuppressed,
  };
  const findings = collected.findings
    .map((finding) => toReportFinding(finding, context))
    .filter(({ diagnosis }) => options.only === null || options.only.has(diagnosis.id))
    .sort(byUrgency);
  return {
    schemaVersion: SCHEMA_VERSION,
    tool: { name: 'faultline', version: options.version },
    inputs: toInputs(aggregate, index, options),
    lines: sumLines(aggregate.inputs),
    window:
      aggregate.time === null ? null : { from: toIso(aggregate.time.first), to: toIso(aggregate.time.last) },
    requests: {
      total: aggregate.requests.total,
      failed,
      byResponseCode: aggregate.requests.byResponseCode,
      byResponseFlag: aggregate.requests.byResponseFlag,
    },
    findings,
    unexplained: toUnexplained(collected, droppedRequests(aggregate), context),
    failures: toFailureRows(ranking.shapes, collected),
    rejected: aggregate.inputs.flatMap(({ path, rejected }) =>
      rejected.map((line) => ({ input: path, ...line })),
    ),
    blindSpots: toBlindSpots(ranking, aggregate),
    notes: [...options.notes, ...notesOf(aggregate)],
  };
}

/** Not benign first; then failed requests × confidence; then fingerprint. */
function byUrgency(a: ReportFinding, b: ReportFinding): number {
  const benign = Number(a.status === 'benign') - Number(b.status === 'benign');
  const weight = b.requests * b.confidence - a.requests * a.confidence;
  return benign || weight || ((a.scopes[0]?.fingerprint ?? '') < (b.scopes[0]?.fingerprint ?? '') ? -1 : 1);
}

function toInputs(
  aggregate: Aggregate,
  index: TrafficIndex,
  options: DiagnoseOptions,
): readonly ReportInput[] {
  return aggregate.inputs.map((input, i) => {
    const groups = index.groups.filter(({ group }) => group.lines.some((line) => line.input === i));
    const shapes = groups.flatMap(({ group }) => group.shapes.map(({ shape }) => shape));
    const formatEra = input.format === null ? null : options.eraOfFormat(input.format);
    return {
      path: input.path,
      format: input.format,
      reporter: joinReporters(groups.flatMap(({ views }) => views.map(reporterOf))),
      era: eraOfWording(shapes) ?? formatEra,
      bytes: input.bytes,
      lines: input.lines,
    };
  });
}

function sumLines(inputs: readonly InputSummary[]): LineCounts {
  const sum = (key: keyof LineCounts): number => inputs.reduce((total, { lines }) => total + lines[key], 0);
  return {
    read: sum('read'),
    records: sum('records'),
    continuation: sum('continuation'),
    blank: sum('blank'),
    proxyLog: sum('proxyLog'),
    unrecognised: sum('unrecognised'),
    failed: sum('failed'),
    overlong: sum('overlong'),
    partial: sum('partial'),
    outsideWindow: sum('outsideWindow'),
  };
}

function toUnexplained(collected: Findings, dropped: number, context: ReportContext): Report['unexplained'] {
  const groups = new Map<RankedShape['group'], number>();
  for (const shape of collected.unexplained)
    groups.set(shape.group, (groups.get(shape.group) ?? 0) + shape.requests);
  const requests = [...groups.values()].reduce((sum, count) => sum + count, 0) + dropped;
  const rows = [...groups].map(([{ group, shape }, count]): ReportUnexplainedGroup => {
    const [sample] = group.lines;
    return {
      responseFlags: shape.responseFlags,
      responseCode: shape.responseCode ?? null,
      responseCodeDetails: shape.responseCodeDetails ?? null,
      upstreamCluster: shape.upstreamCluster ?? null,
      requests: count,
      sample:
        sample === undefined
          ? null
          : { input: context.inputPaths[sample.input] ?? '-', line: sample.line, text: sample.text },
    };
  });
  return {
    requests,
    share: context.failed === 0 ? 0 : round(requests / context.failed),
    groups: rows
      .sort(
        (a, b) =>
          b.requests - a.requests || (a.upstreamCluster ?? '').localeCompare(b.upstreamCluster ?? '', 'en'),
      )
      .slice(0, MAX_UNEXPLAINED),
  };
}

function toFailureRows(ranked: readonly RankedShape[], collected: Findings): readonly ReportTrafficRow[] {
  const claimed = new Set(
    collected.findings.flatMap(({ won }) => won.map(({ ranked: shape }) => shape.group)),
  );
  const groups = new Set(
    ranked.map(({ group }) => group).filter((group) => group.failed || claimed.has(group)),
  );
  return [...groups]
    .map(({ group, shape, requests }) => ({
      responseCode: shape.responseCode ?? null,
      responseFlags: shape.responseFlags,
      scope: group.scope,
      requests,
    }))
    .sort((a, b) => b.requests - a.requests || (a.scope < b.scope ? -1 : 1))
    .slice(0, MAX_FAILURE_ROWS);
}

/** What could not be judged because the format lacks a field, or the log has no healthy record to compare with. */
function toBlindSpots(
  { shapes: ranked, missing }: Ranking,
  aggregate: Aggregate,
): readonly ReportBlindSpot[] {
  const spots: ReportBlindSpot[] = [];
  let field: Field;
  for (field in FIELD_OPERATORS) {
    const ids = missing.get(field);
    if (
      ids === undefined ||
      SELDOM_LOGGED.has(field) ||
      (aggregate.coverage[field] ?? 0) === aggregate.requests.total
    )
      continue;
    const operator = FIELD_OPERATORS[field];
    spots.push({
      missing: operator,
      diagnoses: [...ids].sort(),
      remedy: `Add %${operator}% to accessLogFormat in MeshConfig, or unset accessLogFormat to get Istio's default.`,
    });
  }
  const isAllFailures =
    aggregate.requests.total > 0 && aggregate.requests.failed === aggregate.requests.total;
  if (isAllFailures && ranked.length > 0) {
    const ids = new Set(ranked.flatMap(({ candidates }) => candidates.map(({ diagnosis }) => diagnosis.id)));
    spots.push({
      missing: 'healthy records',
      diagnoses: [...ids].sort(),
      remedy: 'Give the whole log, not only its errors: what succeeds on the same endpoints is evidence.',
    });
  }
  return spots;
}

/** Failed requests of groups that fell over the caps. */
function droppedRequests(aggregate: Aggregate): number {
  return (
    aggregate.requests.failed -
    aggregate.groups.reduce((sum, group) => sum + (group.failed ? group.requests : 0), 0)
  );
}

function notesOf(aggregate: Aggregate): readonly string[] {
  const notes = aggregate.inputs.filter(({ lines }) => lines.read === 0).map(({ path }) => `${path} is empty.`);
  const { requests, traffic } = aggregate;
  const dropped = droppedRequests(aggregate);
  if (requests.withoutTime > 0)
    notes.push(
      `${requests.withoutTime} of ${requests.total} records have no start time; --since and --until keep them.`,
    );
  if (dropped > 0)
    notes.push(
      `${dropped} failed requests are of more kinds than are kept apart; they count as unexplained.`,
    );
  for (const [name, table] of Object.entries(traffic)) {
    const kept = [...table.healthy, ...table.failed].reduce((sum, count) => sum + count, 0);
    const total = table.total.healthy + table.total.failed;
    if (kept < total)
      notes.push(
        `Of the ${name}, ${table.key.length} are counted one by one (${kept} of ${total} requests); the others only in sum.`,
      );
  }
  return notes;
}
