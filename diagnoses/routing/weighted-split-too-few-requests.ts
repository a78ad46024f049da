import { defineDiagnosis } from '../../src/diagnose/define.ts';
import type { GroupFacts } from '../../src/model/group-facts.ts';
import { routing } from '../behaviours/routing.ts';

/** Istio's own documentation: up to 100 requests may be needed before a weighted split shows. */
const ENOUGH_REQUESTS = 100;

/** Requests of all subsets of the service; null where it has one cluster only. */
function requestsOfSplit({ quiet, requests }: GroupFacts): number | null {
  if (quiet === null || quiet.siblings.length === 0) return null;
  return quiet.siblings.reduce((sum, { healthy }) => sum + healthy, requests);
}

export const weightedSplitTooFewRequests = defineDiagnosis({
  id: 'weighted-split-too-few-requests',
  family: 'routing',
  title: 'Too few requests to judge a weighted route split',
  prior: 'rare',
  flags: [],
  quiet: true,
  reads: ['clusterDirection', 'upstreamCluster'],
  applies: (s) =>
    s.clusterDirection === 'outbound' && /^outbound\|\d+\|[^|]+\|/.test(s.upstreamCluster ?? ''),
  cause:
    'The route to {host} is split by weights, and the log holds so few requests that their shares say nothing about the weights: each request is drawn by chance, per proxy. Every request succeeds.',
  evidence: [
    {
      for: 'strong',
      about: 'traffic',
      claim: 'several subsets of the service are used, with fewer than 100 requests between them',
      restsOn: [routing.weightsNeedNumbers, routing.subsetInClusterName],
      group: (g) => {
        const requests = requestsOfSplit(g);
        return requests === null ? null : requests < ENOUGH_REQUESTS;
      },
    },
    {
      against: 'decisive',
      about: 'traffic',
      claim: 'the subsets share 100 requests or more: what the shares show is what the proxy was told',
      restsOn: routing.weightsNeedNumbers,
      group: (g) => {
        const requests = requestsOfSplit(g);
        return requests === null ? null : requests >= ENOUGH_REQUESTS;
      },
    },
  ],
  confusedWith: [
    {
      id: 'gateway-ignores-mesh-route-rules',
      tellApart: 'Do requests also go to {host} without a subset? Those never meet the weights.',
    },
    {
      id: 'config-propagation-delay',
      tellApart: 'Do the shares change at one moment and stay? Then new weights arrived late.',
    },
  ],
  confirm: [
    {
      run: 'istioctl proxy-config routes {pod} -n POD_NAMESPACE -o json',
      expect: 'weightedClusters for {host} with the weights that you set: the proxy knows them',
    },
    {
      run: 'faultline --cluster "outbound|{port}|*|{host}" LOG',
      expect: 'over a log of several hundred requests, counts per subset that come near the weights',
    },
  ],
  fixes: [
    { text: 'Send more requests (some hundreds per proxy) before you judge the split.' },
    {
      text: 'Does a test need a certain version each time? Match a header or a user instead of drawing by weight.',
      yaml: `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: {service}
  namespace: {namespace}
spec:
  hosts:
    - {host}
  http:
    - match:
        - headers:
            x-version:
              exact: {subset}
      route:
        - destination:
            host: {host}
            subset: {subset}`,
    },
  ],
  sources: [
    {
      title: "Istio: route rules don't seem to affect traffic flow",
      url: 'https://istio.io/latest/docs/ops/common-problems/network-issues/#route-rules-dont-seem-to-affect-traffic-flow',
    },
  ],
  samples: [
    {
      file: 'two-versions.log',
      origin: 'composed',
      from: 'causes.json route-weights-100: a split of 90 to 10 after twelve requests',
    },
  ],
});
