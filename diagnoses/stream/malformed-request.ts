import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { isLocalReply } from '../../src/model/local-reply.ts';
import { chance } from '../behaviours/chance.ts';
import { http } from '../behaviours/http.ts';
import { mesh } from '../behaviours/mesh.ts';
import { replies } from '../behaviours/replies.ts';
import { tls } from '../behaviours/tls.ts';
import { callerFailsInStep, callerSpokeTls } from '../claims/peers.ts';

/** Details by which a codec or the connection manager names what is wrong with a request, sizes and old versions apart. */
const NAMED_FAULT =
  /^(?:http[123]?\.(?!codec_error|headers_too_large|too_many_headers|header_list_size_too_large|cookies_total|remote_)|missing_host_header|missing_path_rejected|absolute_path_rejected|invalid_path|path_normalization_failed|early_connect_data)/;
const TLS_PORTS: ReadonlySet<number> = new Set([443, 6443, 8443, 9443]);
/** Codes with other diagnoses: HTTP/1.0, headers or body too large. */
const OTHER_CODES: ReadonlySet<number> = new Set([413, 426, 431]);

export const malformedRequest = defineDiagnosis({
  id: 'malformed-request',
  family: 'stream',
  title: 'Downstream sends something that is not valid HTTP',
  prior: 'usual',
  flags: ['DPE'],
  reads: [
    'responseFlags',
    'responseCode',
    'layer',
    'detailsName',
    'method',
    'bytesSent',
    'sniRelation',
    'localPort',
  ],
  applies: (s) =>
    s.layer === 'http' &&
    !OTHER_CODES.has(s.responseCode ?? 0) &&
    (typeof s.detailsName === 'string'
      ? s.detailsName === 'http1.codec_error' || NAMED_FAULT.test(s.detailsName)
      : s.responseFlags.includes('DPE')),
  cause:
    'A client connected to {localAddress} sent bytes or headers that HTTP does not allow; the proxy refused them before it looked for a route.',
  evidence: [
    {
      for: 'decisive',
      about: 'details',
      claim: 'the proxy names the rule that the request broke',
      restsOn: http.brokenRuleNamed,
      when: (s) => typeof s.detailsName === 'string' && NAMED_FAULT.test(s.detailsName),
    },
    {
      for: 'strong',
      about: 'details',
      claim: 'the HTTP/1 codec could not make a request of the bytes (http1.codec_error)',
      restsOn: http.noHttpInBytes,
      when: (s) => s.detailsName === 'http1.codec_error',
    },
    {
      for: 'moderate',
      about: 'details',
      claim: 'the reply is 400 with 11 bytes ("Bad Request") and there is no method',
      restsOn: [http.noHttpInBytes, replies.fixedTexts],
      when: (s) => s.responseCode === 400 && isLocalReply(s.bytesSent, 'badRequest') && s.method === null,
    },
    {
      against: 'moderate',
      about: 'address',
      claim: 'the port is one that clients speak TLS to (443, 8443 and the like)',
      restsOn: tls.tlsPorts,
      when: (s) => s.detailsName === 'http1.codec_error' && s.localPort != null && TLS_PORTS.has(s.localPort),
    },
    {
      against: 'strong',
      about: 'sni',
      claim: 'a proxy of the mesh sent it, under mutual TLS: proxies write valid HTTP',
      restsOn: [mesh.meshServerName, http.proxiesWriteHttp],
      when: (s) => s.sniRelation === 'mesh',
    },
    {
      against: 'decisive',
      about: 'peer',
      claim: 'the calling proxy failed its TLS handshake with this very endpoint',
      restsOn: tls.tlsBytesAtPlaintextProxy,
      group: callerSpokeTls,
    },
    {
      against: 'decisive',
      about: 'peer',
      claim: 'connections of a calling proxy fail (UF) whenever such bytes arrive, second by second',
      restsOn: [tls.tlsBytesAtPlaintextProxy, chance.inStep],
      group: callerFailsInStep,
    },
  ],
  confusedWith: [
    {
      id: 'https-to-http-port',
      tellApart:
        'The lines are the same. Does {caller} use https:// for this port, or report "wrong version number"? Then it is TLS; else garbage, a bad method or a bad header.',
    },
    {
      id: 'protocol-mismatch',
      tellApart:
        'Is a server name of the form outbound_.PORT_._.HOST logged? Then a sidecar sent it, under mutual TLS.',
    },
    {
      id: 'internet-scanner-noise',
      tellApart:
        'Do the callers come from the internet and change all the time? Then nothing is to be fixed.',
    },
  ],
  confirm: [
    {
      run: 'istioctl proxy-config log {pod} -n POD_NAMESPACE --level http:debug,connection:debug',
      expect:
        'at the next failure a line such as "dispatch error: http/1.1 protocol error: HPE_INVALID_METHOD" or "HPE_INVALID_HEADER_TOKEN" (set the level back to warning)',
    },
  ],
  fixes: [
    {
      text: 'Correct the client at {caller}: an invalid method, a control character or space in a header, both Content-Length and Transfer-Encoding, a missing Host.',
    },
    {
      text: 'Where the client cannot be changed and the service speaks another protocol after all, declare the port tcp. Do not loosen the checks of the proxy for callers you do not know: they stop request smuggling.',
    },
  ],
  versions:
    'DPE since Envoy 1.12 (Istio 1.4); before, 400 without a flag. Missing Host and bad paths have no flag.',
  sources: [
    {
      title: 'Envoy: response code details',
      url: 'https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_conn_man/response_code_details',
    },
  ],
  samples: [
    {
      file: 'named-faults.log',
      origin: 'captured',
      from: 'Envoy 1.40: header with a control byte, both lengths, invalid Host, no Host, unknown transfer encoding',
    },
  ],
});
