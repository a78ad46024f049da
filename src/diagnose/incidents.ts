import type { Diagnosis } from '../model/diagnosis.ts';
import type { RankedShape, WonShape } from './rank.ts';
import { SEPARATE_CAUSE_BITS } from './score.ts';
import type { GroupView, TrafficIndex } from './traffic-index.ts';
import { overlap } from './traffic-index.ts';

/** Lines of one incident lie within this of each other, in milliseconds. */
const INCIDENT_SLACK_MS = 30_000;

/** A diagnosis and the shapes it won. */
export interface Cause {
  readonly diagnosis: Diagnosis;
  readonly won: readonly WonShape[];
}

/** A shape that may turn out to be an echo: whose it is by itself, and how well that is proved. */
interface Suspect {
  readonly ranked: RankedShape;
  readonly owner: Diagnosis | null;
  readonly bits: number;
}

/** Which shapes were folded, and into which cause. */
export class Echoes {
  readonly folded = new Set<RankedShape>();
  readonly #byCause = new Map<Diagnosis, RankedShape[]>();

  of(cause: Diagnosis): readonly RankedShape[] {
    return this.#byCause.get(cause) ?? [];
  }

  fold(shape: RankedShape, cause: Diagnosis): void {
    this.folded.add(shape);
    const echoes = this.#byCause.get(cause);
    if (echoes === undefined) this.#byCause.set(cause, [shape]);
    else echoes.push(shape);
  }
}

/** Folds shapes into the causes that they echo, the best proved cause first; a cause with echoes is not folded itself. */
export function foldEchoes(
  causes: readonly Cause[],
  unexplained: readonly RankedShape[],
  index: TrafficIndex,
): Echoes {
  const echoes = new Echoes();
  const suspects: readonly Suspect[] = [
    ...causes.flatMap(({ diagnosis, won }) =>
      won.map(({ ranked, winner }) => ({ ranked, owner: diagnosis, bits: winner.bits })),
    ),
    ...unexplained.map((ranked) => ({ ranked, owner: null, bits: 0 })),
  ];
  for (const { cause, bits } of byProof(causes)) {
    const { diagnosis, won } = cause;
    const own = won.filter(({ ranked }) => !echoes.folded.has(ranked));
    const companions = companionsOf(new Set(own.map(({ ranked }) => ranked.group)), index);
    const isEcho = (suspect: Suspect): boolean =>
      companions.has(suspect.ranked.group) &&
      suspect.owner !== diagnosis &&
      suspect.bits < bits + SEPARATE_CAUSE_BITS &&
      !echoes.folded.has(suspect.ranked) &&
      (suspect.owner === null || echoes.of(suspect.owner).length === 0) &&
      diagnosis.echoes?.(suspect.ranked.shape) === true;
    for (const suspect of suspects) if (isEcho(suspect)) echoes.fold(suspect.ranked, diagnosis);
  }
  return echoes;
}

/** Causes that have echoes, with the bits of their best proved shape, most first. */
function byProof(causes: readonly Cause[]): readonly { readonly cause: Cause; readonly bits: number }[] {
  return causes
    .filter(({ diagnosis }) => diagnosis.echoes !== null)
    .map((cause) => ({
      cause,
      bits: cause.won.reduce((most, { winner }) => Math.max(most, winner.bits), 0),
    }))
    .sort((a, b) => b.bits - a.bits);
}

/** Groups in one incident with another one of `groups`: they share a scope, an endpoint or a connection in the same window, or come and go together. */
function companionsOf(groups: ReadonlySet<GroupView>, index: TrafficIndex): ReadonlySet<GroupView> {
  const companions = new Set<GroupView>();
  const meet = (own: GroupView, others: readonly GroupView[]): void => {
    for (const other of others) {
      if (other !== own && !companions.has(other) && overlap(own.time, other.time, INCIDENT_SLACK_MS))
        companions.add(other);
    }
  };
  for (const own of groups) {
    meet(own, index.groupsInScope(own.group.scope));
    for (const address of own.addresses) meet(own, index.groupsAtAddress(address));
    for (const { hash } of own.group.connections.entries) meet(own, index.groupsOnConnection(hash));
    meet(own, index.groupsInStepWith(own));
  }
  return companions;
}
