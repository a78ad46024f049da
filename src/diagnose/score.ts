import type { Claim, Diagnosis } from '../model/diagnosis.ts';
import { PRIOR_BITS, TOPICS, WEIGHT_BITS } from '../model/diagnosis-vocabulary.ts';
import type { Coincidence, GroupFacts } from '../model/group-facts.ts';
import type { ShapeObserver } from './observed-shape.ts';

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
type CountableClaim = { -readonly [K in keyof JudgedClaim]: JudgedClaim[K] };

const NOT_JUDGED: Judged = { holds: null, bits: 0, coincidence: null, missing: [] };
const TOPIC_NUMBER: ReadonlyMap<string, number> = new Map(TOPICS.map((topic, i) => [topic, i]));

/** Bits that a coincidence is worth: −n · log2 q, never more than the weight of its claim. */
export function coincidenceBits({ n, q }: Coincidence, weight: number): number {
  if (q >= 1) return 0;
  return q <= 0 ? weight : Math.min(weight, -n * Math.log2(q));
}

function judge(claim: Claim, observer: ShapeObserver, facts: GroupFacts): Judged {
  const judgement = claim.judge(observer.shape, facts);
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
  readonly #observer: ShapeObserver;
  readonly #strongestFor = new Float64Array(TOPICS.length);
  readonly #strongestAgainst = new Float64Array(TOPICS.length);
  /** Fields that claims of a diagnosis needed and the format lacks, over all shapes scored. */
  readonly missing = new Map<string, Set<string>>();

  constructor(observer: ShapeObserver) {
    this.#observer = observer;
  }

  /** Prior and evidence of one diagnosis on the shape that the observer shows, in bits. */
  score(diagnosis: Diagnosis, facts: GroupFacts): number {
    this.#strongestFor.fill(0);
    this.#strongestAgainst.fill(0);
    for (const claim of diagnosis.evidence) {
      const bits = this.#bitsOf(claim, diagnosis.id, facts);
      const topic = TOPIC_NUMBER.get(claim.about) ?? 0;
      if (bits > (this.#strongestFor[topic] ?? 0)) this.#strongestFor[topic] = bits;
      if (bits < (this.#strongestAgainst[topic] ?? 0)) this.#strongestAgainst[topic] = bits;
    }
    let sum = PRIOR_BITS[diagnosis.prior];
    for (let topic = 0; topic < TOPICS.length; topic++) {
      sum += (this.#strongestFor[topic] ?? 0) + (this.#strongestAgainst[topic] ?? 0);
    }
    return sum;
  }

  /** `judge` without its object: this is asked for every claim of every shape. */
  #bitsOf(claim: Claim, id: string, facts: GroupFacts): number {
    const judgement = claim.judge(this.#observer.shape, facts);
    const missing = this.#observer.takeMissing();
    if (judgement === true) return claim.supports ? WEIGHT_BITS[claim.weight] : -WEIGHT_BITS[claim.weight];
    if (judgement !== null && judgement !== false) {
      const bits = coincidenceBits(judgement, WEIGHT_BITS[claim.weight]);
      return claim.supports ? bits : -bits;
    }
    if (missing.length > 0) {
      this.#noteMissing(id, missing);
      return 0;
    }
    if (judgement === null || claim.otherwise === undefined) return 0;
    return claim.supports ? -WEIGHT_BITS[claim.otherwise] : WEIGHT_BITS[claim.otherwise];
  }

  #noteMissing(id: string, fields: readonly string[]): void {
    for (const field of fields) {
      const ids = this.missing.get(field) ?? new Set();
      this.missing.set(field, ids.add(id));
    }
  }

  /** The same sum, claim by claim. */
  explain(diagnosis: Diagnosis, facts: GroupFacts): readonly JudgedClaim[] {
    const judged = diagnosis.evidence.map(
      (claim): CountableClaim => ({ claim, counted: false, ...judge(claim, this.#observer, facts) }),
    );
    const best = new Map<string, CountableClaim>();
    for (const item of judged) {
      if (item.bits === 0) continue;
      const key = `${item.claim.about} ${item.bits > 0}`;
      const known = best.get(key);
      if (known === undefined || Math.abs(item.bits) > Math.abs(known.bits)) best.set(key, item);
    }
    for (const item of best.values()) item.counted = true;
    return judged;
  }
}
