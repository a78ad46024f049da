import { CLOSED, type MadeLine, notConnected, times, WRONG_VERSION } from '../made-lines.ts';
import { call, OTHER, ok, type PeopleMesh, readMesh } from './people-mesh.ts';

const INVENTORY = 'inventory.retail.svc.cluster.local';
const INVENTORY_SERVES = ok(call(INVENTORY, 8080, '10.44.5.6:8080'));
const LEDGER = call('ledgerdb.vms.internal', 8090, '192.0.2.51:8090');
/** Of a pod that is called by its address. */
const BY_ADDRESS: MadeLine = {
  authority: '10.44.16.2:8500',
  cluster: 'PassthroughCluster',
  upstreamHost: '10.44.16.2:8500',
  local: '10.44.16.2:8500',
  route: 'allow_any',
};

/** Who speaks mutual TLS, and who does not. */
export const MUTUAL_TLS: readonly PeopleMesh[] = [
  {
    name: 'mutual TLS for one port, and a client rule that turns it off there',
    id: 'tls-conflict-plaintext-to-strict',
    mesh: readMesh('strict-on-one-port'),
    mended: ['tls: {mode: DISABLE}', 'tls: {mode: ISTIO_MUTUAL}'],
    log: [
      ...INVENTORY_SERVES,
      ...times(8, {
        ...call(INVENTORY, 9090, '10.44.5.6:9090'),
        answer: '503 UC',
        details: CLOSED,
        sizes: '0 95 2',
      }),
    ],
    healthy: [...INVENTORY_SERVES, ...ok(call(INVENTORY, 9090, '10.44.5.6:9090'))],
  },
  {
    name: 'a virtual machine without a proxy behind mutual TLS',
    id: 'tls-conflict-mtls-to-plaintext',
    mesh: readMesh('machine-without-proxy'),
    mended: ['tls: {mode: ISTIO_MUTUAL}', 'tls: {mode: DISABLE}'],
    log: [
      ...OTHER,
      ...times(8, { ...LEDGER, ...notConnected(WRONG_VERSION), answer: '503 UF,URX', sizes: '0 190 55' }),
    ],
    healthy: ok(LEDGER),
  },
  {
    name: 'a StatefulSet that is called by the addresses of its pods under STRICT',
    id: 'headless-pod-ip-strict-mtls',
    mesh: readMesh('pods-by-address'),
    mended: ['mode: STRICT', 'mode: PERMISSIVE'],
    log: [
      ...ok(call('grid.cache.svc.cluster.local', 8500, '10.44.16.1:8500')),
      ...times(8, { ...BY_ADDRESS, answer: '503 UC', details: CLOSED, sizes: '0 95 2' }),
    ],
    healthy: ok(BY_ADDRESS),
  },
];
