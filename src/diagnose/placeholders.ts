import type { Logged } from '../model/logged.ts';
import type { ShapeView } from '../model/shape-view.ts';
import { parseUpstreamCluster } from '../model/upstream-cluster.ts';
import { parseAddress } from './address.ts';

/** What stands in a command where the log does not say the value: upper case, so that it is seen and can be replaced. */
const UNKNOWN: Readonly<Record<string, string>> = {
  pod: 'POD',
  namespace: 'NAMESPACE',
  service: 'SERVICE',
  cluster: 'CLUSTER',
  host: 'HOST',
  port: 'PORT',
  subset: 'SUBSET',
  authority: 'AUTHORITY',
  authorityName: 'HOST',
  path: '/PATH',
  method: 'GET',
  upstreamHost: 'ENDPOINT_IP:PORT',
  upstreamIp: 'ENDPOINT_IP',
  upstreamPort: 'PORT',
  localAddress: 'LOCAL_IP:PORT',
  localIp: 'LOCAL_IP',
  localPort: 'PORT',
  caller: 'CALLER_IP',
  route: 'ROUTE',
  sni: 'SERVER_NAME',
};

/** Values that commands and fixes may name, taken from the most frequent shape of a finding. */
export type Placeholders = Readonly<Record<string, string | null>>;

/**
 * What neither a shell nor YAML gives a meaning, in or out of quotes. A log may hold anything, and people paste commands.
 * No `-` in front: it would be taken for an option.
 */
const PLAIN = /^[\w./](?:[\w./:@%+-]*[\w./@%+-])?$/;
/** Letters of names as proxies print them, to be quoted: cluster names have bars, wildcards a star. */
const QUOTABLE = /^[\w./:@%+|[\]*,=~][\w./:@%+|[\]*,=~-]*$/;
const SERVICE_HOST = /^([a-z0-9-]+)\.([a-z0-9-]+)\.svc\b/;
const SHORT_NAME = /^[a-z0-9-]+$/;

/** Reads the placeholders off a shape. `caller` is the most frequent caller. */
export function toPlaceholders(shape: ShapeView, caller: string | null): Placeholders {
  const orNull = (value: Logged<string>): string | null => value ?? null;
  return {
    pod: null,
    ...namesOf(shape),
    ...addressOf(shape.upstreamHost, ['upstreamHost', 'upstreamIp', 'upstreamPort']),
    ...addressOf(shape.downstreamLocalAddress, ['localAddress', 'localIp', 'localPort']),
    authority: orNull(shape.authority),
    authorityName: orNull(shape.authorityName),
    path: orNull(shape.path),
    method: orNull(shape.method),
    route: orNull(shape.routeName),
    sni: orNull(shape.requestedServerName),
    caller,
  };
}

/** Cluster, service and namespace: from the cluster's name or, where none was chosen, from the authority. */
function namesOf(shape: ShapeView): Placeholders {
  const cluster = shape.upstreamCluster == null ? null : parseUpstreamCluster(shape.upstreamCluster);
  const host = cluster?.host ?? shape.authorityName ?? null;
  const [, service = null, namespace = null] = SERVICE_HOST.exec(host ?? '') ?? [];
  return {
    cluster: shape.upstreamCluster ?? null,
    host,
    port: cluster?.port ?? toText(shape.localPort),
    subset: cluster?.subset ?? null,
    service: service ?? (host !== null && SHORT_NAME.test(host) ? host : null),
    namespace,
  };
}

function addressOf(
  logged: Logged<string>,
  [whole, ip, port]: readonly [whole: string, ip: string, port: string],
): Placeholders {
  const address = logged == null ? null : parseAddress(logged);
  return { [whole]: logged ?? null, [ip]: address?.host ?? null, [port]: toText(address?.port) };
}

function toText(port: number | null | undefined): string | null {
  return port == null ? null : String(port);
}

/** Fills `{name}` in a command or in YAML: what has a meaning there is quoted, what is dangerous is left out. */
export function fillCode(text: string, values: Placeholders): string {
  return fill(text, values, (value, before) => {
    if (PLAIN.test(value)) return value;
    if (!QUOTABLE.test(value)) return null;
    return isQuoted(before) ? value : `'${value}'`;
  });
}

/** Fills `{name}` in a sentence. */
export function fillText(text: string, values: Placeholders): string {
  return fill(text, values, (value) => value);
}

/** True behind a quote of the same line that is still open: a second pair of quotes would end it. */
function isQuoted(before: string): boolean {
  let open = '';
  for (const character of before.slice(before.lastIndexOf('\n') + 1)) {
    if (open === '' && (character === "'" || character === '"')) open = character;
    else if (character === open) open = '';
  }
  return open !== '';
}

/** A name that is no placeholder is left as it stands: YAML and JSON have braces too. */
function fill(
  text: string,
  values: Placeholders,
  write: (value: string, before: string) => string | null,
): string {
  return text.replace(/\{([a-zA-Z]+)\}/g, (whole, name: string, at: number) => {
    const unknown = Object.hasOwn(UNKNOWN, name) ? UNKNOWN[name] : undefined;
    if (unknown === undefined) return whole;
    const value = values[name] ?? null;
    return (value === null ? null : write(value, text.slice(0, at))) ?? unknown;
  });
}
