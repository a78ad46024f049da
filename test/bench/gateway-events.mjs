// One seed gives one endless sequence of events, as a busy Istio ingress gateway (Envoy 1.40) would log them.
import {
  DOWNSTREAM_ADDRESSES,
  downstreamAddress,
  FORGED_USER_AGENTS,
  HOT_PATHS,
  HTTP_SERVICES,
  makePath,
  makeServices,
  PATHS,
  TCP_SERVICES,
  USER_AGENTS,
} from './gateway-mesh.mjs';
import { at, createRandom } from './random.mjs';

export const FAILURE_SHARE = 0.02;
const TCP_SHARE = 0.03;
const HOT_SHARE = 0.3;
const FORGED_USER_AGENT_SHARE = 0.003;
const NO_USER_AGENT_SHARE = 0.02;
/** Prime, so a walk with this stride meets every path before it meets one again. */
const PATH_STRIDE = 7_919;
const FIRST_START_TIME = Date.UTC(2026, 10, 21, 3);
const LONGEST_GAP_MS = 15;
const GATEWAY_IP = '10.244.0.5';
const RESET = 'upstream_reset_before_response_started';
const REFUSED = 'delayed_connect_error:_Connection_refused';

/**
 * How far a failing request came, and so what of the upstream its line names.
 * @typedef {'listener' | 'cluster' | 'endpoint' | 'connection' | 'reply'} Reached
 */

/**
 * How often, flags, code, reached, bytes sent, shortest and longest duration in ms, details.
 * @type {readonly (readonly [number, string, number, Reached, number, number, number, string])[]}
 */
const FAILURE_TABLE = [
  [4, 'UF', 503, 'endpoint', 98, 0, 15, `${RESET}{remote_connection_failure|${REFUSED}}`],
  [3, 'UC', 503, 'connection', 95, 1, 60, `${RESET}{connection_termination}`],
  [3, 'UO', 503, 'cluster', 81, 0, 2, `${RESET}{overflow}`],
  [3, 'UH', 503, 'cluster', 19, 0, 0, 'no_healthy_upstream'],
  [2, 'NR', 404, 'listener', 0, 0, 0, 'route_not_found'],
  [2, 'URX', 503, 'reply', 32, 30, 400, 'via_upstream'],
  [3, 'UT', 504, 'connection', 24, 15_000, 15_010, 'response_timeout'],
  [2, 'DC', 0, 'connection', 0, 200, 5_000, 'downstream_remote_disconnect'],
  [1, 'DPE', 400, 'listener', 11, 0, 0, 'http1.codec_error'],
  [4, '-', 500, 'reply', 23, 1, 300, 'via_upstream'],
];

const FAILURES = FAILURE_TABLE.map(
  ([often, flags, code, reached, sent, shortestMs, longestMs, details], index) => ({
    ...{ often, flags, code, reached, sent, shortestMs, longestMs, details },
    /** Half of a kind's failures come from this service. */
    sickService: (index * 17) % HTTP_SERVICES,
  }),
);
/** Each failure as many times as it is often, so a plain pick weighs them. */
const FAILURE_DRAWS = FAILURES.flatMap((failure) => Array.from({ length: failure.often }, () => failure));

/**
 * One event, keyed as in Istio's default JSON format; null is what Envoy had nothing to print for.
 * @typedef {{ authority: string | null, bytes_received: number, bytes_sent: number,
 *   connection_termination_details: string | null, downstream_local_address: string,
 *   downstream_remote_address: string, duration: number, method: string | null, path: string | null,
 *   protocol: string | null, request_id: string | null, requested_server_name: string | null,
 *   response_code: number, response_code_details: string | null, response_flags: string,
 *   route_name: string | null, start_time: string, upstream_cluster: string | null,
 *   upstream_host: string | null, upstream_local_address: string | null,
 *   upstream_service_time: string | null, upstream_transport_failure_reason: string | null,
 *   user_agent: string | null, x_forwarded_for: string | null }} GatewayEvent
 * @typedef {ReturnType<typeof createRandom>} Random
 * @typedef {ReturnType<typeof makeServices>[number]} Service
 * @typedef {(typeof FAILURES)[number]} Failure
 */

/**
 * @param {string} ip
 * @param {number} port
 */
function withPort(ip, port) {
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}

/**
 * Envoy appends the peer without a blank; what came in the header often has blanks.
 * @param {Random} random
 * @param {string} ip
 */
function makeForwardedFor(random, ip) {
  const draw = random.below(100);
  if (draw < 70) return ip;
  if (draw < 85) return `203.0.113.${draw}, 10.1.1.${draw},${ip}`;
  if (draw < 97) return `203.0.113.${draw}, ${ip}`;
  return `unknown,${ip}`;
}

/** @param {Random} random */
function makeUserAgent(random) {
  const draw = random.fraction();
  if (draw < FORGED_USER_AGENT_SHARE) return random.pick(FORGED_USER_AGENTS);
  return draw < FORGED_USER_AGENT_SHARE + NO_USER_AGENT_SHARE ? null : random.pick(USER_AGENTS);
}

/** @param {Random} random */
function makeExchange(random) {
  const draw = random.below(100);
  if (draw < 72) return { method: 'GET', code: 200 };
  if (draw < 80) return { method: 'GET', code: 304 };
  if (draw < 84) return { method: 'GET', code: 404 };
  if (draw < 94) return { method: 'POST', code: 201 };
  return { method: 'PUT', code: 200 };
}

/**
 * A healthy passed-through TCP connection; a request is this one with more fields.
 * The order of the keys is the order of the JSON log: alphabetical.
 * @param {Random} random
 * @param {Service} service
 * @param {{ startTime: number, ip: string, isTls: boolean }} downstream
 * @returns {GatewayEvent}
 */
function makeConnection(random, service, { startTime, ip, isTls }) {
  return {
    authority: null,
    bytes_received: 100 + random.below(900),
    bytes_sent: 200 + random.below(20_000),
    connection_termination_details: null,
    downstream_local_address: `${GATEWAY_IP}:${isTls ? 8443 : 8080}`,
    downstream_remote_address: withPort(ip, 32_768 + random.below(28_000)),
    duration: 1 + random.below(60),
    method: null,
    path: null,
    protocol: null,
    request_id: null,
    requested_server_name: isTls ? service.authority : null,
    response_code: 0,
    response_code_details: null,
    response_flags: '-',
    route_name: null,
    start_time: new Date(startTime).toISOString(),
    upstream_cluster: service.upstreamCluster,
    upstream_host: random.pick(service.endpoints),
    upstream_local_address: `${GATEWAY_IP}:${32_768 + random.below(28_000)}`,
    upstream_service_time: null,
    upstream_transport_failure_reason: null,
    user_agent: null,
    x_forwarded_for: null,
  };
}

/**
 * @param {Random} random
 * @param {GatewayEvent} event
 * @param {{ service: Service, path: string, ip: string }} request
 */
function addHealthyRequest(random, event, { service, path, ip }) {
  const { method, code } = makeExchange(random);
  event.authority = service.authority;
  event.method = method;
  event.path = path;
  event.protocol = event.requested_server_name === null ? 'HTTP/1.1' : 'HTTP/2';
  event.request_id = random.uuid();
  event.response_code = code;
  event.response_code_details = 'via_upstream';
  event.route_name = service.routeName;
  event.upstream_service_time = String(event.duration - random.below(2));
  event.user_agent = makeUserAgent(random);
  event.x_forwarded_for = makeForwardedFor(random, ip);
  if (method === 'GET') event.bytes_received = 0;
  if (code === 304) event.bytes_sent = 0;
}

/**
 * @param {Random} random
 * @param {GatewayEvent} event
 * @param {Failure} failure
 */
function addFailure(random, event, { flags, code, reached, sent, shortestMs, longestMs, details }) {
  event.response_code = code;
  event.response_flags = flags;
  event.response_code_details = details;
  event.bytes_sent = sent;
  event.duration = shortestMs + random.below(longestMs - shortestMs + 1);
  event.upstream_service_time = reached === 'reply' ? String(event.duration) : null;
  if (reached !== 'reply' && reached !== 'connection') event.upstream_local_address = null;
  if (reached === 'cluster' || reached === 'listener') event.upstream_host = null;
  if (reached === 'listener') {
    event.upstream_cluster = null;
    event.route_name = null;
  }
  if (flags === 'UF') event.upstream_transport_failure_reason = REFUSED;
  if (flags === 'DPE') removeRequest(event);
}

/**
 * The codec gave up before there was a request, on the port that speaks HTTP/1.1 without TLS.
 * @param {GatewayEvent} event
 */
function removeRequest(event) {
  event.authority = null;
  event.bytes_received = 0;
  event.downstream_local_address = `${GATEWAY_IP}:8080`;
  event.method = null;
  event.path = null;
  event.protocol = 'HTTP/1.1';
  event.request_id = null;
  event.requested_server_name = null;
  event.user_agent = null;
  event.x_forwarded_for = null;
}

/**
 * Returns a function that gives the next event of the seed's sequence.
 * @param {number} seed
 */
export function createEventSource(seed) {
  const random = createRandom(seed);
  const services = makeServices();
  /** @type {string[]} */
  const paths = [];
  let startTime = FIRST_START_TIME;
  let walked = 0;

  function walkPath() {
    const index = (walked++ * PATH_STRIDE) % PATHS;
    paths[index] ??= makePath(index, seed);
    return { path: at(paths, index), service: at(services, index % HTTP_SERVICES) };
  }

  function pickHotPath() {
    // The square makes some services much busier than others.
    const service = at(services, Math.floor(random.fraction() ** 2 * HTTP_SERVICES));
    return { path: random.pick(HOT_PATHS), service };
  }

  /**
   * @param {string} ip
   * @param {Failure | null} failure
   */
  function makeRequest(ip, failure) {
    const asked = random.fraction() < HOT_SHARE ? pickHotPath() : walkPath();
    const isSick = failure !== null && random.below(2) === 0;
    const service = isSick ? at(services, failure.sickService) : asked.service;
    const event = makeConnection(random, service, { startTime, ip, isTls: random.below(4) > 0 });
    addHealthyRequest(random, event, { service, path: asked.path, ip });
    if (failure !== null) addFailure(random, event, failure);
    // A refused port is one dead endpoint's doing, not the whole service's.
    if (failure?.flags === 'UF') event.upstream_host = at(service.endpoints, 0);
    return event;
  }

  return function nextEvent() {
    startTime += 1 + random.below(LONGEST_GAP_MS);
    const ip = downstreamAddress(random.below(DOWNSTREAM_ADDRESSES));
    const draw = random.fraction();
    if (draw < FAILURE_SHARE) return makeRequest(ip, random.pick(FAILURE_DRAWS));
    if (draw >= FAILURE_SHARE + TCP_SHARE) return makeRequest(ip, null);
    const service = at(services, HTTP_SERVICES + random.below(TCP_SERVICES));
    return makeConnection(random, service, { startTime, ip, isTls: true });
  };
}
