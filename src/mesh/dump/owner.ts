import type { LineWriter } from '../../model/mesh-evidence.ts';
import type { ShapeView } from '../../model/shape-view.ts';
import { ipOf, isTakenIn } from '../workload.ts';
import type { ProxyDump } from './proxy-dump.ts';

/**
 * True when the lines are of the proxy that the dump is of: the dump of another one proves nothing about them. The name of
 * the pod says so, before a line or in the name of its file, unless the address is another one: pods of two namespaces
 * may share a name. Where there is no name the address alone decides.
 */
export function isOwnerOf(dump: ProxyDump, shape: ShapeView, writer: LineWriter): boolean {
  const { pod } = dump.owner;
  if (pod === '') return false;
  const byAddress = hasAddress(dump, shape, writer);
  if (writer.pods.length > 0) return writer.pods.includes(pod) && byAddress !== false;
  const isNamed = writer.inputs.length > 0 && writer.inputs.every((input) => namesPod(input, pod));
  return isNamed ? byAddress !== false : byAddress === true;
}

/**
 * The address of the proxy is the near end of what comes in, and the far end of what a sidecar sends; null where the lines
 * or the dump have none.
 */
function hasAddress({ owner }: ProxyDump, shape: ShapeView, { callers }: LineWriter): boolean | null {
  const { addresses, isGateway, namespace } = owner;
  if (namespace === null || addresses.length === 0) return null;
  const local = ipOf(shape.downstreamLocalAddress);
  // A gateway takes requests in at its own address and sends them on.
  const isLocal = isGateway || isTakenIn(shape);
  const known = isLocal ? [local].filter((address) => address !== '') : callers;
  return known.length === 0 ? null : known.some((address) => addresses.includes(address));
}

/** The path names the pod as a whole: `logs/shop-client-7d9-x2.log`, `proxies/shop/client-7d9-x2/istio-proxy.log`. */
export function namesPod(path: string, pod: string): boolean {
  const at = path.lastIndexOf(pod);
  if (at < 0) return false;
  const [before = '', after = ''] = [path[at - 1] ?? '', path[at + pod.length] ?? ''];
  return !/[a-z0-9]/i.test(before) && !/[a-z0-9-]/i.test(after);
}
