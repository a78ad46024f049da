// Logs as people paste them into tickets, chats, mails and pages, and the records that have to come out. Composed: each row
// takes lines whose values are known and does to them what such a tool does.
import type { Values } from '../../parsers/render.ts';
import { LAYOUTS, render } from '../../parsers/render.ts';

/** A pasted text, the records in it, and how many of them have to be told apart as uncertain. */
export interface Paste {
  readonly what: string;
  readonly text: string;
  readonly records: readonly Values[];
  readonly partial: number;
}

export const REFUSED: Values = {
  startTime: '2026-11-21T03:33:07.287Z',
  method: 'POST',
  path: '/api/v1/orders/7f3a?expand=lines&lang=de',
  protocol: 'HTTP/1.1',
  responseCode: '503',
  responseFlags: 'UF,URX',
  responseCodeDetails:
    'upstream_reset_before_response_started{remote_connection_failure,delayed_connect_error:_111}',
  upstreamTransportFailureReason: 'delayed_connect_error:_111',
  bytesReceived: '181',
  bytesSent: '152',
  duration: '1204',
  xForwardedFor: '203.0.113.7,10.244.0.1',
  userAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Safari/537.36',
  requestId: '8a458ce2-bb8d-4e80-a305-f323bbab338f',
  authority: 'orders.shop.svc.cluster.local:8080',
  upstreamHost: '10.244.1.27:8080',
  upstreamCluster: 'outbound|8080|v2|orders.shop.svc.cluster.local',
  downstreamLocalAddress: '10.96.200.14:8080',
  downstreamRemoteAddress: '10.244.0.16:52008',
  routeName: 'default',
};
export const HEALTHY: Values = {
  ...REFUSED,
  startTime: '2026-11-21T03:33:08.001Z',
  method: 'GET',
  path: '/healthz',
  responseCode: '200',
  responseFlags: null,
  responseCodeDetails: 'via_upstream',
  upstreamTransportFailureReason: null,
  bytesReceived: '0',
  bytesSent: '2',
  duration: '3',
  upstreamServiceTime: '2',
  xForwardedFor: null,
  userAgent: 'kube-probe/1.31',
  upstreamLocalAddress: '10.244.0.16:39112',
};
export const CLOSED: Values = {
  startTime: '2026-11-21T03:33:09.512Z',
  responseCode: '0',
  responseFlags: 'NR',
  responseCodeDetails: 'filter_chain_not_found',
  bytesReceived: '0',
  bytesSent: '0',
  duration: '0',
  downstreamLocalAddress: '10.244.0.14:9080',
  downstreamRemoteAddress: '10.244.0.9:36914',
};

/** What Istio's layout prints of the values, or another one. */
export function lineOf(values: Values, layout = 'istio-text'): string {
  return render(LAYOUTS[layout] ?? '', values);
}

/** What an older layout still logs of the values. */
export function without(values: Values, ...fields: readonly (keyof Values)[]): Values {
  return Object.fromEntries(
    Object.entries(values).filter(([field]) => !fields.some((name) => name === field)),
  );
}

export const OLD = without(
  REFUSED,
  'responseCodeDetails',
  'connectionTerminationDetails',
  'upstreamTransportFailureReason',
);
export const OLDEST = without(
  OLD,
  'upstreamCluster',
  'upstreamLocalAddress',
  'downstreamLocalAddress',
  'downstreamRemoteAddress',
  'routeName',
);
export const JSON_LINE = JSON.stringify({
  authority: 'orders.shop.svc.cluster.local:8080',
  bytes_received: 181,
  bytes_sent: 152,
  connection_termination_details: null,
  downstream_local_address: '10.96.200.14:8080',
  downstream_remote_address: '10.244.0.16:52008',
  duration: 1204,
  method: 'POST',
  path: '/api/v1/orders/7f3a?expand=lines&lang=de',
  protocol: 'HTTP/1.1',
  request_id: '8a458ce2-bb8d-4e80-a305-f323bbab338f',
  requested_server_name: null,
  response_code: 503,
  response_code_details:
    'upstream_reset_before_response_started{remote_connection_failure,delayed_connect_error:_111}',
  response_flags: 'UF,URX',
  route_name: 'default',
  start_time: '2026-11-21T03:33:07.287Z',
  upstream_cluster: 'outbound|8080|v2|orders.shop.svc.cluster.local',
  upstream_host: '10.244.1.27:8080',
  upstream_local_address: null,
  upstream_service_time: null,
  upstream_transport_failure_reason: 'delayed_connect_error:_111',
  user_agent:
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Safari/537.36',
  x_forwarded_for: '203.0.113.7,10.244.0.1',
});

export const LINES = [lineOf(REFUSED), lineOf(HEALTHY), lineOf(CLOSED)];
export const RECORDS = [REFUSED, HEALTHY, CLOSED];
export const PLAIN = LINES.join('\n');

/** Cut at a column wherever it falls, as terminals and fixed-width fields do. */
export function wrapHard(line: string, width: number): readonly string[] {
  const pieces: string[] = [];
  for (let at = 0; at < line.length; at += width) pieces.push(line.slice(at, at + width));
  return pieces;
}

/** The same by a tool that drops blanks at the end of each piece. */
export function wrapTrimmed(line: string, width: number): readonly string[] {
  return wrapHard(line, width).map((piece) => piece.trimEnd());
}

/** Cut at blanks, as mails and tickets do; a word that is longer than a line is cut wherever that falls. */
export function wrapWords(line: string, width: number): readonly string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const word of line.split(' ')) {
    if (piece !== '' && piece.length + 1 + word.length > width) {
      pieces.push(piece);
      piece = '';
    }
    piece = piece === '' ? word : `${piece} ${word}`;
    while (piece.length > width) {
      pieces.push(piece.slice(0, width));
      piece = piece.slice(width);
    }
  }
  return piece === '' ? pieces : [...pieces, piece];
}

export function each(map: (line: string, i: number) => string): string {
  return LINES.map(map).join('\n');
}

export function wrapAll(
  wrap: (line: string, width: number) => readonly string[],
  width: number,
  mark = '',
): string {
  return LINES.flatMap((line) => wrap(line, width))
    .map((piece) => mark + piece)
    .join('\n');
}

export function whole(what: string, text: string, records: readonly Values[] = RECORDS): Paste {
  return { what, text, records, partial: 0 };
}

export function partly(
  what: string,
  text: string,
  records: readonly Values[],
  partial = records.length,
): Paste {
  return { what, text, records, partial };
}

/** A paste for each change that a line of it may go through. */
export function ofEachLine(
  changes: Readonly<Record<string, (line: string, i: number) => string>>,
): readonly Paste[] {
  return Object.entries(changes).map(([what, change]) => whole(what, each(change)));
}
