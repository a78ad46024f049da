import type { Change, ReportChange, ReportComparison } from '../model/comparison.ts';
import { UNEXPLAINED_ID } from '../model/comparison.ts';
import type { Judgement, Measured } from './judge.ts';
import { judgeChange } from './judge.ts';
import type { Cause, Snapshot } from './snapshot.ts';
import { trafficOf } from './snapshot.ts';

/** In this order people want to know. */
const ORDER: readonly Change[] = ['new', 'worse', 'gone', 'better', 'same'];

/** A cause then and now; on either side it may be missing. */
interface Pair {
  readonly before: Cause | null;
  readonly now: Cause | null;
}

/** Compares two reports, cause by cause and place by place. Pure. */
export function compareSnapshots(
  before: Snapshot,
  now: Snapshot,
  options: { readonly baseline: string; readonly minConfidence: number },
): ReportComparison {
  const changes = pairUp(before.causes, now.causes).map(({ before: then, now: present }): ReportChange => {
    const cause = present ?? then;
    if (cause === null) throw new Error('a pair of causes has none');
    const was = measure(before, then, cause.scope);
    const is = measure(now, present, cause.scope);
    const judgement = judgeChange(was, is);
    return toChange(cause, { was, is, judgement, minConfidence: options.minConfidence });
  });
  return {
    baseline: options.baseline,
    window: before.window,
    changes: changes.sort(byInterest),
    history: null,
  };
}

/** Same fingerprint, or the same place and a cause that was, or is, nearly as likely as the other. */
function pairUp(before: readonly Cause[], now: readonly Cause[]): readonly Pair[] {
  const left = new Map(before.map((cause) => [cause.fingerprint, cause]));
  const take = (cause: Cause | undefined): Cause | null => {
    if (cause !== undefined) left.delete(cause.fingerprint);
    return cause ?? null;
  };
  const known = now.map((cause) => ({ now: cause, before: take(left.get(cause.fingerprint)) }));
  const pairs = known.map(({ now: cause, before: then }) => ({
    now: cause,
    before: then ?? take([...left.values()].find((other) => mayBeTheSame(other, cause))),
  }));
  return [...pairs, ...[...left.values()].map((cause) => ({ before: cause, now: null }))];
}

/** Whether two causes may be one that is named differently from one log to the next. */
export function mayBeTheSame(
  a: Pick<Cause, 'scope' | 'id' | 'rivals'>,
  b: Pick<Cause, 'scope' | 'id' | 'rivals'>,
): boolean {
  if (a.scope !== b.scope) return false;
  const isUnexplained = a.id === UNEXPLAINED_ID || b.id === UNEXPLAINED_ID;
  return isUnexplained || a.rivals.includes(b.id) || b.rivals.includes(a.id);
}

/** The failures of a cause with the traffic of its place; a report without a table of traffic has only the sum. */
function measure(snapshot: Snapshot, cause: Cause | null, scope: string): Measured {
  const requests = cause?.requests ?? 0;
  const traffic = snapshot.traffic === null ? snapshot.requests : trafficOf(snapshot, scope, requests);
  return {
    requests,
    traffic: Math.max(requests, traffic),
    total: Math.max(requests, snapshot.requests),
    dispersion: cause?.dispersion ?? 1,
  };
}

/** A change as the report shows it. */
function toChange(
  cause: Pick<Cause, 'fingerprint' | 'id' | 'title' | 'scope' | 'confidence' | 'suppressed'>,
  parts: {
    readonly was: Measured;
    readonly is: Measured;
    readonly judgement: Judgement;
    readonly minConfidence: number;
  },
): ReportChange {
  const { was, is, judgement, minConfidence } = parts;
  return {
    ...judgement,
    fingerprint: cause.fingerprint,
    diagnosis: { id: cause.id, title: cause.title },
    scope: cause.scope,
    before: { requests: was.requests, traffic: was.traffic },
    now: { requests: is.requests, traffic: is.traffic },
    muted: cause.suppressed || cause.confidence < minConfidence,
    history: null,
  };
}

/** What changed most first; of equals the one with more failures. */
export function byInterest(a: ReportChange, b: ReportChange): number {
  const order = ORDER.indexOf(a.change) - ORDER.indexOf(b.change);
  const requests = b.now.requests + b.before.requests - a.now.requests - a.before.requests;
  return order || requests || (a.fingerprint < b.fingerprint ? -1 : 1);
}
