import type { LineWriter } from '../../model/mesh-evidence.ts';
import type { ShapeView } from '../../model/shape-view.ts';
import { ipOf } from '../workload.ts';
import type { ProxyDump } from './proxy-dump.ts';

/**
 * True when the lines are of the proxy that the dump is of: the dump of another one proves nothing about them. The name of
 * the pod decides, before a line or in the name of its file; else the address, which is the near end of what comes in and
 * the far end of what a sidecar sends.
 */
export function isOwnerOf(dump: ProxyDump, shape: ShapeView, { pods, inputs, callers }: LineWriter): boolean {
  const { pod, addresses, isGateway, namespace } = dump.owner;
  if (pod === '') return false;
  if (pods.length > 0) return pods.includes(pod);
  if (inputs.length > 0 && inputs.every((input) => namesPod(input, pod))) return true;
  if (namespace === null) return false;
  const isIncoming =
    isGateway ||
    shape.clusterDirection === 'inbound' ||
    (shape.layer === 'tcp' && shape.upstreamCluster == null);
  return isIncoming
    ? addresses.includes(ipOf(shape.downstreamLocalAddress))
    : callers.some((caller) => addresses.includes(caller));
}

/** The path names the pod as a whole: `logs/shop-client-7d9-x2.log`, `proxies/shop/client-7d9-x2/istio-proxy.log`. */
export function namesPod(path: string, pod: string): boolean {
  const at = path.lastIndexOf(pod);
  if (at < 0) return false;
  const [before = '', after = ''] = [path[at - 1] ?? '', path[at + pod.length] ?? ''];
  return !/[a-z0-9]/i.test(before) && !/[a-z0-9-]/i.test(after);
}
