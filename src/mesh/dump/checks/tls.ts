import type { ShapeView } from '../../../model/shape-view.ts';
import { EXCLUDED_BY_MODE } from '../../exclusions.ts';
import { hasFlag, isChainMissing } from '../../fault.ts';
import { ipOf } from '../../workload.ts';
import { type DumpCheck, type DumpQuestion, excludes, proves } from '../dump-check.ts';
import { fieldAt, fieldText } from '../field.ts';
import { type Accepted, acceptedAt } from '../listeners.ts';
import type { DumpItem, ProxyDump } from '../proxy-dump.ts';
import { clusterOf } from './clusters.ts';

type ClientMode = 'DISABLE' | 'ISTIO_MUTUAL' | 'SIMPLE';

/** How a cluster connects; null where that differs between its endpoints (automatic mutual TLS). */
function modeOf({ value }: DumpItem): ClientMode | null {
  if (fieldAt(value, 'transport_socket_matches') !== undefined) return null;
  const socket = fieldAt(value, 'transport_socket');
  if (socket === undefined) return 'DISABLE';
  if (!(fieldText(socket, 'typed_config', '@type') ?? '').endsWith('UpstreamTlsContext')) return null;
  // Only proxies of Istio speak its own protocol within TLS.
  return JSON.stringify(socket).includes('"istio') ? 'ISTIO_MUTUAL' : 'SIMPLE';
}

/** Whether both ends of a connection agree on TLS, as far as the dumps of both or one and the resources show. */
export const checkTransport: DumpCheck = (question) => {
  const { dump, shape } = question;
  const cluster = clusterOf(dump.clusters, shape.upstreamCluster);
  if (cluster === null || shape.clusterDirection !== 'outbound') return [];
  const mode = modeOf(cluster);
  if (mode === null) return [];
  const says = mode === 'DISABLE' ? 'connects in plaintext' : `connects with TLS (${mode})`;
  const place = dump.placeOf(cluster, mode === 'DISABLE' ? [] : ['transport_socket'], says);
  const claim = `The cluster ${cluster.name} of ${dump.owner.name} ${says}`;
  const server = serverOf(question);
  const conflict = server === null ? null : conflictOf(mode, server.accepted, shape);
  if (server !== null && conflict !== null) {
    const takes = conflict === 'tls-conflict-plaintext-to-strict' ? 'mutual TLS only' : 'plaintext only';
    const { chain } = server.accepted;
    return proves(conflict, `${claim}, and ${server.dump.owner.name} takes ${takes} there`, [
      place,
      server.dump.placeOf(chain.listener, chain.path, `takes ${takes} at port ${server.port}`),
    ]);
  }
  return excludes(EXCLUDED_BY_MODE[mode] ?? [], claim, [place]);
};

/** The proxy at the endpoint, where its dump is there too. */
function serverOf({ shape, dumps }: DumpQuestion): {
  readonly dump: ProxyDump;
  readonly port: number;
  readonly accepted: Accepted;
} | null {
  const { upstreamPort } = shape;
  const dump = dumps.find(({ owner }) => owner.addresses.includes(ipOf(shape.upstreamHost)));
  if (dump === undefined || upstreamPort == null) return null;
  const accepted = acceptedAt(dump, upstreamPort);
  return accepted === null ? null : { dump, port: upstreamPort, accepted };
}

function conflictOf(mode: ClientMode, { tls, plaintext }: Accepted, shape: ShapeView): string | null {
  if (!hasFlag(shape, 'UF', 'UC', 'URX', 'UPE')) return null;
  if (mode === 'DISABLE') return plaintext ? null : 'tls-conflict-plaintext-to-strict';
  return tls ? null : 'tls-conflict-mtls-to-plaintext';
}

/** Connections that no chain of the server took. */
export const checkAccepted: DumpCheck = ({ dump, shape }) => {
  const { localPort, requestedServerName } = shape;
  if (!isChainMissing(shape) || localPort == null || dump.owner.isGateway) return [];
  const accepted = acceptedAt(dump, localPort);
  if (accepted === null || requestedServerName != null) return [];
  const { chain } = accepted;
  if (accepted.plaintext) {
    const says = `takes plaintext at port ${localPort}`;
    return excludes(
      ['plaintext-client-to-strict', 'tls-conflict-plaintext-to-strict'],
      `${dump.owner.name} ${says}`,
      [dump.placeOf(chain.listener, chain.path, says)],
    );
  }
  const says = `takes mutual TLS only at port ${localPort}`;
  return proves(
    'plaintext-client-to-strict',
    `${dump.owner.name} ${says}, and these connections were plaintext`,
    [dump.placeOf(chain.listener, chain.path, says)],
  );
};
