import type { Diagnosis } from '../model/diagnosis.ts';
import type { RankedCandidate, RankedShape } from './rank.ts';
import type { GroupView } from './traffic-index.ts';
import { overlap } from './traffic-index.ts';

/** A second cause in one incident must explain its lines so much better than an echo does. */
const SEPARATE_CAUSE_BITS = 2;
/** Lines of one incident lie within this of each other, in milliseconds. */
const INCIDENT_SLACK_MS = 30_000;

/** A shape that a diagnosis won. */
export interface WonShape {
  readonly ranked: RankedShape;
  readonly winner: RankedCandidate;
}

/** A diagnosis in this log: the shapes it won, and those folded into it as echoes. */
export interface Finding {
  readonly diagnosis: Diagnosis;
  readonly won: readonly WonShape[];
  readonly echoes: readonly RankedShape[];
}

export interface Findings {
  readonly findings: readonly Finding[];
  readonly unexplained: readonly RankedShape[];
}

interface Draft {
  readonly diagnosis: Diagnosis;
  readonly won: WonShape[];
  readonly echoes: RankedShape[];
  bits: number;
}

/** Collects the shapes won by one diagnosis into one finding and folds the echoes of an incident into its cause. */
export function collectFindings(ranked: readonly RankedShape[]): Findings {
  const drafts = new Map<
    string,
    { diagnosis: Diagnosis; won: WonShape[]; echoes: RankedShape[]; bits: number }
  >();
  const unexplained: RankedShape[] = [];
  for (const shape of ranked) {
    const [winner] = shape.candidates;
    // Records that have not failed are claimed only by a diagnosis that is surer of itself than of nothing at all.
    if (
      winner === undefined ||
      winner.bits <= 0 ||
      (!shape.group.failed && winner.confidence <= shape.unknown)
    ) {
      if (shape.group.failed) unexplained.push(shape);
      continue;
    }
    const draft = drafts.get(winner.diagnosis.id) ?? {
      diagnosis: winner.diagnosis,
      won: [],
      echoes: [],
      bits: 0,
    };
    drafts.set(winner.diagnosis.id, draft);
    draft.won.push({ ranked: shape, winner });
    draft.bits = Math.max(draft.bits, winner.bits);
  }
  return foldEchoes([...drafts.values()], unexplained);
}

/** Folds shapes into the causes that they echo, the best proved cause first; a cause with echoes is not folded itself. */
function foldEchoes(drafts: readonly Draft[], unexplained: readonly RankedShape[]): Findings {
  const folded = new Set<RankedShape>();
  const causes = drafts.filter((draft) => draft.diagnosis.echoes !== null).sort((a, b) => b.bits - a.bits);
  for (const cause of causes) {
    const own = cause.won.filter(({ ranked }) => !folded.has(ranked));
    const groups = new Set(own.map(({ ranked }) => ranked.group));
    const isEcho = (shape: RankedShape, bits: number): boolean =>
      !folded.has(shape) &&
      bits < cause.bits + SEPARATE_CAUSE_BITS &&
      cause.diagnosis.echoes?.(shape.shape) === true &&
      [...groups].some((group) => group !== shape.group && isOneIncident(group, shape.group));
    for (const draft of drafts) {
      if (draft === cause || draft.echoes.length > 0) continue;
      for (const { ranked, winner } of draft.won)
        if (isEcho(ranked, winner.bits)) fold(ranked, cause, folded);
    }
    for (const shape of unexplained) if (isEcho(shape, 0)) fold(shape, cause, folded);
  }
  return {
    findings: drafts
      .map((draft) => ({ ...draft, won: draft.won.filter(({ ranked }) => !folded.has(ranked)) }))
      .filter(({ won }) => won.length > 0),
    unexplained: unexplained.filter((shape) => !folded.has(shape)),
  };
}

function fold(shape: RankedShape, cause: Draft, folded: Set<RankedShape>): void {
  folded.add(shape);
  cause.echoes.push(shape);
}

/** Groups that share an endpoint, a connection or their scope in the same window. */
function isOneIncident(a: GroupView, b: GroupView): boolean {
  if (!overlap(a.time, b.time, INCIDENT_SLACK_MS)) return false;
  if (a.group.scope === b.group.scope) return true;
  for (const address of a.addresses) if (b.addresses.has(address)) return true;
  const connections = new Set(a.group.connections.entries.map(({ hash }) => hash));
  return b.group.connections.entries.some(({ hash }) => connections.has(hash));
}
