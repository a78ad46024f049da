import { CLOSED, type MadeLine, times } from '../made-lines.ts';
import { call, callOutside, NO_ENDPOINT, OTHER, ok, type PeopleMesh, readMesh } from './people-mesh.ts';

/** The answer of a proxy that may call registered hosts only. */
const BLOCKED: MadeLine = {
  answer: '502 -',
  details: 'direct_response',
  route: 'block_all',
  sizes: '0 0 0',
};

const PAYMENTS = callOutside('api.payments.example', '203.0.113.77:443', '203.0.113.77:80');
const MAIL = callOutside('api.mail.example.net', '203.0.113.9:80');
const GEO = callOutside('geo.partner.example', '203.0.113.31:80', '240.240.0.4:80');
const VENDOR: MadeLine = {
  tcpFlag: '-',
  cluster: 'outbound|443||api.vendor.example',
  upstreamHost: '203.0.113.44:443',
  local: '203.0.113.44:443',
  sni: 'api.vendor.example',
};
const BFF = ok(call('bff.web.svc.cluster.local', 80, '10.44.17.1:80'));

/** What leaves a namespace or the mesh. */
export const EGRESS: readonly PeopleMesh[] = [
  {
    name: 'egress on port 80 that leads to 443 without TLS',
    id: 'plaintext-to-tls-port',
    mesh: readMesh('http-port-to-443'),
    mended: ['api.payments.exmaple', 'api.payments.example'],
    log: [
      ...OTHER,
      ...times(8, { ...PAYMENTS, answer: '503 UC', details: CLOSED, route: 'default', sizes: '0 95 31' }),
    ],
    healthy: ok({ ...PAYMENTS, route: 'default' }),
  },
  {
    name: 'REGISTRY_ONLY in the MeshConfig, and a host that nobody registered',
    id: 'registry-only-blocked',
    mesh: readMesh('registry-only'),
    mended: ['api.mail.example.org', 'api.mail.example.net'],
    log: [
      ...ok(callOutside('smtp.example.net', '203.0.113.4:80')),
      ...times(8, { ...BLOCKED, authority: 'api.mail.example.net', local: '203.0.113.9:80' }),
    ],
    healthy: ok(MAIL),
  },
  {
    name: 'a Sidecar of the namespace that lists too little',
    id: 'sidecar-egress-scope',
    mesh: readMesh('sidecar-lists-too-little'),
    mended: ['    - "./*"\n', '    - "./*"\n    - "promo/*"\n'],
    log: [...BFF, ...times(9, { ...BLOCKED, authority: 'coupons.promo', local: '10.100.41.4:80' })],
    healthy: [
      ...BFF,
      ...ok({ ...call('coupons.promo.svc.cluster.local', 80, '10.44.17.2:80'), authority: 'coupons.promo' }),
    ],
  },
  {
    name: 'an external name with a slip of the pen that DNS does not know',
    id: 'dns-resolution-failed',
    mesh: readMesh('external-name-misspelt'),
    mended: ['goe.partner.example', '203.0.113.31'],
    log: [...OTHER, ...times(9, { ...GEO, ...NO_ENDPOINT, upstreamHost: '-', route: 'default' })],
    healthy: ok(GEO),
  },
  {
    name: 'TLS originated around TLS',
    id: 'double-tls',
    mesh: readMesh('tls-around-tls'),
    mended: ['tls: {mode: SIMPLE}', 'loadBalancer: {simple: LEAST_REQUEST}'],
    log: [...OTHER, ...times(9, { ...VENDOR, sizes: '517 155 21' })],
    healthy: times(12, { ...VENDOR, sizes: '1800 9000 400' }),
  },
];
