import type { Claim, Diagnosis } from '../model/diagnosis.ts';
import { PRIOR_BITS, WEIGHT_BITS } from '../model/diagnosis-vocabulary.ts';
import type { MeshJudge, MeshVerdict } from '../model/mesh-evidence.ts';
import type { Candidate, RankedShape, Ranking } from './rank.ts';
import { toConfidences } from './rank.ts';
import type { JudgedClaim } from './score.ts';

const WEIGHT = 'decisive';

/** What the configuration is weighed with. */
interface MeshOptions {
  readonly diagnoses: readonly Diagnosis[];
  readonly mesh?: MeshJudge | null;
}

/** Adds to each shape what the mesh configuration says of its causes, as one more claim of each. */
export function weighMesh(ranking: Ranking, { diagnoses, mesh }: MeshOptions, temperature: number): Ranking {
  if (mesh == null) return ranking;
  const byId = new Map(diagnoses.map((diagnosis) => [diagnosis.id, diagnosis]));
  const weigh = (ranked: RankedShape, isQuiet: boolean): RankedShape => {
    const verdicts = mesh
      .judge(ranked.shape)
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
  return supports ? WEIGHT_BITS[WEIGHT] : -WEIGHT_BITS[WEIGHT];
}

function toClaim(verdict: MeshVerdict, i: number): JudgedClaim {
  const claim: Claim = {
    supports: verdict.supports,
    weight: WEIGHT,
    about: 'configuration',
    claim: verdict.claim,
    judge: () => true,
  };
  return { claim, holds: true, bits: bitsOf(verdict), counted: i === 0, coincidence: null, missing: [] };
}

/** Most names that a note lists. */
const MOST_NAMES = 5;

/** Causes that fit the log and that the configuration refutes, with the reason. */
function ruledOut(shapes: readonly RankedShape[]): readonly string[] {
  const notes = shapes.flatMap(({ candidates, verdicts = [] }) =>
    verdicts
      .filter(
        ({ supports, diagnosisId }) =>
          !supports && candidates.some(({ diagnosis }) => diagnosis.id === diagnosisId),
      )
      .map(({ diagnosisId, claim, places: [first] }) => {
        const where = first === undefined ? '' : ` (${first.file}:${first.line})`;
        return `The mesh configuration rules out ${diagnosisId}: ${claim}${where}.`;
      }),
  );
  return [...new Set(notes)];
}

/** Services that fail and of which the configuration says nothing. */
export function notesOfMesh(shapes: readonly RankedShape[], mesh: MeshJudge | null): readonly string[] {
  if (mesh === null) return [];
  const names = new Set(
    shapes
      .filter(({ group, shape }) => group.failed && !mesh.knows(shape))
      .map(({ shape }) => shape.clusterHost ?? shape.authorityName ?? ''),
  );
  const notes = ruledOut(shapes);
  if (names.size === 0) return notes;
  const shown = [...names].sort().slice(0, MOST_NAMES).join(', ');
  const more = names.size > MOST_NAMES ? ` and ${names.size - MOST_NAMES} more` : '';
  return [
    ...notes,
    `The mesh configuration does not know ${shown}${more}: it is partial or of another mesh, so it confirms little there. Missing: their Service or ServiceEntry, or the VirtualService and Gateway for these hosts.`,
  ];
}
