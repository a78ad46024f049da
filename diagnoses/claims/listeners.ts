import type { GroupFacts } from '../../src/model/group-facts.ts';
import type { ShapeView } from '../../src/model/shape-view.ts';
import { parseUpstreamCluster } from '../../src/model/upstream-cluster.ts';

/** What is left of a connection without a filter chain where details are not logged (Istio 1.8, Envoy's default format). */
export function endedWithoutRequest(s: Pick<ShapeView, 'layer' | 'responseFlags'>): boolean {
  return s.layer === 'tcp' && s.responseFlags.includes('NR');
}

/** Without a local address all connections without a request are one scope, and some of them are served. */
export function passesConnectionsThrough(g: GroupFacts, s: Pick<ShapeView, 'localPort'>): boolean | null {
  return s.localPort === undefined && g.healthyInScope !== null && g.healthyInScope > 0 ? true : null;
}

/** Requests for host names and for several services arrive where this one did: at a gateway, whose own address that is. */
export function arrivesWhereOthersDo(
  g: GroupFacts,
  s: Pick<ShapeView, 'downstreamLocalAddress'>,
): boolean | null {
  const address = s.downstreamLocalAddress;
  if (address == null) return null;
  if ((g.healthyWithSniOnListener ?? 0) > 0) return true;
  const services = new Set<string>();
  g.elsewhere(({ shapes }) => {
    for (const { shape } of shapes)
      if (shape.downstreamLocalAddress === address && shape.authority !== address && shape.upstreamCluster)
        // The subsets of one service are clusters of their own.
        services.add(parseUpstreamCluster(shape.upstreamCluster).host ?? shape.upstreamCluster);
    return false;
  });
  return services.size > 1 || null;
}
