import type { FailureGroup, TimeSpan } from '../model/aggregate.ts';
import type { Diagnosis } from '../model/diagnosis.ts';
import { PRIOR_BITS } from '../model/diagnosis-vocabulary.ts';
import type {
  FindingStatus,
  ReportAlternative,
  ReportEvidence,
  ReportFinding,
  ReportInterval,
  ReportSample,
  ReportScope,
} from '../model/report.ts';
import type { ShapeView } from '../model/shape-view.ts';
import type { Finding, WonShape } from './findings.ts';
import type { Placeholders } from './placeholders.ts';
import { fillCode, fillText, toPlaceholders } from './placeholders.ts';
import type { RankedShape } from './rank.ts';
import { joinReporters, reporterOf } from './reporter.ts';
import type { JudgedClaim } from './score.ts';
import type { GroupView } from './traffic-index.ts';

const LIKELY = 0.7;
const BURST_GAP_MS = 15_000;
const MAX_INTERVALS = 50;
const MAX_NAMES = 20;
const MAX_SAMPLES = 3;
const MAX_ALTERNATIVES = 5;

/** What a finding needs to know of the report around it. */
export interface ReportContext {
  readonly inputPaths: readonly string[];
  readonly failed: number;
  readonly isSuppressed: (diagnosisId: string, scope: string) => boolean;
}

/** Requests per key, most first. */
function countBy<T>(
  items: readonly T[],
  keyOf: (item: T) => string | null,
  requestsOf: (item: T) => number,
): readonly [string, number][] {
  const counts = new Map<string, number>();
  for (const item of items) {
    const key = keyOf(item);
    if (key !== null) counts.set(key, (counts.get(key) ?? 0) + requestsOf(item));
  }
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}

function sumRequests(shapes: readonly RankedShape[]): number {
  return shapes.reduce((sum, shape) => sum + shape.requests, 0);
}

/** Mean over the shapes of a finding, weighted by their requests. */
function weightedMean(won: readonly WonShape[], valueOf: (shape: WonShape) => number): number {
  const total = won.reduce((sum, { ranked }) => sum + ranked.requests, 0);
  const sum = won.reduce((all, shape) => all + shape.ranked.requests * valueOf(shape), 0);
  return total === 0 ? 0 : sum / total;
}

/** ISO time of milliseconds since the epoch. */
export function toIso(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

/** The finding as the report shows it. */
export function toReportFinding(finding: Finding, context: ReportContext): ReportFinding {
  const { diagnosis, won, echoes } = finding;
  const shapes = won.map(({ ranked }) => ranked);
  const all = [...shapes, ...echoes];
  const views = all.map(({ shape }) => shape);
  const main = mostFrequent(shapes).shape;
  const values = toPlaceholders(main, firstCaller(shapes));
  const confidence = weightedMean(won, ({ winner }) => winner.confidence);
  const time = all.reduce<TimeSpan | null>((span, { group }) => joinSpans(span, group.time), null);
  const requests = sumRequests(all);
  const scopes = toScopes(diagnosis.id, shapes);
  return {
    diagnosis: {
      id: diagnosis.id,
      title: diagnosis.title,
      family: diagnosis.family,
      doc: `diagnoses/${diagnosis.family}/${diagnosis.id}.md`,
    },
    cause: fillText(diagnosis.cause, values),
    confidence: round(confidence),
    status: statusOf(finding, confidence),
    requests,
    share: context.failed === 0 ? 0 : Math.min(1, round(requests / context.failed)),
    responseFlags: unique(views.flatMap((view) => view.responseFlags)),
    responseCodes: [...new Set(views.flatMap((view) => view.responseCode ?? []))].sort((a, b) => a - b),
    reporter: joinReporters(views.map(reporterOf)),
    scopes,
    firstSeen: time === null ? null : toIso(time.first),
    lastSeen: time === null ? null : toIso(time.last),
    intervals: toIntervals(unique(all.map(({ group }) => group)).map(({ group }) => group)),
    bits: round(weightedMean(won, ({ winner }) => winner.bits)),
    priorBits: PRIOR_BITS[diagnosis.prior],
    ...toArithmetic(won),
    alternatives: toAlternatives(finding, values),
    unknownConfidence: round(weightedMean(won, ({ ranked }) => ranked.unknown)),
    includes: toIncludes(echoes),
    confirm: diagnosis.confirm.map(({ run, expect }) => ({
      run: fillCode(run, values),
      expect: fillText(expect, values),
    })),
    fixes: diagnosis.fixes.map(({ text, yaml }) => ({
      text: fillText(text, values),
      ...(yaml === undefined ? {} : { yaml: fillCode(yaml, values) }),
    })),
    meshConfig: [],
    sources: diagnosis.sources,
    samples: toSamples(all, context.inputPaths),
    suppressed:
      scopes.length > 0 &&
      scopes.every((scope) =>
        context.isSuppressed(diagnosis.id, scope.upstreamCluster ?? scope.authority ?? ''),
      ),
  };
}

function mostFrequent(shapes: readonly RankedShape[]): RankedShape {
  const [first, ...others] = shapes;
  if (first === undefined) throw new Error('a finding has no shape');
  return others.reduce((most, shape) => (shape.requests > most.requests ? shape : most), first);
}

function statusOf({ diagnosis, won }: Finding, confidence: number): FindingStatus {
  if (diagnosis.benign !== null && won.every(({ ranked }) => diagnosis.benign?.(ranked.shape) === true))
    return 'benign';
  return confidence >= LIKELY ? 'likely' : 'possible';
}

function firstCaller(shapes: readonly RankedShape[]): string | null {
  return callersOf(shapes)[0] ?? null;
}

function callersOf(shapes: readonly RankedShape[]): readonly string[] {
  const groups = unique(shapes.map(({ group }) => group));
  const entries = groups.flatMap(({ group }) => group.callers.entries);
  return countBy(
    entries,
    ({ key }) => key,
    ({ requests }) => requests,
  )
    .slice(0, MAX_NAMES)
    .map(([key]) => key);
}

function unique<T>(items: readonly T[]): readonly T[] {
  return [...new Set(items)];
}

function toScopes(id: string, shapes: readonly RankedShape[]): readonly ReportScope[] {
  const byScope = new Map<string, RankedShape[]>();
  for (const shape of shapes) {
    const members = byScope.get(shape.group.group.scope);
    if (members === undefined) byScope.set(shape.group.group.scope, [shape]);
    else members.push(shape);
  }
  return [...byScope]
    .map(([scope, members]) => toScope(id, scope, sumRequests(members), members))
    .sort((a, b) => b.requests - a.requests || (a.fingerprint < b.fingerprint ? -1 : 1));
}

function toScope(id: string, scope: string, requests: number, shapes: readonly RankedShape[]): ReportScope {
  const names = (keyOf: (view: ShapeView) => string | null | undefined): readonly string[] =>
    countBy(
      shapes,
      ({ shape }) => keyOf(shape) ?? null,
      (shape) => shape.requests,
    )
      .slice(0, MAX_NAMES)
      .map(([key]) => key);
  const { shape } = mostFrequent(shapes);
  return {
    fingerprint: `${id}@${scope}`,
    requests,
    upstreamCluster: shape.upstreamCluster ?? null,
    authority: names((view) => view.authority)[0] ?? null,
    localPort: shape.localPort ?? null,
    upstreamHosts: names((view) => view.upstreamHost),
    routes: names((view) => view.routeName),
    paths: names((view) => view.path),
    callers: callersOf(shapes),
  };
}

function joinSpans(a: TimeSpan | null, b: TimeSpan | null): TimeSpan | null {
  if (a === null || b === null) return a ?? b;
  return { first: Math.min(a.first, b.first), last: Math.max(a.last, b.last) };
}

/** Onset and end of each burst, from the time buckets of the groups. */
function toIntervals(groups: readonly FailureGroup[]): readonly ReportInterval[] {
  const buckets = groups
    .flatMap(({ histogram }) =>
      histogram.buckets.map(([bucket, requests]) => ({
        from: bucket * histogram.widthMs,
        to: (bucket + 1) * histogram.widthMs,
        requests,
      })),
    )
    .sort((a, b) => a.from - b.from);
  const intervals: { from: number; to: number; requests: number }[] = [];
  for (const bucket of buckets) {
    const last = intervals[intervals.length - 1];
    if (last !== undefined && bucket.from - last.to <= BURST_GAP_MS) {
      last.to = Math.max(last.to, bucket.to);
      last.requests += bucket.requests;
    } else intervals.push({ ...bucket });
  }
  return intervals
    .slice(0, MAX_INTERVALS)
    .map(({ from, to, requests }) => ({ from: toIso(from), to: toIso(to), requests }));
}

interface Arithmetic {
  readonly evidence: readonly ReportEvidence[];
  readonly notJudged: ReportFinding['notJudged'];
}

type EvidenceRow = { -readonly [K in keyof ReportEvidence]: ReportEvidence[K] };

/** Claims that hold for some shape, with the requests they hold for, strongest first; and those that cannot be judged. */
function toArithmetic(won: readonly WonShape[]): Arithmetic {
  const rows = new Map<string, EvidenceRow>();
  const notJudged = new Map<string, string>();
  for (const { ranked, winner } of won) {
    for (const judged of ranked.explain(winner.diagnosis)) {
      if (judged.holds === null) notJudged.set(judged.claim.claim, whyNotJudged(judged));
      else if (judged.bits !== 0) addEvidence(rows, judged, ranked.requests);
    }
  }
  for (const claim of rows.keys()) notJudged.delete(claim);
  return {
    evidence: [...rows.values()].sort((a, b) => b.bits - a.bits || (a.claim < b.claim ? -1 : 1)),
    notJudged: [...notJudged].map(([claim, because]) => ({ claim, because })),
  };
}

function addEvidence(rows: Map<string, EvidenceRow>, judged: JudgedClaim, requests: number): void {
  const row = rows.get(judged.claim.claim);
  if (row === undefined) {
    rows.set(judged.claim.claim, toEvidenceRow(judged, requests));
    return;
  }
  row.requests += requests;
  if (Math.abs(judged.bits) > Math.abs(row.bits)) row.bits = round(judged.bits);
  row.counted = row.counted || judged.counted;
}

function whyNotJudged({ missing }: JudgedClaim): string {
  return missing.length > 0
    ? `the format lacks ${unique(missing).join(', ')}`
    : 'the log holds too little to compare with';
}

function toEvidenceRow(judged: JudgedClaim, requests: number): EvidenceRow {
  const { claim, holds, bits, counted, coincidence } = judged;
  return {
    claim: holds === true ? claim.claim : `not so: ${claim.claim}`,
    about: claim.about,
    supports: bits > 0,
    requests,
    bits: round(bits),
    counted,
    coincidence: coincidence === null ? null : { ...coincidence, q: round(coincidence.q) },
  };
}

function toAlternatives({ diagnosis, won }: Finding, values: Placeholders): readonly ReportAlternative[] {
  const others = unique(
    won.flatMap(({ ranked }) => ranked.candidates.map((candidate) => candidate.diagnosis)),
  ).filter((other) => other !== diagnosis);
  const candidateOf = ({ ranked }: WonShape, id: string): { confidence: number; bits: number } | undefined =>
    ranked.candidates.find((candidate) => candidate.diagnosis.id === id);
  return others
    .map((other) => ({
      id: other.id,
      title: other.title,
      confidence: round(weightedMean(won, (shape) => candidateOf(shape, other.id)?.confidence ?? 0)),
      bits: round(weightedMean(won, (shape) => candidateOf(shape, other.id)?.bits ?? 0)),
      tellApart: tellApart(diagnosis, other, values),
    }))
    .sort((a, b) => b.confidence - a.confidence || (a.id < b.id ? -1 : 1))
    .slice(0, MAX_ALTERNATIVES);
}

/** The observation that decides between two diagnoses, as either of them knows it. */
function tellApart(winner: Diagnosis, other: Diagnosis, values: Placeholders): string | null {
  const known =
    winner.confusedWith.find(({ id }) => id === other.id) ??
    other.confusedWith.find(({ id }) => id === winner.id);
  return known === undefined ? null : fillText(known.tellApart, values);
}

/** One sentence per kind of line that was folded in. */
function toIncludes(echoes: readonly RankedShape[]): ReportFinding['includes'] {
  const kinds = countBy(echoes, describeEcho, ({ requests }) => requests);
  return kinds.map(([sentence, requests]) => ({ sentence, requests }));
}

function describeEcho({ shape, candidates }: RankedShape): string {
  const flags = shape.responseFlags.length === 0 ? 'no flag' : shape.responseFlags.join(',');
  const own = candidates[0]?.diagnosis.title;
  const where =
    shape.upstreamCluster ?? shape.downstreamLocalAddress ?? shape.authority ?? 'the same endpoint';
  const line = `${shape.responseCode ?? 0} with ${flags} at ${where} belongs to the same incident`;
  return own === undefined ? line : `${line}; on its own it would read: ${own}`;
}

function toSamples(shapes: readonly RankedShape[], inputPaths: readonly string[]): readonly ReportSample[] {
  const groups: readonly GroupView[] = unique(shapes.map(({ group }) => group));
  return groups
    .map(({ group }) => group.lines)
    .flatMap((lines, i) => (i === 0 ? lines : lines.slice(0, 1)))
    .slice(0, MAX_SAMPLES)
    .map(({ input, line, text }) => ({ input: inputPaths[input] ?? '-', line, text }));
}

/** Three decimals: enough for every reader, and the same on every machine. */
export function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
