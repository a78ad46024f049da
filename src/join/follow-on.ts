import { NO_HOP_VALUE } from '../model/aggregate.ts';
import type { ShapeRef } from '../model/join.ts';
import type { Shape } from '../model/shape.ts';
import type { HopRecord } from './hop-records.ts';
import type { KeptShapes } from './kept-shapes.ts';

/** A call lies within the request for which it is made, give or take the rounding of times and the clocks of two proxies. */
const SLACK_MS = 100;

/** All records of one request, the caller's first. */
type Family = readonly HopRecord[];

/**
 * For each request that an application answered with an error, the failing call that it made meanwhile for the same
 * request id: applications pass the id on (Envoy's `x-request-id`), so the error follows from the call. Of several calls the
 * one that a proxy ended, which tells more than another application's error.
 */
export function findFailedCalls(
  families: readonly Family[],
  shapes: KeptShapes,
): ReadonlyMap<Family, ShapeRef> {
  const calls = new Map<Family, ShapeRef>();
  for (const sharers of shareIds(families)) {
    for (const family of sharers) {
      const answered = family[family.length - 1];
      if (answered === undefined || !isApplicationError(answered, shapes)) continue;
      const made = sharers.filter((other) => other !== family && liesWithin(other, answered));
      const failures = made.flatMap((call) => call.find(({ failure }) => failure !== null)?.failure ?? []);
      const call = failures.find((ref) => !isRelayed(shapes.get(ref))) ?? failures[0];
      if (call !== undefined) calls.set(family, call);
    }
  }
  return calls;
}

/** Families with a request id that others have too. */
function shareIds(families: readonly Family[]): readonly (readonly Family[])[] {
  const byId = new Map<number, Family[]>();
  for (const family of families) {
    const id = family[0]?.id ?? NO_HOP_VALUE;
    if (id === NO_HOP_VALUE) continue;
    const sharers = byId.get(id);
    if (sharers === undefined) byId.set(id, [family]);
    else sharers.push(family);
  }
  return [...byId.values()].filter(({ length }) => length > 1);
}

function isApplicationError({ code, failure }: HopRecord, shapes: KeptShapes): boolean {
  return code >= 500 && failure !== null && isRelayed(shapes.get(failure));
}

/** The proxy only passed on what an upstream said, at the first attempt or after retries. */
export function isRelayed(shape: Shape | undefined): boolean {
  if (shape === undefined) return false;
  const { responseFlags, responseCodeDetails, upstreamHost } = shape;
  return (
    upstreamHost != null &&
    responseFlags.every((flag) => flag === 'URX') &&
    (responseCodeDetails ?? 'via_upstream') === 'via_upstream'
  );
}

function liesWithin(call: Family, { timeMs, durationMs }: HopRecord): boolean {
  const [made] = call;
  if (made === undefined || [timeMs, durationMs, made.timeMs].includes(NO_HOP_VALUE)) return false;
  const end = made.timeMs + Math.max(0, made.durationMs);
  return made.timeMs >= timeMs - SLACK_MS && end <= timeMs + durationMs + SLACK_MS;
}
