import type { Pseudonyms } from './pseudonyms.ts';

/** Names of hosts in clusters (`outbound|80||reviews.default.svc.cluster.local`) and authorities (`reviews:9080`). */
const HOST = /(?<![\w.-])[a-z][\w-]*(?:\.[\w-]+)*(?![\w.-])/gi;
/** Words that Istio and Envoy give a meaning, and that stand where hosts do. */
const NO_HOST =
  /^(?:outbound|inbound(?:-vip)?|authority|local|port|BlackHoleCluster|PassthroughCluster|InboundPassthroughCluster(?:Ipv[46])?|localhost|v\d+)$/i;

/** In sentences on the mesh configuration, and in its YAML, only what ends like a domain is a name: `tls.mode` is none. */
const DOMAIN =
  /(?<![\w.-])[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*\.(?:svc|local|internal|intern|lan|corp|home|example|test|invalid|com|net|org|dev|app|cloud|[a-z]{2})(?![\w/-]|\.\w)/g;
/** Hosts in YAML may be short: `host: reviews`. */
const YAML_HOST = /(?<=\b(?:host|sni|serviceName):\s*["']?)[a-z0-9][\w.-]*/g;
/** `DestinationRule default/reviews`. */
const RESOURCE = /(?<=\b[A-Z]\w+ [\w-]+\/)[a-z0-9][\w.-]*/g;

/** The names of hosts, services and resources that texts on the mesh configuration hold. */
export function hostsOfMesh(texts: readonly string[]): readonly string[] {
  const found = texts.flatMap((text) =>
    [DOMAIN, YAML_HOST, RESOURCE].flatMap((name) => text.match(name) ?? []),
  );
  return found.filter((name) => !/\b(?:istio|k8s)\.io$/.test(name));
}

/** Replaces the names of hosts, and of the services that they begin with. */
export class HostNames {
  readonly #names: Pseudonyms;
  readonly #known = new Map<string, string>();
  readonly #pattern: RegExp | null;

  constructor(names: Pseudonyms, places: readonly string[]) {
    this.#names = names;
    for (const host of places.flatMap((place) => place.match(HOST) ?? [])) this.#learn(host);
    // Longer names first: a name may begin with another.
    const known = [...this.#known.keys()].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
    const pattern = known.map((host) => host.replaceAll('.', '\\.')).join('|');
    // Pods, subsets and resources are called `reviews-v1`, `reviews-pool`.
    this.#pattern = known.length === 0 ? null : new RegExp(`(?<![\\w.-])(?:${pattern})(?!\\w)`, 'gi');
  }

  #learn(host: string): void {
    if (NO_HOST.test(host)) return;
    this.#known.set(host.toLowerCase(), this.#names.nameOf('host', host.toLowerCase()));
    const [service = '', namespace, svc] = host.toLowerCase().split('.');
    if (svc === 'svc' && namespace !== undefined && !this.#known.has(service))
      this.#known.set(service, this.#names.nameOf('host', service));
  }

  replace(text: string): string {
    return this.#pattern === null
      ? text
      : text.replace(this.#pattern, (host) => this.#known.get(host.toLowerCase()) ?? host);
  }
}
