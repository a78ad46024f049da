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

const REFUSED: Values = {
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
const HEALTHY: Values = {
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
const CLOSED: Values = {
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
function lineOf(values: Values, layout = 'istio-text'): string {
  return render(LAYOUTS[layout] ?? '', values);
}

/** What an older layout still logs of the values. */
function without(values: Values, ...fields: readonly (keyof Values)[]): Values {
  return Object.fromEntries(
    Object.entries(values).filter(([field]) => !fields.some((name) => name === field)),
  );
}

const OLD = without(
  REFUSED,
  'responseCodeDetails',
  'connectionTerminationDetails',
  'upstreamTransportFailureReason',
);
const OLDEST = without(
  OLD,
  'upstreamCluster',
  'upstreamLocalAddress',
  'downstreamLocalAddress',
  'downstreamRemoteAddress',
  'routeName',
);
const JSON_LINE = JSON.stringify({
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

const LINES = [lineOf(REFUSED), lineOf(HEALTHY), lineOf(CLOSED)];
const RECORDS = [REFUSED, HEALTHY, CLOSED];
const PLAIN = LINES.join('\n');

/** Cut at a column wherever it falls, as terminals and fixed-width fields do. */
function wrapHard(line: string, width: number): readonly string[] {
  const pieces: string[] = [];
  for (let at = 0; at < line.length; at += width) pieces.push(line.slice(at, at + width));
  return pieces;
}

/** The same by a tool that drops blanks at the end of each piece. */
function wrapTrimmed(line: string, width: number): readonly string[] {
  return wrapHard(line, width).map((piece) => piece.trimEnd());
}

/** Cut at blanks, as mails and tickets do; a word that is longer than a line is cut wherever that falls. */
function wrapWords(line: string, width: number): readonly string[] {
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

function each(map: (line: string, i: number) => string): string {
  return LINES.map(map).join('\n');
}

function wrapAll(wrap: (line: string, width: number) => readonly string[], width: number, mark = ''): string {
  return LINES.flatMap((line) => wrap(line, width))
    .map((piece) => mark + piece)
    .join('\n');
}

function whole(what: string, text: string, records: readonly Values[] = RECORDS): Paste {
  return { what, text, records, partial: 0 };
}

function partly(what: string, text: string, records: readonly Values[], partial = records.length): Paste {
  return { what, text, records, partial };
}

const WIDTHS = [72, 76, 78, 80, 100, 120, 132, 203];

const WRAPPED: readonly Paste[] = [
  ...WIDTHS.map((width) => whole(`cut at column ${width}`, wrapAll(wrapHard, width))),
  ...WIDTHS.map((width) => whole(`cut at column ${width}, blanks dropped`, wrapAll(wrapTrimmed, width))),
  ...WIDTHS.map((width) => whole(`wrapped at blanks before column ${width}`, wrapAll(wrapWords, width))),
  ...[72, 100].map((width) => whole(`wrapped at ${width} and quoted`, wrapAll(wrapWords, width, '> '))),
  ...[72, 100].map((width) => whole(`cut at ${width} and quoted twice`, wrapAll(wrapHard, width, '> > '))),
  ...[80, 120].map((width) => whole(`wrapped at ${width} and indented`, wrapAll(wrapWords, width, '    '))),
  whole(
    'wrapped, with a blank line between records',
    LINES.map((line) => wrapWords(line, 80).join('\n')).join('\n\n'),
  ),
  whole('wrapped, JSON, cut at column 80', wrapHard(JSON_LINE, 80).join('\n'), [REFUSED]),
  whole('wrapped, JSON, cut at column 72', wrapHard(JSON_LINE, 72).join('\n'), [REFUSED]),
  whole(
    'wrapped, of an older Istio, cut at column 80',
    wrapHard(lineOf(OLD, 'istio-text-1.3'), 80).join('\n'),
    [OLD],
  ),
  whole('wrapped, of Envoy, cut at column 80', wrapHard(lineOf(OLDEST, 'envoy-default'), 80).join('\n'), [
    OLDEST,
  ]),
  whole(
    'wrapped behind the prefix of kubectl, cut at column 120',
    LINES.flatMap((line) => wrapHard(`[pod/orders-5f7f9-8471/istio-proxy] ${line}`, 120)).join('\n'),
  ),
  whole('wrapped, with prose around it', `We see this:\n${wrapAll(wrapWords, 80)}\nAny idea?`),
];

const DISGUISED: readonly Paste[] = [
  whole(
    'with typographic quotes',
    each((line) => line.replaceAll(/"([^"]*)"/g, '“$1”')),
  ),
  whole(
    'with German quotes',
    each((line) => line.replaceAll(/"([^"]*)"/g, '„$1“')),
  ),
  whole(
    'with French quotes',
    each((line) => line.replaceAll(/"([^"]*)"/g, '«$1»')),
  ),
  whole(
    'with quotes doubled by two apostrophes',
    each((line) => line.replaceAll('"', "''")),
  ),
  whole(
    'with typographic quotes and dashes',
    each((line) => line.replaceAll(/"([^"]*)"/g, '”$1”').replaceAll(/ - /g, ' – ')),
  ),
  whole(
    'with HTML entities',
    each((line) => line.replaceAll('&', '&amp;').replaceAll('"', '&quot;')),
  ),
  whole(
    'with entities twice',
    each((line) => line.replaceAll('&', '&amp;amp;').replaceAll('"', '&amp;quot;')),
  ),
  whole(
    'with entities of typographic quotes',
    each((line) => line.replaceAll(/"([^"]*)"/g, '&ldquo;$1&rdquo;')),
  ),
  whole(
    'with non-breaking spaces',
    each((line) => line.replaceAll(' ', '\u00a0')),
  ),
  whole(
    'with narrow spaces',
    each((line) => line.replaceAll(' ', '\u202f')),
  ),
  whole(
    'with &nbsp;',
    each((line) => line.replaceAll('"', '&quot;').replaceAll(' ', '&nbsp;')),
  ),
  whole(
    'with zero-width spaces',
    each((line) => line.replaceAll(' "', ' \u200b"').replace('[', '\u200b[')),
  ),
  whole(
    'with a byte order mark before each line',
    each((line) => `\ufeff${line}`),
  ),
  whole(
    'with tabs for blanks',
    each((line) => line.replaceAll(' ', '\t')),
  ),
  whole(
    'with tabs between fields',
    each((line) => line.replaceAll(/ (?=(?:[^"]*"[^"]*")*[^"]*$)/g, '\t')),
  ),
  whole(
    'with several blanks',
    each((line) => line.replaceAll(/ (?=(?:[^"]*"[^"]*")*[^"]*$)/g, '   ')),
  ),
  whole(
    'with blanks at the end',
    each((line) => `${line}   `),
  ),
  whole('with CRLF', `${LINES.join('\r\n')}\r\n`),
  whole(
    'with percent signs escaped',
    each((line) => line.replaceAll('|', '%7C')),
    RECORDS.map((values) =>
      values.upstreamCluster == null
        ? values
        : { ...values, upstreamCluster: 'outbound%7C8080%7Cv2%7Corders.shop.svc.cluster.local' },
    ),
  ),
];

const MARKED: readonly Paste[] = [
  whole(
    'quoted',
    each((line) => `> ${line}`),
  ),
  whole(
    'quoted twice',
    each((line) => `>> ${line}`),
  ),
  whole(
    'quoted three times',
    each((line) => `> > > ${line}`),
  ),
  whole(
    'quoted without a blank',
    each((line) => `>${line}`),
  ),
  whole(
    'with line numbers',
    each((line, i) => `  ${i + 1}\t${line}`),
  ),
  whole(
    'with line numbers and a colon',
    each((line, i) => `${i + 1}: ${line}`),
  ),
  whole(
    'with line numbers of grep',
    each((line, i) => `access.log:${i + 17}:${line}`),
  ),
  whole(
    'with line numbers and a bar',
    each((line, i) => `${i + 9} | ${line}`),
  ),
  whole(
    'as a list',
    each((line) => `- ${line}`),
  ),
  whole(
    'as a list with stars',
    each((line) => `* ${line}`),
  ),
  whole(
    'as a numbered list',
    each((line, i) => `${i + 1}. ${line}`),
  ),
  whole(
    'as inline code',
    each((line) => `\`${line}\``),
  ),
  whole(
    'as a list of inline code',
    each((line) => `* \`${line}\``),
  ),
  whole('in a fence', `\`\`\`text\n${PLAIN}\n\`\`\``),
  whole(
    'in a fence of one line each',
    each((line) => `\`\`\`${line}\`\`\``),
  ),
  whole('in a fence that is quoted', `> \`\`\`\n${each((line) => `> ${line}`)}\n> \`\`\``),
  whole('in a fence of tildes', `~~~ log\n${PLAIN}\n~~~`),
  whole('as a table', `| line |\n| --- |\n${each((line) => `| ${line} |`)}`),
  whole(
    'as a table of inline code',
    `| n | line |\n|---|---|\n${each((line, i) => `| ${i} | \`${line.replaceAll('|', '\\|')}\` |`)}`,
  ),
  whole('in {noformat}', `{noformat}\n${PLAIN}\n{noformat}`),
  whole('in {noformat} on the same lines', `{noformat}${PLAIN}\n{noformat}`),
  whole('in {code}', `{code:title=access.log}\n${PLAIN}\n{code}`),
  whole('in {code} on the same lines', `{code:none}${PLAIN}\n{code}`),
  whole(
    'in {{…}}',
    each((line) => `{{${line}}}`),
  ),
  whole(
    'in bold',
    each((line) => `**${line}**`),
  ),
  whole('in <pre>', `<pre>${PLAIN}\n</pre>`),
  whole(
    'in <pre><code>, with entities',
    `<pre><code>${PLAIN.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}</code></pre>`,
  ),
  whole(
    'with <br> at the end of each line',
    each((line) => `${line} <br/>`),
  ),
  whole(
    'in cells of HTML',
    each((line) => `<tr><td>${line}</td></tr>`),
  ),
  whole(
    'in quotes',
    each((line) => `"${line.replaceAll('"', '\\"')}"`),
  ),
  whole(
    'in apostrophes',
    each((line) => `'${line}'`),
  ),
  whole(
    'as a list of texts',
    each((line) => `  ${JSON.stringify(line)},`),
  ),
  whole(
    'as YAML',
    each((line) => `  - '${line}'`),
  ),
  whole(
    'with the time of a terminal',
    each((line, i) => `[03:33:1${i}] ${line}`),
  ),
  whole(
    'with the time of a chat',
    each((line, i) => `03:3${i} PM ${line}`),
  ),
  whole(
    'behind a prompt',
    `user@host:~$ kubectl logs deploy/orders -c istio-proxy | tail -3\n${PLAIN}\nuser@host:~$ `,
  ),
  whole('behind a bare prompt', `$ kubectl logs orders-5f7f9 -c istio-proxy\n${PLAIN}`),
  whole('behind the name of a writer', `Jo Doe  11:02\n${PLAIN}`),
];

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

const CUT: readonly Paste[] = [
  partly('cut behind the upstream host', CLUSTER_CUT, [CUT_BEHIND_HOST]),
  partly('cut behind the upstream host, with dots', `${CLUSTER_CUT} ...`, [CUT_BEHIND_HOST]),
  partly('cut behind the upstream host, with an ellipsis', `${CLUSTER_CUT}…`, [CUT_BEHIND_HOST]),
  partly('cut within the cluster', cutAt(lineOf(REFUSED), 'outbound|8080|v2|ord'), [CUT_BEHIND_HOST]),
  partly('cut within the cluster, with an ellipsis', `${cutAt(lineOf(REFUSED), 'outbound|8080|v2|ord')}…`, [
    CUT_BEHIND_HOST,
  ]),
  partly('cut within the cluster, with dots', `${cutAt(lineOf(REFUSED), 'outbound|8080|v2|ord')}...`, [
    CUT_BEHIND_HOST,
  ]),
  partly(
    'cut within the cluster, with a mark',
    `${cutAt(lineOf(REFUSED), 'outbound|8080|v2|ord')}[truncated]`,
    [CUT_BEHIND_HOST],
  ),
  partly('cut within the user agent', cutAt(lineOf(REFUSED), 'Mozilla/5.0 (Win'), [CUT_IN_AGENT]),
  partly('cut within the user agent, with an ellipsis', `${cutAt(lineOf(REFUSED), 'Mozilla/5.0 (Win')}…`, [
    CUT_IN_AGENT,
  ]),
  partly('cut within the duration', cutAt(lineOf(REFUSED), '"delayed_connect_error:_111" 181 152 12'), [
    without(CUT_IN_AGENT, 'duration', 'xForwardedFor'),
  ]),
  partly('cut within the details', cutAt(lineOf(REFUSED), 'upstream_reset_before_resp'), [
    without(CUT_BEHIND_DETAILS, 'responseCodeDetails'),
  ]),
  partly(
    'cut within the details, with an ellipsis',
    `${cutAt(lineOf(REFUSED), 'upstream_reset_before_resp')}…`,
    [without(CUT_BEHIND_DETAILS, 'responseCodeDetails')],
  ),
  partly('cut behind the details', cutAt(lineOf(REFUSED), 'delayed_connect_error:_111} '), [
    CUT_BEHIND_DETAILS,
  ]),
  partly(
    'all cut at column 275',
    each((line) => line.slice(0, 275)),
    [
      CUT_IN_AGENT,
      without(
        HEALTHY,

        'downstreamLocalAddress',
        'downstreamRemoteAddress',
        'routeName',
      ),
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

/** What people leave of a line to show what matters. Where code and flags stand as Envoy writes them they are certain. */
const SHORTENED: readonly Paste[] = [
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

const masked = (line: string): string => line.replaceAll(/\d+\.\d+\.\d+\.\d+/g, 'x.x.x.x');
const MASKED_AGENT = REFUSED.userAgent?.replaceAll(/\d+\.\d+\.\d+\.\d+/g, 'x.x.x.x') ?? '';

const MASKED: readonly Paste[] = [
  whole('with addresses masked by letters', masked(lineOf(REFUSED)), [
    {
      ...REFUSED,
      userAgent: MASKED_AGENT,
      xForwardedFor: 'x.x.x.x,x.x.x.x',
      upstreamHost: 'x.x.x.x:8080',
      downstreamLocalAddress: 'x.x.x.x:8080',
      downstreamRemoteAddress: 'x.x.x.x:52008',
    },
  ]),
  whole('with addresses masked by stars', lineOf(REFUSED).replaceAll(/\d+\.\d+\.\d+\.\d+:\d+/g, '***'), [
    { ...REFUSED, upstreamHost: '***', downstreamLocalAddress: '***', downstreamRemoteAddress: '***' },
  ]),
  whole(
    'with the cluster masked',
    lineOf(REFUSED).replace('outbound|8080|v2|orders.shop.svc.cluster.local', '<redacted>'),
    [{ ...REFUSED, upstreamCluster: '<redacted>' }],
  ),
  whole('with path and authority masked', lineOf({ ...REFUSED, path: '/***', authority: 'REDACTED' }), [
    { ...REFUSED, path: '/***', authority: 'REDACTED' },
  ]),
  whole('with the path masked by a word', lineOf({ ...REFUSED, path: '<redacted>' }), [
    { ...REFUSED, path: '<redacted>' },
  ]),
  whole('with a request id in brackets', lineOf({ ...REFUSED, requestId: '[REDACTED]' }), [
    { ...REFUSED, requestId: '[REDACTED]' },
  ]),
  whole('with the start time masked', lineOf({ ...REFUSED, startTime: 'REDACTED' }), [
    { ...REFUSED, startTime: 'REDACTED' },
  ]),
  whole(
    'with the start time masked by letters',
    lineOf({ ...REFUSED, startTime: 'xxxx-xx-xxTxx:xx:xx.xxxZ' }),
    [{ ...REFUSED, startTime: 'xxxx-xx-xxTxx:xx:xx.xxxZ' }],
  ),
  partly('with sizes masked', lineOf(REFUSED).replace('181 152 1204', '*** *** 1204'), [
    without(REFUSED, 'bytesReceived', 'bytesSent'),
  ]),
  partly('with a mask of two words', lineOf(REFUSED).replace('10.244.0.16:52008', '<client address>'), [
    { ...REFUSED, downstreamRemoteAddress: '<client address>' },
  ]),
];

const MIXED: readonly Paste[] = [
  whole('with typographic quotes, quoted and wrapped', wrapAll(wrapWords, 90, '> ').replaceAll('"', '”')),
  whole(
    'quoted, in inline code, with non-breaking spaces',
    each((line) => `> \`${line.replaceAll(' ', '\u00a0')}\``),
  ),
  whole(
    'with line numbers and wrapped',
    LINES.flatMap((line) => wrapHard(line, 100))
      .map((piece, i) => `${String(i + 1).padStart(4)}  ${piece}`)
      .join('\n'),
  ),
  whole(
    'with prompts, fences and prose between',
    `Hi all,\n\n\`\`\`\n$ kubectl logs a\n${LINES[0]}\n\`\`\`\nand later\n\`\`\`\n${LINES[1]}\n\`\`\`\n${LINES[2]}\nThanks`,
  ),
  // Each of them is as long as the next, as the pieces of a wrapped line are.
  partly(
    'of lines of no known format that are equally long',
    Array.from({ length: 6 }, () => `[at noon] ${lineOf(HEALTHY).replace(/^[^\]]*\] /, '')}`).join('\n'),
    Array.from({ length: 6 }, () => without(HEALTHY, 'startTime')),
  ),
];

/** Every paste, by what was done to it. */
export const PASTES: readonly Paste[] = [
  ...WRAPPED,
  ...DISGUISED,
  ...MARKED,
  ...CUT,
  ...SHORTENED,
  ...MASKED,
  ...MIXED,
];
