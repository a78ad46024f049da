import { defineBehaviours } from '../../src/diagnose/define-behaviours.ts';
import * as pages from './sources.ts';

export const mesh = defineBehaviours('mesh', {
  bothSidesLog: {
    text: 'A call between two sidecars leaves a line at each. The one nearest to the fault knows why; the other only sees what is passed on to it.',
    observed: 'Envoy 1.40, two sidecars: 503 UF on inbound at the server, 503 via_upstream at the caller',
  },
  faultsTravel: {
    text: 'A service whose own calls fail often answers its callers with an error. The fault then lies further on, and the proxies name it there.',
    reasoned:
      'the lines cannot be joined where the application does not hand on the request id, so only the time speaks',
  },
  sidecarTakesAll: {
    text: 'A sidecar takes in every connection to its pod, whether or not the application listens, but for ports that an annotation of the pod leaves out. What the application refuses, the sidecar logs with UF on inbound and answers with 503.',
    documented: [
      {
        title: 'Istio: resource annotations, traffic.sidecar.istio.io',
        url: 'https://istio.io/latest/docs/reference/config/annotations/',
      },
    ],
    observed: 'Envoy 1.40, two sidecars: the application stopped, 503 via_upstream at the caller',
  },
  oneConnectionTwoLogs: {
    text: 'The local address of the connection at the calling proxy is the remote address at the proxy of the server: lines that share it are of one connection.',
    observed: 'Istio 1.31: 503 UC at the caller, NR at the server within 3 ms, the same address and port',
  },
  meshServerName: {
    text: 'Sidecars name the port, subset and host of the service in the server name of their mutual TLS (outbound_.80_._.host). Such a name says that a proxy of the mesh sent it; plaintext and clients outside have none.',
    observed: 'Istio 1.31: the server names of calls between sidecars',
  },
  lastHop: {
    text: 'A cluster inbound|port|| leads from the sidecar to the application beside it, inside the pod. What ends a connection there is the application.',
    documented: [pages.ISTIO_CLUSTERS_CODE],
    reasoned:
      'no other proxy, balancer or firewall stands between the two, and a pod has one application on a port',
  },
  clusterNamesHost: {
    text: 'Istio writes the host of the destination into the name of the cluster. A host that is no Service of Kubernetes was registered by a ServiceEntry, as a rule for something outside the mesh.',
    documented: [
      {
        title: 'Istio: debugging Envoy and istiod',
        url: 'https://istio.io/latest/docs/ops/diagnostic-tools/proxy-cmd/',
      },
      {
        title: 'Istio: ServiceEntry',
        url: 'https://istio.io/latest/docs/reference/config/networking/service-entry/',
      },
    ],
  },
  passthrough: {
    text: 'What matches no service leaves by PassthroughCluster, to the address that was dialled and as the application sent it: without the mutual TLS of the mesh.',
    documented: [pages.ISTIO_TRAFFIC_ROUTING],
    observed: 'Istio 1.31: calls by pod address',
  },
  startsEmpty: {
    text: 'A proxy that starts has no routes, clusters and certificates until istiod has sent them, and the application beside it may be up sooner. It says when it is ready; from then on requests succeed.',
    documented: [
      {
        title: 'Istio: pod or containers start with network issues if istio-proxy is not ready',
        url: 'https://istio.io/latest/docs/ops/common-problems/injection/#pod-or-containers-start-with-network-issues-if-istio-proxy-is-not-ready',
      },
      {
        title: 'istio/istio#11130: no network before the sidecar runs',
        url: 'https://github.com/istio/istio/issues/11130',
      },
    ],
  },
  tunnels: {
    text: 'In ambient mode, gateways and waypoints reach pods by HBONE tunnels (connect_originate, port 15008) that are pooled. One whose other end is gone looks alive until it is used.',
    documented: [
      {
        title: 'istio/ztunnel#1662: 503 connection_termination between gateway and ztunnel',
        url: 'https://github.com/istio/ztunnel/issues/1662',
      },
      { title: 'Istio: HBONE', url: 'https://istio.io/latest/docs/ambient/architecture/hbone/' },
    ],
    observed: 'Istio 1.27, the lines of that issue',
  },
  portTakenForTcp: {
    text: 'If a Service does not name the protocol of a port, and the calling proxy cannot see it either, the caller passes TCP on while the proxy of the server still reads HTTP. Routes, retries and subsets do not apply.',
    documented: [
      pages.ISTIO_PROTOCOL_SELECTION,
      {
        title: 'Istio: application requirements',
        url: 'https://istio.io/latest/docs/ops/deployment/application-requirements/',
      },
    ],
  },
});
