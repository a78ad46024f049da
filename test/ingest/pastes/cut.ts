import type { Values } from '../../parsers/render.ts';
import { CLOSED, each, HEALTHY, lineOf, type Paste, partly, REFUSED, without } from './paste.ts';

const CLUSTER_CUT = lineOf(REFUSED).replace(/ outbound.*/, '');
const CUT_BEHIND_HOST = without(
  REFUSED,
  'upstreamCluster',
  'downstreamLocalAddress',
  'downstreamRemoteAddress',
  'routeName',
);
const CUT_IN_AGENT = without(CUT_BEHIND_HOST, 'userAgent', 'requestId', 'authority', 'upstreamHost');
const CUT_BEHIND_DETAILS = without(
  CUT_IN_AGENT,
  'upstreamTransportFailureReason',
  'bytesReceived',
  'bytesSent',
  'duration',
  'xForwardedFor',
);
const cutAt = (text: string, behind: string): string => text.slice(0, text.indexOf(behind) + behind.length);
const upTo = (behind: string): string => cutAt(lineOf(REFUSED), behind);

/** Of which a part is left out. */
export const CUT: readonly Paste[] = [
  partly('cut behind the upstream host', CLUSTER_CUT, [CUT_BEHIND_HOST]),
  partly('cut behind the upstream host, with dots', `${CLUSTER_CUT} ...`, [CUT_BEHIND_HOST]),
  partly('cut behind the upstream host, with an ellipsis', `${CLUSTER_CUT}…`, [CUT_BEHIND_HOST]),
  partly('cut within the cluster', upTo('outbound|8080|v2|ord'), [CUT_BEHIND_HOST]),
  partly('cut within the cluster, with an ellipsis', `${upTo('outbound|8080|v2|ord')}…`, [CUT_BEHIND_HOST]),
  partly('cut within the cluster, with dots', `${upTo('outbound|8080|v2|ord')}...`, [CUT_BEHIND_HOST]),
  partly('cut within the cluster, with a mark', `${upTo('outbound|8080|v2|ord')}[truncated]`, [
    CUT_BEHIND_HOST,
  ]),
  partly('cut within the user agent', upTo('Mozilla/5.0 (Win'), [CUT_IN_AGENT]),
  partly('cut within the user agent, with an ellipsis', `${upTo('Mozilla/5.0 (Win')}…`, [CUT_IN_AGENT]),
  partly('cut within the duration', upTo('"delayed_connect_error:_111" 181 152 12'), [
    without(CUT_IN_AGENT, 'duration', 'xForwardedFor'),
  ]),
  partly('cut within the details', upTo('upstream_reset_before_resp'), [
    without(CUT_BEHIND_DETAILS, 'responseCodeDetails'),
  ]),
  partly('cut within the details, with an ellipsis', `${upTo('upstream_reset_before_resp')}…`, [
    without(CUT_BEHIND_DETAILS, 'responseCodeDetails'),
  ]),
  partly('cut behind the details', upTo('delayed_connect_error:_111} '), [CUT_BEHIND_DETAILS]),
  partly(
    'all cut at column 275',
    each((line) => line.slice(0, 275)),
    [
      CUT_IN_AGENT,
      without(HEALTHY, 'downstreamLocalAddress', 'downstreamRemoteAddress', 'routeName'),
      CLOSED,
    ],
    2,
  ),
];

const CODE = { responseCode: '503', responseFlags: 'UF,URX' };
const REASON = { ...CODE, responseCodeDetails: REFUSED.responseCodeDetails ?? null };
const REQUEST = { method: 'POST', path: REFUSED.path ?? null, protocol: 'HTTP/1.1' };
const [, BEHIND_REQUEST = ''] = lineOf(REFUSED).split('HTTP/1.1" ');
const WITH_REQUEST = lineOf(REFUSED).replace(/^\S+ /, '');

const LOST: Values = {
  method: 'GET',
  path: '/v1/status',
  protocol: 'HTTP/1.1',
  responseCode: '503',
  responseFlags: 'UC',
  responseCodeDetails: 'upstream_reset_before_response_started{connection_termination}',
  bytesReceived: '0',
  bytesSent: '95',
  duration: '0',
  xForwardedFor: '10.90.16.220',
  userAgent: 'Apache-HttpClient/4.5.1 (Java/1.8.0_372)',
  requestId: '3a7cbcc1-af72-47fb-bbac-a7672951f50f',
  authority: 'health.example.com',
  upstreamHost: '10.80.47.192:8181',
  upstreamCluster: 'outbound|80||health-api.production.svc.cluster.local',
  upstreamLocalAddress: '10.80.45.233:37132',
  downstreamLocalAddress: '10.80.45.233:80',
  downstreamRemoteAddress: '10.80.46.220:59375',
};

/** What people leave of a line to show what matters. Where code and flags stand as Envoy writes them they are certain. */
export const SHORTENED: readonly Paste[] = [
  partly('without its start time', lineOf(LOST).replace(/^\S+ /, ''), [LOST]),
  partly('shortened to code, flags and details', `503 UF,URX ${REASON.responseCodeDetails}`, [REASON]),
  partly('shortened to code, flags and details, with dots', `503 UF,URX ${REASON.responseCodeDetails} ...`, [
    REASON,
  ]),
  partly('shortened on both sides', `... 503 UF,URX ${REASON.responseCodeDetails} - ...`, [REASON]),
  partly('shortened on both sides with an ellipsis', `… 503 UF,URX ${REASON.responseCodeDetails} […]`, [
    REASON,
  ]),
  partly('shortened to request, code and flags', '"POST /api HTTP/1.1" 503 UF,URX', [
    { ...CODE, method: 'POST', path: '/api', protocol: 'HTTP/1.1' },
  ]),
  partly('shortened to request and reason', `... ${cutAt(WITH_REQUEST, 'delayed_connect_error:_111}')} ...`, [
    { ...REQUEST, ...REASON },
  ]),
  partly('with a part left out in the middle', `[...] ${WITH_REQUEST.replace('1204 -', '...')}`, [
    { ...without(CUT_BEHIND_DETAILS, 'startTime'), bytesReceived: '181', bytesSent: '152' },
  ]),
  partly('without its begin', BEHIND_REQUEST, [without(REFUSED, 'startTime', 'method', 'path', 'protocol')]),
  partly('without its begin but for the end of the request', `... HTTP/1.1" ${BEHIND_REQUEST}`, [
    without(REFUSED, 'startTime', 'method', 'path', 'protocol'),
  ]),
  partly(
    'shortened, several in prose',
    `We see\n\n503 UF,URX ${REASON.responseCodeDetails} ...\n\nand 503 UF,URX now and then:\n\n503 UF,URX ${REASON.responseCodeDetails} ...\n`,
    [REASON, REASON],
  ),
];
