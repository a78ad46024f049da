/** What a test wants to say about a line; the rest is made up. */
export interface MadeLine {
  /** `503 UF`; a TCP line where there is none. */
  readonly answer?: string;
  /** Flag of a TCP line. */
  readonly tcpFlag?: string;
  readonly details?: string;
  readonly reason?: string;
  readonly path?: string;
  readonly authority?: string;
  readonly upstreamHost?: string;
  readonly cluster?: string;
  readonly local?: string;
  readonly sni?: string;
  readonly route?: string;
  /** Bytes received and sent, duration. */
  readonly sizes?: string;
}

/** Envoy's words for a request that its upstream did not answer. */
const RESET = 'upstream_reset_before_response_started';
export const CLOSED = `${RESET}{connection_termination}`;
export const OVERFLOW = `${RESET}{overflow}`;

/** Why a connection came to nothing. */
export const REFUSED = 'delayed_connect_error:_Connection_refused';
export const WRONG_VERSION =
  'TLS_error:|268435703:SSL_routines:OPENSSL_internal:WRONG_VERSION_NUMBER:TLS_error_end';

export function notConnected(reason: string): Pick<MadeLine, 'details' | 'reason'> {
  return { details: `${RESET}{remote_connection_failure|${reason}}`, reason };
}

const START = Date.UTC(2026, 8, 14, 7, 5);

/** Lines in Istio's text format, a quarter of a second apart. */
export function toLog(lines: readonly MadeLine[]): string {
  return `${lines.map(toLine).join('\n')}\n`;
}

/** The same line several times. */
export function times(count: number, line: MadeLine): readonly MadeLine[] {
  return Array.from({ length: count }, () => line);
}

function toLine(line: MadeLine, i: number): string {
  const { answer, details = '-', reason = '-', path = '/', authority = '-', upstreamHost = '-' } = line;
  const { cluster = '-', local = '198.51.100.9:8080', sni = '-', route = '-', sizes = '0 40 3' } = line;
  const time = new Date(START + i * 250).toISOString();
  const request = answer === undefined ? '- - -' : `GET ${path} HTTP/1.1`;
  const caller = `203.0.113.8:${41_000 + i}`;
  const own = upstreamHost === '-' ? '-' : `203.0.113.8:${51_000 + i}`;
  const agent = answer === undefined ? '"-" "-" "-"' : `"-" "okhttp/4.12.0" "4f0c-${i}"`;
  const times = `${sizes} ${answer !== undefined && details === 'via_upstream' ? '2' : '-'}`;
  return `[${time}] "${request}" ${answer ?? `0 ${line.tcpFlag ?? '-'}`} ${details} - "${reason}" ${times} ${agent} "${authority}" "${upstreamHost}" ${cluster} ${own} ${local} ${caller} ${sni} ${route}`;
}
