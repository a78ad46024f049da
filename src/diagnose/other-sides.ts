import type { Join, ShapeRef } from '../model/join.ts';
import { keyOfShape } from '../model/join.ts';
import type { RankedShape } from './rank.ts';
import { winnerOf } from './rank.ts';
import { SEPARATE_CAUSE_BITS } from './score.ts';

/** Shapes with every request counted once, and which of them only show the other side of another one. */
export interface CountedSides {
  readonly shapes: readonly RankedShape[];
  /** Shape → the shape whose cause it shares. */
  readonly ownerOf: ReadonlyMap<RankedShape, RankedShape>;
  /** Failing records that count no more. */
  readonly removed: number;
}

/** The key of a ranked shape in a join. */
export function refOf({ group, hash }: RankedShape): ShapeRef {
  return { group: group.group.hash, shape: hash };
}

/**
 * Counts requests that several proxies saw fail under one of them: the first along the path, unless it only passed on
 * what another failed with, or the other's record explains more.
 */
export function countOnce(ranked: readonly RankedShape[], join: Join): CountedSides {
  if (join.shapes.size === 0) return { shapes: ranked, ownerOf: new Map(), removed: 0 };
  const byKey = new Map(ranked.map((shape) => [keyOfShape(refOf(shape)), shape]));
  const requests = new Map(ranked.map((shape) => [shape, shape.requests]));
  const owners = new Map<RankedShape, RankedShape>();
  for (const shape of ranked) {
    const { copies = 0, copiesOf = [] } = join.shapes.get(keyOfShape(refOf(shape))) ?? {};
    const [first] = copiesOf;
    const primary = first === undefined ? undefined : byKey.get(keyOfShape(first));
    if (primary === undefined || primary === shape) continue;
    const side = takeCopies(shape, primary, copies, requests);
    if (requests.get(side) === 0) owners.set(side, side === shape ? primary : shape);
  }
  return settle(ranked, requests, owners);
}

/** Takes the requests that two shapes share from one of them, and returns that one. */
function takeCopies(
  shape: RankedShape,
  primary: RankedShape,
  copies: number,
  requests: Map<RankedShape, number>,
): RankedShape {
  const isOwner = explainsMore(shape, primary);
  const side = isOwner ? primary : shape;
  const before = requests.get(side) ?? 0;
  const shared = Math.min(copies, shape.records, before);
  requests.set(side, before - shared);
  // What the primary counts no more counts here: each of its requests once, however many records.
  if (isOwner) requests.set(shape, Math.max(shared, (requests.get(shape) ?? 0) - copies + shared));
  return side;
}

/** True when the cause lies with the proxy further along the path, of which the first may show no more than the echo. */
function explainsMore(further: RankedShape, first: RankedShape): boolean {
  const [own, other] = [winnerOf(further), winnerOf(first)];
  if (own === null) return false;
  if (own.diagnosis === other?.diagnosis) return isPassedOn(first) && own.bits > other.bits;
  if (other === null || isPassedOn(first)) return true;
  const isEcho = own.diagnosis.echoes?.(first.shape) === true;
  return own.bits + (isEcho ? SEPARATE_CAUSE_BITS : 0) > other.bits;
}

/** The proxy passed on what the next one answered. */
function isPassedOn({ shape }: RankedShape): boolean {
  return (
    shape.detailsName === 'via_upstream' || (shape.responseFlags.length === 0 && shape.upstreamHost != null)
  );
}

function settle(
  ranked: readonly RankedShape[],
  requests: ReadonlyMap<RankedShape, number>,
  owners: ReadonlyMap<RankedShape, RankedShape>,
): CountedSides {
  const settled = new Map(
    ranked.map((shape) => [shape, { ...shape, requests: requests.get(shape) ?? shape.requests }]),
  );
  const ownerOf = new Map<RankedShape, RankedShape>();
  for (const [side, owner] of owners) {
    const [before, after] = [settled.get(side), settled.get(lastOwner(owner, owners))];
    if (before !== undefined && after !== undefined && before !== after) ownerOf.set(before, after);
  }
  const shapes = [...settled.values()];
  const sum = (items: readonly RankedShape[]): number =>
    items.reduce((total, shape) => total + (shape.group.failed ? shape.requests : 0), 0);
  return { shapes, ownerOf, removed: sum(ranked) - sum(shapes) };
}

function lastOwner(from: RankedShape, owners: ReadonlyMap<RankedShape, RankedShape>): RankedShape {
  const passed = new Set([from]);
  let at = from;
  for (let next = owners.get(at); next !== undefined && !passed.has(next); next = owners.get(at)) {
    passed.add(next);
    at = next;
  }
  return at;
}
