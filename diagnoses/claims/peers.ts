import type { GroupFacts, GroupSummary } from '../../src/model/group-facts.ts';
import type { ShapeView } from '../../src/model/shape-view.ts';

/** A fault that lies in configuration holds for every request; this many in a row are no accident. */
const MANY = 4;

/**
 * What a proxy that takes mutual TLS only logs of a plaintext connection: NR filter_chain_not_found, without a server
 * name. A handshake that fails leaves no access log at all.
 */
function foundNoFilterChain({ shape }: GroupSummary): boolean {
  return shape.responseFlags.includes('NR') && shape.layer === 'tcp' && shape.requestedServerName == null;
}

/** The server's proxy turned the very same connections away as plaintext. */
export function serverSawPlaintext(g: GroupFacts): boolean | null {
  return g.pairedWith(foundNoFilterChain) > 0 || null;
}

/** The same by endpoint and time, for formats that do not log the connection's own address. */
export function serverSawPlaintextNearby(g: GroupFacts): boolean | null {
  return g.sameEndpoint(foundNoFilterChain) > 0 || null;
}

/** The same by the rhythm of both, for formats that log no address of the server's line at all. */
export function serverSawPlaintextInStep(g: GroupFacts): boolean | null {
  return g.inStep(foundNoFilterChain) > 0 || null;
}

/** What a proxy logs that finds a TLS handshake where a request should be. */
function foundNoRequest({ shape }: GroupSummary): boolean {
  return (
    shape.responseFlags.includes('DPE') && (shape.detailsName ?? 'http1.codec_error') === 'http1.codec_error'
  );
}

/** The proxy at the endpoint got bytes that are no HTTP: so the connection was made, and it was not plaintext. */
export function serverSawGarbage(g: GroupFacts): boolean | null {
  return g.sameEndpoint(foundNoRequest) > 0 || g.inStep(foundNoRequest) > 0 || null;
}

/** The log of the server's proxy was given, shows it at work, and knows neither these connections nor ones like them. */
export function serverIsSilent(g: GroupFacts, s: Pick<ShapeView, 'responseFlags'>): boolean | null {
  // What a log of another time does not show says nothing.
  return g.healthyAtServer === null || g.serverSilence === false || !s.responseFlags.includes('UC')
    ? null
    : g.pairedWith(() => true) === 0 &&
        g.sameEndpoint(foundNoFilterChain) === 0 &&
        (g.reuse?.reused ?? 0) === 0;
}

function isSilent({ serverSilence }: GroupFacts): boolean {
  return serverSilence === 'known' || serverSilence === 'likely';
}

/**
 * The same where no line says whose log it is: known by other requests, or because all of its requests lead to the
 * endpoint. Of a caller that got one answer there it would say nothing: what fails then fails by moments.
 */
export function serverIsLikelySilent(g: GroupFacts, s: Pick<ShapeView, 'responseFlags'>): boolean | null {
  // Where addresses tell whose log it is, they decide.
  if (g.healthyAtServer !== null) return false;
  return !isSilent(g) || !s.responseFlags.includes('UC')
    ? null
    : g.healthyOnFailingEndpoints === 0 && g.requests >= MANY && g.elsewhere(foundNoFilterChain) === 0;
}

/** The log of the proxy at the endpoint covers the failures and shows nothing of them, where TLS in vain leaves DPE. */
export function serverSawNoGarbage(g: GroupFacts, s: Pick<ShapeView, 'responseFlags'>): boolean | null {
  return !isSilent(g) || !s.responseFlags.includes('UF') ? null : g.elsewhere(foundNoRequest) === 0;
}

/** The log of the proxy at the endpoint covers the failures with requests of others, and shows nothing of these. */
export function serverIsAtWork(g: GroupFacts, s: Pick<ShapeView, 'responseFlags'>): boolean | null {
  return (isSilent(g) && s.responseFlags.includes('UF')) || null;
}

/** The calling proxy lost its connection to this one: it did not leave. */
export function callerLostConnection(g: GroupFacts): boolean | null {
  return (
    g.callerLogged(({ responseFlags }) => responseFlags.includes('UC') || responseFlags.includes('UR')) ||
    null
  );
}

/** The calling proxy reports that this very endpoint answered its TLS handshake with plaintext. */
export function callerSpokeTls(g: GroupFacts): boolean | null {
  return g.sameEndpoint(({ shape }) => shape.transportFailure === 'tlsWrongVersion') > 0 || null;
}

/** Connections of a calling proxy fail whenever these bytes arrive, where no address and no reason is logged. */
export function callerFailsInStep(g: GroupFacts): boolean | null {
  return g.inStep(({ shape }) => shape.responseFlags.includes('UF')) > 0 || null;
}

/** A log of failures only, at such a pace that no connection was idle in between. */
export function failInQuickSuccession(g: GroupFacts): boolean | null {
  return g.healthyInLog > 0 || g.time === null
    ? null
    : g.requests >= 3 && (g.time.last - g.time.first) / (g.requests - 1) < 1000;
}
