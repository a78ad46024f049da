import type { GroupFacts, GroupSummary } from '../../src/model/group-facts.ts';
import type { ShapeView } from '../../src/model/shape-view.ts';

/** A fault that lies in configuration holds for every request; this many in a row are no accident. */
const MANY = 4;
/** Kubernetes takes the address of a deleted pod out of the endpoints sooner. */
const SHORT_BURST_MS = 60_000;

/** From so many bits on it is taken for granted that the failing callers are not those that succeed. */
const PROVED_BITS = 8;

/** What succeeds is of other callers, be it at the same endpoints: it says nothing of what the failing ones meet. */
export function onlyOthersSucceed({ onlyOtherCallersSucceed: chance }: GroupFacts): boolean {
  return chance !== null && chance !== false && -chance.n * Math.log2(chance.q) >= PROVED_BITS;
}

/** What no request ever got through: a fault of configuration, or an endpoint that was never there. */
export function neverAnswer(g: GroupFacts): boolean | null {
  return g.healthyOnFailingEndpoints === null ? null : g.healthyOnFailingEndpoints === 0;
}

/** Several endpoints, and none of them ever got through: one setting holds for all, a crash does not. */
export function severalNeverAnswer(g: GroupFacts): boolean | null {
  const never = neverAnswer(g);
  return never && g.failingEndpoints > 1 && g.otherHealthyEndpoints === 0 && g.requests >= MANY;
}

/** The same over enough requests to rule out that all of them met a bad moment. */
export function neverAnswerMany(g: GroupFacts): boolean | null {
  return g.healthyOnFailingEndpoints === null ? null : neverAnswer(g) === true && g.requests >= MANY;
}

/** What some requests get through: a fault of moments, of single requests or of load. */
export function answerOthers(g: GroupFacts): boolean | null {
  return g.healthyOnFailingEndpoints === null || onlyOthersSucceed(g)
    ? null
    : g.healthyOnFailingEndpoints > 0;
}

/** Successes lie between the failures of the endpoint. */
export function answersBetween(g: GroupFacts): boolean | null {
  return g.endpointHistory === null || onlyOthersSucceed(g) ? null : g.endpointHistory === 'interleaved';
}

/**
 * The same, as far as it can be trusted: a format without clusters shows the lines of both proxies of one request at the
 * same endpoint, and the server's own succeed.
 */
export function answersBetweenInCluster(
  g: GroupFacts,
  s: Pick<ShapeView, 'clusterDirection'>,
): boolean | null {
  return s.clusterDirection === undefined ? null : answersBetween(g);
}

/** The other half: lines without a cluster, which may be those of two proxies. */
export function answersBetweenWithoutCluster(
  g: GroupFacts,
  s: Pick<ShapeView, 'clusterDirection'>,
): boolean | null {
  return s.clusterDirection === undefined && answersBetween(g);
}

/** The endpoint answered at some time, at the latest between the failures. */
export function answersBeforeOrBetween(g: GroupFacts): boolean | null {
  return g.endpointHistory === null || onlyOthersSucceed(g)
    ? null
    : g.endpointHistory === 'interleaved' || g.endpointHistory === 'onlyBefore';
}

/** From the first failure on there is no success, whether there was one before or not. */
export function answersNoMore(g: GroupFacts): boolean | null {
  return g.endpointHistory && (g.endpointHistory === 'none' || g.endpointHistory === 'onlyBefore');
}

/** All was well until a moment: what a certificate that expires or a rule that is applied looks like. */
export function answeredUntilMany(g: GroupFacts): boolean | null {
  return g.endpointHistory === null ? null : g.endpointHistory === 'onlyBefore' && g.requests >= MANY;
}

/** The one endpoint of several that answers nothing from the first failure on. */
export function onTheOneThatDied(
  g: GroupFacts,
): ReturnType<typeof answersNoMore> | GroupFacts['onOneEndpoint'] {
  if (g.endpointHistory === null || g.otherHealthyEndpoints === null) return null;
  return answersNoMore(g) === true && g.otherHealthyEndpoints > 0 && g.onOneEndpoint;
}

/**
 * One that answered, failed in one short burst and was left alone then, while the rest of the cluster went on. In a rollout
 * one endpoint after the other does, each in its own burst.
 */
export function wasTakenOut(g: GroupFacts): boolean | null {
  if (g.endpointHistory === null || g.otherHealthyEndpoints === null || g.scopeGoesOn === null) return null;
  const failures = g.endpointFailures;
  const lastedMs = failures === null ? Number.POSITIVE_INFINITY : failures.last - failures.first;
  const isBurst = lastedMs < SHORT_BURST_MS && (g.bursts === 1 || g.failingEndpoints > 1);
  return isBurst && g.endpointHistory === 'onlyBefore' && g.otherHealthyEndpoints > 0 && g.scopeGoesOn;
}

/** It was, and others failed at other times: its failures lasted for a part of the whole time only. */
export function wasTakenOutInTurn(g: GroupFacts): boolean | null {
  const lastedMs = (span: GroupFacts['time']): number => (span === null ? 0 : span.last - span.first);
  const isPart = lastedMs(g.endpointFailures) < lastedMs(g.time) / 2;
  return g.failingEndpoints > 1 && isPart && wasTakenOut(g);
}

/** The application behind this sidecar lost its connections, and moments later its port was closed. */
export function refusedSoonAfter(
  g: GroupFacts,
  s: Pick<ShapeView, 'clusterDirection' | 'responseFlags'>,
): boolean | null {
  if (s.clusterDirection !== 'inbound' || !s.responseFlags.includes('UC')) return null;
  const isRefusal = ({ shape }: GroupSummary): boolean =>
    shape.clusterDirection === 'inbound' && shape.responseFlags.includes('UF');
  return g.followedBy(isRefusal) >= g.requests / 2 || null;
}

function isOutside(s: Pick<ShapeView, 'clusterDirection' | 'isExternalHost'>): boolean {
  return s.clusterDirection === 'passthrough' || s.isExternalHost === true;
}

/** A destination outside the mesh that answered until the first failure: its address changed, or the way to it closed. */
export function outsideAndAnsweredBefore(
  g: GroupFacts,
  s: Pick<ShapeView, 'clusterDirection' | 'isExternalHost'>,
): boolean | null {
  return isOutside(s) && g.endpointHistory && g.endpointHistory === 'onlyBefore';
}

/** The same of an address that the client itself dialled: no proxy looks up for it whether the host still has it. */
export function keptAddressAnsweredBefore(
  g: GroupFacts,
  s: Pick<ShapeView, 'clusterDirection' | 'isExternalHost' | 'upstreamIsDownstreamLocal'>,
): boolean | null {
  return s.upstreamIsDownstreamLocal === true && outsideAndAnsweredBefore(g, s);
}

type Host = Pick<ShapeView, 'clusterDirection' | 'clusterHost' | 'isExternalHost'>;

/** The cluster leads to one host outside the mesh; those with a wildcard to any number. */
function namesOneHost({ isExternalHost, clusterDirection, clusterHost }: Host): boolean {
  return isExternalHost === true && clusterDirection === 'outbound' && clusterHost?.startsWith('*') === false;
}

/**
 * Other addresses answer for the host: told by its authority or, on connections that log none, by a cluster that names one
 * host outside the mesh.
 */
export function answersElsewhere(g: GroupFacts, s: Host): boolean | null {
  const others = namesOneHost(s) ? g.otherHealthyEndpoints : null;
  if (g.healthyOnEndpoint === null) return null;
  if (g.healthyForAuthority !== null) return g.healthyForAuthority > g.healthyOnEndpoint;
  return others === null ? null : others > 0;
}

/** The same, of an address that itself never answered. */
export function answersOnlyElsewhere(g: GroupFacts, s: Host): boolean | null {
  const elsewhere = answersElsewhere(g, s);
  return elsewhere === null ? null : elsewhere && g.healthyOnEndpoint === 0;
}

/** A destination outside the mesh that answered before, or answers at other addresses only: this one may be out of date. */
export function outsideAndMayHaveMoved(g: GroupFacts, s: Host): boolean | null {
  const before = outsideAndAnsweredBefore(g, s);
  return before === false ? isOutside(s) && answersOnlyElsewhere(g, s) === true : before;
}

/** The upstream connection of a failed request had carried an answer before, so it was made, handshake and all. */
export function onConnectionsThatAnswered(g: GroupFacts): boolean | null {
  return g.reuse && g.reuse.reused > 0;
}
