import { overlaps, splitNamespace } from './host.ts';
import type { Resource } from './resource.ts';
import type { Routes } from './routes.ts';
import { labelsAt, listAt, numberAt, type Path, textAt, textsAt } from './value.ts';

/** A server of a Gateway, or a listener of one of the Gateway API. */
export interface Server {
  readonly resource: Resource;
  /** `namespace/name` of the Gateway. */
  readonly gateway: string;
  readonly port: number;
  readonly protocol: string;
  /** In the words of Istio: `SIMPLE`, `PASSTHROUGH`. */
  readonly tlsMode: string | null;
  readonly certificate: string | null;
  /** Without their namespaces. */
  readonly hosts: readonly string[];
  /** Namespaces from which routes may bind: `*`, or names; one per host. */
  readonly from: readonly string[];
  /** Labels of the proxies, as one text. */
  readonly selector: string;
  /** Labels of the proxies; none where the Gateway has proxies of its own. */
  readonly labels: Readonly<Record<string, string>>;
  readonly path: Path;
  /** Of the hosts: a list of Istio, where more can be added. */
  readonly hostsPath: Path | null;
}

/** The servers of a Gateway of Istio. */
export function toServers(resource: Resource): readonly Server[] {
  const { body, namespace, name } = resource;
  const labels = labelsAt(body, 'spec', 'selector');
  return listAt(body, 'spec', 'servers').map((server, i) => {
    const hosts = textsAt(server, 'hosts').map(splitNamespace);
    const path: Path = ['spec', 'servers', i];
    return {
      resource,
      gateway: `${namespace}/${name}`,
      port: numberAt(server, 'port', 'number') ?? 0,
      protocol: (textAt(server, 'port', 'protocol') ?? '').toUpperCase(),
      tlsMode: textAt(server, 'tls', 'mode'),
      certificate: textAt(server, 'tls', 'credentialName') ?? textAt(server, 'tls', 'serverCertificate'),
      hosts: hosts.map(({ host }) => host),
      from: hosts.map((host) => (host.namespace === '.' ? namespace : host.namespace)),
      selector: JSON.stringify(Object.entries(labels).sort()),
      labels,
      path,
      hostsPath: [...path, 'hosts'],
    };
  });
}

/** What a server lets a route bind. */
export function admits(server: Server, { resource, hosts }: Routes): boolean {
  return server.hosts.some(
    (host, i) =>
      (server.from[i] === '*' || server.from[i] === resource.namespace) &&
      hosts.some((wanted) => overlaps(host, wanted)),
  );
}

/** Port of the proxy's pod by the custom of Istio's gateways, where no Service tells how it maps them. */
const POD_PORTS: ReadonlyMap<number, number> = new Map([
  [80, 8080],
  [443, 8443],
]);

/** The port of a server as the proxy may log it: of the Gateway, or of its pod. */
export function isPortOf({ port }: Server, logged: number | null | undefined): boolean {
  return logged != null && (logged === port || logged === POD_PORTS.get(port));
}
