import { bySpecificity, covers, toFullName } from './host.ts';
import { type Endpoint, type MeshHost, toHosts } from './registry.ts';
import type { Resource } from './resource.ts';
import { at, has, labelsAt, listAt, numberAt, type Path, selects, textAt, type Value } from './value.ts';

const ROOT_NAMESPACE = 'istio-system';

/** A value of a resource and where it stands. */
export interface Setting {
  readonly resource: Resource;
  readonly path: Path;
  readonly value: string;
}

/** Endpoints of a host that a DestinationRule names together. */
export interface Subset {
  readonly resource: Resource;
  readonly path: Path;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** What the resources of a mesh mean together. */
export class Mesh {
  readonly resources: readonly Resource[];
  readonly hosts: readonly MeshHost[];
  readonly rootNamespace: string;
  readonly #byKind = new Map<string, Resource[]>();
  readonly #hostByName: ReadonlyMap<string, MeshHost>;
  readonly #rulesByHost = new Map<string, Resource[]>();
  /** Wildcards of DestinationRules, the most specific first. */
  readonly #wildcards: readonly string[];

  constructor(resources: readonly Resource[]) {
    this.resources = resources;
    for (const resource of resources) {
      const same = this.#byKind.get(resource.kind);
      if (same === undefined) this.#byKind.set(resource.kind, [resource]);
      else same.push(resource);
    }
    this.rootNamespace = ROOT_NAMESPACE;
    this.hosts = toHosts((kind) => this.all(kind));
    this.#hostByName = new Map(this.hosts.map((host) => [host.name, host]));
    for (const rule of this.istio('DestinationRule')) {
      const host = toFullName(textAt(rule.body, 'spec', 'host') ?? '', rule.namespace);
      this.#rulesByHost.set(host, [...(this.#rulesByHost.get(host) ?? []), rule]);
    }
    this.#wildcards = [...this.#rulesByHost.keys()]
      .filter((host) => host.startsWith('*'))
      .sort(bySpecificity);
  }

  all(kind: string): readonly Resource[] {
    return this.#byKind.get(kind) ?? [];
  }

  /** Resources of Istio's own groups: other projects have a Gateway or a Sidecar too. */
  istio(kind: string): readonly Resource[] {
    return this.all(kind).filter(({ body }) => (textAt(body, 'apiVersion') ?? '').includes('.istio.io/'));
  }

  /** The service or ServiceEntry that a name leads to; wildcards of ServiceEntries included. */
  host(name: string): MeshHost | null {
    return (
      this.#hostByName.get(name) ??
      this.hosts.find((host) => host.name.startsWith('*') && covers(host.name, name)) ??
      null
    );
  }

  /** The DestinationRule that holds for a host: of its own namespace before the root one, names before wildcards. */
  destinationRule(host: MeshHost): Resource | null {
    const wildcards = this.#wildcards.filter((pattern) => covers(pattern, host.name));
    const rules = [host.name, ...wildcards].flatMap((pattern) => this.#rulesByHost.get(pattern) ?? []);
    const of = (namespace: string): Resource | undefined =>
      rules.find((rule) => rule.namespace === namespace && !has(rule.body, 'spec', 'workloadSelector'));
    // A rule of the caller's namespace holds there only: it decides where there is no other.
    return (
      of(host.resource.namespace) ??
      of(this.rootNamespace) ??
      (rules.length === 1 ? (rules[0] ?? null) : null)
    );
  }

  /** Hosts that DestinationRules speak of. */
  ruledHosts(): readonly string[] {
    return [...this.#rulesByHost.keys()];
  }

  /** Subsets of a host, as its DestinationRule declares them. */
  subsets(host: MeshHost): readonly Subset[] {
    const resource = this.destinationRule(host);
    if (resource === null) return [];
    return listAt(resource.body, 'spec', 'subsets').map((item, i) => ({
      resource,
      path: ['spec', 'subsets', i],
      name: textAt(item, 'name') ?? '',
      labels: labelsAt(item, 'labels'),
    }));
  }

  /** The policy of a kind (`tls`, `outlierDetection`…) for a port and a subset: the most specific one replaces the others. */
  policy(
    host: MeshHost,
    kind: string,
    port: number,
    subset: string | null,
  ): { resource: Resource; path: Path; value: Value } | null {
    const resource = this.destinationRule(host);
    if (resource === null) return null;
    const subsets = at(resource.body, ['spec', 'subsets']);
    const index = Array.isArray(subsets)
      ? subsets.findIndex((item: Value) => textAt(item, 'name') === subset)
      : -1;
    const roots: Path[] = [
      ...(subset !== null && index >= 0 ? [['spec', 'subsets', index, 'trafficPolicy']] : []),
      ['spec', 'trafficPolicy'],
    ];
    for (const root of roots) {
      const settings = at(resource.body, [...root, 'portLevelSettings']);
      const i = Array.isArray(settings)
        ? settings.findIndex((item: Value) => numberAt(item, 'port', 'number') === port)
        : -1;
      for (const path of [...(i >= 0 ? [[...root, 'portLevelSettings', i, kind]] : []), [...root, kind]]) {
        const value = at(resource.body, path);
        if (value != null) return { resource, path, value };
      }
    }
    return null;
  }

  /** mTLS mode of the server side: selector before namespace before root namespace; port before workload. */
  serverMode(endpoint: Pick<Endpoint, 'labels' | 'namespace' | 'port'>): Setting | null {
    const policies = this.istio('PeerAuthentication');
    const of = (namespace: string, selected: boolean): Resource | undefined =>
      policies.find((policy) => {
        const wanted = labelsAt(policy.body, 'spec', 'selector', 'matchLabels');
        const hasSelector = Object.keys(wanted).length > 0;
        return policy.namespace === namespace && hasSelector === selected && selects(wanted, endpoint.labels);
      });
    const chain = [
      of(endpoint.namespace, true),
      of(endpoint.namespace, false),
      of(this.rootNamespace, false),
    ];
    for (const policy of chain) {
      if (policy === undefined) continue;
      const byPort: Path = ['spec', 'portLevelMtls', String(endpoint.port), 'mode'];
      for (const path of [byPort, ['spec', 'mtls', 'mode']]) {
        const value = textAt(policy.body, ...path);
        if (value !== null && value !== 'UNSET') return { resource: policy, path, value };
      }
    }
    return null;
  }

  /** Where the configuration says that calls to unknown hosts are refused. */
  registryOnly(): readonly Setting[] {
    const path: Path = ['spec', 'outboundTrafficPolicy', 'mode'];
    return this.istio('Sidecar')
      .flatMap((resource) => {
        const value = textAt(resource.body, ...path);
        return value === 'REGISTRY_ONLY' ? [{ resource, path, value }] : [];
      })
      .concat(this.#meshWide());
  }

  /** MeshConfig in the ConfigMap of Istio, and in an IstioOperator. */
  #meshWide(): readonly Setting[] {
    const path: Path = ['spec', 'meshConfig', 'outboundTrafficPolicy', 'mode'];
    const operators = this.all('IstioOperator').filter(
      ({ body }) => textAt(body, ...path) === 'REGISTRY_ONLY',
    );
    const maps = this.all('ConfigMap').filter(({ body }) =>
      /outboundTrafficPolicy:\s*\n?\s*\{?\s*mode:\s*REGISTRY_ONLY/.test(textAt(body, 'data', 'mesh') ?? ''),
    );
    return [
      ...operators.map((resource) => ({ resource, path, value: 'REGISTRY_ONLY' })),
      ...maps.map((resource) => ({ resource, path: ['data', 'mesh'], value: 'REGISTRY_ONLY' })),
    ];
  }
}
