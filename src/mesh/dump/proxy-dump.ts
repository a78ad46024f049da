import type { MeshPlace } from '../../model/mesh-evidence.ts';
import { labelsAt, type Path, type Value } from '../value.ts';
import { fieldAt, fieldList, fieldText } from './field.ts';
import { lineOfPath } from './position.ts';

/** Something that a proxy runs with, and where it stands in its dump. */
export interface DumpItem {
  /** `Cluster`, `Listener`, `RouteConfiguration`, `Secret`, `ClusterLoadAssignment`. */
  readonly kind: string;
  readonly name: string;
  readonly value: Value;
  readonly path: Path;
}

/** A secret, and whether it has arrived. */
export interface DumpSecret extends DumpItem {
  readonly isWarming: boolean;
}

/** Configuration that the proxy refused: it goes on with what it had. */
export interface Rejection {
  readonly kind: string;
  readonly name: string;
  readonly details: string;
  readonly time: string | null;
  /** What it refused, where the dump holds it. */
  readonly failed: Value;
  readonly path: Path;
}

/** Whose configuration a dump is. */
export interface DumpOwner {
  /** `client-7d9-x2.shop`, or the node id where that is not of Istio's form. */
  readonly name: string;
  readonly pod: string;
  readonly namespace: string | null;
  readonly addresses: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly isGateway: boolean;
}

const SECTIONS: Readonly<Record<string, { readonly kind: string; readonly key: string }>> = {
  ClustersConfigDump: { kind: 'Cluster', key: 'cluster' },
  ListenersConfigDump: { kind: 'Listener', key: 'listener' },
  RoutesConfigDump: { kind: 'RouteConfiguration', key: 'route_config' },
  SecretsConfigDump: { kind: 'Secret', key: 'secret' },
  EndpointsConfigDump: { kind: 'ClusterLoadAssignment', key: 'endpoint_config' },
};
/** In which a section keeps its items. A draining listener serves no new connection. */
const LISTS = [
  'static_clusters',
  'dynamic_active_clusters',
  'dynamic_warming_clusters',
  'static_listeners',
  'dynamic_listeners',
  'static_route_configs',
  'dynamic_route_configs',
  'static_secrets',
  'dynamic_active_secrets',
  'dynamic_warming_secrets',
  'static_endpoint_configs',
  'dynamic_endpoint_configs',
] as const;

/** What `/config_dump` of Envoy and `istioctl proxy-config all -o json` print. */
export function isConfigDump(value: Value): boolean {
  return fieldList(value, 'configs').some((item) =>
    (fieldText(item, '@type') ?? '').includes('envoy.admin.'),
  );
}

/** The configuration that one proxy ran with at one moment. */
export class ProxyDump {
  readonly file: string;
  readonly owner: DumpOwner;
  readonly clusters: ReadonlyMap<string, DumpItem>;
  readonly listeners: readonly DumpItem[];
  readonly routes: ReadonlyMap<string, DumpItem>;
  readonly endpoints: ReadonlyMap<string, DumpItem>;
  /** Null where the dump has no secrets at all: it was cut down. */
  readonly secrets: readonly DumpSecret[] | null;
  readonly rejections: readonly Rejection[];
  /** It is not older than this: something in it was updated then. Null where no time is in it. */
  readonly notBeforeMs: number | null;
  readonly #text: string;
  /** Lines that were looked up: many failures lead to one place, and each search reads megabytes. */
  readonly #lines = new Map<string, number>();

  constructor(file: string, text: string, value: Value) {
    this.file = file;
    this.#text = text;
    this.owner = toOwner(value);
    const items: DumpSecret[] = [];
    const rejections: Rejection[] = [];
    const kinds = new Set<string>();
    const times: number[] = [];
    for (const [i, section] of fieldList(value, 'configs').entries()) {
      const known = SECTIONS[(fieldText(section, '@type') ?? '').split('.').at(-1) ?? ''];
      if (known === undefined) continue;
      kinds.add(known.kind);
      for (const list of LISTS) {
        for (const [j, entry] of fieldList(section, list).entries()) {
          const path: Path = ['configs', i, list, j];
          times.push(...timesOf(entry));
          items.push(...toItems(entry, path, known, list.includes('warming')));
          rejections.push(...toRejections(entry, path, known));
        }
      }
    }
    const of = (kind: string): readonly DumpSecret[] => items.filter((item) => item.kind === kind);
    const byName = (kind: string): ReadonlyMap<string, DumpItem> =>
      new Map(of(kind).map((item) => [item.name, item]));
    this.clusters = byName('Cluster');
    this.listeners = of('Listener');
    this.routes = byName('RouteConfiguration');
    this.endpoints = byName('ClusterLoadAssignment');
    this.secrets = kinds.has('Secret') ? of('Secret') : null;
    this.rejections = rejections;
    this.notBeforeMs = times.length === 0 ? null : times.reduce((a, b) => Math.max(a, b));
  }

  /** The place of a part of an item, by file and line. */
  placeOf(
    { kind, name, path }: Pick<DumpItem, 'kind' | 'name' | 'path'>,
    within: Path,
    says: string,
  ): MeshPlace {
    return {
      file: this.file,
      line: this.#lineOf([...path, ...within]),
      resource: `${kind} ${name} of ${this.owner.name}`,
      says,
    };
  }

  #lineOf(path: Path): number {
    const key = JSON.stringify(path);
    const line = this.#lines.get(key) ?? lineOfPath(this.#text, path);
    this.#lines.set(key, line);
    return line;
  }
}

function timesOf(entry: Value): readonly number[] {
  const written = [fieldText(entry, 'last_updated'), fieldText(entry, 'active_state', 'last_updated')];
  return written.map((text) => Date.parse(text ?? '')).filter((time) => !Number.isNaN(time));
}

function toItems(
  entry: Value,
  path: Path,
  { kind, key }: { readonly kind: string; readonly key: string },
  isWarming: boolean,
): readonly DumpSecret[] {
  for (const within of [[key], ['active_state', key], ['warming_state', key]]) {
    const value = fieldAt(entry, ...within);
    if (value === undefined) continue;
    const name =
      fieldText(value, 'name') ?? fieldText(value, 'cluster_name') ?? fieldText(entry, 'name') ?? '';
    return [{ kind, name, value, path: [...path, ...within], isWarming }];
  }
  return [];
}

function toRejections(
  entry: Value,
  path: Path,
  { kind, key }: { readonly kind: string; readonly key: string },
): readonly Rejection[] {
  const details = fieldText(entry, 'error_state', 'details');
  if (details === null) return [];
  const failed = fieldAt(entry, 'error_state', 'failed_configuration');
  const name =
    fieldText(failed, 'name') ??
    fieldText(entry, 'name') ??
    fieldText(entry, key, 'name') ??
    fieldText(entry, 'active_state', key, 'name') ??
    '';
  const time = fieldText(entry, 'error_state', 'last_update_attempt');
  return [{ kind, name, details, time, failed, path: [...path, 'error_state'] }];
}

/** `sidecar~10.1.0.5~client-7d9-x2.shop~shop.svc.cluster.local`, as Istio names its nodes. */
const NODE_ID = /^([a-z]+)~([^~]*)~([^~]+)\.([^~.]+)~/;

function toOwner(value: Value): DumpOwner {
  const bootstrap = fieldList(value, 'configs').find((item) =>
    (fieldText(item, '@type') ?? '').endsWith('.BootstrapConfigDump'),
  );
  const id = fieldText(bootstrap, 'bootstrap', 'node', 'id') ?? '';
  const [, role = '', address = '', pod = id, namespace = null] = NODE_ID.exec(id) ?? [];
  const listed = fieldText(bootstrap, 'bootstrap', 'node', 'metadata', 'INSTANCE_IPS') ?? '';
  return {
    name: namespace === null ? (id === '' ? 'a proxy without a name' : id) : `${pod}.${namespace}`,
    pod,
    namespace,
    addresses: [...new Set([address, ...listed.split(',')])].filter((text) => text !== ''),
    labels: labelsAt(fieldAt(bootstrap, 'bootstrap', 'node', 'metadata', 'LABELS')),
    isGateway: role === 'router',
  };
}
