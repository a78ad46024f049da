import type { HopEnd, Join, JoinedShape } from '../model/join.ts';
import { keyOfShape } from '../model/join.ts';
import type { CountedSides } from './other-sides.ts';
import { refOf } from './other-sides.ts';
import type { RankedShape } from './rank.ts';
import type { GroupView, TrafficIndex } from './traffic-index.ts';

/** More connections than requests are attempts that a retry made; so many per request at most. */
const MOST_ATTEMPTS = 3;

/** Counts and joins after lines that no address and no id joins were matched by their rhythm. */
export interface InStep {
  readonly counted: CountedSides;
  readonly join: Join;
}

/**
 * Joins what a server's proxy logged of connections that it turned away, in a format without addresses, with the requests of
 * the callers: where both come and go together second by second, each request counts once, and ends at the server.
 */
export function joinInStep(counted: CountedSides, join: Join, index: TrafficIndex): InStep {
  const pairs = counted.shapes.flatMap((side): readonly SidePair[] => {
    if (!isTurnedAway(side) || counted.ownerOf.has(side)) return [];
    const callers = index.groupsInStepWith(side.group).filter((other) => isCallerOf(other, side));
    const [caller, ...others] = callers;
    if (caller === undefined || others.length > 0) return [];
    const owners = counted.shapes.filter(({ group, requests }) => group === caller && requests > 0);
    const [owner] = [...owners].sort((a, b) => b.requests - a.requests);
    return owner === undefined ? [] : [{ side, owner, owners }];
  });
  return pairs.reduce(take, { counted, join });
}

interface SidePair {
  /** What the server logged. */
  readonly side: RankedShape;
  /** The shape under which most of the requests count, and all of them. */
  readonly owner: RankedShape;
  readonly owners: readonly RankedShape[];
}

/** No chain took the connection, or what came over it was no HTTP: TLS that the server does not speak. */
function isTurnedAway({ group, shape }: RankedShape): boolean {
  const { layer, responseFlags, method, path } = shape;
  const isUnread = layer === 'http' && method == null && path == null && responseFlags.includes('DPE');
  return (
    group.failed &&
    (isUnread || (layer === 'tcp' && responseFlags.includes('NR'))) &&
    group.addresses.size === 0 &&
    shape.upstreamHost == null
  );
}

/** Requests that another input logs as failed at an endpoint. */
function isCallerOf(caller: GroupView, { group, requests }: RankedShape): boolean {
  const inputs = new Set(group.group.lines.map(({ input }) => input));
  return (
    caller.failed &&
    caller.shape.layer === 'http' &&
    caller.addresses.size > 0 &&
    requests <= MOST_ATTEMPTS * caller.requests &&
    caller.group.lines.every(({ input }) => !inputs.has(input))
  );
}

function take({ counted, join }: InStep, { side, owner, owners }: SidePair): InStep {
  const code = String(side.shape.responseCode ?? 0);
  const taken = { ...side, requests: 0 };
  const replace = (shape: RankedShape): RankedShape => (shape === side ? taken : shape);
  return {
    counted: {
      shapes: counted.shapes.map(replace),
      ownerOf: new Map([...counted.ownerOf, [taken, owner] as const]),
      removed: counted.removed + side.requests,
    },
    join: {
      ...join,
      joined: join.joined + side.requests,
      byResponseCode: addTo(join.byResponseCode, [code], side.requests),
      byResponseFlag: addTo(join.byResponseFlag, side.shape.responseFlags, side.requests),
      shapes: new Map([
        ...join.shapes,
        ...owners.map((shape) => [keyOfShape(refOf(shape)), toJoined(shape, side)] as const),
      ]),
    },
  };
}

function toJoined(shape: RankedShape, side: RankedShape): JoinedShape {
  const end: HopEnd = {
    at: refOf(side),
    responseCode: side.shape.responseCode ?? 0,
    firstResponseCode: shape.shape.responseCode ?? 0,
    input: side.group.group.lines[0]?.input ?? 0,
    firstInput: shape.group.group.lines[0]?.input ?? 0,
    proxies: 2,
    unseenBeyond: null,
    requests: shape.requests,
  };
  return { copies: 0, copiesOf: [], ends: [end], followsOn: [] };
}

function addTo(
  counts: Readonly<Record<string, number>>,
  keys: readonly string[],
  count: number,
): Readonly<Record<string, number>> {
  const added = Object.fromEntries(keys.map((key) => [key, (counts[key] ?? 0) + count]));
  return { ...counts, ...added };
}
