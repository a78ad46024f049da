import type { Change } from '../model/comparison.ts';
import { chanceOfAtLeast, chanceOfNone } from './statistics.ts';

/** A rate that rose or fell by chance this seldom has changed. Many causes are compared at a time, hour after hour. */
const CHANGED = 0.001;
/** The same for a cause that was not there at all, or is there no more: seven failures in as much traffic. */
const APPEARED = 0.01;
/** The same where at least half of the requests fail: an outage is no noise, and needs less proof. */
const OUTAGE = 0.05;
const OUTAGE_RATE = 0.5;
/** In much traffic the smallest difference is beyond chance; below this ratio nobody wants to know. */
const NOTABLE_RATIO = 1.5;
/** Fewer failures are no pattern, whatever the traffic says. */
const MIN_FAILURES = 3;

/** Where nearly all requests fail; below this the approximation is worth nothing. */
const LEAST_VARIANCE = 0.2;

/** Failed requests of a cause in one place and the traffic around them. */
export interface Measured {
  readonly requests: number;
  /** Requests of the place. */
  readonly traffic: number;
  /** Requests of the whole log: what is left to compare with where every request of the place fails. */
  readonly total: number;
  /** How much more the failures scatter than by chance; 1 when they do not. */
  readonly dispersion: number;
}

/** What became of a cause, and why it is called so. */
export interface Judgement {
  readonly change: Change;
  readonly because: string;
}

/** Tells change from chance: the rate before against the rate now, each by its traffic. */
export function judgeChange(before: Measured, now: Measured): Judgement {
  if (now.requests === 0) return judgeAbsence(before, now);
  if (before.requests === 0) return judgeAppearance(before, now);
  const [exposedBefore, exposedNow] = exposures(before, now);
  const was = before.requests / exposedBefore;
  const is = now.requests / exposedNow;
  const share = exposedNow / (exposedBefore + exposedNow);
  // Of requests that fail as often as not, fewer than by chance can stray: the variance of a share is p (1 - p).
  const pooled = (before.requests + now.requests) / (exposedBefore + exposedNow);
  const clump = before.dispersion * Math.max(LEAST_VARIANCE, 1 - pooled);
  const [few, many] = [before.requests / clump, now.requests / clump];
  if (is / was >= NOTABLE_RATIO && chanceOfAtLeast(many, few, share) < CHANGED)
    return { change: 'worse', because: `its rate rose to ${formatRatio(is / was)} times what it was` };
  if (was / is >= NOTABLE_RATIO && chanceOfAtLeast(few, many, 1 - share) < CHANGED)
    return { change: 'better', because: `its rate fell to ${formatPercent(is / was)} of what it was` };
  const because = is === was ? 'its rate is what it was' : 'the difference is no more than chance';
  return { change: 'same', because };
}

function judgeAppearance(before: Measured, now: Measured): Judgement {
  const fillsLog = now.requests * 2 >= now.total;
  if (now.requests < MIN_FAILURES && !fillsLog)
    return { change: 'same', because: `${now.requests} of ${now.traffic} requests may be chance` };
  if (before.total === 0) return { change: 'new', because: 'there is nothing earlier to compare with' };
  const expected = now.traffic === 0 ? 0 : (now.requests * before.traffic) / now.traffic;
  // Before, the place had so little traffic that its silence says nothing.
  if (expected < 1) return { change: 'new', because: 'its place had hardly any traffic before' };
  if (isBeyondChance(now.requests, now.traffic, before.traffic))
    return { change: 'new', because: `not one of ${before.traffic} requests failed so before` };
  return { change: 'same', because: `none of ${before.traffic} before may be chance` };
}

function judgeAbsence(before: Measured, now: Measured): Judgement {
  const [exposedBefore, exposedNow] = exposures(before, now);
  if (exposedNow === 0) return { change: 'same', because: 'its place had no traffic, which proves nothing' };
  if (isBeyondChance(before.requests, exposedBefore, exposedNow))
    return { change: 'gone', because: `not one of ${exposedNow} requests failed so` };
  return { change: 'same', because: `none of ${exposedNow} now may be chance` };
}

/** Whether it means something that of `others` requests none fails while here `failed` of `traffic` do. */
function isBeyondChance(failed: number, traffic: number, others: number): boolean {
  const limit = failed >= traffic * OUTAGE_RATE ? OUTAGE : APPEARED;
  return chanceOfNone(failed, traffic, others) < limit;
}

/**
 * Traffic to compare by: that of the place. Where every request of the place failed there is no place without the
 * failure (an authority that no route has), so it is that of the whole log.
 */
function exposures(before: Measured, now: Measured): readonly [before: number, now: number] {
  const allFailed = before.requests >= before.traffic && now.requests >= now.traffic;
  if (allFailed || before.traffic === 0) return [before.total, now.total];
  return [before.traffic, now.traffic];
}

function formatRatio(ratio: number): string {
  return ratio < 10 ? ratio.toFixed(1) : Math.round(ratio).toString();
}

function formatPercent(share: number): string {
  return share < 0.01 ? 'less than 1 %' : `${Math.round(share * 100)} %`;
}
