/** A shape within its failure group. */
export interface ShapeRef {
  readonly group: number;
  readonly shape: number;
}

/** Key of a shape in maps. */
export function keyOfShape({ group, shape }: ShapeRef): string {
  return `${group} ${shape}`;
}

/**
 * How sure it is that the log that has no line of a request is the next proxy's: `known` by its addresses or by the
 * requests that it does show, `likely` where all of its requests lead to the endpoint, as those of its own proxy do.
 */
export type Silence = 'known' | 'likely';

/** What the proxy furthest along the path logged of some requests that failed. */
export interface HopEnd {
  /** The shape of its record; null: it called the request healthy. */
  readonly at: ShapeRef | null;
  readonly responseCode: number;
  /** The code that the first proxy logged. */
  readonly firstResponseCode: number;
  /** Input that holds its records, and the input of the first proxy's. */
  readonly input: number;
  readonly firstInput: number;
  /** Proxies that logged the request. */
  readonly proxies: number;
  /** Set where the next proxy's log was read, covers the time and knows nothing of the request. */
  readonly unseenBeyond: Silence | null;
  readonly requests: number;
}

/** How the records of one shape lie to those of other proxies. */
export interface JoinedShape {
  /** Records that are the other side of failing requests counted under another shape, … */
  readonly copies: number;
  /** … and under which, most requests first. */
  readonly copiesOf: readonly ShapeRef[];
  /** Ends of the requests counted under this shape. */
  readonly ends: readonly HopEnd[];
  /** Calls that an application made for these requests and that failed, whereupon it answered with an error; most first. */
  readonly followsOn: readonly { readonly ref: ShapeRef; readonly requests: number }[];
}

/** How far the clock of one input runs before that of another. */
export interface ClockSkew {
  readonly input: number;
  readonly against: number;
  readonly aheadMs: number;
  /** The true difference lies within so much of it. */
  readonly errorMs: number;
  readonly pairs: number;
}

/** What came of matching the records of several proxies. */
export interface Join {
  /** Records that are the other side of a request counted already, and what they take from the sums. */
  readonly joined: number;
  readonly byResponseCode: Readonly<Record<string, number>>;
  readonly byResponseFlag: Readonly<Record<string, number>>;
  /** The numbers above are worked out from a sample of the requests. */
  readonly isEstimated: boolean;
  /** By `keyOfShape`. */
  readonly shapes: ReadonlyMap<string, JoinedShape>;
  readonly skews: readonly ClockSkew[];
}

/** Nothing was matched. */
export const NO_JOIN: Join = {
  joined: 0,
  byResponseCode: {},
  byResponseFlag: {},
  isEstimated: false,
  shapes: new Map(),
  skews: [],
};
