import type { ShapeView } from '../model/shape-view.ts';
import { isInbound } from '../model/upstream-cluster.ts';
import type { Mesh } from './mesh.ts';
import type { Endpoint } from './registry.ts';
import type { Resource } from './resource.ts';
import { labelsAt, selects, textAt } from './value.ts';
import type { Workload } from './writer.ts';

/** The address without its port. */
export function ipOf(address: string | null | undefined): string {
  return (address ?? '').replace(/:\d+$/, '');
}

/**
 * True for what a proxy takes in for the workload beside it: its own address is the local one then. What a sidecar sends
 * has the address that was asked for as its local one, and its own as the remote one.
 */
export function isTakenIn({ clusterDirection, layer, upstreamCluster }: ShapeView): boolean {
  return isInbound(clusterDirection) || (layer === 'tcp' && upstreamCluster == null);
}

/** The workload whose proxy wrote the line, where it is an endpoint that the resources hold. */
function workloadOf(mesh: Mesh, { downstreamLocalAddress }: ShapeView): Endpoint | null {
  return mesh.endpointAt(ipOf(downstreamLocalAddress));
}

/** Labels of the proxies that a policy is for. */
function selectorOf({ body }: Resource): Readonly<Record<string, string>> {
  const labels = labelsAt(body, 'spec', 'selector', 'matchLabels');
  return Object.keys(labels).length > 0 ? labels : labelsAt(body, 'spec', 'workloadSelector', 'labels');
}

/**
 * True when the resource holds for the proxy that wrote the line. Where that is no workload of the resources, only a
 * resource that is the single one of its kind does.
 */
export function governs(
  mesh: Mesh,
  resource: Resource,
  shape: ShapeView,
  writers: readonly Workload[],
): boolean {
  const workload = workloadOf(mesh, shape) ?? writers[0] ?? null;
  const { kind, namespace, body } = resource;
  if (workload === null) {
    const rivals = mesh
      .istio(kind)
      .filter((other) => textAt(other.body, 'spec', 'action') === textAt(body, 'spec', 'action'));
    return rivals.length === 1;
  }
  const isNear = namespace === workload.namespace || namespace === mesh.wide.rootNamespace;
  return isNear && selects(selectorOf(resource), workload.labels);
}
