import { defineBehaviours } from '../../src/diagnose/define-behaviours.ts';
import * as pages from './sources.ts';

export const connecting = defineBehaviours('connecting', {
  refused: {
    text: 'The kernel of a machine where nothing listens on the port answers an attempt to connect with a reset. Envoy logs UF with the words Connection refused, or errno 111.',
    documented: [pages.TCP_RFC, pages.LINUX_CONNECT, pages.ENVOY_FLAGS],
    observed: 'Envoy 1.40: upstreams without a listener on the port',
  },
  refusedAtOnce: {
    text: 'A refusal takes one round trip: nobody waits for a timeout.',
    documented: [pages.TCP_RFC],
    observed: 'Envoy 1.40: 0 to 1 ms without retries, 10 to 120 ms with two of them',
  },
  unanswered: {
    text: 'An attempt to connect that nobody answers ends after connectTimeout (10 s in Istio) with UF and connection_timeout, or errno 110; one without a way there with errno 113 or 101.',
    documented: [pages.LINUX_CONNECT, pages.ISTIO_CONNECTION_POOL, pages.ENVOY_FLAGS],
    observed: 'Envoy 1.40: packets dropped (connection_timeout), and No route to host',
  },
  timeoutAsLocalReset: {
    text: 'Envoy 1.15 to 1.17 logs an attempt to connect that times out with LR and local_reset, those before and after them with UF.',
    documented: [
      {
        title: 'envoyproxy/envoy#14394: connection timeouts as local reset',
        url: 'https://github.com/envoyproxy/envoy/issues/14394',
      },
      {
        title: 'Envoy: version history, 1.18.0',
        url: 'https://www.envoyproxy.io/docs/envoy/latest/version_history/v1.18/v1.18.0',
      },
    ],
  },
  timeoutIsShared: {
    text: 'When an attempt to connect times out, all requests that waited for it fail with it: they last from a moment to the whole connectTimeout, with retries several of them.',
    observed:
      'Envoy 1.40: 1.3 to 11 s for a timeout of 10 s with two retries, 0.02 to 2 s for one of 2 s without',
  },
  impatienceHidesIt: {
    text: 'If the caller or the route has less patience than connectTimeout, the request ends as DC or UT and never as UF: an upstream host is named, but no connection to it was ever made.',
    observed: 'Envoy 1.40: packets to one pod dropped, callers with 2.5 s and a route with 2 s of patience',
  },
  reasonOfEra: {
    text: 'A refusal and a failed handshake have a transport failure reason, a connect timeout has none. Envoy up to 1.26 calls all of them connection_failure.',
    documented: [
      pages.ENVOY_HTTP_UTILITY_CODE,
      pages.ENVOY_DETAILS,
      {
        title: 'envoyproxy/envoy#26750: granular connection failure reason',
        url: 'https://github.com/envoyproxy/envoy/pull/26750',
      },
    ],
    observed: 'Envoy 1.40: `-` with connection_timeout, a reason with remote_connection_failure',
  },
  newReplyHidesReason: {
    text: 'Envoy since 1.38.1 leaves the transport failure reason out of the reply: refused, unreachable and failed handshakes all give "remote connection failure" of one length.',
    documented: [
      {
        title: 'Envoy: version history, 1.38.1',
        url: 'https://www.envoyproxy.io/docs/envoy/latest/version_history/v1.38/v1.38.1',
      },
      {
        title: 'envoyproxy/envoy#45023: remove upstream failure details from downstream body',
        url: 'https://github.com/envoyproxy/envoy/pull/45023',
      },
    ],
    observed: 'Envoy 1.40: 98 bytes, 121 with retries, for each of them',
  },
  downStaysDown: {
    text: 'What refuses or swallows connections does so for everyone until it is mended: no request succeeds there in the meantime, and one that does shows that somebody listens.',
    reasoned: 'a port that is closed, a blocked way or an address without a machine does not pick requests',
  },
  oneAddressAlone: {
    text: 'A pod, a node or an address that is gone fails alone: other endpoints go on, and other addresses of the same host do.',
    reasoned: 'what concerns the service, its configuration or the caller would meet all of them',
  },
  goneAddress: {
    text: 'The address of a pod that is gone is not answered, has no route, or refuses the port once another pod has it.',
    documented: [
      {
        title: 'Zhao Huabing: Istio operations, troublesome headless service, part 2',
        url: 'https://zhaohuabing.com/post/2020-09-19-headless-mtls/',
      },
    ],
    observed:
      'Envoy 1.40: calls to the address of a rebuilt pod: timeouts, No route to host, Connection refused',
  },
  noLocalPort: {
    text: 'Each connection to one address needs a local port of its own, and keeps it for a minute after it is closed. When none is left the kernel refuses at once: Cannot assign requested address (errno 99), or errno 98.',
    documented: [
      pages.LINUX_CONNECT,
      {
        title: 'cilium/cilium#36427: Envoy answers 503, Cannot assign requested address',
        url: 'https://github.com/cilium/cilium/issues/36427',
      },
      {
        title: 'envoyproxy/envoy#44747: ephemeral port exhaustion',
        url: 'https://github.com/envoyproxy/envoy/issues/44747',
      },
    ],
  },
  portsComeBack: {
    text: 'Ports come free again all the time, and connections that stand are not hurt: the same endpoints answer other requests in between.',
    reasoned: 'only a new connection needs a new port',
  },
  noDescriptor: {
    text: 'A proxy that has used up its file descriptors (ulimit -n) cannot create a socket: UF with local_connection_failure and socket_creation_failure; its own log says Too many open files.',
    documented: [
      {
        title: 'Istio: Envoy is crashing under load',
        url: 'https://istio.io/latest/docs/ops/common-problems/network-issues/#envoy-is-crashing-under-load',
      },
      {
        title: 'envoyproxy/envoy#18038: socket(2) failed, Too many open files',
        url: 'https://github.com/envoyproxy/envoy/issues/18038',
      },
    ],
    observed: 'Envoy 1.40: ulimit -n of 110 to 130',
  },
  descriptorsAreShared: {
    text: 'Descriptors belong to the process: when they are used up, new connections fail to whichever endpoint is next.',
    documented: [
      { title: 'Linux: getrlimit(2)', url: 'https://man7.org/linux/man-pages/man2/getrlimit.2.html' },
    ],
  },
  nothingSentTakesNoTime: {
    text: 'A connection that fails on the side of the proxy, for want of a port, a descriptor or a certificate, fails before a packet is sent: at once.',
    reasoned: 'nobody else is asked',
  },
  movedHost: {
    text: 'When a host moves to other addresses, connections to the old one are kept until it closes them (UC); then new ones there fail (UF), while who looks the name up anew is answered from the new address.',
    documented: [pages.ENVOY_SERVICE_DISCOVERY],
    observed: 'Envoy 1.40: an external host whose old address closes its connections and then drops packets',
  },
  firewallForgets: {
    text: 'A firewall that lets connections pass by name keeps the addresses that it saw being resolved, and forgets them with the DNS record. Until the name is looked up again it cuts kept connections and drops the packets of new ones.',
    documented: [
      {
        title: 'VMware NSX: DnsTtlConfig, when a firewall forgets the addresses of a name',
        url: 'https://developer.broadcom.com/xapis/nsx-t-data-center-rest-api/latest/schemas_DnsTtlConfig.html',
      },
    ],
  },
  recordsOutlastPauses: {
    text: 'DNS records live for a minute or more, as a rule. What a firewall forgets with one is met by connections that were idle for so long, again and again.',
    reasoned: 'a connection in use would have met the end of the record in the middle of a request',
  },
});
