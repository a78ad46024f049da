import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { endpoints } from '../behaviours/endpoints.ts';
import { kubernetes } from '../behaviours/kubernetes.ts';
import { routing } from '../behaviours/routing.ts';
import { hasPrivateName } from '../claims/clusters.ts';

export const noHealthyEndpoints = defineDiagnosis({
  id: 'no-healthy-endpoints',
  family: 'cluster',
  title: 'The cluster has no endpoint to send to',
  prior: 'common',
  flags: ['UH'],
  reads: [
    'responseFlags',
    'detailsName',
    'layer',
    'clusterHost',
    'upstreamHost',
    'upstreamCluster',
    'clusterDirection',
    'isExternalHost',
  ],
  applies: (s) => s.responseFlags.includes('UH') || s.detailsName === 'no_healthy_upstream',
  cause:
    'The route leads to {host}, but no ready pod stands behind it: scaled to zero, not ready, or a selector or subset label that matches nothing. The proxy answers without sending the request anywhere.',
  evidence: [
    {
      for: 'strong',
      about: 'flags',
      claim: 'the cluster had no healthy upstream (UH)',
      restsOn: endpoints.noneToChoose,
      when: (s) => s.responseFlags.includes('UH'),
    },
    {
      for: 'moderate',
      about: 'endpoint',
      claim: 'no endpoint is named on the failing lines: none could be chosen',
      restsOn: endpoints.noneToChoose,
      when: (s) => s.upstreamHost === null,
    },
    {
      for: 'strong',
      about: 'history',
      claim: 'no request to this cluster succeeded anywhere in the log',
      restsOn: endpoints.readyPodsOnly,
      // Where only the failing lines lack their cluster, what succeeds is counted elsewhere. TCP lines without are one scope.
      group: (g, s) =>
        g.healthyInScope === null ||
        s.upstreamCluster === null ||
        (s.layer === 'tcp' && s.upstreamCluster === undefined)
          ? null
          : g.healthyInScope === 0,
    },
    {
      for: 'strong',
      about: 'history',
      claim:
        'other endpoints answer after the failures than before them: between the old pods and the new there was none',
      restsOn: [endpoints.readyPodsOnly, kubernetes.podsDoNotReturn],
      group: (g) => (g.sameEndpointsReturn === null ? null : !g.sameEndpointsReturn),
    },
    {
      against: 'strong',
      about: 'peer',
      claim: 'other requests to this cluster reached endpoints and failed there',
      restsOn: endpoints.namedHostWasThere,
      group: (g) =>
        g.neighbours.some((other) => other.failed && typeof other.shape.upstreamHost === 'string'),
    },
    {
      against: 'strong',
      about: 'endpoint',
      claim: 'an endpoint is named on the failing lines: one was tried before',
      restsOn: [endpoints.namedHostWasThere, endpoints.ejectedBetweenTries],
      when: (s) => typeof s.upstreamHost === 'string',
    },
    {
      against: 'decisive',
      about: 'cluster',
      claim: 'the connection was sent to BlackHoleCluster: the destination is not in the registry',
      restsOn: routing.blackHole,
      when: (s) => s.clusterDirection === 'blackHole',
    },
    {
      // Before Istio 1.10 the cluster of a TCP connection to BlackHoleCluster is printed as "-".
      against: 'strong',
      about: 'cluster',
      claim: 'a TCP connection without a cluster: the destination is not in the registry',
      restsOn: routing.blackHoleUnnamed,
      when: (s) => s.layer === 'tcp' && s.upstreamCluster === null,
    },
    {
      against: 'strong',
      about: 'cluster',
      claim: 'the cluster leads to a host outside the mesh, whose endpoints come from DNS',
      restsOn: [endpoints.dnsGivesEndpoints, endpoints.dnsOfOutside],
      when: (s) => s.isExternalHost === true && !hasPrivateName(s),
    },
    {
      against: 'moderate',
      about: 'cluster',
      claim:
        'the cluster leads to a private name that is no Kubernetes service: its endpoints may come from DNS',
      restsOn: endpoints.dnsOfOutside,
      when: (s) => s.isExternalHost === true && hasPrivateName(s),
    },
  ],
  confusedWith: [
    {
      id: 'outlier-ejection',
      tellApart:
        'Did requests to {host} fail with 5xx or UF just before the first UH, and do they come back after a while? Then its endpoints were ejected.',
    },
    {
      id: 'virtual-service-to-virtual-service',
      tellApart:
        'Is {host} only the host of another VirtualService, with no pods of its own? The lines are the same.',
    },
    {
      id: 'dns-resolution-failed',
      tellApart:
        'Does {host} come from a ServiceEntry with resolution DNS? Then look whether the name resolves inside the proxy.',
    },
    {
      id: 'registry-only-blocked',
      tellApart:
        'Cluster BlackHoleCluster (a dash in old Istio) means that the destination is unknown, not empty.',
    },
  ],
  confirm: [
    {
      run: 'istioctl proxy-config endpoints {pod} -n CALLER_NAMESPACE --cluster {cluster}',
      expect: 'an empty table, or only endpoints that are UNHEALTHY',
    },
    {
      run: 'kubectl get endpointslices -n {namespace} -l kubernetes.io/service-name={service}',
      expect: 'no address, or only addresses that are not ready',
    },
    {
      run: 'istioctl analyze -n {namespace}',
      expect:
        'IST0173 when a DestinationRule subset selects no pods; IST0101 when a referenced host is unknown',
    },
  ],
  fixes: [
    {
      text: 'Bring pods up that match: replicas above zero, a readiness probe that passes, Service selector and targetPort that fit the pods.',
      yaml: `apiVersion: v1
kind: Service
metadata:
  name: {service}
  namespace: {namespace}
spec:
  selector:
    app: {service} # must equal labels of the running pods
  ports:
    - name: http
      port: {port}`,
    },
    {
      text: 'For a subset: let its labels select existing pods, or take its weight out of the VirtualService until they run.',
    },
    {
      text: 'Wrong when the endpoints exist and come and go by themselves: then look for outlier detection or a flapping readiness probe.',
    },
  ],
  versions:
    'All. Istio 1.7 and older print "-" for the cluster of such a request; details appear with Istio 1.9.',
  sources: [
    {
      title: 'Envoy: response flags',
      url: 'https://www.envoyproxy.io/docs/envoy/latest/configuration/advanced/substitution_formatter#config-access-log-format-response-flags',
    },
    {
      title: 'Istio: analyzer message IST0173',
      url: 'https://istio.io/latest/docs/reference/config/analysis/ist0173/',
    },
  ],
  samples: [
    {
      file: 'only-pod-replaced.log',
      origin: 'composed',
      from: 'facts/causes.md, no-endpoints, while the only pod of a service is replaced (strategy Recreate)',
    },
    {
      file: 'service-without-endpoints.log',
      origin: 'captured',
      from: 'Envoy 1.40 with a route to a service that has no endpoints, among healthy traffic',
    },
    {
      file: 'subset-pods-deleted-mixer-era.log',
      origin: 'quoted',
      from: 'a published gateway exercise of 2020: half of the weight on a subset whose pods were deleted; host name replaced',
    },
    {
      file: 'subset-selects-nothing.log',
      origin: 'captured',
      from: 'Istio 1.31 on Envoy 1.40: DestinationRule subset v2 that selects no pods',
    },
    {
      file: 'with-the-error-that-follows.log',
      origin: 'composed',
      from: 'a published pair: the service behind has no endpoint, and the application answers 500 for it',
    },
    {
      file: 'private-name.log',
      origin: 'composed',
      from: 'a published exercise: ServiceEntry whose workloadSelector matches nothing',
    },
  ],
});
