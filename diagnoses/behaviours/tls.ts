import { defineBehaviours } from '../../src/diagnose/define-behaviours.ts';
import * as pages from './sources.ts';

export const tls = defineBehaviours('tls', {
  wrongVersion: {
    text: 'If the endpoint answers a TLS handshake with anything but a TLS record, the handshake fails with WRONG_VERSION_NUMBER. Envoy logs that as the transport failure reason, with UF.',
    documented: [
      {
        title: 'openservicemesh/osm#4820: WRONG_VERSION_NUMBER towards pods that the mesh does not handle',
        url: 'https://github.com/openservicemesh/osm/issues/4820',
      },
      pages.ENVOY_TLS_TROUBLE,
    ],
    observed:
      'Envoy 1.40: TLS to plaintext servers of HTTP and TCP; Istio 1.31: TLS to a pod without sidecar',
  },
  callerRefuses: {
    text: 'A proxy that does not accept the certificate of the endpoint fails the connection with CERTIFICATE_VERIFY_FAILED and UF. Newer versions of Envoy say why: expired, unknown issuer, other names.',
    documented: [pages.ENVOY_TLS_TROUBLE],
    observed:
      'Envoy 1.36 and 1.40: an expired certificate, an unknown root, another SAN; 1.36 gives no reason for any',
  },
  alertsComeFromPeer: {
    text: 'Reasons with ALERT in their name are TLS alerts that the peer sent: it refused the handshake, and the alert says why (a certificate that is expired or of an unknown root, no common version, no client certificate).',
    documented: [pages.ENVOY_TLS_TROUBLE, pages.TLS_RFC],
    observed:
      'Envoy 1.40: TLSV1_ALERT_UNKNOWN_CA, SSLV3_ALERT_HANDSHAKE_FAILURE, TLSV1_ALERT_PROTOCOL_VERSION',
  },
  cutWithinHandshake: {
    text: 'A peer that closes or resets the connection within the handshake sends no alert; the reason then speaks of a connection reset by peer. Firewalls do so, and servers that do not want this client.',
    documented: [
      {
        title: 'istio/istio#39940: reset during the TLS handshake',
        url: 'https://github.com/istio/istio/issues/39940',
      },
    ],
    observed: 'Envoy 1.40: a peer that resets the connection within the handshake',
  },
  clientCertificateJudgedLate: {
    text: 'Under TLS 1.3 the client has finished its handshake before the server looks at its certificate. A refusal then cuts a connection that was made: UC, without a reason. Under TLS 1.2 it is UF with an alert.',
    documented: [pages.TLS_RFC],
    observed: 'Envoy 1.40: a client certificate of an unknown root, with TLS 1.2 and 1.3',
  },
  failedHandshakeIsSilent: {
    text: 'A sidecar or gateway of Istio writes no access log for a client whose TLS handshake fails. Only what finds no filter chain, such as plaintext, leaves a line, with NR.',
    documented: [
      {
        title: 'Envoy: DOWNSTREAM_TRANSPORT_FAILURE_REASON',
        url: 'https://www.envoyproxy.io/docs/envoy/latest/configuration/advanced/substitution_formatter#config-access-log-format-downstream-transport-failure-reason',
      },
      {
        title: 'istio/istio#29565: TLS failures missing access log',
        url: 'https://github.com/istio/istio/issues/29565',
      },
    ],
    observed: 'Envoy 1.40: a refused client certificate leaves no line at the server, plaintext leaves NR',
  },
  handshakeFailsFast: {
    text: 'A handshake that one side refuses is over after a round trip or two: within milliseconds, or with the pauses of two retries within 150 ms.',
    documented: [pages.TLS_RFC],
    observed: 'Envoy 1.40: 0 to 11 ms for one attempt, 5 to 90 ms with two retries',
  },
  handshakeTakesTime: {
    text: 'A handshake needs round trips and the arithmetic of keys on top of the connection. Of ten of them some take a millisecond or more, while refusals of a port take none.',
    observed:
      'Envoy 1.40 over loopback: 73 of 84 refused handshakes took 1 ms or more, 4 of 367 refused connections',
  },
  secretNotThere: {
    text: 'A proxy that waits for a certificate or root from SDS fails connections that need it at once, before it sends anything: "Secret is not supplied by SDS", with UF.',
    documented: [
      pages.ENVOY_TLS_TROUBLE,
      {
        title: 'Envoy: secret discovery service',
        url: 'https://www.envoyproxy.io/docs/envoy/latest/configuration/security/secret',
      },
    ],
    observed: 'Envoy 1.40: an SDS secret that never comes',
  },
  serverNameIsTls: {
    text: 'The server name (SNI) is a part of the TLS client hello: a connection that has one is TLS. Plaintext has none, while nearly every TLS client sends one.',
    documented: [
      {
        title: 'RFC 6066: TLS extensions, server name',
        url: 'https://www.rfc-editor.org/rfc/rfc6066#section-3',
      },
    ],
    observed: 'Envoy 1.40: `-` for plaintext to a TLS listener',
  },
  strictTakesNoPlaintext: {
    text: 'Under PeerAuthentication STRICT a sidecar takes mutual TLS only. It closes a plaintext connection: the caller logs 503 UC (TCP: UR, or nothing before Envoy 1.40), the server NR.',
    documented: [pages.ISTIO_PEER_AUTHENTICATION, pages.ISTIO_TLS_CONFLICT],
    observed: 'Istio 1.31 and Envoy 1.40: tls mode DISABLE, and calls by pod address, to a STRICT server',
  },
  plaintextToTlsCloses: {
    text: 'A TLS server takes plaintext for a broken handshake and closes. For the proxy that sent it the connection stood, so it logs UC, the same as for any other connection that ends.',
    observed: 'Istio 1.31: plaintext HTTP to a TLS server, 503 UC within milliseconds',
  },
  tlsBytesAtPlaintextProxy: {
    text: 'A proxy that expects HTTP and gets a TLS handshake answers 400 and logs DPE with http1.codec_error, at the same moment at which the caller logs WRONG_VERSION_NUMBER.',
    observed:
      'Envoy 1.40: mutual TLS to a plaintext listener, about three DPE lines for each line of the caller',
  },
  meshUsesMutualTls: {
    text: 'Between pods with sidecars the proxies use mutual TLS by themselves, and plaintext towards pods without one. Only a DestinationRule or PeerAuthentication makes it otherwise.',
    documented: [pages.ISTIO_TLS_CONFIGURATION],
  },
  outsideOnlyByRule: {
    text: 'To a host outside the mesh a proxy starts TLS only where a DestinationRule says so; otherwise it passes on what the application sends, plaintext or TLS.',
    documented: [
      pages.ISTIO_TLS_CONFIGURATION,
      {
        title: 'Istio: TLS origination for egress traffic',
        url: 'https://istio.io/latest/docs/tasks/traffic-management/egress/egress-tls-origination/',
      },
    ],
  },
  rulesHoldForAll: {
    text: 'TLS settings hold for every connection to the host, from the moment when the rule is applied: with the wrong ones nothing gets through, at any endpoint, until the rule is changed.',
    documented: [pages.ISTIO_TLS_CONFLICT],
    observed: 'Istio 1.31: tls mode DISABLE under STRICT, broken and mended',
  },
  certificatesExpire: {
    text: 'A certificate is accepted until it expires and by nobody after. Those of workloads live for a day and are renewed over the connection to istiod.',
    documented: [
      {
        title: 'Istio: identity and certificate management',
        url: 'https://istio.io/latest/docs/concepts/security/#pki',
      },
      {
        title: 'Istio: pilot-agent, SECRET_TTL',
        url: 'https://istio.io/latest/docs/reference/commands/pilot-agent/',
      },
      {
        title: 'istio/istio#46619: SSLV3_ALERT_CERTIFICATE_EXPIRED',
        url: 'https://github.com/istio/istio/issues/46619',
      },
    ],
  },
  paddedHello: {
    text: 'TLS libraries pad a client hello to 512 bytes: with the header of its record 517. A client that gives up adds an alert of 7 bytes.',
    documented: [
      {
        title: 'RFC 7685: a TLS ClientHello padding extension',
        url: 'https://www.rfc-editor.org/rfc/rfc7685',
      },
    ],
    observed: 'Envoy 1.40: 517 bytes received on each connection of a client with OpenSSL',
  },
  serverHalfIsLong: {
    text: 'What a server sends in a TLS handshake, certificates or session tickets with it, is longer than 512 bytes. An alert has 7, an error page in plaintext some hundred.',
    documented: [pages.TLS_RFC],
    observed: 'Envoy 1.40: 66 bytes sent where the server answered a TLS handshake with an HTTP error',
  },
  doubleTlsLooksHealthy: {
    text: 'TLS inside the TLS of the proxy fails at the application only: the proxy sees a connection that was made and ended, without a flag or a reason, after the server closed it.',
    documented: [
      {
        title: 'Istio: double TLS (TLS origination for a TLS request)',
        url: 'https://istio.io/latest/docs/ops/common-problems/network-issues/#double-tls',
      },
    ],
    observed: 'Istio 1.31 and Envoy 1.40: 0 - on TCP lines, 1 to 8 ms',
  },
  tlsPorts: {
    text: 'Servers offer TLS on 443 and, by custom, on ports that end in 443 (8443, 9443, 6443).',
    documented: [
      {
        title: 'IANA: service names and port numbers',
        url: 'https://www.iana.org/assignments/service-names-port-numbers/service-names-port-numbers.xhtml',
      },
    ],
    reasoned: 'a number binds nobody, so it is never proof',
  },
  plaintextPorts: {
    text: 'Servers speak plaintext HTTP on 80 and, by custom, on 8080 and 8000.',
    documented: [
      {
        title: 'IANA: service names and port numbers',
        url: 'https://www.iana.org/assignments/service-names-port-numbers/service-names-port-numbers.xhtml',
      },
    ],
    reasoned: 'a number binds nobody, so it is never proof',
  },
  settledAtStart: {
    text: 'Whether two ends fit each other, in TLS or plaintext and in their certificates, is settled when the connection begins. One that carried an answer is past that.',
    reasoned: 'neither end changes its mind about a connection that stands',
  },
  flagsOfHandshake: {
    text: 'A connection that fails while it is made, its TLS handshake included, is logged as UF with a reason. UC means that it was made.',
    documented: [pages.ENVOY_FLAGS, pages.ENVOY_TLS_TROUBLE],
    observed: 'Envoy 1.40: a reason for each refused handshake, none for UC and for connection_timeout',
  },
});
