import type { Field } from '../src/model/field.ts';
import type { RecordFormat } from '../src/model/record-format.ts';
import { isKnownResponseFlag, parseResponseFlags } from '../src/model/response-flag.ts';
import type { NamedField } from './field-names.ts';
import { fieldOfName } from './field-names.ts';
import { JsonTreeParser } from './json-tree-parser.ts';

/** What collectors add tells of the pod, the node and themselves; an ECS duration is in nanoseconds. */
const NOT_OF_THE_REQUEST =
  /^(?:_?source\.)?(?:kubernetes|k8s|docker|container|agent|ecs|cloud|host|orchestrator|resource|event|log|input|fileset|tags?|labels\.(?:app|k8s|pod|helm))(?:[._]|$)/;

/** A value with a whole access line in it. */
const ACCESS_LINE = /^\s*(?:ACCESS )?(?:\[\d{4}-\d\d-\d\dT[^\]]*\] .*"|\{\\?")/s;

/** How the values of a field look, whatever they are called; the first that matches counts. */
const LOOKS: readonly (readonly [RegExp, Field])[] = [
  [/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d/, 'startTime'],
  [/^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|CONNECT|TRACE)$/, 'method'],
  [/^HTTP\/[123](?:\.[01])?$/, 'protocol'],
  [
    /^(?:outbound|inbound|inbound-vip)\|\d*\||^(?:Passthrough|BlackHole|InboundPassthrough)Cluster/,
    'upstreamCluster',
  ],
  [/^outbound_\.\d+_\./, 'requestedServerName'],
  [
    /^(?:via_upstream|direct_response|route_not_found|cluster_not_found|no_healthy_upstream|response_timeout|upstream_\w+|downstream_\w+|http[12]\.\w+|rbac_access_denied\S*|ext_authz_\w+|request_\w+|stream_idle_timeout|filter_chain_not_found)(?:[{[].*[}\]])?$/,
    'responseCodeDetails',
  ],
  [
    /^(?:delayed_connect_error|immediate_connect_error|TLS_error|remote_address)/,
    'upstreamTransportFailureReason',
  ],
  [
    /^(?:Mozilla|curl|Go-http-client|kube-probe|okhttp|python-requests|grpc-[a-z]+|Apache-HttpClient|Wget|PostmanRuntime|Envoy)\/\S/,
    'userAgent',
  ],
  [/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i, 'requestId'],
  [/^\/[^\s]*$/, 'path'],
];
/** A code is known only by its name and its value together: bytes and milliseconds are numbers too. */
const CODE_NAME = /code|status|^(?:rc|sc|c|s)$/i;
const CODE = /^[1-5]\d\d$/;

/** The field of a path, by its last keys: `http.request.method` is a `request_method`. */
export function fieldOfPath(path: string): NamedField | null {
  if (NOT_OF_THE_REQUEST.test(path)) return null;
  for (let from = 0; from >= 0; from = nextKey(path, from)) {
    const named = fieldOfName(path.slice(from));
    if (named !== null) return named;
  }
  return null;
}

function nextKey(path: string, from: number): number {
  const point = path.indexOf('.', from);
  return point < 0 ? -1 : point + 1;
}

/** The field that a value looks like, or `line` for an access line as a whole. */
export function fieldOfValue(path: string, value: string): Field | 'line' | null {
  if (ACCESS_LINE.test(value)) return 'line';
  if (NOT_OF_THE_REQUEST.test(path)) return null;
  const flags = parseResponseFlags(value);
  if (flags.length > 0 && flags.every(isKnownResponseFlag)) return 'responseFlags';
  const lastKey = path.slice(path.lastIndexOf('.') + 1);
  if (CODE.test(value)) return CODE_NAME.test(lastKey) ? 'responseCode' : null;
  return LOOKS.find(([pattern]) => pattern.test(value))?.[1] ?? null;
}

/**
 * JSON with keys of its own. Made anew for each reading, since it learns from the lines what the keys stand for.
 */
export function createGuessedJson(): RecordFormat {
  return {
    id: 'json-guessed',
    title: 'JSON, keys taken by name or by the look of their values',
    versions: 'Google Cloud Service Mesh, own JSON formats with other keys or objects within objects',
    era: null,
    isGuessed: true,
    parser: new JsonTreeParser({ fieldOfPath, fieldOfValue, least: 'oneAndRequest' }),
    samples: SAMPLES,
  };
}

const SAMPLES: RecordFormat['samples'] = [
  {
    // Composed: short keys.
    line: '{"t":"2026-05-04T07:08:09.100Z","m":"GET","p":"/cart","v":"HTTP/1.1","sc":503,"f":"UF,URX","why":"upstream_reset_before_response_started{connection_failure}","to":"outbound|80||cart.shop.svc.cluster.local","ua":"curl/8.5.0"}',
    expect: {
      startTime: '2026-05-04T07:08:09.100Z',
      method: 'GET',
      path: '/cart',
      protocol: 'HTTP/1.1',
      responseCode: '503',
      responseFlags: 'UF,URX',
      responseCodeDetails: 'upstream_reset_before_response_started{connection_failure}',
      upstreamCluster: 'outbound|80||cart.shop.svc.cluster.local',
      userAgent: 'curl/8.5.0',
      duration: undefined,
    },
  },
  {
    // Composed: objects within objects, as json_format allows them.
    line: '{"time":"2026-05-04T07:08:09.100Z","request":{"method":"POST","path":"/pay","host":"pay.example.org"},"response":{"code":504,"flags":"UT","code_details":"response_timeout"},"upstream":{"cluster":"outbound|8080||pay.shop.svc.cluster.local","host":"10.1.0.9:8080"},"kubernetes":{"host":"node-7","labels":{"app":"pay"}},"duration":15000}',
    expect: {
      startTime: '2026-05-04T07:08:09.100Z',
      method: 'POST',
      path: '/pay',
      responseCode: '504',
      responseFlags: 'UT',
      authority: 'pay.example.org',
      upstreamHost: '10.1.0.9:8080',
      upstreamCluster: 'outbound|8080||pay.shop.svc.cluster.local',
      duration: '15000',
    },
  },
  {
    // Composed after istio/proxy 1.17.0, extensions/stackdriver/log/logger.cc: Cloud Service Mesh in Cloud Logging.
    line: '{"insertId":"1x","logName":"projects/p/logs/client-accesslog-stackdriver","timestamp":"2026-05-04T07:08:09.100Z","severity":"ERROR","httpRequest":{"requestMethod":"GET","requestUrl":"http://cart/items","status":503,"responseSize":"91","requestSize":"0","userAgent":"curl/8.5.0","latency":"0.012s","protocol":"http"},"labels":{"response_flag":"UF","response_details":"upstream_reset_before_response_started{connection_failure}","upstream_host":"10.1.0.9:7070","upstream_cluster":"outbound|7070||cart.shop.svc.cluster.local","route_name":"default","request_id":"3bbc0252-2d5c-49fe-bd89-104e9b61770b"},"resource":{"type":"k8s_container","labels":{"cluster_name":"c","pod_name":"web-1"}}}',
    expect: {
      startTime: '2026-05-04T07:08:09.100Z',
      method: 'GET',
      path: 'http://cart/items',
      responseCode: '503',
      responseFlags: 'UF',
      responseCodeDetails: 'upstream_reset_before_response_started{connection_failure}',
      upstreamHost: '10.1.0.9:7070',
      upstreamCluster: 'outbound|7070||cart.shop.svc.cluster.local',
      duration: '0.012s',
      bytesSent: '91',
      routeName: 'default',
    },
  },
  {
    // DataDog/integrations-core, istio_tests.yaml: Mixer's own access log.
    line: '{"instance":"newlog.xxxxx.istio-system","level":"warn","latency":"968.030256ms","destination":"productpage","responseSize":4415,"time":"2018-09-15T20:46:35.982761Z","source":"istio-ingressgateway","user":"unknown","responseCode":200}',
    expect: {
      startTime: '2018-09-15T20:46:35.982761Z',
      responseCode: '200',
      bytesSent: '4415',
      responseFlags: undefined,
      duration: '968.030256ms',
    },
  },
];
