/** What a test wants to say about a line; the rest is made up. */
export interface LineParts {
  /** Milliseconds after the start. */
  readonly at: number;
  readonly id: string;
  readonly code?: number;
  readonly flags?: string;
  readonly details?: string;
  readonly durationMs?: number;
  readonly path?: string;
  /** Length of the answer, in a line of Envoy's own format. */
  readonly bytesSent?: number;
  /** Port of the calling proxy's end of the connection; null: not connected. */
  readonly port?: number | null;
}

export function numbered<T>(count: number, make: (n: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, n) => make(n));
}

/** A request id. */
export function idOf(n: number): string {
  return `7e57aaaa-0000-4000-8000-${String(n).padStart(12, '0')}`;
}

const START = Date.UTC(2026, 10, 21, 3, 30);
const SERVER = '10.244.1.21:9080';

function timeOf(at: number): string {
  return new Date(START + at).toISOString();
}

function headOf({
  at,
  id,
  code = 200,
  flags = '-',
  details = 'via_upstream',
  durationMs = 10,
  path = '/',
}: LineParts) {
  const answered = details === 'via_upstream' ? String(durationMs) : '-';
  return `[${timeOf(at)}] "GET ${path} HTTP/1.1" ${code} ${flags} ${details} - "-" 0 5 ${durationMs} ${answered} "-" "curl" "${id}" "reviews:9080"`;
}

/** A line of the calling sidecar, in Istio's text format. */
export function clientLine(parts: LineParts): string {
  const local = parts.port === null ? '-' : `10.244.1.10:${parts.port ?? 40_000}`;
  return `${headOf(parts)} "${SERVER}" outbound|9080||reviews.default.svc.cluster.local ${local} 10.96.0.5:9080 10.244.1.10:50000 - default`;
}

/** A line of the serving sidecar. */
export function serverLine(parts: LineParts): string {
  return `${headOf(parts)} "${SERVER}" inbound|9080|| 127.0.0.6:33333 ${SERVER} 10.244.1.10:${parts.port ?? 40_000} outbound_.9080_._.reviews.default.svc.cluster.local default`;
}

/** A line of the serving sidecar about a connection that it turned away. */
export function turnedAwayLine({ at, port }: { readonly at: number; readonly port: number }): string {
  return `[${timeOf(at)}] "- - -" 0 NR filter_chain_not_found - "-" 0 0 0 - "-" "-" "-" "-" "-" - - ${SERVER} 10.244.1.10:${port} - -`;
}

/** Envoy's own format, which logs neither addresses nor clusters. */
export function plainLine(parts: LineParts, upstreamHost: string): string {
  const { at, id, code = 200, flags = '-', durationMs = 10, path = '/', bytesSent = 5 } = parts;
  const answered = flags === '-' ? String(durationMs) : '-';
  return `[${timeOf(at)}] "GET ${path} HTTP/1.1" ${code} ${flags} 0 ${bytesSent} ${durationMs} ${answered} "-" "curl" "${id}" "reviews:9080" "${upstreamHost}"`;
}

/** Such requests half a second apart; what begins with the same number has the same ids. */
export function plainRequests(
  from: number,
  host: string,
  { count = 20, ...parts }: Partial<LineParts> & { readonly count?: number },
): readonly string[] {
  return numbered(count, (n) =>
    plainLine({ ...parts, at: 500 * n + (parts.at ?? 0), id: idOf(from + n) }, host),
  );
}

/** A request whose connection was made and cut. */
export const CUT: Partial<LineParts> = { code: 503, flags: 'UC', durationMs: 1, bytesSent: 95 };

/** The serving proxy's own line in the same format: it names nobody. */
export function plainTurnedAwayLine(at: number): string {
  return `[${timeOf(at)}] "- - -" 0 NR 0 0 0 - "-" "-" "-" "-" "-"`;
}
