import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { listeners } from '../behaviours/listeners.ts';
import { mesh } from '../behaviours/mesh.ts';
import { tls } from '../behaviours/tls.ts';
import { endedWithoutRequest, passesConnectionsThrough } from '../claims/listeners.ts';

/** 443, 8443, 15443, 9443 …: by convention TLS; workloads that take plaintext hardly ever listen there. */
function isTlsPort(port: number | null | undefined): boolean {
  return port != null && port % 1000 === 443;
}

export const sniNotSent = defineDiagnosis({
  id: 'sni-not-sent',
  family: 'routing',
  title: 'TLS client or load balancer sends no SNI to an SNI-routed port',
  prior: 'common',
  flags: ['NR'],
  reads: ['responseFlags', 'detailsName', 'layer', 'requestedServerName', 'localPort'],
  applies: (s) =>
    s.layer === 'tcp' &&
    (s.responseFlags.includes('NR') || s.detailsName === 'filter_chain_not_found') &&
    s.requestedServerName == null,
  cause:
    'The connection to {localAddress} carried no server name, but the Gateway chooses among its filter chains by server name (its servers list hosts other than *), so no chain takes it. Either the client sends none (it calls an IP address, or is very old), or a load balancer in front ends the TLS connection and opens its own without SNI.',
  evidence: [
    {
      for: 'strong',
      about: 'sni',
      claim: 'the connection carried no server name (SNI)',
      restsOn: listeners.chainsByServerName,
      when: (s) => s.requestedServerName === null,
    },
    {
      for: 'strong',
      about: 'address',
      claim: 'the connection came to a TLS port of a gateway (443, 8443, 15443)',
      restsOn: listeners.tlsPorts,
      when: (s) => isTlsPort(s.localPort),
    },
    {
      for: 'weak',
      about: 'traffic',
      claim: 'the same listener serves connections that name a server',
      restsOn: listeners.oneListenerManyChains,
      group: (g) => (g.healthyWithSniOnListener === null ? null : g.healthyWithSniOnListener > 0),
    },
    {
      for: 'moderate',
      about: 'details',
      claim: 'the details are filter_chain_not_found',
      restsOn: listeners.noFilterChain,
      when: (s) => s.detailsName === 'filter_chain_not_found',
    },
    {
      // What is left where details are not logged (Istio 1.8, Envoy's default format).
      for: 'weak',
      about: 'details',
      claim: 'a connection without any request ended with NR',
      restsOn: listeners.noFilterChain,
      when: endedWithoutRequest,
    },
    {
      for: 'moderate',
      about: 'traffic',
      claim: 'other connections without any request are served, so TLS is passed through here',
      restsOn: listeners.oneListenerManyChains,
      group: passesConnectionsThrough,
    },
    {
      against: 'strong',
      about: 'address',
      claim: 'the connection came to a port of a workload, not to a TLS port of a gateway',
      restsOn: listeners.tlsPorts,
      when: (s) => s.localPort != null && !isTlsPort(s.localPort),
    },
    {
      against: 'decisive',
      about: 'peer',
      claim: 'a proxy of the mesh logged a failed request on the same connection',
      restsOn: [tls.strictTakesNoPlaintext, mesh.oneConnectionTwoLogs],
      group: (g) => g.pairedWith(({ failed, shape }) => failed && typeof shape.upstreamHost === 'string') > 0,
    },
  ],
  confusedWith: [
    {
      id: 'plaintext-client-to-strict',
      tellApart:
        'Is {localAddress} a gateway or a workload? On the port of a workload it is plaintext that a STRICT server refuses.',
    },
    {
      id: 'sni-not-matched',
      tellApart: 'Is a server name logged? Then one was sent, and no filter chain lists it.',
    },
    {
      id: 'internet-scanner-noise',
      tellApart:
        'Do your own users fail, or only addresses that nobody knows? Scanners connect to the bare IP and send no SNI.',
    },
  ],
  confirm: [
    {
      run: 'openssl s_client -connect {localAddress} -servername YOUR.HOST -brief',
      expect: 'the handshake succeeds with -servername and fails with -noservername instead',
    },
    {
      run: 'istioctl proxy-config listeners {pod} -n POD_NAMESPACE --port {localPort}',
      expect: 'every filter chain of the port has an SNI match; none is for all names',
    },
    {
      run: 'kubectl get pods -A -o wide --field-selector status.podIP={caller}',
      expect:
        'no pod: the caller is a node or load balancer; look there for TLS that is terminated and opened anew (its health checks may well succeed while the traffic of users fails)',
    },
  ],
  fixes: [
    {
      text: 'If a load balancer stands in front: let it pass TCP through (listener protocol TCP or TLS pass-through), or make it send SNI when it re-encrypts.',
    },
    {
      text: 'If it cannot: let the Gateway take connections without SNI. All names then share one certificate, and routing is by Host header only.',
      yaml: `apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: GATEWAY
  namespace: GATEWAY_NAMESPACE
spec:
  selector:
    istio: ingressgateway
  servers:
    - port:
        number: 443
        name: https
        protocol: HTTPS
      tls:
        mode: SIMPLE
        credentialName: CERTIFICATE
      hosts:
        - "*" # no SNI match`,
    },
    {
      text: 'In tests call by name: curl --resolve YOUR.HOST:443:IP https://YOUR.HOST/. A Host header alone sets no SNI.',
    },
  ],
  versions: 'Istio logs connections without a filter chain since 1.8; before that there is no line at all.',
  sources: [
    {
      title: 'Istio: configuring SNI routing when not sending SNI',
      url: 'https://istio.io/latest/docs/ops/common-problems/network-issues/#configuring-sni-routing-when-not-sending-sni',
    },
    {
      title: 'istio/istio#41380: NR filter_chain_not_found with a host in the Gateway',
      url: 'https://github.com/istio/istio/issues/41380',
    },
  ],
  samples: [
    {
      file: 'some-clients-without-sni.log',
      origin: 'captured',
      from: 'Envoy 1.40 as a gateway that routes by SNI; some clients send none',
    },
    {
      file: 'envoy-default-format.log',
      origin: 'captured',
      from: "the same connections in Envoy's own default format, where SNI and port are missing",
    },
    { file: 'gateway-with-host.log', origin: 'quoted', from: 'istio/istio#41380' },
  ],
});
