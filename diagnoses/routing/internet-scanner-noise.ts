import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { kubernetes } from '../behaviours/kubernetes.ts';
import { routing } from '../behaviours/routing.ts';
import { isProbed, scannersAskForIt } from '../claims/scanners.ts';

/** Names of services in full: nobody outside makes them up. Tools for developers ask services for some of the same paths. */
const FULL_SERVICE_NAME = /\.svc(?:\.|$|:)/;
/** Names inside a cluster: scanners of the internet do not get there. */
const SERVICE_NAME = /\.svc(?:\.|$)|^[a-z0-9-]+(?::\d+)?$/;
const PRIVATE = /^\[?(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|f[cd][0-9a-f]{2}:|127\.)/i;

export const internetScannerNoise = defineDiagnosis({
  id: 'internet-scanner-noise',
  family: 'routing',
  title: 'Scanner traffic to hosts or paths that nobody serves',
  prior: 'usual',
  flags: ['NR'],
  reads: ['responseFlags', 'responseCode', 'detailsName', 'layer', 'path', 'authority', 'authorityKind'],
  // NR with 503 is a missing cluster, before Envoy 1.18.
  applies: (s) =>
    s.layer === 'http' &&
    s.responseCode !== 503 &&
    (s.detailsName === 'route_not_found' || s.responseFlags.includes('NR')),
  benign: () => true,
  cause:
    'Machines on the internet try {path} and other known weak spots on every public address. The gateway has no route for them and answers 404, as it should: nothing is broken.',
  evidence: [
    {
      for: 'decisive',
      about: 'path',
      claim: 'the path is one that vulnerability scanners try',
      restsOn: routing.scannersTryPaths,
      when: isProbed,
      otherwise: 'moderate',
    },
    {
      for: 'strong',
      about: 'traffic',
      claim:
        'nothing of this address is served, and a third or more of what is asked of it are paths of scanners',
      restsOn: routing.scannersTryPaths,
      group: scannersAskForIt,
    },
    {
      for: 'weak',
      about: 'address',
      claim: 'the authority is a bare public IP address',
      restsOn: [routing.scannersTryPaths, kubernetes.privateAddresses],
      when: (s) => s.authorityKind === 'ip' && !PRIVATE.test(s.authority ?? ''),
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
      against: 'decisive',
      about: 'authority',
      claim: 'the authority is a name or address inside the cluster, where no scanner comes',
      restsOn: routing.scannersStayOutside,
      // Scanners send what they like as Host; the path then tells them.
      when: (s) =>
        FULL_SERVICE_NAME.test(s.authority ?? '') ||
        (!isProbed(s) && (SERVICE_NAME.test(s.authority ?? '') || PRIVATE.test(s.authority ?? ''))),
    },
  ],
  confusedWith: [
    {
      id: 'no-route-for-path',
      tellApart: 'Do users of {authority} or its own pages ask for {path}? Then a route is missing.',
    },
    {
      id: 'no-route-for-authority',
      tellApart: 'Should {authority} be served by this gateway? Then its host is missing.',
    },
    {
      id: 'sni-not-sent',
      tellApart:
        'Lines without a method (NR filter_chain_not_found) on the TLS port often come from the same scanners.',
    },
  ],
  confirm: [
    {
      run: 'kubectl logs -n istio-system -l istio=ingressgateway --tail=-1',
      expect:
        'the same callers ask for many such paths within seconds, most of them once, none of which any service has',
    },
  ],
  fixes: [
    {
      text: 'Nothing to repair. Leave these lines out of alerts on 404 (or on NR), for example with --suppress internet-scanner-noise.',
    },
    {
      text: 'To get rid of them: a web application firewall or rate limit in front of the gateway. A route for the paths would be wrong: it brings the probes to your services.',
    },
  ],
  sources: [
    {
      title: 'envoyproxy/envoy#15698: NR lines for /.env on a public gateway',
      url: 'https://github.com/envoyproxy/envoy/issues/15698',
    },
    {
      title: 'Istio: requests are rejected by Envoy',
      url: 'https://istio.io/latest/docs/ops/common-problems/network-issues/#requests-are-rejected-by-envoy',
    },
  ],
  samples: [
    {
      file: 'by-address.log',
      origin: 'composed',
      from: 'facts/confusions.md, "bare public IP and /.env": a scanner asks a gateway by its address, for the front page too',
    },
    {
      file: 'wp-login.log',
      origin: 'captured',
      from: 'Envoy 1.40 as a gateway, scanners ask for /wp-login.php',
    },
    {
      file: 'bare-address.log',
      origin: 'quoted',
      from: 'envoyproxy/envoy#15698, addresses replaced',
    },
  ],
});
