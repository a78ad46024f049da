import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { http } from '../behaviours/http.ts';
import { replies } from '../behaviours/replies.ts';

export const websocketUpgradeRefused = defineDiagnosis({
  id: 'websocket-upgrade-refused',
  family: 'stream',
  title: 'Upgrade refused by the proxy',
  prior: 'uncommon',
  flags: [],
  reads: [
    'responseCode',
    'responseFlags',
    'detailsName',
    'upstreamHost',
    'bytesSent',
    'method',
    'protocol',
    'layer',
  ],
  applies: (s) =>
    s.layer === 'http' &&
    (s.detailsName === 'upgrade_failed' ||
      (s.detailsName == null &&
        s.responseCode === 403 &&
        s.responseFlags.length === 0 &&
        typeof s.upstreamHost !== 'string')),
  claimsHealthy: true,
  cause:
    'The request asked for an upgrade (WebSocket, CONNECT or another protocol) on {path}, and neither the listener nor the route has that upgrade enabled: the proxy refuses it with 403.',
  evidence: [
    {
      for: 'decisive',
      about: 'details',
      claim: 'details are upgrade_failed',
      restsOn: http.upgradesRefused,
      when: (s) => s.detailsName === 'upgrade_failed',
    },
    {
      // Envoy refuses an upgrade with an empty body; the 403 of RBAC has 19 bytes, other filters have texts or flags.
      for: 'strong',
      about: 'size',
      claim: 'the proxy gave an empty 403 to a GET over HTTP/1.1, without a flag',
      restsOn: [http.upgradesRefused, replies.fixedTexts],
      when: (s) =>
        s.responseCode === 403 &&
        s.bytesSent === 0 &&
        s.upstreamHost === null &&
        s.method === 'GET' &&
        s.protocol === 'HTTP/1.1',
    },
    {
      against: 'strong',
      about: 'size',
      claim: 'the refusal has a body, and a refused upgrade has none',
      restsOn: http.upgradesRefused,
      when: (s) => s.bytesSent != null && s.bytesSent > 0,
    },
  ],
  confusedWith: [
    {
      id: 'rbac-denied',
      tellApart:
        'A denial by an AuthorizationPolicy has 19 bytes ("RBAC: access denied") and names the policy in its details.',
    },
    {
      id: 'application-error',
      tellApart: 'Details via_upstream: the application refused the handshake (its Origin check, often).',
    },
  ],
  confirm: [
    {
      run: 'curl -si --http1.1 -H "Connection: Upgrade" -H "Upgrade: websocket" -H "Sec-WebSocket-Version: 13" -H "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==" http://{authority}{path}',
      expect: '403 with the header server: envoy or istio-envoy, and no body',
    },
    {
      run: 'istioctl proxy-config listener {pod} -n POD_NAMESPACE -o json',
      expect:
        'no upgradeConfigs with upgradeType websocket for this port (Istio enables it everywhere unless an EnvoyFilter takes it out)',
    },
  ],
  fixes: [
    {
      text: 'Enable the upgrade at every proxy on the way. In plain Envoy: upgrade_configs: [{ upgrade_type: websocket }] in the connection manager or the route; a route can also switch it off (enabled: false).',
    },
    {
      text: 'In Istio look for an EnvoyFilter that replaces the connection manager or its upgrade_configs, and for upgrades other than WebSocket, which need one of their own.',
      yaml: `apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata:
  name: allow-upgrade
  namespace: POD_NAMESPACE
spec:
  workloadSelector:
    labels:
      app: APP # a label of the pods whose proxies refuse the upgrade: of a gateway, istio: ingressgateway as a rule
  configPatches:
    - applyTo: NETWORK_FILTER
      match:
        listener:
          filterChain:
            filter:
              name: envoy.filters.network.http_connection_manager
      patch:
        operation: MERGE
        value:
          typed_config:
            "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
            upgrade_configs:
              - upgrade_type: websocket`,
    },
  ],
  sources: [
    {
      title: 'Envoy: upgrades',
      url: 'https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/http/upgrades',
    },
    {
      title: 'projectcontour/contour#5675: 403 for WebSocket upgrades',
      url: 'https://github.com/projectcontour/contour/issues/5675',
    },
  ],
  samples: [
    {
      file: 'upgrade-failed.log',
      origin: 'captured',
      from: 'Envoy 1.40 without upgrade_configs',
    },
    {
      file: 'default-format.log',
      origin: 'quoted',
      from: "projectcontour/contour#5675 (host name changed), Envoy's default format",
    },
  ],
});
