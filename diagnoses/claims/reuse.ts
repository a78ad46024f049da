import type { GroupFacts } from '../../src/model/group-facts.ts';
import type { ShapeView } from '../../src/model/shape-view.ts';

/** Requests that clients and proxies do not send a second time by themselves. */
const NOT_RETRIED = new Set(['POST', 'PATCH']);
/** Nothing was worked on. */
const AT_ONCE_MS = 5;

/**
 * Requests that are lost at once and may not be sent again: of a closed connection only these are seen where all others are
 * retried, so that they lie on few paths is no wonder.
 */
export function mayBeUnretried({ durations }: GroupFacts, { method }: Pick<ShapeView, 'method'>): boolean {
  return durations !== null && durations.medianMs <= AT_ONCE_MS && NOT_RETRIED.has(method ?? '');
}
