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

/** What neither a shell nor YAML gives a meaning. A log may hold anything, and people paste commands. */
const PLAIN = /^[\w./:@%+-]+$/;
/** Letters of names as proxies print them, to be quoted: cluster names have bars, wildcards a star. */
const QUOTABLE = /^[\w./:@%+|[\]*,=~-]+$/;
const SERVICE_HOST = /^([a-z0-9-]+)\.([a-z0-9-]+)\.svc\b/;

/** Reads the placeholders off a shape. `caller` is the most frequent caller. */
export function toPlaceholders(shape: ShapeView, caller: string | null): Placeholders {
  const cluster = shape.upstreamCluster == null ? null : parseUpstreamCluster(shape.upstreamCluster);
  const upstream = shape.upstreamHost == null ? null : parseAddress(shape.upstreamHost);
  const local = shape.downstreamLocalAddress == null ? null : parseAddress(shape.downstreamLocalAddress);
  const authorityName = shape.authorityName ?? null;
  const host = cluster?.host ?? authorityName;
  const [, service = null, namespace = null] = SERVICE_HOST.exec(host ?? '') ?? [];
  const shortName = host !== null && /^[a-z0-9-]+$/.test(host) ? host : null;
  return {
    pod: null,
    namespace,
    service: service ?? shortName,
    cluster: shape.upstreamCluster ?? null,
    host,
    port: cluster?.port ?? toText(local?.port),
    subset: cluster?.subset ?? null,
    authority: shape.authority ?? null,
    authorityName,
    path: shape.path ?? null,
    method: shape.method ?? null,
    upstreamHost: shape.upstreamHost ?? null,
    upstreamIp: upstream?.host ?? null,
    upstreamPort: toText(upstream?.port),
    localAddress: shape.downstreamLocalAddress ?? null,
    localIp: local?.host ?? null,
    localPort: toText(local?.port),
    caller,
    route: shape.routeName ?? null,
    sni: shape.requestedServerName ?? null,
  };
}

function toText(port: number | null | undefined): string | null {
  return port == null ? null : String(port);
}

/** Fills `{name}` in a command or in YAML: what has a meaning there is quoted, what is dangerous is left out. */
export function fillCode(text: string, values: Placeholders): string {
  return fill(text, values, (value) => {
    if (PLAIN.test(value)) return value;
    return QUOTABLE.test(value) ? `'${value}'` : null;
  });
}

/** Fills `{name}` in a sentence. */
export function fillText(text: string, values: Placeholders): string {
  return fill(text, values, (value) => value);
}

/** A name that is no placeholder is left as it stands: YAML and JSON have braces too. */
function fill(text: string, values: Placeholders, write: (value: string) => string | null): string {
  return text.replace(/\{([a-zA-Z]+)\}/g, (whole, name: string) => {
    const unknown = UNKNOWN[name];
    if (unknown === undefined) return whole;
    const value = values[name] ?? null;
    return (value === null ? null : write(value)) ?? unknown;
  });
}
