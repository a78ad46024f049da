import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { routing } from '../behaviours/routing.ts';

export const sharedCertificateConnectionReuse = defineDiagnosis({
  id: 'shared-certificate-connection-reuse',
  family: 'routing',
  title: 'HTTP/2 connection reused across Gateways that share one certificate',
  prior: 'uncommon',
  flags: ['NR'],
  reads: [
    'responseFlags',
    'responseCode',
    'detailsName',
    'layer',
    'sniRelation',
    'protocol',
    'upstreamCluster',
  ],
  // A format without SNI leaves only the protocol to judge by.
  applies: (s) =>
    s.layer === 'http' &&
    s.responseCode !== 503 &&
    (s.detailsName === 'route_not_found' || s.responseFlags.includes('NR')) &&
    (s.sniRelation === 'differs' || (s.sniRelation === undefined && s.protocol !== 'HTTP/1.1')),
  cause:
    'The certificate of {sni} is valid for {authorityName} too, so the browser sends requests for {authorityName} over the HTTP/2 connection that it opened for {sni}. The gateway chose its filter chain and routes by {sni}, and those routes do not know {authorityName}.',
  evidence: [
    {
      for: 'decisive',
      about: 'sni',
      claim: 'the SNI of the connection names another host than the authority of the HTTP/2 request',
      restsOn: routing.sharedHttp2Connection,
      when: (s) => s.sniRelation === 'differs' && s.protocol !== 'HTTP/1.1',
    },
    {
      for: 'moderate',
      about: 'details',
      claim: 'the details are route_not_found',
      restsOn: routing.noRoute,
      when: (s) => s.detailsName === 'route_not_found',
    },
    {
      for: 'moderate',
      about: 'code',
      claim: 'the proxy itself answered 404 with the flag NR',
      restsOn: routing.noRoute,
      when: (s) => s.responseCode === 404 && s.responseFlags.includes('NR'),
    },
    {
      for: 'moderate',
      about: 'authority',
      claim: 'the same authority succeeds on other connections',
      restsOn: [routing.sharedHttp2Connection, routing.hostKnownOrNot],
      group: (g) => (g.healthyForAuthority === null ? null : g.healthyForAuthority > 0),
    },
    {
      for: 'strong',
      about: 'path',
      claim: 'the same path of the same authority succeeds on other connections',
      restsOn: routing.sharedHttp2Connection,
      group: (g, s) =>
        s.upstreamCluster === undefined && g.healthyOnPath !== null ? g.healthyOnPath > 0 : null,
    },
    {
      // Clients put several hosts on one connection only from HTTP/2 on (RFC 9113, section 9.1.1).
      against: 'strong',
      about: 'protocol',
      claim: 'the request is HTTP/1.1, where no browser shares a connection between hosts',
      restsOn: routing.http1PerHost,
      when: (s) => s.protocol === 'HTTP/1.1',
    },
    {
      against: 'weak',
      about: 'authority',
      claim: 'no request to this authority succeeds on any connection',
      restsOn: routing.hostKnownOrNot,
      group: (g) => (g.healthyForAuthority === null ? null : g.healthyForAuthority === 0),
    },
  ],
  confusedWith: [
    {
      id: 'no-route-for-authority',
      tellApart:
        'Does {authorityName} work over a fresh connection whose SNI is {authorityName} itself? Then only the reuse is at fault.',
    },
    {
      id: 'no-route-for-path',
      tellApart: 'Do the failing paths work over a fresh connection? Then the routes are complete.',
    },
  ],
  confirm: [
    {
      run: 'istioctl analyze --all-namespaces',
      expect: 'IST0138: several Gateways use the same certificate (credentialName)',
    },
    {
      run: 'curl -sv https://{authorityName}{path} -o /dev/null',
      expect:
        'the same request succeeds on a connection of its own, while a browser that visited {sni} before gets 404',
    },
  ],
  fixes: [
    {
      text: 'Serve all hosts of the certificate from one Gateway with one server, and bind the VirtualServices of both hosts to it: then any connection finds the routes of either host.',
      yaml: `apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: shared-certificate
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
        credentialName: SHARED_CERTIFICATE
      hosts:
        - "*.EXAMPLE.COM" # the name that the certificate is made for`,
    },
    {
      text: 'Or give each host a certificate that is valid for that host alone; clients then open a connection per host. A second Gateway with the same certificate does not help.',
    },
  ],
  sources: [
    {
      title: 'Istio: 404 errors occur when multiple gateways configured with same TLS certificate',
      url: 'https://istio.io/latest/docs/ops/common-problems/network-issues/#404-errors-occur-when-multiple-gateways-configured-with-same-tls-certificate',
    },
    {
      title: 'istio/istio#47942: 404 NR route_not_found',
      url: 'https://github.com/istio/istio/issues/47942',
    },
    {
      title: 'RFC 9113, section 9.1.1: connection reuse',
      url: 'https://www.rfc-editor.org/rfc/rfc9113#section-9.1.1',
    },
  ],
  samples: [
    {
      file: 'two-gateways.log',
      origin: 'captured',
      from: 'Envoy 1.40 as a gateway with two hosts behind one wildcard certificate',
    },
    { file: 'browser.log', origin: 'quoted', from: 'istio/istio#47942, names replaced' },
    {
      file: 'envoy-default-format.log',
      origin: 'captured',
      from: "the same requests in Envoy's own default format, where the SNI is missing",
    },
  ],
});
