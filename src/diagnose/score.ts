import type { Claim, Diagnosis } from '../model/diagnosis.ts';
import { PRIOR_BITS, TOPICS, type Topic, WEIGHT_BITS } from '../model/diagnosis-vocabulary.ts';
import type { Coincidence, GroupFacts } from '../model/group-facts.ts';
import { EMPTY_SHAPE } from '../model/shape.ts';
import type { ShapeView } from '../model/shape-view.ts';
import { KindWatch, type Watched } from './kinds.ts';
import { toShapeView } from './logged-shape.ts';
import { ShapeObserver } from './observed-shape.ts';
import type { ShapeFacts } from './shape-facts.ts';

/** A second cause in one incident must explain its lines so much better than an echo does. */
export const SEPARATE_CAUSE_BITS = 2;

/** A claim and what the log says of it. */
export interface JudgedClaim {
  readonly claim: Claim;
  /** `null`: the log cannot judge it. */
  readonly holds: boolean | null;
  /** Points added to the diagnosis, negative when they are taken away; 0 when it was not judged. */
  readonly bits: number;
  /** False where a stronger claim about the same topic already counted. */
  readonly counted: boolean;
  readonly coincidence: Coincidence | null;
  /** Fields that it would need. */
  readonly missing: readonly string[];
}

type Judged = Omit<JudgedClaim, 'counted' | 'claim'>;
const NOTHING = toShapeView(EMPTY_SHAPE);

type CountableClaim = { -readonly [K in keyof JudgedClaim]: JudgedClaim[K] };

const NOT_JUDGED: Judged = { holds: null, bits: 0, coincidence: null, missing: [] };
const TOPIC_NUMBER: ReadonlyMap<string, number> = new Map(TOPICS.map((topic, i) => [topic, i]));

/** A claim that is to be judged for every shape, with its numbers at hand. */
interface OpenClaim {
  readonly claim: Claim;
  /** Place among the topics of its diagnosis. */
  readonly topic: number;
  readonly supports: boolean;
  readonly weight: number;
  /** What it counts when it is false. */
  readonly otherwise: number;
}

/** The evidence of a diagnosis before the shapes of one kind. */
export interface KindEvidence {
  readonly diagnosis: Diagnosis;
  /** What each claim says of all shapes of the kind; null where that has to be asked for each. */
  readonly settled: readonly (Judged | null)[];
  readonly open: readonly OpenClaim[];
  /** The strongest of the settled points, topic by topic. */
  readonly strongestFor: readonly number[];
  readonly strongestAgainst: readonly number[];
  /** Prior and settled points, where no claim is open. */
  readonly bits: number;
}

/** Bits that a coincidence is worth: −n · log2 q, never more than the weight of its claim. */
export function coincidenceBits({ n, q }: Coincidence, weight: number): number {
  if (q >= 1) return 0;
  return q <= 0 ? weight : Math.min(weight, -n * Math.log2(q));
}

function judge(claim: Claim, observer: ShapeObserver, facts: GroupFacts): Judged {
  const judgement = claim.judge(facts, observer.shape);
  const missing = observer.takeMissing();
  const weight = claim.supports ? WEIGHT_BITS[claim.weight] : -WEIGHT_BITS[claim.weight];
  if (judgement === true) return { holds: true, bits: weight, coincidence: null, missing: [] };
  if (judgement === null) return missing.length === 0 ? NOT_JUDGED : { ...NOT_JUDGED, missing };
  if (judgement !== false) {
    const bits = coincidenceBits(judgement, Math.abs(weight));
    return { holds: true, bits: claim.supports ? bits : -bits, coincidence: judgement, missing: [] };
  }
  if (missing.length > 0) return { ...NOT_JUDGED, missing };
  const otherwise = claim.otherwise === undefined ? 0 : WEIGHT_BITS[claim.otherwise];
  return { holds: false, bits: claim.supports ? -otherwise : otherwise, coincidence: null, missing: [] };
}

/**
 * Adds up the evidence of diagnoses. Within a topic only the strongest point for and the strongest against count: UF and
 * 91 bytes are one fact, not two.
 */
export class Scorer {
  readonly #observer = new ShapeObserver(NOTHING);
  readonly #watch = new KindWatch(NOTHING);
  readonly #strongestFor: number[] = TOPICS.map(() => 0);
  readonly #strongestAgainst: number[] = TOPICS.map(() => 0);
  /** Fields that claims of a diagnosis needed and the format lacks, over all shapes scored. */
  readonly missing = new Map<string, Set<string>>();

  /** Whether a diagnosis applies to a shape, and to all shapes of its kind. */
  applies({ applies }: Diagnosis, shape: ShapeView): Watched<boolean> {
    return this.#watch.ask(shape, (observer) => applies(observer.shape));
  }

  /** Judges what can be judged once for all shapes of the kind of this one. */
  prepare(diagnosis: Diagnosis, facts: ShapeFacts): KindEvidence {
    const { evidence, id } = diagnosis;
    const watched = this.#watch.watched(facts);
    const topics = topicsOf(evidence);
    const strongestFor = topics.map(() => 0);
    const strongestAgainst = topics.map(() => 0);
    const open: OpenClaim[] = [];
    const settled = evidence.map((claim): Judged | null => {
      const topic = topics.indexOf(claim.about);
      const { answer: judged, isOfKind } = this.#watch.ask(facts.shape, (observer) =>
        judge(claim, observer, watched),
      );
      if (!isOfKind) {
        open.push(toOpenClaim(claim, topic));
        return null;
      }
      this.#noteMissing(id, judged.missing);
      strongestFor[topic] = Math.max(strongestFor[topic] ?? 0, judged.bits);
      strongestAgainst[topic] = Math.min(strongestAgainst[topic] ?? 0, judged.bits);
      return judged;
    });
    const bits = addUp(diagnosis, strongestFor, strongestAgainst);
    return { diagnosis, settled, open, strongestFor, strongestAgainst, bits };
  }

  /** Prior and evidence of one diagnosis on a shape of the kind, in bits. */
  score(evidence: KindEvidence, facts: ShapeFacts): number {
    const { diagnosis, open } = evidence;
    if (open.length === 0) return evidence.bits;
    const strongestFor = this.#strongestFor;
    const strongestAgainst = this.#strongestAgainst;
    for (let topic = 0; topic < evidence.strongestFor.length; topic++) {
      strongestFor[topic] = evidence.strongestFor[topic] ?? 0;
      strongestAgainst[topic] = evidence.strongestAgainst[topic] ?? 0;
    }
    this.#observer.show(facts.shape);
    for (let i = 0; i < open.length; i++) {
      const claim = open[i];
      if (claim === undefined) continue;
      const bits = this.#bitsOf(claim, diagnosis.id, facts);
      if (bits > (strongestFor[claim.topic] ?? 0)) strongestFor[claim.topic] = bits;
      if (bits < (strongestAgainst[claim.topic] ?? 0)) strongestAgainst[claim.topic] = bits;
    }
    return addUp(diagnosis, strongestFor, strongestAgainst, evidence.strongestFor.length);
  }

  /** `judge` without its object: this is asked for every open claim of every shape. */
  #bitsOf({ claim, supports, weight, otherwise }: OpenClaim, id: string, facts: GroupFacts): number {
    const judgement = claim.judge(facts, this.#observer.shape);
    const missing = this.#observer.takeMissing();
    if (judgement === true) return weight;
    if (judgement !== null && judgement !== false) {
      const bits = coincidenceBits(judgement, Math.abs(weight));
      return supports ? bits : -bits;
    }
    if (missing.length > 0) {
      this.#noteMissing(id, missing);
      return 0;
    }
    return judgement === null ? 0 : otherwise;
  }

  #noteMissing(id: string, fields: readonly string[]): void {
    for (const field of fields) {
      const ids = this.missing.get(field) ?? new Set();
      this.missing.set(field, ids.add(id));
    }
  }

  /** The same sum, claim by claim; `settled` as far as the kind of the shape is known. */
  explain(diagnosis: Diagnosis, settled: KindEvidence['settled'], facts: ShapeFacts): readonly JudgedClaim[] {
    this.#observer.show(facts.shape);
    const judged = diagnosis.evidence.map((claim, i): CountableClaim => {
      const { holds, bits, coincidence, missing } = settled[i] ?? judge(claim, this.#observer, facts);
      return { claim, holds, bits, counted: false, coincidence, missing };
    });
    const strongestFor = new Map<Topic, CountableClaim>();
    const strongestAgainst = new Map<Topic, CountableClaim>();
    for (let i = 0; i < judged.length; i++) {
      const item = judged[i];
      if (item === undefined || item.bits === 0) continue;
      const strongest = item.bits > 0 ? strongestFor : strongestAgainst;
      const known = strongest.get(item.claim.about);
      if (known !== undefined && Math.abs(item.bits) <= Math.abs(known.bits)) continue;
      if (known !== undefined) known.counted = false;
      item.counted = true;
      strongest.set(item.claim.about, item);
    }
    return judged;
  }
}

/** The prior of a diagnosis and the strongest points of its first topics. */
function addUp(
  { prior }: Diagnosis,
  strongestFor: readonly number[],
  strongestAgainst: readonly number[],
  topics = strongestFor.length,
): number {
  let sum: number = PRIOR_BITS[prior];
  for (let topic = 0; topic < topics; topic++)
    sum += (strongestFor[topic] ?? 0) + (strongestAgainst[topic] ?? 0);
  return sum;
}

/** In the order in which points are added up. */
function topicsOf(evidence: readonly Claim[]): readonly Topic[] {
  const topics = [...new Set(evidence.map(({ about }) => about))];
  return topics.sort((a, b) => (TOPIC_NUMBER.get(a) ?? 0) - (TOPIC_NUMBER.get(b) ?? 0));
}

function toOpenClaim(claim: Claim, topic: number): OpenClaim {
  const sign = claim.supports ? 1 : -1;
  return {
    claim,
    topic,
    supports: claim.supports,
    weight: sign * WEIGHT_BITS[claim.weight],
    otherwise: claim.otherwise === undefined ? 0 : -sign * WEIGHT_BITS[claim.otherwise],
  };
}
