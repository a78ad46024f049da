import { WEIGHT_BITS } from '../model/diagnosis-vocabulary.ts';
import type { MeshJudge } from '../model/mesh-evidence.ts';
import type {
  FindingStatus,
  ReportEvidence,
  ReportFinding,
  ReportHop,
  ReportSample,
} from '../model/report.ts';
import { confidenceOf, toArithmetic } from './finding-arithmetic.ts';
import type { PathContext } from './finding-path.ts';
import { toReportHop } from './finding-path.ts';
import { toPeriod } from './finding-period.ts';
import { callersOf, countBy, mostFrequent, sumRequests, toScopes, unique } from './finding-scopes.ts';
import type { Finding } from './findings.ts';
import { followsOnCall } from './follow-ons.ts';
import { patchesOf, toMeshConfig } from './mesh-places.ts';
import { fillCode, fillText, toPlaceholders } from './placeholders.ts';
import { loggingPodOf, podFor } from './pod-names.ts';
import type { RankedShape } from './rank.ts';
import { joinReporters, reporterOf } from './reporter.ts';
import { sayLimit } from './round-time.ts';
import { roundShare } from './rounding.ts';
import { toSample } from './samples.ts';

const LIKELY = 0.7;
/** What the other log proves must also win by far. */
const PROVED = 0.95;
const NEARLY_ALL = 0.9;
/** Named where many places show the same line. */
const MOST_PLACES = 2;
const MAX_SAMPLES = 3;

/** What a finding needs to know of the report around it. */
export interface ReportContext extends PathContext {
  readonly failed: number;
  readonly isSuppressed: (diagnosisId: string, scope: string) => boolean;
  readonly mesh: MeshJudge | null;
}

/** The finding as the report shows it. */
export function toReportFinding(finding: Finding, context: ReportContext): ReportFinding {
  const { diagnosis, won, echoes, sides } = finding;
  // Most frequent first, so that flags, names and sample lines lead with what matters most.
  const shapes = won.map(({ ranked }) => ranked).sort((a, b) => b.requests - a.requests);
  const all = [...shapes, ...echoes];
  const counting = countingOf(all);
  const values = toPlaceholders(mostFrequent(shapes).shape, callersOf(shapes)[0] ?? null);
  const pod = loggingPodOf(shapes);
  const confidence = confidenceOf(finding);
  const requests = sumRequests(all);
  const scopes = toScopes(diagnosis.id, countingOf(shapes));
  // What follows on the failure went another way.
  const others = [...echoes, ...sides].filter((shape) => !followsOnCall(shape, context.join));
  const hop = toReportHop([...shapes, ...others], context);
  const arithmetic = toArithmetic(finding, values);
  const { id, title, family } = diagnosis;
  return {
    diagnosis: { id, title, family, doc: `diagnoses/${family}/${id}.md` },
    cause: fillText(diagnosis.cause, values) + sayLimit(shapes, arithmetic.evidence),
    confidence: roundShare(confidence),
    status: statusOf(finding, confidence, proofOf(finding, context, isProvedBy(hop, arithmetic.evidence))),
    requests,
    share: context.failed === 0 ? 0 : roundShare(requests / context.failed),
    ...toLooks([...all, ...sides]),
    scopes,
    ...toPeriod(counting),
    ...arithmetic,
    includes: toIncludes(echoes),
    hop,
    confirm: diagnosis.confirm.map(({ run, expect }) => ({
      run: fillCode(run, { ...values, pod: podFor(run, pod) }),
      expect: fillText(expect, values),
    })),
    fixes: [
      ...patchesOf(finding),
      ...diagnosis.fixes.map(({ text, yaml }) => ({
        text: fillText(text, values),
        ...(yaml === undefined ? {} : { yaml: fillCode(yaml, values) }),
      })),
    ],
    meshConfig: toMeshConfig(finding),
    sources: diagnosis.sources,
    samples: toSamples([...all, ...sides], context.inputPaths),
    suppressed: scopes.every(({ upstreamCluster, authority }) =>
      context.isSuppressed(id, upstreamCluster ?? authority ?? ''),
    ),
  };
}

/** The shapes under which requests count; those of other proxies only where there are no others. */
function countingOf(shapes: readonly RankedShape[]): readonly RankedShape[] {
  const counting = shapes.filter(({ requests }) => requests > 0);
  return counting.length > 0 ? counting : shapes;
}

/**
 * True when the other proxy's log says what became of nearly all requests and so proves the cause: it names why it turned
 * them away, or is what a claim of the strongest weight rests on.
 */
function isProvedBy(hop: ReportHop | null, evidence: readonly ReportEvidence[]): boolean {
  if (hop === null || hop.requests < NEARLY_ALL * hop.compared) return false;
  const isNamed = hop.outcome === 'refused' && hop.joined >= NEARLY_ALL * hop.requests;
  const isDecided = evidence.some(
    ({ about, counted, bits }) => about === 'peer' && counted && bits >= WEIGHT_BITS.decisive,
  );
  return isNamed || isDecided;
}

function statusOf({ diagnosis, won }: Finding, confidence: number, proof: Proof | null): FindingStatus {
  if (diagnosis.benign !== null && won.every(({ ranked }) => diagnosis.benign?.(ranked.shape) === true))
    return 'benign';
  if (proof === 'log' && confidence >= PROVED) return 'confirmed';
  if (proof === 'configuration' && confidence >= LIKELY) return 'confirmed';
  return confidence >= LIKELY ? 'likely' : 'possible';
}

/** What proves a cause: the other proxy's log or the mesh configuration. */
type Proof = 'log' | 'configuration';

/** Inputs that do not belong together prove nothing. */
function proofOf(finding: Finding, { mesh }: ReportContext, isProvedByLog: boolean): Proof | null {
  if (isProvedByMesh(finding)) return 'configuration';
  const isForeign = mesh !== null && !finding.won.every(({ ranked }) => mesh.knows(ranked.shape));
  return isProvedByLog && !isForeign ? 'log' : null;
}

function isProvedByMesh({ diagnosis, won }: Finding): boolean {
  const shapes = won.map(({ ranked }) => ranked);
  const count = (some: readonly RankedShape[]): number => some.reduce((sum, { records }) => sum + records, 0);
  const proved = shapes.filter(({ verdicts = [] }) =>
    verdicts.some(({ diagnosisId, supports }) => supports && diagnosisId === diagnosis.id),
  );
  return proved.length > 0 && count(proved) >= NEARLY_ALL * count(shapes);
}

/** What the lines of a finding show, echoes included. */
function toLooks(
  shapes: readonly RankedShape[],
): Pick<ReportFinding, 'responseFlags' | 'responseCodes' | 'reporter'> {
  const views = shapes.map(({ shape }) => shape);
  return {
    responseFlags: unique(views.flatMap((view) => view.responseFlags)),
    responseCodes: [...new Set(views.flatMap((view) => view.responseCode ?? []))].sort((a, b) => a - b),
    reporter: joinReporters(views.map(reporterOf)),
  };
}

/** One sentence per kind of line that was folded in, wherever such lines were met. */
function toIncludes(echoes: readonly RankedShape[]): ReportFinding['includes'] {
  // What only shows the other side of requests that are counted stands in the path.
  const counted = echoes.filter(({ requests }) => requests > 0);
  const requestsOf = ({ requests }: RankedShape): number => requests;
  const kinds = countBy(counted, (echo) => describeEcho(echo, ''), requestsOf);
  return kinds.map(([kind, requests]) => {
    const alike = counted.filter((echo) => describeEcho(echo, '') === kind);
    const [first] = alike;
    const places = countBy(alike, placeOfEcho, requestsOf).map(([place]) => place);
    return { sentence: first === undefined ? kind : describeEcho(first, namePlaces(places)), requests };
  });
}

function describeEcho({ shape, candidates }: RankedShape, where: string): string {
  const flags = shape.responseFlags.length === 0 ? 'no flag' : shape.responseFlags.join(',');
  const own = candidates[0]?.diagnosis.title;
  const line = `${shape.responseCode ?? 0} with ${flags} at ${where} belongs to the same incident`;
  return own === undefined ? line : `${line}; on its own it would read: ${own}`;
}

function placeOfEcho({ shape }: RankedShape): string {
  return shape.upstreamCluster ?? shape.downstreamLocalAddress ?? shape.authority ?? 'the same endpoint';
}

/** The first places by name, and how many others there are. */
function namePlaces(places: readonly string[]): string {
  const named = places.slice(0, MOST_PLACES);
  const others = places.length - named.length;
  if (others > 0) return `${named.join(', ')} and ${others} other ${others === 1 ? 'place' : 'places'}`;
  const last = named.at(-1) ?? '';
  return named.length < 2 ? last : `${named.slice(0, -1).join(', ')} and ${last}`;
}

function toSamples(shapes: readonly RankedShape[], inputPaths: readonly string[]): readonly ReportSample[] {
  return unique(shapes.map(({ group }) => group))
    .map(({ group }) => group.lines)
    .flatMap((lines, i) => (i === 0 ? lines : lines.slice(0, 1)))
    .slice(0, MAX_SAMPLES)
    .map((line) => toSample(line, inputPaths));
}
