import type { ReportEvidence } from '../model/report.ts';
import { countBy, sumRequests, unique } from './finding-scopes.ts';
import type { RankedShape } from './rank.ts';
import { readDurations } from './sampled-facts.ts';

const SECOND_MS = 1000;
/** Fewer of the requests say nothing about the finding. */
const MOST = 0.5;

/**
 * Names the limit that ended the requests of a finding, in a sentence with a blank before it: somebody set it, and may be
 * looking for that number. Nothing where no duration speaks for the cause, or they do not lie at one round time.
 */
export function sayLimit(shapes: readonly RankedShape[], evidence: readonly ReportEvidence[]): string {
  if (!evidence.some(({ about, supports, counted }) => about === 'duration' && supports && counted))
    return '';
  const roundOf = new Map(
    unique(shapes.map(({ group }) => group)).map((view) => [
      view,
      readDurations(view.group)?.roundMs ?? null,
    ]),
  );
  const [most] = countBy(
    shapes,
    ({ group }) => spell(roundOf.get(group) ?? null),
    ({ requests }) => requests,
  );
  if (most === undefined || most[1] < MOST * sumRequests(shapes)) return '';
  // The time of a request that was retried is that of all its tries. Connections that fail have URX without any retry.
  const isRetried = shapes.some(({ shape }) => shape.layer === 'http' && shape.responseFlags.includes('URX'));
  return isRetried
    ? ` The requests ended after ${most[0]}, all tries together: look for a limit of that length or of a part of it.`
    : ` The requests ended after ${most[0]}: look for a limit of that length.`;
}

function spell(roundMs: number | null): string | null {
  if (roundMs === null) return null;
  return roundMs < SECOND_MS ? `${roundMs} ms` : `${roundMs / SECOND_MS} s`;
}
