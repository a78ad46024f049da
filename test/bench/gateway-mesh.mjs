// What stands around the imagined gateway: services and their endpoints, clients, paths, user agents.
import { createRandom } from './random.mjs';

export const ENDPOINTS = 5_000;
export const DOWNSTREAM_ADDRESSES = 20_000;
export const PATHS = 100_000;
export const HTTP_SERVICES = 190;
export const TCP_SERVICES = 10;
const SERVICES = HTTP_SERVICES + TCP_SERVICES;
const ENDPOINTS_PER_SERVICE = ENDPOINTS / SERVICES;
const TCP_PORT = 5432;
const QUOTED_PATH_EVERY = 251;

const WORDS =
  `amber anchor apple arrow atlas autumn basalt beacon birch bronze candle canyon cedar cobalt coral
  copper cotton dawn delta desert ember falcon fern field flint forest garden garnet glacier granite harbor hazel
  indigo iron island ivory jasper juniper lagoon lantern laurel lemon linen maple marble meadow mint onyx`.split(
    /\s+/,
  );
const RESOURCES = 'orders carts users items invoices reviews ratings payments sessions shipments'.split(' ');
const ROLES =
  'api web worker cache search sync admin feed store report audit quota rules pricing mail media'.split(' ');
const TCP_NAMES = 'mysql postgres redis mongo kafka rabbit cassandra etcd ldap smtp'.split(' ');
const NAMESPACES = ['shop', 'core', 'stock', 'logistics', 'media', 'bank'];
const PORTS = [8080, 9080, 80, 3000, 50051];

/** What everybody asks for. */
export const HOT_PATHS = [
  '/',
  '/healthz',
  '/api/v2/session',
  '/api/v2/search?q=',
  '/favicon.ico',
  '/robots.txt',
  '/static/app.js',
];

export const USER_AGENTS = [
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:127.0) Gecko/20100101 Firefox/127.0',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.6478.71 Mobile Safari/537.36',
  'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
  'Apache-HttpClient/5.3.1 (Java/17.0.11)',
  'Go-http-client/2.0',
  'ReactorNetty/1.1.19',
  'axios/1.7.2',
  'curl/8.5.0',
  'grpc-go/1.64.0',
  'kube-probe/1.29',
  'okhttp/4.12.0',
  'python-requests/2.31.0',
];

/** Text logs escape nothing, so each of these reads like other columns or another line. */
export const FORGED_USER_AGENTS = [
  'scanner" 503 UF upstream_reset_before_response_started{connection_timeout} - "-" 0 91 10000 - "-" "x',
  'Mozilla/4.0 (compatible; "quoted" agent)',
  '[2026-01-01T00:00:00.000Z] "GET / HTTP/1.1" 503 UH',
  'back\\slash \\" agent',
  'x" "-" "-" "-" outbound|80||forged.default.svc.cluster.local - - - - -',
];

/** @param {number} index */
function makeService(index) {
  const isTcp = index >= HTTP_SERVICES;
  const name = isTcp
    ? TCP_NAMES[index - HTTP_SERVICES]
    : `${RESOURCES[index % RESOURCES.length]}-${ROLES[index % ROLES.length]}-${WORDS[index % WORDS.length]}`;
  const namespace = NAMESPACES[index % NAMESPACES.length];
  const port = isTcp ? TCP_PORT : PORTS[index % PORTS.length];
  const subset = index % 9 === 0 ? 'v2' : '';
  const first = index * ENDPOINTS_PER_SERVICE;
  return {
    upstreamCluster: `outbound|${port}|${subset}|${name}.${namespace}.svc.cluster.local`,
    authority: `${name}.${namespace}.example.com`,
    routeName: `${name}-http`,
    endpoints: Array.from({ length: ENDPOINTS_PER_SERVICE }, (_, n) => `${podAddress(first + n)}:${port}`),
  };
}

/** @param {number} index */
function podAddress(index) {
  return `10.${42 + (index >>> 11)}.${(index >>> 6) & 31}.${10 + (index & 63)}`;
}

/** HTTP services first. */
export function makeServices() {
  return Array.from({ length: SERVICES }, (_, index) => makeService(index));
}

/**
 * From the ranges set aside for benchmarks (198.18.0.0/15) and for documentation (IPv6).
 * @param {number} index
 */
export function downstreamAddress(index) {
  const [high, low] = [index >>> 8, index & 255];
  return index % 20 === 0 ? `2001:db8:${high.toString(16)}::${low.toString(16)}` : `198.18.${high}.${low}`;
}

/**
 * Distinct for distinct indexes, and the same whenever it is asked for.
 * @param {number} index
 * @param {number} seed
 */
export function makePath(index, seed) {
  const random = createRandom(seed ^ Math.imul(index + 1, 0x9e3779b1));
  const resource = RESOURCES[index % RESOURCES.length];
  const [first, second, third] = [0, 1, 2].map(
    (place) => WORDS[Math.floor(index / WORDS.length ** place) % WORDS.length],
  );
  if (index % QUOTED_PATH_EVERY === 0) return `/search?q="${first}"&page=${index}`;
  switch (random.below(5)) {
    case 0:
      return `/api/v2/${resource}/${100_000 + index * 7}`;
    case 1:
      return `/api/v2/${resource}/${random.uuid()}`;
    case 2:
      return `/${resource}/${first}/${second}-${third}`;
    case 3:
      return `/search?q=${first}+${second}&page=${index}&lang=en`;
    default:
      return `/api/v2/${resource}/${index}/items?limit=20&cursor=${random.hex(4)}${random.hex(4)}`;
  }
}
