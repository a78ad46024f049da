/** Logs of two proxies made of one log in Istio's text format that holds the lines of both. */

/** A line that logs nothing, its values in order of Istio's text format. */
const EMPTY = {
  start_time: '-',
  request: '-',
  response_code: '-',
  response_flags: '-',
  response_code_details: '-',
  connection_termination_details: '-',
  upstream_transport_failure_reason: '-',
  bytes_received: '-',
  bytes_sent: '-',
  duration: '-',
  upstream_service_time: '-',
  x_forwarded_for: '-',
  user_agent: '-',
  request_id: '-',
  authority: '-',
  upstream_host: '-',
  upstream_cluster: '-',
  upstream_local_address: '-',
  downstream_local_address: '-',
  downstream_remote_address: '-',
  requested_server_name: '-',
  route_name: '-',
};
type Values = Readonly<typeof EMPTY>;

const NUMBERS: ReadonlySet<string> = new Set(['response_code', 'bytes_received', 'bytes_sent', 'duration']);
const VALUE = /\[([^\]]*)\]|"([^"]*)"|(\S+)/g;

function readValues(line: string): Values {
  const values = [...line.matchAll(VALUE)].map(
    ([, bracketed, quoted, bare]) => bracketed ?? quoted ?? bare ?? '',
  );
  const names = Object.keys(EMPTY);
  if (values.length !== names.length) throw new Error(`no line of Istio's text format: ${line}`);
  return { ...EMPTY, ...Object.fromEntries(names.map((name, i) => [name, values[i] ?? '-'])) };
}

function toJson({ request, ...rest }: Values): string {
  const [method = '-', path = '-', protocol = '-'] = request.split(' ');
  const entries = Object.entries({ ...rest, method, path, protocol }).map(([name, value]) => [
    name,
    NUMBERS.has(name) ? Number(value) : value === '-' && name !== 'response_flags' ? null : value,
  ]);
  return JSON.stringify(Object.fromEntries(entries));
}

function toPlain(v: Values): string {
  const sizes = `${v.bytes_received} ${v.bytes_sent} ${v.duration} ${v.upstream_service_time}`;
  const headers = `"${v.x_forwarded_for}" "${v.user_agent}" "${v.request_id}" "${v.authority}" "${v.upstream_host}"`;
  return `[${v.start_time}] "${v.request}" ${v.response_code} ${v.response_flags} ${sizes} ${headers}`;
}

/** Formats in which a line can be said, from the one that says most. */
export const SIDE_FORMATS: Readonly<Record<'text' | 'json' | 'plain', (line: string) => string>> = {
  text: (line) => line,
  json: (line) => toJson(readValues(line)),
  /** Envoy's own default, which logs no address of the proxy and no cluster. */
  plain: (line) => toPlain(readValues(line)),
};

/** The lines of both proxies of a log, the caller's and the server's. */
export interface TwoSides {
  readonly client: readonly string[];
  readonly server: readonly string[];
}

/** Parts the lines: the server's lead in, or tell of a connection that it turned away, without a cluster and a host. */
export function partSides(log: string): TwoSides {
  const lines = log.trimEnd().split('\n');
  const read = lines.map((line) => ({ line, values: readValues(line) }));
  const isServer = ({ upstream_cluster, upstream_host }: Values): boolean =>
    /^inbound/i.test(upstream_cluster) || (upstream_cluster === '-' && upstream_host === '-');
  return {
    client: read.filter(({ values }) => !isServer(values)).map(({ line }) => line),
    server: read.filter(({ values }) => isServer(values)).map(({ line }) => line),
  };
}
