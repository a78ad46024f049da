import type { Diagnosis } from '../model/diagnosis.ts';
import type { Join } from '../model/join.ts';
import { foldFollowOns } from './follow-ons.ts';
import { foldEchoes } from './incidents.ts';
import type { CountedSides } from './other-sides.ts';
import type { RankedShape, WonShape } from './rank.ts';
import { winnerOf } from './rank.ts';
import type { TrafficIndex } from './traffic-index.ts';

/** A diagnosis in this log: the shapes it won, and those folded into it as echoes. */
export interface Finding {
  readonly diagnosis: Diagnosis;
  readonly won: readonly WonShape[];
  readonly echoes: readonly RankedShape[];
  /** What other proxies logged of the same requests. */
  readonly sides: readonly RankedShape[];
}

export interface Findings {
  readonly findings: readonly Finding[];
  readonly unexplained: readonly RankedShape[];
}

/** Collects the shapes won by one diagnosis into one finding and folds the echoes of an incident into its cause. */
export function collectFindings(
  { shapes, ownerOf }: CountedSides,
  index: TrafficIndex,
  join: Join,
): Findings {
  const wonBy = new Map<Diagnosis, WonShape[]>();
  const unexplained: RankedShape[] = [];
  for (const shape of shapes) {
    if (ownerOf.has(shape)) continue;
    const winner = winnerOf(shape);
    if (winner === null) {
      if (shape.group.failed) unexplained.push(shape);
      continue;
    }
    const won = wonBy.get(winner.diagnosis);
    if (won === undefined) wonBy.set(winner.diagnosis, [{ ranked: shape, winner }]);
    else won.push({ ranked: shape, winner });
  }
  const causes = [...wonBy].map(([diagnosis, won]) => ({ diagnosis, won }));
  const echoes = foldEchoes(causes, unexplained, index);
  foldFollowOns(causes, echoes, join, ownerOf);
  const isFolded = (shape: RankedShape): boolean => echoes.folded.has(shape);
  return {
    findings: causes
      .map(({ diagnosis, won }) => ({
        diagnosis,
        won: won.filter((shape) => !isFolded(shape.ranked)),
        echoes: echoes.of(diagnosis),
      }))
      .filter(({ won }) => won.length > 0)
      .map((cause) => ({ ...cause, sides: sidesOf(cause, ownerOf) })),
    unexplained: unexplained.filter((shape) => !isFolded(shape)),
  };
}

function sidesOf(
  { won, echoes }: Pick<Finding, 'won' | 'echoes'>,
  ownerOf: CountedSides['ownerOf'],
): readonly RankedShape[] {
  const own = new Set([...won.map(({ ranked }) => ranked), ...echoes]);
  return [...ownerOf].flatMap(([side, owner]) => (own.has(owner) ? side : []));
}
