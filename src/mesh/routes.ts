import { splitNamespace, toFullName } from './host.ts';
import type { Resource } from './resource.ts';
import { at, listAt, numberAt, type Path, textAt, textsAt } from './value.ts';

/** Where a route of a VirtualService leads. */
export interface Destination {
  readonly host: string;
  readonly port: number | null;
  readonly subset: string | null;
  /** Of the destination in the resource. */
  readonly path: Path;
  readonly kind: 'http' | 'tls' | 'tcp';
}

/** A VirtualService after Istio's rules for names. */
export interface Routes {
  readonly resource: Resource;
  readonly hosts: readonly string[];
  /** `namespace/name`, or `mesh`. */
  readonly gateways: readonly string[];
  readonly destinations: readonly Destination[];
}

/** What a VirtualService says. */
export function toRoutes(resource: Resource): Routes {
  const { body, namespace } = resource;
  const gateways = textsAt(body, 'spec', 'gateways').map((name) =>
    name === 'mesh' || name.includes('/') ? name.replace(/^\.\//, `${namespace}/`) : `${namespace}/${name}`,
  );
  return {
    resource,
    hosts: textsAt(body, 'spec', 'hosts').map((host) => toFullName(host, namespace)),
    gateways: gateways.length === 0 ? ['mesh'] : gateways,
    destinations: (['http', 'tls', 'tcp'] as const).flatMap((kind) =>
      listAt(body, 'spec', kind).flatMap((rule, i) => [
        ...listAt(rule, 'route').flatMap((_, j) =>
          toDestination(resource, kind, ['spec', kind, i, 'route', j, 'destination']),
        ),
        ...(at(rule, ['mirror']) == null ? [] : toDestination(resource, kind, ['spec', kind, i, 'mirror'])),
      ]),
    ),
  };
}

function toDestination(
  { body, namespace }: Resource,
  kind: Destination['kind'],
  path: Path,
): readonly Destination[] {
  const host = textAt(body, ...path, 'host');
  if (host === null) return [];
  return [
    {
      host: toFullName(host, namespace),
      port: numberAt(body, ...path, 'port', 'number'),
      subset: textAt(body, ...path, 'subset'),
      path,
      kind,
    },
  ];
}

/** A server of a Gateway. */
export interface Server {
  readonly resource: Resource;
  /** `namespace/name` of the Gateway. */
  readonly gateway: string;
  readonly port: number;
  readonly protocol: string;
  readonly tlsMode: string | null;
  readonly certificate: string | null;
  /** Without their namespaces. */
  readonly hosts: readonly string[];
  /** Namespaces from which VirtualServices may bind: `*`, or names; one per host. */
  readonly from: readonly string[];
  /** Labels of the proxies, as one text. */
  readonly selector: string;
  readonly path: Path;
}

/** The servers of a Gateway of Istio. */
export function toServers(resource: Resource): readonly Server[] {
  const { body, namespace, name } = resource;
  const selector = JSON.stringify(at(body, ['spec', 'selector']) ?? {});
  return listAt(body, 'spec', 'servers').map((server, i) => {
    const hosts = textsAt(server, 'hosts').map(splitNamespace);
    return {
      resource,
      gateway: `${namespace}/${name}`,
      port: numberAt(server, 'port', 'number') ?? 0,
      protocol: (textAt(server, 'port', 'protocol') ?? '').toUpperCase(),
      tlsMode: textAt(server, 'tls', 'mode'),
      certificate: textAt(server, 'tls', 'credentialName') ?? textAt(server, 'tls', 'serverCertificate'),
      hosts: hosts.map(({ host }) => host),
      from: hosts.map((host) => (host.namespace === '.' ? namespace : host.namespace)),
      selector,
      path: ['spec', 'servers', i],
    };
  });
}
