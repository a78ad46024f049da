import { defineBehaviours } from '../../src/diagnose/define-behaviours.ts';

export const kubernetes = defineBehaviours('kubernetes', {
  podTermination: {
    text: 'A pod that is deleted gets SIGTERM while its address is still being taken out of the endpoints. Callers go on sending for some seconds: open connections break (UC), then new ones are refused (UF), then the address is not used any more.',
    documented: [
      {
        title: 'Kubernetes: termination of pods',
        url: 'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination',
      },
      {
        title: 'istio/istio#7665: 503 when scaling down or rolling out',
        url: 'https://github.com/istio/istio/issues/7665',
      },
    ],
  },
  rolloutOneByOne: {
    text: 'A rolling update replaces pods one after the other, so each address has a moment of its own. What pods share, a bad release or a lost database, takes them down together.',
    documented: [
      {
        title: 'Kubernetes: rolling update of a Deployment',
        url: 'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment',
      },
    ],
  },
  podsDoNotReturn: {
    text: 'A pod that was deleted does not come back under its address within minutes, and one that never answered was not running before.',
    documented: [
      {
        title: 'Kubernetes: termination of pods',
        url: 'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination',
      },
    ],
  },
  nodePorts: {
    text: 'Node ports lie between 30000 and 32767 unless configured. Who names one comes from outside the cluster.',
    documented: [
      {
        title: 'Kubernetes: Service, type NodePort',
        url: 'https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport',
      },
    ],
  },
  privateAddresses: {
    text: 'Pods and Services have private addresses, as a rule, which the internet does not reach; a public address is outside the cluster.',
    documented: [{ title: 'RFC 1918: private addresses', url: 'https://www.rfc-editor.org/rfc/rfc1918' }],
  },
  serviceNames: {
    text: 'A Service is called by a single label, or by name.namespace.svc and the domain of the cluster.',
    documented: [
      {
        title: 'Kubernetes: DNS for Services and Pods',
        url: 'https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/',
      },
    ],
  },
  registriesKnowPods: {
    text: 'Clients with a registry of their own (Eureka, Consul, Nacos) call a pod by its address and port, and send those as the authority.',
    documented: [
      {
        title: 'istio/istio#33632: 404 NR for calls by pod address, and a rejected RouteConfiguration',
        url: 'https://github.com/istio/istio/issues/33632',
      },
    ],
  },
});
