import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { isLocalReply } from '../../src/model/local-reply.ts';
import { http } from '../behaviours/http.ts';
import { replies } from '../behaviours/replies.ts';

const UPGRADE_REQUIRED = 426;

export const http10Client = defineDiagnosis({
  id: 'http-1-0-client',
  family: 'stream',
  title: 'HTTP/1.0 request where HTTP/1.1 is required (426)',
  prior: 'common',
  flags: ['DPE'],
  reads: [
    'responseCode',
    'detailsName',
    'upstreamHost',
    'hasUpstreamServiceTime',
    'bytesSent',
    'responseFlags',
  ],
  applies: (s) => s.detailsName === 'low_version' || s.responseCode === UPGRADE_REQUIRED,
  // Before DPE and details existed, 426 is a plain 4xx of the log: no flag, yet the proxy gave it.
  claimsHealthy: true,
  cause:
    'The client {caller} speaks HTTP/1.0 (nginx proxy_pass without proxy_http_version, ab, old health checks), and the proxy accepts HTTP/1.1 and newer only.',
  evidence: [
    {
      for: 'decisive',
      about: 'details',
      claim: 'details are low_version: the request was HTTP/1.0 or 0.9',
      restsOn: http.oldHttpRefused,
      when: (s) => s.detailsName === 'low_version',
    },
    {
      for: 'moderate',
      about: 'code',
      claim: 'the code is 426 and no upstream was asked',
      restsOn: [http.oldHttpRefused, replies.ownReplyHasNoHost],
      when: (s) => s.responseCode === UPGRADE_REQUIRED && s.upstreamHost === null,
    },
    {
      for: 'strong',
      about: 'size',
      claim: 'the reply is the 16 bytes "Upgrade Required" of the proxy',
      restsOn: [http.oldHttpRefused, replies.fixedTexts],
      when: (s) => s.responseCode === UPGRADE_REQUIRED && isLocalReply(s.bytesSent, 'upgradeRequired'),
    },
    {
      for: 'weak',
      about: 'flags',
      claim: 'the proxy calls it a protocol error of the client (DPE)',
      restsOn: http.oldHttpRefused,
      when: (s) => s.responseFlags.includes('DPE'),
    },
    {
      against: 'decisive',
      about: 'details',
      claim: 'an upstream answered with this code',
      restsOn: [http.viaUpstream, http.serviceTimeMeansAnswer],
      when: (s) => s.detailsName === 'via_upstream' || s.hasUpstreamServiceTime === true,
    },
  ],
  confusedWith: [
    {
      id: 'application-error',
      tellApart: 'Details via_upstream: the application itself asks for an upgrade.',
    },
  ],
  confirm: [
    {
      run: 'curl --http1.0 -s -o /dev/null -w "%{http_code}\\n" http://{localAddress}/',
      expect: '426 (and another code without --http1.0)',
    },
  ],
  fixes: [
    {
      text: 'Let the client speak HTTP/1.1. In nginx: proxy_http_version 1.1; with proxy_set_header Connection ""; (the default of proxy_pass is 1.0). For load tests use another tool than ab.',
    },
    {
      text: 'Where the client cannot be changed, let gateways and sidecars accept HTTP/1.0: PILOT_HTTP10=1 in istiod.',
      yaml: `apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
metadata:
  name: accept-http10
  namespace: istio-system
spec:
  components:
    pilot:
      k8s:
        env:
          - name: PILOT_HTTP10
            value: "1"`,
    },
  ],
  versions:
    'DPE in current Envoy; old ones print 426 without a flag, and before Istio 1.9 without details. Through a sidecar that sniffs protocols HTTP/1.0 passes as TCP.',
  sources: [
    {
      title: "Istio: Envoy won't connect to my HTTP/1.0 service",
      url: 'https://istio.io/latest/docs/ops/common-problems/network-issues/#envoy-wont-connect-to-my-http10-service',
    },
  ],
  samples: [
    {
      file: 'gateway.log',
      origin: 'captured',
      from: 'Envoy 1.40 as a gateway among HTTP/1.1 traffic',
    },
    {
      file: 'without-details.log',
      origin: 'composed',
      from: "facts/causes.md, http10-client, in Envoy's default format of the time before DPE",
    },
  ],
});
