import type { HopEnd } from '../model/join.ts';
import type { HopOutcome, HopPlace } from '../model/report.ts';
import type { ShapeView } from '../model/shape-view.ts';
import { reporterOf } from './reporter.ts';

/** How a request failed, and where on its way. */
export interface FailingHop {
  readonly outcome: HopOutcome;
  readonly place: HopPlace;
}

const LEFT: ReadonlySet<string> = new Set(['DC', 'DR']);
/** The proxy waited for an answer, or lost its connection while it did. */
const WAITING: ReadonlySet<string> = new Set(['UT', 'UC', 'UR', 'SI', 'LR', 'DT', 'UMSDR', 'UPE']);

/**
 * Reads how a request failed off the record of the last proxy that logged it; `last` is null where that proxy called it
 * healthy, `first` is the record of the first one that did not.
 */
export function judgeHop(end: HopEnd, first: ShapeView, last: ShapeView | null): FailingHop {
  if (last === null) return { outcome: 'answeredAndLost', place: 'between' };
  const isServer = end.proxies > 1 || isServing(last);
  const flags = last.responseFlags;
  if (isPassedOn(last)) return { outcome: 'answeredWithFailure', place: 'application' };
  if (flags.some((flag) => LEFT.has(flag)))
    return { outcome: 'notAnswered', place: end.proxies > 1 && first !== last ? 'application' : 'caller' };
  if (flags.includes('UF'))
    return isServer ? { outcome: 'refused', place: 'application' } : judgeConnect(last);
  if (last.upstreamHost != null && flags.some((flag) => WAITING.has(flag)))
    return isServer ? { outcome: 'notAnswered', place: 'application' } : judgeSilence(end, flags);
  return isServer
    ? { outcome: 'refused', place: 'servingProxy' }
    : { outcome: 'neverSent', place: 'callingProxy' };
}

/** The calling proxy got no answer, and the other side has no record: a connection that was closed brought no request. */
function judgeSilence({ unseenBeyond }: HopEnd, flags: readonly string[]): FailingHop {
  const isClosed = flags.includes('UC') || flags.includes('UR');
  return unseenBeyond !== null && isClosed
    ? { outcome: 'refused', place: 'servingProxy' }
    : { outcome: 'notAnswered', place: 'between' };
}

/** A proxy before an application, by its cluster; a connection that was turned away has none. */
function isServing(shape: ShapeView): boolean {
  return reporterOf(shape) === 'inbound' || (shape.layer === 'tcp' && shape.upstreamCluster == null);
}

function isPassedOn({ detailsName, responseFlags, upstreamHost }: ShapeView): boolean {
  return (
    detailsName === 'via_upstream' ||
    (detailsName == null && responseFlags.length === 0 && upstreamHost != null)
  );
}

/** A connection that never came about: who ended it, which a format without reasons leaves open. */
function judgeConnect({ transportFailure }: ShapeView): FailingHop {
  switch (transportFailure) {
    case 'tlsCertificate':
    case 'tlsNoSecret':
    case 'noSocket':
    case 'addressUnavailable':
      return { outcome: 'neverSent', place: 'callingProxy' };
    case 'timedOut':
    case 'unreachable':
    case undefined:
      return { outcome: 'neverSent', place: 'between' };
    default:
      return { outcome: 'refused', place: 'servingProxy' };
  }
}
