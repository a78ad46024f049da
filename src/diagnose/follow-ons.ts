import type { Diagnosis } from '../model/diagnosis.ts';
import type { Join } from '../model/join.ts';
import { keyOfShape } from '../model/join.ts';
import type { Cause, Echoes } from './incidents.ts';
import type { CountedSides } from './other-sides.ts';
import { refOf } from './other-sides.ts';
import type { RankedShape } from './rank.ts';

/**
 * Folds what an application answered because a call of its own failed into the cause of that call: the request ids prove
 * it, so no arithmetic is asked. Not where the call has the same cause, or where echoes hang on the answer's own.
 */
export function foldFollowOns(
  causes: readonly Cause[],
  echoes: Echoes,
  join: Join,
  ownerOf: CountedSides['ownerOf'],
): void {
  if (join.shapes.size === 0) return;
  const causeOf = finalCauses(causes, echoes, ownerOf);
  for (const { diagnosis, won } of causes)
    for (const { ranked } of won) {
      const cause = causeOf.get(callOf(ranked, join) ?? '');
      if (cause === undefined || cause === diagnosis || echoes.folded.has(ranked)) continue;
      if (echoes.of(diagnosis).length > 0) continue;
      echoes.fold(ranked, cause);
      causeOf.set(keyOfShape(refOf(ranked)), cause);
    }
}

/** The requests of this shape failed because a call that was made for them did. */
export function followsOnCall(shape: RankedShape, { shapes }: Join): boolean {
  if (shapes.size === 0) return false;
  return (shapes.get(keyOfShape(refOf(shape)))?.followsOn.length ?? 0) > 0;
}

/** Key of the shape of the calls on which at least half of the requests of `ranked` follow. */
function callOf(ranked: RankedShape, { shapes }: Join): string | null {
  const [call] = shapes.get(keyOfShape(refOf(ranked)))?.followsOn ?? [];
  return call === undefined || 2 * call.requests < ranked.records ? null : keyOfShape(call.ref);
}

/** The cause of each shape, echoes and the other sides of requests included. */
function finalCauses(
  causes: readonly Cause[],
  echoes: Echoes,
  ownerOf: CountedSides['ownerOf'],
): Map<string, Diagnosis> {
  const causeOf = new Map<string, Diagnosis>();
  for (const { diagnosis, won } of causes)
    for (const { ranked } of won) causeOf.set(keyOfShape(refOf(ranked)), diagnosis);
  for (const { diagnosis } of causes)
    for (const ranked of echoes.of(diagnosis)) causeOf.set(keyOfShape(refOf(ranked)), diagnosis);
  for (const [side, owner] of ownerOf) {
    const cause = causeOf.get(keyOfShape(refOf(owner)));
    if (cause !== undefined) causeOf.set(keyOfShape(refOf(side)), cause);
  }
  return causeOf;
}
