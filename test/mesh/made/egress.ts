import { type MadeLine, times } from '../made-lines.ts';
import { amongHealthy, type MadeMesh } from './made-mesh.ts';
import { AUDIT, istio, LEDGER_HTTP } from './resources.ts';

const BLOCKED: MadeLine = {
  answer: '502 -',
  details: 'direct_response',
  authority: 'ledger.bank:8200',
  local: '10.200.0.4:8200',
  route: 'block_all',
  sizes: '0 0 0',
};

/** What leaves a namespace or the mesh. */
export const EGRESS: readonly MadeMesh[] = [
  {
    name: 'a Sidecar that does not list the service',
    id: 'sidecar-egress-scope',
    log: amongHealthy(times(3, BLOCKED)),
    mesh:
      AUDIT +
      LEDGER_HTTP +
      istio(
        'Sidecar',
        'shop/default',
        `outboundTrafficPolicy: {mode: REGISTRY_ONLY}
egress:
- hosts:
  - "./*"
  - "bank/audit.bank.svc.cluster.local"`,
      ),
    at: '- "./*"',
    mended: ['bank/audit.bank.svc.cluster.local', 'bank/*'],
  },
  {
    name: 'a ServiceEntry that is exported to its own namespace',
    id: 'sidecar-egress-scope',
    log: amongHealthy(times(3, { tcpFlag: 'UH', cluster: 'BlackHoleCluster', local: '10.200.0.9:5432' })),
    mesh:
      AUDIT +
      istio(
        'ServiceEntry',
        'database',
        `hosts: [db.bank.example]
addresses: [10.200.0.9]
ports: [{number: 5432, name: tcp, protocol: TCP}]
exportTo:
- "."
resolution: STATIC
endpoints: [{address: 192.0.2.40}]`,
      ),
    at: '- "."',
    mended: ['- "."', '- "*"'],
  },
  {
    name: 'TLS around the TLS of the caller',
    id: 'double-tls',
    log: times(4, {
      upstreamHost: '192.0.2.77:443',
      cluster: 'outbound|443||pay.example.org',
      local: '192.0.2.77:443',
      sni: 'pay.example.org',
      sizes: '517 66 6',
    }),
    mesh:
      istio(
        'ServiceEntry',
        'pay',
        `hosts: [pay.example.org]
ports: [{number: 443, name: https, protocol: HTTPS}]
location: MESH_EXTERNAL
resolution: DNS`,
      ) +
      istio(
        'DestinationRule',
        'pay',
        `host: pay.example.org
trafficPolicy:
  tls:
    mode: SIMPLE`,
      ),
    at: 'mode: SIMPLE',
    mended: ['mode: SIMPLE', 'mode: DISABLE'],
  },
];
