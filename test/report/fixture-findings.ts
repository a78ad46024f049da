import type { ReportFinding } from '../../src/model/report.ts';

/** Failed requests of the log that these findings come from. */
export const FAILED = 188;

const RATINGS = 'outbound|9080||ratings.default.svc.cluster.local';
const DETAILS = 'outbound|9080||details.default.svc.cluster.local';

/** Nothing listens behind the endpoints of one service, in two bursts, with a runner-up. */
export const CONNECTION_REFUSED: ReportFinding = {
  diagnosis: {
    id: 'connection-refused',
    title: 'The upstream endpoint refuses connections',
    family: 'connection',
    doc: 'diagnoses/connection/connection-refused.md',
  },
  cause:
    'The pod is there, but nothing listens on the port that the cluster points to, so its kernel answers every connection attempt with a reset.',
  confidence: 0.931,
  status: 'likely',
  requests: 57,
  share: 57 / FAILED,
  responseFlags: ['UF', 'URX'],
  responseCodes: [503],
  reporter: 'outbound',
  scopes: [
    {
      fingerprint: `connection-refused@${RATINGS}`,
      requests: 57,
      upstreamCluster: RATINGS,
      authority: 'ratings:9080',
      localPort: null,
      upstreamHosts: [
        '10.244.1.31:9080',
        '10.244.2.31:9080',
        '10.244.3.31:9080',
        '10.244.4.31:9080',
        '10.244.5.31:9080',
      ],
      routes: ['default'],
      paths: ['/ratings/{n}', '/health'],
      callers: ['10.244.1.10'],
      endpoints: [
        { upstreamHost: '10.244.1.31:9080', requests: 31 },
        { upstreamHost: '10.244.2.31:9080', requests: 26 },
      ],
    },
  ],
  firstSeen: '2026-11-21T03:31:32.803Z',
  lastSeen: '2026-11-21T03:41:43.100Z',
  intervals: [
    { from: '2026-11-21T03:31:32.803Z', to: '2026-11-21T03:31:58.000Z', requests: 41 },
    { from: '2026-11-21T03:41:30.000Z', to: '2026-11-21T03:41:43.100Z', requests: 16 },
  ],
  timeline: {
    from: '2026-11-21T03:31:28.000Z',
    bucketMs: 16_000,
    requests: [30, 11, ...new Array<number>(35).fill(0), 4, 12],
  },
  bits: 7.1,
  priorBits: 1,
  evidence: [
    {
      claim: 'the transport failure reason is "Connection refused"',
      about: 'transport',
      supports: true,
      requests: 57,
      bits: 4,
      counted: true,
      coincidence: null,
    },
    {
      claim: 'flag UF is set and no upstream local address is logged',
      about: 'flags',
      supports: true,
      requests: 57,
      bits: 1,
      counted: true,
      coincidence: null,
    },
    {
      claim: 'no request to a failing endpoint succeeded while it failed',
      about: 'endpoint',
      supports: true,
      requests: 4,
      bits: 3.1,
      counted: true,
      coincidence: { n: 4, q: 0.12, what: 'an endpoint' },
    },
    {
      claim: 'the connection attempt lasted longer than 50 ms',
      about: 'duration',
      supports: false,
      requests: 12,
      bits: -2,
      counted: true,
      coincidence: null,
    },
    {
      claim: 'details name remote_connection_failure',
      about: 'transport',
      supports: true,
      requests: 57,
      bits: 2,
      counted: false,
      coincidence: null,
    },
  ],
  notJudged: [
    {
      claim: 'the same endpoint refused the connections of other callers',
      because: 'all requests come from one caller',
    },
  ],
  alternatives: [
    {
      id: 'connect-timeout',
      title: 'Connections to the upstream address time out (unreachable, blocked or gone)',
      confidence: 0.041,
      bits: 2.6,
      tellApart: 'Do the failures last as long as the connect timeout, or only milliseconds?',
    },
    {
      id: 'pod-termination',
      title: 'Requests still reach a pod that is terminating',
      confidence: 0.016,
      bits: 1.2,
      tellApart: null,
    },
    {
      id: 'app-not-listening',
      title: 'The application is not listening',
      confidence: 0.001,
      bits: -3,
      tellApart: null,
    },
  ],
  unknownConfidence: 0.011,
  hop: null,
  includes: [
    { sentence: 'UH of the same cluster once outlier detection had ejected the endpoints', requests: 12 },
  ],
  confirm: [
    {
      run: "istioctl proxy-config endpoints deploy/productpage-v1 -n default --cluster 'outbound|9080||ratings.default.svc.cluster.local'",
      expect: 'the endpoints are listed and HEALTHY although nothing listens there',
    },
    { run: 'kubectl exec deploy/ratings-v1 -c istio-proxy -- ss -ltn', expect: 'no line with port 9080' },
  ],
  fixes: [
    {
      text: 'Make the application listen on the port that targetPort of the Service names.',
      yaml: 'apiVersion: v1\nkind: Service\nspec:\n  ports:\n    - name: http\n      port: 9080\n      targetPort: 9080\n',
    },
    { text: 'Give the pod a readiness probe on that port, so that it gets no traffic before it listens.' },
  ],
  meshConfig: [],
  sources: [
    {
      title: 'Istio: traffic management problems',
      url: 'https://istio.io/latest/docs/ops/common-problems/network-issues/',
    },
  ],
  samples: [
    {
      input: 'access.log',
      line: 1042,
      text: '[2026-11-21T03:31:32.843Z] "GET /ratings/40 HTTP/1.1" 503 URX,UF upstream_reset_before_response_started{remote_connection_failure|delayed_connect_error:_Connection_refused} - "delayed_connect_error:_Connection_refused" 0 121 14 - "-" "curl/8.5.0"',
    },
  ],
  suppressed: false,
};

/** Requests to an authority that no virtual host lists; too many places to name. */
export const NO_ROUTE: ReportFinding = {
  ...CONNECTION_REFUSED,
  diagnosis: {
    id: 'no-route-for-authority',
    title: 'No virtual host matches the request authority',
    family: 'routing',
    doc: 'diagnoses/routing/no-route-for-authority.md',
  },
  cause:
    'The listener took the request, but no virtual host of its route configuration lists this authority.',
  confidence: 0.58,
  status: 'possible',
  requests: 95,
  share: 95 / FAILED,
  responseFlags: ['NR'],
  responseCodes: [404],
  reporter: 'gateway',
  scopes: ['old', 'older', 'oldest', 'shop', 'mail'].map((name, index) => ({
    fingerprint: `no-route-for-authority@${name}`,
    requests: 31 - 6 * index,
    upstreamCluster: null,
    authority: `${name}.bookinfo.example.com`,
    localPort: 8080,
    upstreamHosts: [],
    routes: [],
    paths: index === 0 ? ['/favicon.ico', '/login', '/items/{n}', '/cart'] : [],
    callers: ['203.0.113.87', '198.51.100.23'],
    endpoints: [],
  })),
  firstSeen: '2026-11-21T03:27:29.465Z',
  lastSeen: '2026-11-21T03:29:02.000Z',
  intervals: [{ from: '2026-11-21T03:27:29.465Z', to: '2026-11-21T03:29:02.000Z', requests: 95 }],
  timeline: { from: '2026-11-21T03:27:28.000Z', bucketMs: 32_000, requests: [40, 0, 55] },
  bits: 2,
  priorBits: 1,
  evidence: [
    {
      claim: 'details are route_not_found',
      about: 'details',
      supports: true,
      requests: 95,
      bits: 4,
      counted: true,
      coincidence: null,
    },
    {
      claim: 'another path of the same authority succeeded',
      about: 'authority',
      supports: false,
      requests: 31,
      bits: -3,
      counted: true,
      coincidence: null,
    },
  ],
  notJudged: [],
  alternatives: [
    {
      id: 'no-route-for-path',
      title: 'A virtual host matches, but no route matches the request',
      confidence: 0.29,
      bits: 1,
      tellApart: 'Does another path of the same authority succeed?',
    },
  ],
  unknownConfidence: 0.13,
  hop: null,
  includes: [],
  confirm: [
    {
      run: 'istioctl proxy-config routes deploy/istio-ingressgateway -n istio-system -o json',
      expect: 'no domain equals old.bookinfo.example.com',
    },
  ],
  fixes: [
    {
      text: 'Add old.bookinfo.example.com to `hosts` of the VirtualService and bind it to the gateway in use.',
    },
  ],
  samples: [
    {
      input: 'access.log',
      line: 1,
      text: '[2026-11-21T03:27:29.465Z] "GET /favicon.ico HTTP/1.1" 404 NR route_not_found - "-" 0 0 0 - "203.0.113.87" "python-requests/2.31.0"',
    },
    {
      input: 'access.log',
      line: 3,
      text: '[2026-11-21T03:27:30.268Z] "GET /login HTTP/1.1" 404 NR route_not_found',
    },
    { input: 'access.log', line: 9, text: 'a third sample, which is not shown' },
  ],
};

/** A single failure, without times or an alternative. */
export const KEEPALIVE_RACE: ReportFinding = {
  ...CONNECTION_REFUSED,
  diagnosis: {
    id: 'keepalive-race',
    title: 'Upstream closes an idle keep-alive connection as it is reused',
    family: 'stream',
    doc: 'diagnoses/stream/keepalive-race.md',
  },
  cause:
    'The upstream closed an idle connection at the moment at which the proxy sent the next request on it.',
  confidence: 0.44,
  status: 'possible',
  requests: 11,
  share: 11 / FAILED,
  responseFlags: ['UC'],
  responseCodes: [503],
  scopes: [
    {
      fingerprint: `keepalive-race@${DETAILS}`,
      requests: 11,
      upstreamCluster: DETAILS,
      authority: 'details:9080',
      localPort: null,
      upstreamHosts: ['10.244.3.11:9080'],
      routes: ['default'],
      paths: ['/details/{n}'],
      callers: [],
      endpoints: [{ upstreamHost: '10.244.3.11:9080', requests: 11 }],
    },
  ],
  firstSeen: null,
  lastSeen: null,
  intervals: [],
  timeline: null,
  bits: 1,
  priorBits: 1,
  evidence: [
    {
      claim: 'the connection had answered before',
      about: 'reuse',
      supports: true,
      requests: 10,
      bits: 4,
      counted: true,
      coincidence: null,
    },
    {
      claim: 'the idle times lie close together',
      about: 'history',
      supports: true,
      requests: 0,
      bits: -4,
      counted: true,
      coincidence: null,
    },
  ],
  notJudged: [],
  alternatives: [],
  unknownConfidence: 0.56,
  hop: null,
  includes: [],
  confirm: [],
  fixes: [
    { text: 'Set idleTimeout of the DestinationRule below the keep-alive timeout of the application.' },
  ],
  samples: [],
};
