import { groupBy } from '../model/group-by.ts';
import { NO_SURROUNDINGS, type Surroundings } from './credentials.ts';
import { isOfGatewayApi, toApiRoutes, toListeners } from './gateway-api.ts';
import { bySpecificity, covers, toFullName } from './host.ts';
import { MeshWide, type Setting } from './mesh-wide.ts';
import { MeshPods } from './pods.ts';
import { type Endpoint, type MeshHost, toHosts } from './registry.ts';
import type { Resource } from './resource.ts';
import { type Routes, toRoutes } from './routes.ts';
import { type Server, toServers } from './servers.ts';
import {
  at,
  has,
  labelsAt,
  listAt,
  numberAt,
  type Path,
  selects,
  textAt,
  textsAt,
  type Value,
} from './value.ts';

/** Endpoints of a host that a DestinationRule names together. */
export interface Subset {
  readonly resource: Resource;
  readonly path: Path;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** A part of a traffic policy and where it stands. */
export interface Policy {
  readonly resource: Resource;
  readonly path: Path;
  readonly value: Value;
}

/** What the resources of a mesh mean together. */
export class Mesh {
  readonly resources: readonly Resource[];
  readonly surroundings: Surroundings;
  readonly hosts: readonly MeshHost[];
  readonly wide: MeshWide;
  /** VirtualServices and routes of the Gateway API. */
  readonly routes: readonly Routes[];
  /** Servers of Gateways of both kinds. */
  readonly servers: readonly Server[];
  readonly #byKind: ReadonlyMap<string, readonly Resource[]>;
  readonly #hostByName: ReadonlyMap<string, MeshHost>;
  #byAddress: ReadonlyMap<string, Endpoint> | null = null;
  #pods: MeshPods | null = null;
  readonly #client: string | null;
  readonly #rulesByHost: ReadonlyMap<string, readonly Resource[]>;
  /** Wildcards of DestinationRules, the most specific first. */
  readonly #wildcards: readonly string[];

  /** `client`: the namespace from which the mesh is looked at; null: nobody knows which. */
  constructor(
    resources: readonly Resource[],
    surroundings: Surroundings = NO_SURROUNDINGS,
    client: string | null = null,
  ) {
    this.resources = resources;
    this.surroundings = surroundings;
    this.#client = client;
    this.#byKind = groupBy(resources, ({ kind }) => [kind]);
    this.wide = new MeshWide(resources);
    this.hosts = toHosts((kind) => this.all(kind));
    this.routes = this.#toRoutes();
    this.servers = [
      ...this.istio('Gateway').flatMap(toServers),
      ...this.all('Gateway').filter(isOfGatewayApi).flatMap(toListeners),
    ];
    this.#hostByName = new Map(this.hosts.map((host) => [host.name, host]));
    this.#rulesByHost = groupBy(this.istio('DestinationRule'), ({ body, namespace }) => [
      toFullName(textAt(body, 'spec', 'host') ?? '', namespace),
    ]);
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

  /** The pods whose resources were given; read when they are asked for. */
  get pods(): MeshPods {
    this.#pods ??= new MeshPods(this.all('Pod'));
    return this.#pods;
  }

  /** True where a DestinationRule or a route holds for callers of this namespace only, or not for them. */
  isSeenDifferentlyFrom(namespace: string): boolean {
    const isElsewhere = [...this.#rulesByHost].some(([name, rules]) => {
      const own = name.endsWith('.svc.cluster.local') ? (name.split('.').at(-4) ?? '') : null;
      return rules.some((rule) => rule.namespace !== own && rule.namespace !== this.wide.rootNamespace);
    });
    return (
      isElsewhere ||
      [...this.#rulesByHost.values()].flat().some((rule) => !this.#isVisible(rule, namespace)) ||
      this.routes.some(({ resource }) => !this.#isVisible(resource, namespace))
    );
  }

  /** Resources are for the namespaces to which they are exported, all where nothing is said. */
  #isVisible({ kind, namespace, body }: Resource, from: string): boolean {
    if (kind !== 'DestinationRule' && kind !== 'VirtualService') return true;
    const listed = textsAt(body, 'spec', 'exportTo');
    const to = listed.length > 0 ? listed : this.wide.defaultExportTo(kind);
    return to.some((name) => name === '*' || name === from || (name === '.' && namespace === from));
  }

  /** The endpoint with this address. */
  endpointAt(address: string): Endpoint | null {
    this.#byAddress ??= new Map(
      this.hosts.flatMap(({ endpoints }) => (endpoints ?? []).map((item) => [item.address, item] as const)),
    );
    return this.#byAddress.get(address) ?? null;
  }

  /**
   * The DestinationRules that hold for a host together: of its own namespace before the root one, names before wildcards.
   * Those of one namespace for the same name are merged.
   */
  destinationRules(host: MeshHost): readonly Resource[] {
    const all = this.#patternsOf(host).map((pattern) => this.#rulesFor(pattern));
    const of = (namespace: string): readonly Resource[] | undefined =>
      all
        .map((rules) => rules.filter((rule) => rule.namespace === namespace))
        .find((rules) => rules.length > 0);
    if (this.#client !== null)
      return of(this.#client) ?? of(host.resource.namespace) ?? of(this.wide.rootNamespace) ?? [];
    // A rule of the caller's namespace holds there only: it decides where there is no other.
    const others = all.flat();
    return of(host.resource.namespace) ?? of(this.wide.rootNamespace) ?? (others.length === 1 ? others : []);
  }

  /** The DestinationRules that hold for a host somewhere: for callers of their own namespace at least. */
  rulesAnywhere(host: MeshHost): readonly Resource[] {
    return this.#patternsOf(host).flatMap((pattern) => this.#rulesFor(pattern));
  }

  #patternsOf({ name }: MeshHost): readonly string[] {
    return [name, ...this.#wildcards.filter((pattern) => covers(pattern, name))];
  }

  #rulesFor(pattern: string): readonly Resource[] {
    const rules = this.#rulesByHost.get(pattern) ?? [];
    const client = this.#client;
    return rules.filter(
      (rule) =>
        !has(rule.body, 'spec', 'workloadSelector') && (client === null || this.#isVisible(rule, client)),
    );
  }

  /** Hosts that DestinationRules speak of. */
  ruledHosts(): readonly string[] {
    return [...this.#rulesByHost.keys()];
  }

  /** Subsets of a host, as its DestinationRules declare them. */
  subsets(host: MeshHost): readonly Subset[] {
    return this.destinationRules(host).flatMap((resource) =>
      listAt(resource.body, 'spec', 'subsets').map((item, i) => ({
        resource,
        path: ['spec', 'subsets', i],
        name: textAt(item, 'name') ?? '',
        labels: labelsAt(item, 'labels'),
      })),
    );
  }

  /**
   * The policy of a kind (`tls`, `outlierDetection`…) for a port and a subset. A subset overrides kind by kind; settings of
   * a port replace all kinds, those that they leave out are then the defaults.
   */
  policy(host: MeshHost, kind: string, port: number, subset: string | null): Policy | null {
    const own = this.subsets(host).find(({ name }) => subset !== null && name === subset);
    const general = this.destinationRules(host).find(({ body }) => has(body, 'spec', 'trafficPolicy'));
    const roots: readonly (Pick<Policy, 'resource' | 'path'> | undefined)[] = [
      own && { resource: own.resource, path: [...own.path, 'trafficPolicy'] },
      general && { resource: general, path: ['spec', 'trafficPolicy'] },
    ];
    for (const root of roots) {
      if (root === undefined) continue;
      const { body } = root.resource;
      const i = listAt(body, ...root.path, 'portLevelSettings').findIndex(
        (item) => numberAt(item, 'port', 'number') === port,
      );
      const path = [...root.path, ...(i < 0 ? [] : ['portLevelSettings', i]), kind];
      const value = at(body, path);
      if (value != null) return { resource: root.resource, path, value };
      if (i >= 0) return null;
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
      of(this.wide.rootNamespace, false),
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
    const wide = this.wide.setting(['outboundTrafficPolicy', 'mode']);
    return [
      ...this.istio('Sidecar').map((resource) => ({ resource, path, value: textAt(resource.body, ...path) })),
      ...(wide === null ? [] : [wide]),
    ].flatMap(({ value, ...place }) => (value === 'REGISTRY_ONLY' ? [{ ...place, value }] : []));
  }

  #toRoutes(): readonly Routes[] {
    const services = this.istio('VirtualService');
    const byKey = new Map(services.map((resource) => [`${resource.namespace}/${resource.name}`, resource]));
    const client = this.#client;
    return [
      ...services
        .filter((resource) => client === null || this.#isVisible(resource, client))
        .map((resource) => toRoutes(resource, (key) => byKey.get(key))),
      ...this.resources.filter(isOfGatewayApi).flatMap(toApiRoutes),
    ];
  }
}
