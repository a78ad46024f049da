import type { Diagnosis } from '../model/diagnosis.ts';
import { PRIOR_BITS } from '../model/diagnosis-vocabulary.ts';
import type { ReportAlternative, ReportEvidence, ReportFinding } from '../model/report.ts';
import { unique } from './finding-scopes.ts';
import type { Finding } from './findings.ts';
import type { Placeholders } from './placeholders.ts';
import { fillText } from './placeholders.ts';
import type { RankedCandidate, WonShape } from './rank.ts';
import { round, roundShare } from './rounding.ts';
import type { JudgedClaim } from './score.ts';

const MAX_ALTERNATIVES = 5;

type EvidenceRow = { -readonly [K in keyof ReportEvidence]: ReportEvidence[K] };

/** Mean over the shapes of a finding, weighted by their requests. */
function weightedMean(won: readonly WonShape[], read: (shape: WonShape) => number): number {
  const weigh = weightOf(won);
  const total = won.reduce((sum, shape) => sum + weigh(shape), 0);
  const sum = won.reduce((all, shape) => all + weigh(shape) * read(shape), 0);
  return total === 0 ? 0 : sum / total;
}

/** By requests; where all of them count elsewhere, by records. */
function weightOf(won: readonly WonShape[]): (shape: WonShape) => number {
  const counts = won.some(({ ranked }) => ranked.requests > 0);
  return ({ ranked }) => (counts ? ranked.requests : ranked.records);
}

/** Confidence of a finding, not rounded. */
export function confidenceOf({ won }: Finding): number {
  return weightedMean(won, ({ winner }) => winner.confidence);
}

/** The numbers of a finding: prior, evidence claim by claim, and what else may explain it. */
export function toArithmetic(
  finding: Finding,
  values: Placeholders,
): Pick<
  ReportFinding,
  'bits' | 'priorBits' | 'evidence' | 'notJudged' | 'alternatives' | 'unknownConfidence'
> {
  const { diagnosis, won } = finding;
  return {
    bits: round(weightedMean(won, ({ winner }) => winner.bits)),
    priorBits: PRIOR_BITS[diagnosis.prior],
    ...toEvidence(won),
    alternatives: toAlternatives(finding, values),
    unknownConfidence: roundShare(weightedMean(won, ({ ranked }) => ranked.unknown)),
  };
}

/** Claims that hold for some shape, with the requests they hold for, strongest first; and those that cannot be judged. */
function toEvidence(won: readonly WonShape[]): Pick<ReportFinding, 'evidence' | 'notJudged'> {
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
  return others
    .map((other) => ({
      other,
      confidence: weightedMean(won, (shape) => candidateOf(shape, other)?.confidence ?? 0),
    }))
    .sort((a, b) => b.confidence - a.confidence || (a.other.id < b.other.id ? -1 : 1))
    .slice(0, MAX_ALTERNATIVES)
    .map(({ other, confidence }) => ({
      id: other.id,
      title: other.title,
      confidence: roundShare(confidence),
      bits: round(weightedMean(won, (shape) => candidateOf(shape, other)?.bits ?? 0)),
      tellApart: tellApart(diagnosis, other, values),
    }));
}

function candidateOf({ ranked }: WonShape, wanted: Diagnosis): RankedCandidate | undefined {
  return ranked.candidates.find(({ diagnosis }) => diagnosis === wanted);
}

/** The observation that decides between two diagnoses, as either of them knows it. */
function tellApart(winner: Diagnosis, other: Diagnosis, values: Placeholders): string | null {
  const known =
    winner.confusedWith.find(({ id }) => id === other.id) ??
    other.confusedWith.find(({ id }) => id === winner.id);
  return known === undefined ? null : fillText(known.tellApart, values);
}
