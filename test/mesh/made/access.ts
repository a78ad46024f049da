import { CLOSED, notConnected, times, WRONG_VERSION } from '../made-lines.ts';
import { amongHealthy, INBOUND, type MadeMesh, SERVED } from './made-mesh.ts';
import { AUDIT, istio, LEDGER_HTTP, POD } from './resources.ts';

/** Who may call, and who speaks mutual TLS. */
export const ACCESS: readonly MadeMesh[] = [
  {
    name: 'no policy that allows the caller',
    id: 'rbac-denied',
    log: times(3, { ...INBOUND, details: 'rbac_access_denied_matched_policy[none]' }),
    mesh:
      LEDGER_HTTP +
      POD +
      istio(
        'AuthorizationPolicy',
        'callers',
        `selector: {matchLabels: {app: ledger}}
rules:
- from: [{source: {principals: [cluster.local/ns/shop/sa/till]}}]`,
      ),
    at: '- from',
    mended: ['{app: ledger}}\n  rules', '{app: audit}}\n  rules'],
  },
  {
    name: 'tokens of an issuer that nobody accepts',
    id: 'jwt-rejected',
    log: times(3, {
      ...INBOUND,
      answer: '401 -',
      details: 'jwt_authn_access_denied{Jwt_issuer_is_not_configured}',
    }),
    mesh:
      LEDGER_HTTP +
      POD +
      istio('RequestAuthentication', 'tokens', 'jwtRules:\n- issuer: https://id.example.org'),
    at: '- issuer',
    mended: ['namespace: bank\nspec:\n  jwtRules', 'namespace: shop\nspec:\n  jwtRules'],
  },
  {
    name: 'a rate limit in an EnvoyFilter',
    id: 'rate-limited',
    log: times(3, { ...INBOUND, answer: '429 RL', details: 'local_rate_limited' }),
    mesh:
      LEDGER_HTTP +
      POD +
      istio(
        'EnvoyFilter',
        'limit',
        `workloadSelector: {labels: {app: ledger}}
configPatches:
- applyTo: HTTP_FILTER
  patch:
    operation: INSERT_BEFORE
    value:
      name: envoy.filters.http.local_ratelimit
      typed_config: {token_bucket: {max_tokens: 4, fill_interval: 60s}}`,
      ),
    at: 'name: envoy.filters.http.local_ratelimit',
    mended: ['{app: ledger}}\n  config', '{app: audit}}\n  config'],
  },
  {
    name: 'mutual TLS to proxies that have it turned off',
    id: 'tls-conflict-mtls-to-plaintext',
    log: amongHealthy(
      times(4, {
        ...SERVED,
        answer: '503 UF,URX',
        ...notConnected(WRONG_VERSION),
      }),
    ),
    mesh:
      AUDIT +
      LEDGER_HTTP +
      POD +
      istio('DestinationRule', 'ledger', 'host: ledger\ntrafficPolicy:\n  tls:\n    mode: ISTIO_MUTUAL') +
      istio('PeerAuthentication', 'ledger', 'selector: {matchLabels: {app: ledger}}\nmtls: {mode: DISABLE}'),
    at: 'mode: ISTIO_MUTUAL',
    mended: ['mode: DISABLE', 'mode: STRICT'],
  },
  {
    name: 'a pod that is called by its address',
    id: 'headless-pod-ip-strict-mtls',
    log: amongHealthy(
      times(4, {
        answer: '503 UC',
        details: CLOSED,
        authority: '10.9.3.4:8200',
        upstreamHost: '10.9.3.4:8200',
        cluster: 'PassthroughCluster',
        local: '10.9.3.4:8200',
        route: 'allow_any',
        sizes: '0 95 1',
      }),
    ),
    mesh:
      AUDIT + LEDGER_HTTP + POD + istio('PeerAuthentication', 'istio-system/default', 'mtls: {mode: STRICT}'),
    at: 'mode: STRICT',
    mended: ['mode: STRICT', 'mode: PERMISSIVE'],
  },
  {
    name: 'a client without a proxy',
    id: 'plaintext-client-to-strict',
    log: [
      ...times(6, { ...INBOUND, answer: '200 -', details: 'via_upstream', upstreamHost: '10.9.3.4:8200' }),
      ...times(4, {
        tcpFlag: 'NR',
        details: 'filter_chain_not_found',
        local: '10.9.3.4:8200',
        sizes: '0 0 0',
      }),
    ],
    mesh: LEDGER_HTTP + POD + istio('PeerAuthentication', 'default', 'mtls: {mode: STRICT}'),
    at: 'mode: STRICT',
    mended: ['mode: STRICT', 'mode: PERMISSIVE'],
  },
];
