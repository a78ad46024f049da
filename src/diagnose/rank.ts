import type { Diagnosis } from '../model/diagnosis.ts';
import type { MeshVerdict } from '../model/mesh-evidence.ts';
import type { ShapeView } from '../model/shape-view.ts';
import { FactsOfGroup } from './facts-of-group.ts';
import { Kinds } from './kinds.ts';
import { rememberOf } from './memo.ts';
import { toQuietGroups } from './quiet-traffic.ts';
import type { JudgedClaim, KindEvidence } from './score.ts';
import { Scorer } from './score.ts';
import { ShapeFacts } from './shape-facts.ts';
import type { GroupView, TrafficIndex } from './traffic-index.ts';

/** A cause that nobody has seen in a real log is never called more certain than this. */
const UNOBSERVED_CAP = 0.8;

/** A diagnosis that may explain a shape. */
export interface Candidate {
  readonly diagnosis: Diagnosis;
  /** Prior and evidence. */
  readonly bits: number;
}

export interface RankedCandidate extends Candidate {
  readonly confidence: number;
}

/** One shape with all that could explain it, best first. */
export interface RankedShape {
  readonly group: GroupView;
  readonly shape: ShapeView;
  /** Hash of the shape within its group. */
  readonly hash: number;
  /** Requests that count under this shape; those that another proxy's record counts already do not. */
  readonly requests: number;
  /** Records of the shape. */
  readonly records: number;
  readonly candidates: readonly RankedCandidate[];
  /** Confidence that it is none of them. */
  readonly unknown: number;
  /** What the mesh configuration says of its causes. */
  readonly verdicts?: readonly MeshVerdict[];
  /** The arithmetic of one candidate, claim by claim. */
  readonly explain: (diagnosis: Diagnosis) => readonly JudgedClaim[];
}

/** A shape that a diagnosis won. */
export interface WonShape {
  readonly ranked: RankedShape;
  readonly winner: RankedCandidate;
}

/** Records that have not failed are claimed only by a diagnosis that is surer of itself than of nothing at all. */
export function winnerOf({ candidates, group, unknown }: RankedShape): RankedCandidate | null {
  const [winner] = candidates;
  if (winner === undefined || winner.bits <= 0) return null;
  return group.failed || winner.confidence > unknown ? winner : null;
}

/** All shapes of a log, ranked, and which diagnoses could not be judged for want of a field. */
export interface Ranking {
  readonly shapes: readonly RankedShape[];
  /** Field → ids of diagnoses that needed it. */
  readonly missing: ReadonlyMap<string, ReadonlySet<string>>;
  /** Traffic that succeeds, ranked against the causes that fail nothing. */
  readonly quiet: readonly RankedShape[];
}

/** A diagnosis is observed when one of its samples comes from a real proxy. */
const isObserved = rememberOf((diagnosis: Diagnosis): boolean =>
  diagnosis.samples.some((sample) => sample.origin !== 'composed'),
);

/**
 * Odds double with each `temperature` bits; the candidates and the unknown (0 bits) share one. What the cap takes from an
 * unobserved cause goes to the unknown.
 */
export function toConfidences(
  candidates: readonly Candidate[],
  temperature: number,
): { readonly ranked: readonly RankedCandidate[]; readonly unknown: number } {
  // Loops, since this is asked for every shape before the engine has warmed up.
  const ranked: { diagnosis: Diagnosis; bits: number; confidence: number }[] = [];
  let sum = 1;
  for (let i = 0; i < candidates.length; i++) {
    const candidate = candidates[i];
    if (candidate === undefined) continue;
    const { diagnosis, bits } = candidate;
    const power = 2 ** (bits / temperature);
    sum += power;
    ranked.push({ diagnosis, bits, confidence: power });
  }
  let known = 0;
  for (let i = 0; i < ranked.length; i++) {
    const one = ranked[i];
    if (one === undefined) continue;
    const confidence = one.confidence / sum;
    one.confidence = isObserved(one.diagnosis) ? confidence : Math.min(confidence, UNOBSERVED_CAP);
    known += one.confidence;
  }
  return { ranked: ranked.sort(byConfidence), unknown: Math.max(0, 1 - known) };
}

function byConfidence(a: RankedCandidate, b: RankedCandidate): number {
  return b.confidence - a.confidence || b.bits - a.bits || (a.diagnosis.id < b.diagnosis.id ? -1 : 1);
}

/** Ranks every shape of every group against all diagnoses that apply to it. */
export function rankShapes(
  index: TrafficIndex,
  diagnoses: readonly Diagnosis[],
  temperature: number,
): Ranking {
  const loud = diagnoses.filter(({ quiet }) => !quiet);
  const scorer = new Scorer();
  const failures = new Ranker(loud, scorer, temperature);
  const others = new Ranker(
    loud.filter(({ claimsHealthy }) => claimsHealthy),
    scorer,
    temperature,
  );
  const shapes = index.groups.flatMap((group) =>
    (group.failed ? failures : others).rank(new FactsOfGroup(group, index)),
  );
  return { shapes, missing: scorer.missing, quiet: rankQuiet(index, diagnoses, temperature) };
}

/** What such groups lack is not missing in the log: they are made from counts. So they have a scorer of their own. */
function rankQuiet(
  index: TrafficIndex,
  diagnoses: readonly Diagnosis[],
  temperature: number,
): readonly RankedShape[] {
  const quiet = diagnoses.filter((diagnosis) => diagnosis.quiet);
  if (quiet.length === 0) return [];
  const ranker = new Ranker(quiet, new Scorer(), temperature);
  return toQuietGroups(index.aggregate).flatMap(({ view, facts }) =>
    ranker.rank(new FactsOfGroup(view, index, facts)),
  );
}

/** A diagnosis that applies to the shapes of a kind, or to some of them. */
interface Gate {
  readonly diagnosis: Diagnosis;
  /** It has to be asked for each shape whether it applies. */
  readonly isOpen: boolean;
  /** Prepared when it first applies. */
  evidence: KindEvidence | null;
}

/** Ranks shapes against one set of diagnoses. */
class Ranker {
  readonly #diagnoses: readonly Diagnosis[];
  readonly #scorer: Scorer;
  readonly #temperature: number;
  readonly #kinds = new Kinds<readonly Gate[]>();

  constructor(diagnoses: readonly Diagnosis[], scorer: Scorer, temperature: number) {
    this.#diagnoses = diagnoses;
    this.#scorer = scorer;
    this.#temperature = temperature;
  }

  /** The shapes of a group, ranked. */
  rank(facts: FactsOfGroup): readonly RankedShape[] {
    const group = facts.view;
    // Shapes that fell over the cap are shared out among those that were kept.
    const shares = shareOut(
      group.requests,
      group.shapes.map(({ requests }) => requests),
    );
    return group.views.map((shape, i) => {
      const shapeFacts = new ShapeFacts(facts, shape);
      const gates = this.#kinds.of(shape, (first) => this.#openGates(first));
      const { ranked, unknown } = toConfidences(this.#score(gates, shapeFacts), this.#temperature);
      const explain = (diagnosis: Diagnosis): readonly JudgedClaim[] => {
        const { settled = [] } = gates.find((gate) => gate.diagnosis === diagnosis)?.evidence ?? {};
        return this.#scorer.explain(diagnosis, settled, shapeFacts);
      };
      const records = shares[i] ?? 0;
      const hash = group.shapes[i]?.hash ?? 0;
      return { group, shape, hash, requests: records, records, candidates: ranked, unknown, explain };
    });
  }

  /** Most diagnoses can be ruled out for all shapes of a kind. */
  #openGates(first: ShapeView): readonly Gate[] {
    return this.#diagnoses.flatMap((diagnosis): readonly Gate[] => {
      const { answer, isOfKind } = this.#scorer.applies(diagnosis, first);
      return answer || !isOfKind ? [{ diagnosis, isOpen: !isOfKind, evidence: null }] : [];
    });
  }

  #score(gates: readonly Gate[], facts: ShapeFacts): readonly Candidate[] {
    const candidates: Candidate[] = [];
    // Not with `for of`, whose iterator makes an object per step until the engine has warmed up.
    for (let i = 0; i < gates.length; i++) {
      const gate = gates[i];
      if (gate === undefined || (gate.isOpen && !gate.diagnosis.applies(facts.shape))) continue;
      gate.evidence ??= this.#scorer.prepare(gate.diagnosis, facts);
      candidates.push({ diagnosis: gate.diagnosis, bits: this.#scorer.score(gate.evidence, facts) });
    }
    return candidates;
  }
}

/** Splits a whole number in proportion to the weights, into whole numbers. */
function shareOut(total: number, weights: readonly number[]): readonly number[] {
  const sum = weights.reduce((all, weight) => all + weight, 0);
  let given = 0;
  let passed = 0;
  return weights.map((weight) => {
    passed += weight;
    const upTo = sum === 0 ? total : Math.round((total * passed) / sum);
    const share = upTo - given;
    given = upTo;
    return share;
  });
}
