import type { Aggregate, FailureGroup } from '../model/aggregate.ts';
import type { Claim, Diagnosis } from '../model/diagnosis.ts';
import { PRIOR_BITS, WEIGHT_BITS } from '../model/diagnosis-vocabulary.ts';
import { readSource } from '../model/log-source.ts';
import type { LineContext, MeshJudge, MeshVerdict } from '../model/mesh-evidence.ts';
import { listTrafficKeys } from '../model/traffic-key.ts';
import { parseUpstreamCluster } from '../model/upstream-cluster.ts';
import type { Candidate, RankedShape, Ranking } from './rank.ts';
import { toConfidences, winnerOf } from './rank.ts';
import type { JudgedClaim } from './score.ts';

const WEIGHT = 'decisive';
/** A fault that is written down outweighs one decisive claim of the log against it. */
const PROOF_BITS = 1.5 * WEIGHT_BITS[WEIGHT];

/** What the configuration is weighed with. */
interface MeshOptions {
  readonly diagnoses: readonly Diagnosis[];
  readonly mesh?: MeshJudge | null;
}

/** How the services that a log names and those of the configuration meet. */
type MeshMatch = 'same' | 'foreign' | 'unknown';

/**
 * Whether the configuration is of the mesh that the log is of, as far as names tell: port numbers, modes and addresses are
 * alike in many meshes.
 */
function matchMesh(mesh: MeshJudge, aggregate: Aggregate): MeshMatch {
  const hosts = new Set(
    listTrafficKeys(aggregate.traffic.scopes).flatMap((name) => parseUpstreamCluster(name).host ?? []),
  );
  if (hosts.size === 0) return 'unknown';
  if ([...hosts].some((host) => mesh.speaksOf(host))) return 'same';
  // What finds no route or cluster is named by its authority alone. Short names are alike in many meshes.
  const names = listTrafficKeys(aggregate.traffic.authorities).map((name) => name.replace(/:\d+$/, ''));
  const known = names.filter((name) => mesh.speaksOf(name));
  if (known.length === 0) return 'foreign';
  return known.some((name) => name.includes('.')) ? 'same' : 'unknown';
}

/** The configuration, or, where its resources are of another mesh, what is left of it without them. */
export function trustMesh(mesh: MeshJudge | null, aggregate: Aggregate): MeshJudge | null {
  if (mesh === null || matchMesh(mesh, aggregate) !== 'foreign') return mesh;
  return {
    judge: (shape, context) => mesh.judge(shape, { ...context, isForeign: true }),
    knows: mesh.knowsByDump,
    knowsByDump: mesh.knowsByDump,
    notes: [],
    silentDumps: mesh.silentDumps,
    speaksOf: () => false,
  };
}

/** Adds to each shape what the mesh configuration says of its causes, as one more claim of each. */
export function weighMesh(ranking: Ranking, { diagnoses, mesh }: MeshOptions, temperature: number): Ranking {
  if (mesh == null) return ranking;
  const byId = new Map(diagnoses.map((diagnosis) => [diagnosis.id, diagnosis]));
  const served = new Map(
    ranking.quiet.map(({ shape, records }) => [shape.upstreamCluster ?? '', records] as const),
  );
  const weigh = (ranked: RankedShape, isQuiet: boolean): RankedShape => {
    const { group } = ranked.group;
    const context = { served, writer: writerOf(group), time: group.time, isForeign: false };
    const verdicts = mesh
      .judge(ranked.shape, context)
      .filter(({ diagnosisId }) => byId.get(diagnosisId)?.quiet === isQuiet);
    return verdicts.length === 0 ? ranked : weighOne(ranked, verdicts, byId, temperature);
  };
  // What fails no request is a finding only where the configuration proves it; it counts none as failed.
  const proved = ranking.quiet
    .map((ranked) => weigh(ranked, true))
    .filter(({ verdicts }) => verdicts !== undefined)
    .map((ranked) => ({ ...ranked, requests: 0 }));
  return { ...ranking, shapes: [...ranking.shapes.map((ranked) => weigh(ranked, false)), ...proved] };
}

/** The proxy that wrote the lines of a group, by what stands on them and beside them. */
function writerOf({ sources, callers }: FailureGroup): LineContext['writer'] {
  const known = sources.entries.map(({ key }) => readSource(key));
  return {
    inputs: [...new Set(known.map(({ log }) => log))],
    pods: [...new Set(known.flatMap(({ pod }) => pod ?? []))],
    callers: callers.entries.map(({ key }) => key),
  };
}

function weighOne(
  ranked: RankedShape,
  verdicts: readonly MeshVerdict[],
  byId: ReadonlyMap<string, Diagnosis>,
  temperature: number,
): RankedShape {
  const points = new Map(verdicts.map((verdict) => [verdict.diagnosisId, bitsOf(verdict)]));
  const known: readonly Candidate[] = ranked.candidates.map(({ diagnosis, bits }) => ({
    diagnosis,
    bits: bits + (points.get(diagnosis.id) ?? 0),
  }));
  // The log alone could not tell that it may be this cause.
  const added = [...points].flatMap(([id, bits]) => {
    const diagnosis = byId.get(id);
    if (diagnosis === undefined || known.some((candidate) => candidate.diagnosis === diagnosis)) return [];
    return [{ diagnosis, bits: PRIOR_BITS[diagnosis.prior] + bits }];
  });
  const { ranked: candidates, unknown } = toConfidences([...known, ...added], temperature);
  const isAdded = (diagnosis: Diagnosis): boolean => added.some((item) => item.diagnosis === diagnosis);
  const explain = (diagnosis: Diagnosis): readonly JudgedClaim[] => [
    ...(isAdded(diagnosis) ? [] : ranked.explain(diagnosis)),
    ...verdicts.filter(({ diagnosisId }) => diagnosisId === diagnosis.id).map(toClaim),
  ];
  return { ...ranked, candidates, unknown, explain, verdicts };
}

function bitsOf({ supports }: MeshVerdict): number {
  return supports ? PROOF_BITS : -WEIGHT_BITS[WEIGHT];
}

function toClaim(verdict: MeshVerdict, i: number): JudgedClaim {
  const claim: Claim = {
    supports: verdict.supports,
    weight: WEIGHT,
    about: 'configuration',
    claim: verdict.claim,
    // On the configuration that was given, which the finding shows.
    restsOn: [],
    judge: () => true,
  };
  return { claim, holds: true, bits: bitsOf(verdict), counted: i === 0, coincidence: null, missing: [] };
}

/** Most names that a note lists. */
const MOST_NAMES = 5;

const UNTIED =
  'No line of the log names a service of the mesh configuration in full: what that confirms holds if both are of the same mesh.';

/** Causes that fit the log and that the configuration refutes, with the reason: one note for each reason. */
function ruledOut(shapes: readonly RankedShape[]): readonly string[] {
  const idsByReason = new Map<string, Set<string>>();
  const upheld = new Set<string>();
  for (const ranked of shapes) {
    const { candidates, verdicts = [] } = ranked;
    const possible = new Set(candidates.map(({ diagnosis }) => diagnosis.id));
    for (const { supports, diagnosisId, claim, places } of verdicts) {
      if (supports || !possible.has(diagnosisId)) continue;
      const [first] = places;
      const where = first === undefined ? '' : ` (${first.file}:${first.line})`;
      const reason = `${claim}${where}`;
      idsByReason.set(reason, (idsByReason.get(reason) ?? new Set()).add(diagnosisId));
      if (winnerOf(ranked)?.diagnosis.id === diagnosisId) upheld.add(diagnosisId);
    }
  }
  return [...idsByReason].flatMap(([reason, ids]) => {
    const out = [...ids].filter((id) => !upheld.has(id));
    const kept = [...ids].filter((id) => upheld.has(id));
    return [
      ...(out.length === 0 ? [] : [`The mesh configuration rules out ${out.join(', ')}: ${reason}.`]),
      ...kept.map(
        (id) =>
          `The log shows ${id} although the mesh configuration speaks against it: ${reason}. It may be newer than the log, or another resource may hold for the caller.`,
      ),
    ];
  });
}

/** Services that fail and of which the configuration says nothing. */
export function notesOfMesh(
  shapes: readonly RankedShape[],
  mesh: MeshJudge | null,
  aggregate: Aggregate,
): readonly string[] {
  if (mesh === null) return [];
  const isProved = ({ verdicts = [] }: RankedShape): boolean => verdicts.some(({ supports }) => supports);
  const names = new Set(
    shapes
      .filter((ranked) => ranked.group.failed && !isProved(ranked) && !mesh.knows(ranked.shape))
      .map(({ shape }) => shape.clusterHost ?? shape.authorityName ?? 'what failed'),
  );
  const failing = shapes.filter(({ group }) => group.failed);
  const silent = mesh.silentDumps(failing.map(({ shape, group }) => [shape, writerOf(group.group)] as const));
  const notes = [
    ...mesh.notes,
    ...silent
      .slice(0, MOST_NAMES)
      .map((name) => `No failing line is known to be of the proxy ${name}: its dump confirms nothing.`),
    ...ruledOut(shapes),
    ...(shapes.some(isProved) && matchMesh(mesh, aggregate) === 'unknown' ? [UNTIED] : []),
  ];
  if (names.size === 0) return notes;
  const shown = [...names].sort().slice(0, MOST_NAMES).join(', ');
  const more = names.size > MOST_NAMES ? ` and ${names.size - MOST_NAMES} more` : '';
  return [
    ...notes,
    `The mesh configuration does not know ${shown}${more}: it is partial or of another mesh, so it confirms little there. Missing: their Service or ServiceEntry, or the VirtualService and Gateway for these hosts.`,
  ];
}
