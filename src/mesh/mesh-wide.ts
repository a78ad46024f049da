import { CORE_SCHEMA, load } from 'js-yaml';
import type { Resource } from './resource.ts';
import { at, listAt, type Path, textAt, textsAt, type Value } from './value.ts';

/** A value of a resource and where it stands. */
export interface Setting {
  readonly resource: Resource;
  readonly path: Path;
  readonly value: string;
}

/** A MeshConfig, in whatever resource it stands. */
interface MeshConfig {
  readonly resource: Resource;
  /** Of the resource; a ConfigMap holds it as one text, and what is in it stands at the text. */
  readonly path: Path;
  readonly isText: boolean;
  readonly body: Value;
}

const ROOT_NAMESPACE = 'istio-system';
const EVERYWHERE: readonly string[] = ['*'];

/** What holds for the whole mesh: MeshConfig in the ConfigMap of Istio, an IstioOperator, or an Istio of its operator. */
export class MeshWide {
  readonly #configs: readonly MeshConfig[];

  constructor(resources: readonly Resource[]) {
    this.#configs = resources.flatMap(toMeshConfigs);
  }

  /** Resources there hold for all namespaces. */
  get rootNamespace(): string {
    return this.setting(['rootNamespace'])?.value ?? ROOT_NAMESPACE;
  }

  /** The value at a path of the MeshConfig. */
  setting(path: Path): Setting | null {
    for (const config of this.#configs) {
      const value = textAt(config.body, ...path);
      const place = config.isText ? config.path : [...config.path, ...path];
      if (value !== null) return { resource: config.resource, path: place, value };
    }
    return null;
  }

  /** The items of a list of the MeshConfig. */
  list(key: string): readonly Value[] {
    return this.#configs.flatMap(({ body }) => listAt(body, key));
  }

  /** Namespaces that see what says nothing itself. */
  defaultExportTo(kind: 'Service' | 'VirtualService' | 'DestinationRule'): readonly string[] {
    const lists = this.#configs.map(({ body }) => textsAt(body, `default${kind}ExportTo`));
    return lists.find((list) => list.length > 0) ?? EVERYWHERE;
  }
}

function toMeshConfigs(resource: Resource): readonly MeshConfig[] {
  const { kind, name, body } = resource;
  const places: readonly Path[] =
    kind === 'IstioOperator'
      ? [['spec', 'meshConfig']]
      : kind === 'Istio'
        ? [['spec', 'values', 'meshConfig']]
        : [];
  const text = kind === 'ConfigMap' && /^istio(-|$)/.test(name) ? textAt(body, 'data', 'mesh') : null;
  return [
    ...places
      .filter((path) => at(body, path) != null)
      .map((path) => ({ resource, path, isText: false, body: at(body, path) })),
    ...(text === null ? [] : [{ resource, path: ['data', 'mesh'], isText: true, body: parseText(text) }]),
  ];
}

/** Text that is no YAML says nothing; Istio itself would refuse it. */
function parseText(text: string): Value {
  try {
    return load(text, { schema: CORE_SCHEMA, json: true });
  } catch {
    return null;
  }
}
