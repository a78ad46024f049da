import type { Behaviour, Source } from '../model/behaviour.ts';
import type { Claim, Diagnosis } from '../model/diagnosis.ts';
import { PRIOR_BITS, WEIGHT_BITS } from '../model/diagnosis-vocabulary.ts';
import { RESPONSE_FLAG_TABLE } from '../model/response-flag.ts';
import { withFullStop } from './wording.ts';

/** A row of Envoy's table of response flags. */
type FlagRow = (typeof RESPONSE_FLAG_TABLE)[number];

/** Envoy's name and meaning of a flag; none for a flag that Envoy 1.40 does not define. */
export function findFlag(flag: string): FlagRow | undefined {
  return RESPONSE_FLAG_TABLE.find((row) => row.flag === flag);
}

/** Strongest claims first; equal ones in the order of the diagnosis. */
export function claimsOf(diagnosis: Diagnosis, side: 'for' | 'against'): readonly Claim[] {
  return diagnosis.evidence
    .filter((claim) => claim.supports === (side === 'for'))
    .toSorted((a, b) => WEIGHT_BITS[b.weight] - WEIGHT_BITS[a.weight]);
}

/** What the claims of a diagnosis rest on, once each, in the order in which the claims are shown. */
export function groundsOf(diagnosis: Diagnosis): readonly Behaviour[] {
  const claims = [...claimsOf(diagnosis, 'for'), ...claimsOf(diagnosis, 'against')];
  return [...new Set(claims.flatMap(({ restsOn }) => restsOn))];
}

/** `[1, 3]`: the places of what a claim rests on in such a list; empty where it rests on nothing. */
export function referTo({ restsOn }: Claim, grounds: readonly Behaviour[]): string {
  const places = restsOn.map((behaviour) => grounds.indexOf(behaviour) + 1).sort((a, b) => a - b);
  return places.length === 0 ? '' : `[${places.join(', ')}]`;
}

/** How an output writes a page that it names, and free text. */
export interface GroundsWords {
  readonly cite: (source: Source) => string;
  readonly spell: (text: string) => string;
}

/** How a behaviour is known, a sentence for each way. */
export function describeGrounds(
  { documented, observed, reasoned }: Behaviour,
  { cite, spell }: GroundsWords,
): string {
  return [
    ...(documented.length === 0 ? [] : [`Documented: ${documented.map(cite).join('; ')}.`]),
    ...(observed === null ? [] : [`Observed in ${withFullStop(spell(observed))}`]),
    ...(reasoned === null ? [] : [`Reasoned: ${withFullStop(spell(reasoned))}`]),
  ].join(' ');
}

/** The claim that tells a diagnosis from the others of its flags: the strongest that is not about the flags. */
export function tellingClaim(diagnosis: Diagnosis): Claim | undefined {
  const claims = claimsOf(diagnosis, 'for');
  return claims.find((claim) => claim.about !== 'flags') ?? claims[0];
}

/** The diagnoses filed under a flag, the most usual first. */
export function filedUnder(flag: string, diagnoses: readonly Diagnosis[]): readonly Diagnosis[] {
  return diagnoses
    .filter((diagnosis) => diagnosis.flags.includes(flag))
    .toSorted((a, b) => PRIOR_BITS[b.prior] - PRIOR_BITS[a.prior] || (a.id < b.id ? -1 : 1));
}

/** Known only from logs that somebody composed after a documented signature; its confidence is capped. */
export function isUnobserved(diagnosis: Diagnosis): boolean {
  return diagnosis.samples.every((sample) => sample.origin === 'composed');
}
