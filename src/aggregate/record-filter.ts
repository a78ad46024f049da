import { toMatcher } from '../model/glob.ts';
import type { Selection } from '../model/selection.ts';
import type { LineView } from './line-view.ts';
import * as slot from './slots.ts';

/** A selection, ready for use. */
export interface RecordFilter {
  readonly sinceMs: number | null;
  readonly untilMs: number | null;
  /** Null when the selection looks at no text. */
  readonly accepts: ((line: LineView) => boolean) | null;
}

/** Makes the filter of a selection. */
export function toRecordFilter({
  sinceMs,
  untilMs,
  clusters,
  authorities,
  excludedPaths,
}: Selection): RecordFilter {
  if (clusters.length + authorities.length + excludedPaths.length === 0)
    return { sinceMs, untilMs, accepts: null };
  const isCluster = toMatcher(clusters);
  const isAuthority = toMatcher(authorities);
  const isExcluded = toMatcher(excludedPaths);
  const accepts = (line: LineView): boolean =>
    (clusters.length === 0 || isCluster(line.textAt(slot.UPSTREAM_CLUSTER))) &&
    (authorities.length === 0 || isAuthority(line.textAt(slot.AUTHORITY))) &&
    !isExcluded(line.textAt(slot.PATH));
  return { sinceMs, untilMs, accepts };
}
