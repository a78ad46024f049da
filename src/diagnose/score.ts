import type { Claim, Diagnosis, Judgement } from '../model/diagnosis.ts';
import { PRIOR_BITS, WEIGHT_BITS } from '../model/diagnosis-vocabulary.ts';
import type { Coincidence, GroupFacts } from '../model/group-facts.ts';
import type { ShapeObserver } from './observed-shape.ts';

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

/** A diagnosis judged on one shape. */
export interface Candidate {
  readonly diagnosis: Diagnosis;
  readonly bits: number;
  readonly priorBits: number;
  readonly claims: readonly JudgedClaim[];
}

/** Bits that a coincidence is worth: −n · log2 q, never more than the weight of its claim. */
export function coincidenceBits({ n, q }: Coincidence, weight: number): number {
  if (q <= 0 || q >= 1) return q >= 1 ? 0 : weight;
  return Math.min(weight, -n * Math.log2(q));
}

function judge(claim: Claim, observer: ShapeObserver, facts: GroupFacts): Omit<JudgedClaim, 'counted'> {
  const judgement: Judgement = claim.judge(observer.shape, facts);
  const missing = observer.takeMissing();
  const sign = claim.supports ? 1 : -1;
  const weight = WEIGHT_BITS[claim.weight];
  if (judgement === true) return { claim, holds: true, bits: sign * weight, coincidence: null, missing: [] };
  if (judgement !== null && judgement !== false) {
    return {
      claim,
      holds: true,
      bits: sign * coincidenceBits(judgement, weight),
      coincidence: judgement,
      missing: [],
    };
  }
  if (judgement === null || missing.length > 0)
    return { claim, holds: null, bits: 0, coincidence: null, missing };
  const otherwise = claim.otherwise === undefined ? 0 : -sign * WEIGHT_BITS[claim.otherwise];
  return { claim, holds: false, bits: otherwise, coincidence: null, missing: [] };
}

/** Within a topic only the strongest point for and the strongest against count: UF and 91 bytes are one fact, not two. */
function markCounted(judged: readonly Omit<JudgedClaim, 'counted'>[]): readonly JudgedClaim[] {
  const best = new Map<string, Omit<JudgedClaim, 'counted'>>();
  for (const item of judged) {
    if (item.bits === 0) continue;
    const key = `${item.claim.about} ${item.bits > 0}`;
    const known = best.get(key);
    if (known === undefined || Math.abs(item.bits) > Math.abs(known.bits)) best.set(key, item);
  }
  const counted = new Set(best.values());
  return judged.map((item) => ({ ...item, counted: counted.has(item) }));
}

/** Prior and evidence of one diagnosis on the shape that the observer shows. */
export function scoreDiagnosis(diagnosis: Diagnosis, observer: ShapeObserver, facts: GroupFacts): Candidate {
  observer.takeMissing();
  const claims = markCounted(diagnosis.evidence.map((claim) => judge(claim, observer, facts)));
  const priorBits = PRIOR_BITS[diagnosis.prior];
  const bits = claims
    .filter(({ counted }) => counted)
    .reduce<number>((sum, claim) => sum + claim.bits, priorBits);
  return { diagnosis, bits, priorBits, claims };
}
