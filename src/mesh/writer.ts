import type { LineWriter } from '../model/mesh-evidence.ts';
import type { ShapeView } from '../model/shape-view.ts';
import { namesPod } from './dump/owner.ts';
import type { ProxyDump } from './dump/proxy-dump.ts';
import type { Mesh } from './mesh.ts';
import { selects } from './value.ts';
import { ipOf, isTakenIn } from './workload.ts';

/** A workload whose proxy wrote lines, as far as rules ask. */
export interface Workload {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * The workloads whose proxies wrote the lines: by the pods that are named beside them, by the names of their files, or by
 * addresses, where the resources or dumps know them. Empty where nobody knows.
 */
export function writersOf(
  mesh: Mesh,
  dumps: readonly ProxyDump[],
  shape: ShapeView,
  writer: LineWriter,
): readonly Workload[] {
  const { pods, inputs } = writer;
  const named = pods.flatMap((pod) => mesh.pods.named(pod));
  if (named.length > 0) return unique(named);
  const byFile =
    pods.length > 0 ? [] : mesh.pods.all.filter(({ name }) => inputs.some((input) => namesPod(input, name)));
  const areNamed = inputs.every((input) => byFile.some(({ name }) => namesPod(input, name)));
  if (byFile.length > 0 && areNamed) return unique(byFile);
  return unique(byAddress(mesh, dumps, shape, writer));
}

function byAddress(
  mesh: Mesh,
  dumps: readonly ProxyDump[],
  shape: ShapeView,
  { callers }: LineWriter,
): readonly Workload[] {
  const workloadAt = (address: string): readonly Workload[] => {
    const pod = mesh.pods.at(address);
    if (pod !== null) return [pod];
    const dump = dumps.find(({ owner }) => owner.addresses.includes(address));
    const namespace = dump?.owner.namespace ?? null;
    return dump === undefined || namespace === null ? [] : [{ namespace, labels: dump.owner.labels }];
  };
  const own = workloadAt(ipOf(shape.downstreamLocalAddress));
  // A gateway takes requests in at its own address and sends them on.
  if (own.some((workload) => isGateway(mesh, workload))) return own;
  return isTakenIn(shape) ? own : callers.flatMap(workloadAt);
}

function isGateway(mesh: Mesh, { labels }: Workload): boolean {
  return mesh.servers.some(
    (server) => Object.keys(server.labels).length > 0 && selects(server.labels, labels),
  );
}

function unique(workloads: readonly Workload[]): readonly Workload[] {
  const found = workloads.map(({ namespace, labels }) => ({ namespace, labels }));
  return [...new Map(found.map((item) => [JSON.stringify(item), item])).values()];
}
