import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { endpoints } from '../behaviours/endpoints.ts';

export const headlessLoadBalancingIgnored = defineDiagnosis({
  id: 'headless-load-balancing-ignored',
  family: 'cluster',
  title: 'Load-balancing policy has no effect: the headless service is forwarded to the original destination',
  prior: 'rare',
  flags: [],
  quiet: true,
  reads: ['clusterDirection', 'upstreamCluster'],
  applies: (s) => s.clusterDirection === 'outbound',
  cause:
    '{host} is a headless service. The application resolves it to the address of one pod, and the proxy forwards to the very address that it asked for: it chooses no endpoint, so the loadBalancer of a DestinationRule (consistentHash, locality) is never used. Every request succeeds.',
  evidence: [
    {
      for: 'weak',
      about: 'endpoint',
      claim: 'the cluster reaches more than one endpoint, so there is something to balance',
      restsOn: endpoints.originalDestination,
      group: (g) => g.quiet && g.quiet.endpoints > 1,
    },
    {
      against: 'strong',
      about: 'endpoint',
      claim: 'the cluster reaches one endpoint only: every policy chooses that one',
      restsOn: endpoints.oneEndpointNoChoice,
      group: (g) => g.quiet && g.quiet.endpoints === 1,
    },
    {
      against: 'moderate',
      about: 'cluster',
      claim: 'the requests are sent to a subset, which a headless service seldom has',
      restsOn: endpoints.headlessSubsetsAreRare,
      when: (s) => /^outbound\|\d+\|[^|]+\|/.test(s.upstreamCluster ?? ''),
    },
  ],
  confusedWith: [
    {
      id: 'weighted-split-too-few-requests',
      tellApart:
        'Is the service headless (clusterIP None)? Then no policy applies, however many requests come.',
    },
    {
      id: 'service-requirements-not-met',
      tellApart:
        'Do the lines of {host} name a method? A policy on header or cookie needs HTTP to begin with.',
    },
  ],
  confirm: [
    {
      run: "kubectl get service {service} -n {namespace} -o jsonpath='{.spec.clusterIP}'",
      expect: 'None: the service is headless',
    },
    {
      run: 'istioctl proxy-config cluster {pod} -n POD_NAMESPACE --fqdn {host} -o json',
      expect: 'type ORIGINAL_DST, and a DestinationRule whose loadBalancer is not in it',
    },
  ],
  fixes: [
    {
      text: 'Add a second Service with a cluster address for the same pods, and let callers that want the policy use its name. Wrong for callers that must reach one certain pod (a database primary, a Kafka broker): those need the headless name.',
      yaml: `apiVersion: v1
kind: Service
metadata:
  name: {service}-balanced
  namespace: {namespace}
spec:
  selector:
    app: APP # the labels that the headless Service selects
  ports:
    - name: http
      port: {port}`,
    },
    {
      text: 'Move the DestinationRule to the new host; the one on the headless host can go.',
    },
  ],
  sources: [
    {
      title: 'Istio: DestinationRule, LoadBalancerSettings',
      url: 'https://istio.io/latest/docs/reference/config/networking/destination-rule/#LoadBalancerSettings',
    },
    {
      title: 'Istio: traffic routing, headless services',
      url: 'https://istio.io/latest/docs/ops/configuration/traffic-management/traffic-routing/#headless-services',
    },
  ],
  samples: [
    {
      file: 'consistent-hash.log',
      origin: 'captured',
      from: 'Istio 1.31: consistentHash on a headless service; the caller resolves the name each time',
    },
  ],
});
