import type { Aggregate, TimeSpan } from '../model/aggregate.ts';
import type { Diagnosis } from '../model/diagnosis.ts';
import type { Join } from '../model/join.ts';
import { NO_JOIN } from '../model/join.ts';
import { addLineCounts, NO_LINES } from '../model/line-counts.ts';
import type { MeshJudge } from '../model/mesh-evidence.ts';
import type { Report, ReportFinding, ReportInput } from '../model/report.ts';
import { SCHEMA_VERSION } from '../model/report.ts';
import { toBlindSpots } from './blind-spots.ts';
import { eraOfWording } from './era.ts';
import type { Finding } from './findings.ts';
import { collectFindings } from './findings.ts';
import { joinInStep } from './join-in-step.ts';
import { notesOfJoin } from './join-notes.ts';
import { notesOfMesh, trustMesh, weighMesh } from './mesh-weight.ts';
import { countOnce } from './other-sides.ts';
import { rankShapes } from './rank.ts';
import type { ReportContext } from './report-finding.ts';
import { toReportFinding } from './report-finding.ts';
import {
  droppedRequests,
  notesOf,
  notesOfUnclaimed,
  toFailureRows,
  toScopeTraffic,
  toUnexplained,
} from './report-tables.ts';
import { joinReporters, reporterOf, reporterOfFormat } from './reporter.ts';
import { toIso } from './rounding.ts';
import { TEMPERATURE } from './temperature.ts';
import { TrafficIndex } from './traffic-index.ts';

/** What a diagnosis needs beside the aggregate. */
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
  /** What came of matching the records of several proxies; nothing when not given. */
  readonly join?: Join;
  readonly temperature?: number;
  /** The mesh configuration; null when none was given. */
  readonly mesh?: MeshJudge | null;
}

/** Diagnoses an aggregate: ranks, collects and puts everything into the report. Pure. */
export function buildReport(aggregate: Aggregate, options: DiagnoseOptions): Report {
  const byAddress = options.join ?? NO_JOIN;
  const index = new TrafficIndex(aggregate, byAddress);
  const temperature = options.temperature ?? TEMPERATURE;
  const mesh = trustMesh(options.mesh ?? null, aggregate);
  const ranked = rankShapes(index, options.diagnoses, temperature);
  const ranking = weighMesh(ranked, { diagnoses: options.diagnoses, mesh }, temperature);
  const { counted, join } = joinInStep(countOnce(ranking.shapes, byAddress), byAddress, index);
  const collected = collectFindings(counted, index, join);
  const failed = aggregate.requests.failed + claimedRequests(collected.findings) - counted.removed;
  const context: ReportContext = {
    inputPaths: aggregate.inputs.map(({ path }) => path),
    failed,
    join,
    groupOf: (hash) => index.groupOf(hash),
    viewOf: (shape) => index.viewOf(shape),
    isSuppressed: options.isSuppressed,
    mesh,
  };
  const findings = collected.findings
    .map((finding) => toReportFinding(finding, context))
    .filter(({ diagnosis }) => options.only === null || options.only.has(diagnosis.id))
    .sort(byUrgency);
  const unexplained = toUnexplained(collected, droppedRequests(aggregate), context);
  return {
    schemaVersion: SCHEMA_VERSION,
    tool: { name: 'faultline', version: options.version },
    inputs: toInputs(aggregate, index, options),
    lines: aggregate.inputs.reduce((sum, { lines }) => addLineCounts(sum, lines), NO_LINES),
    window: toWindow(aggregate.time),
    requests: {
      total: aggregate.requests.total - join.joined,
      failed,
      byResponseCode: subtract(aggregate.requests.byResponseCode, join.byResponseCode),
      byResponseFlag: subtract(aggregate.requests.byResponseFlag, join.byResponseFlag),
    },
    findings,
    unexplained,
    failures: toFailureRows(counted.shapes, collected),
    traffic: toScopeTraffic(aggregate),
    rejected: aggregate.inputs.flatMap(({ path, rejected }) =>
      rejected.map((line) => ({ input: path, ...line })),
    ),
    blindSpots: toBlindSpots(ranking, aggregate),
    notes: [
      ...options.notes,
      ...notesOf(aggregate, options.notes),
      ...notesOfUnclaimed(unexplained),
      ...notesOfJoin(join, context.inputPaths),
      ...notesOfMesh(ranking.shapes, mesh, aggregate),
    ],
    redaction: null,
    comparison: null,
  };
}

/** The counts without those that another proxy's record counts already; what is left of none is left out. */
function subtract(
  counts: Readonly<Record<string, number>>,
  taken: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const rest = Object.entries(counts).map(([key, count]) => [key, count - (taken[key] ?? 0)] as const);
  return Object.fromEntries(rest.filter(([, count]) => count > 0));
}

function toWindow(time: TimeSpan | null): Report['window'] {
  return time === null ? null : { from: toIso(time.first), to: toIso(time.last) };
}

/** Requests that have not failed by the rule, but that a diagnosis claims: they count as failed. */
function claimedRequests(findings: readonly Finding[]): number {
  return findings
    .flatMap(({ won, echoes }) => [...won.map(({ ranked }) => ranked), ...echoes])
    .reduce((sum, { group, requests }) => sum + (group.failed ? 0 : requests), 0);
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
    const groups =
      aggregate.inputs.length === 1
        ? index.groups
        : index.groups.filter(({ group }) => group.lines.some((line) => line.input === i));
    const shapes = groups.flatMap(({ group }) => group.shapes.map(({ shape }) => shape));
    const formatEra = input.format === null ? null : options.eraOfFormat(input.format);
    return {
      path: input.path,
      format: input.format,
      reporter:
        reporterOfFormat(input.format) ?? joinReporters(groups.flatMap(({ views }) => views.map(reporterOf))),
      era: joinEras(formatEra, eraOfWording(shapes)),
      bytes: input.bytes,
      lines: input.lines,
    };
  });
}

/** What failing lines prove is the narrower bound, but a layout may give the other one. */
function joinEras(ofLayout: string | null, ofWording: string | null): string | null {
  if (ofLayout === null || ofWording === null || !ofWording.startsWith('Envoy ≤'))
    return ofWording ?? ofLayout;
  return `${ofLayout}, ${ofWording}`;
}
