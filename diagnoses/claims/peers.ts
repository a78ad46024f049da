import type { GroupFacts, GroupSummary } from '../../src/model/group-facts.ts';
import type { ShapeView } from '../../src/model/shape-view.ts';

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

/** The log of the server's proxy was given, shows it at work, and does not know these connections. */
export function serverIsSilent(g: GroupFacts, s: Pick<ShapeView, 'responseFlags'>): boolean | null {
  return g.healthyAtServer === null || !s.responseFlags.includes('UC')
    ? null
    : g.pairedWith(() => true) === 0 && (g.reuse?.reused ?? 0) === 0;
}

/** The calling proxy reports that this very endpoint answered its TLS handshake with plaintext. */
export function callerSpokeTls(g: GroupFacts): boolean | null {
  return g.sameEndpoint(({ shape }) => shape.transportFailure === 'tlsWrongVersion') > 0 || null;
}

/** A log of failures only, at such a pace that no connection was idle in between. */
export function failInQuickSuccession(g: GroupFacts): boolean | null {
  return g.healthyInLog > 0 || g.time === null
    ? null
    : g.requests >= 3 && (g.time.last - g.time.first) / (g.requests - 1) < 1000;
}
