import type { ShapeView } from '../model/shape-view.ts';
import type { SecretPart } from './credentials.ts';
import { isAt, leadsTo } from './fault.ts';
import type { Mesh } from './mesh.ts';
import type { Resource } from './resource.ts';
import type { Server } from './servers.ts';
import { labelsAt, listAt, type Path, selects, textAt } from './value.ts';

/** A Secret that a resource names, and what has to be in it. */
export interface SecretNeed {
  readonly resource: Resource;
  readonly path: Path;
  readonly name: string;
  /** Where it is looked for; any of them will do. Null: nobody knows. */
  readonly namespaces: readonly string[] | null;
  readonly parts: readonly SecretPart[];
  /** Hosts that the certificate has to be for. */
  readonly hosts: readonly string[];
  /** The line was served, or was to be sent, by what needs it. */
  readonly isFor: (shape: ShapeView) => boolean;
  /** It is the proxy's own certificate towards a server. */
  readonly isClient: boolean;
}

/** All Secrets that Gateways and DestinationRules name. */
export function listNeeds(mesh: Mesh): readonly SecretNeed[] {
  return [...gatewayNeeds(mesh), ...clientNeeds(mesh)];
}

function gatewayNeeds(mesh: Mesh): readonly SecretNeed[] {
  return mesh.servers.flatMap((server): readonly SecretNeed[] => {
    const { resource, path, certificate, tlsMode } = server;
    // Files within the pod have slashes, and are no Secrets.
    if (certificate === null || certificate.includes('/')) return [];
    const isApi = server.hostsPath === null;
    const reference: Path = isApi ? [...path, 'tls', 'certificateRefs', 0] : [...path, 'tls'];
    const namespace = isApi ? textAt(resource.body, ...reference, 'namespace') : null;
    return [
      {
        resource,
        path: [...reference, isApi ? 'name' : 'credentialName'],
        name: certificate,
        namespaces: isApi ? [namespace ?? resource.namespace] : proxyNamespaces(mesh, server),
        parts: tlsMode === 'MUTUAL' ? ['certificate', 'key', 'authority'] : ['certificate', 'key'],
        hosts: server.hosts.filter((host) => host !== '*'),
        isFor: (shape) => isAt(shape, server),
        isClient: false,
      },
    ];
  });
}

/** Secrets of a Gateway are those of the namespace in which its proxies run. */
function proxyNamespaces(mesh: Mesh, { labels }: Server): readonly string[] | null {
  const pods = mesh.all('Pod').filter(({ body }) => selects(labels, labelsAt(body, 'metadata', 'labels')));
  const templates = ['Deployment', 'DaemonSet']
    .flatMap((kind) => mesh.all(kind))
    .filter(({ body }) => selects(labels, labelsAt(body, 'spec', 'template', 'metadata', 'labels')));
  const found = [...pods, ...templates].map(({ namespace }) => namespace);
  return found.length === 0 || Object.keys(labels).length === 0 ? null : [...new Set(found)];
}

const CLIENT_PARTS: Readonly<Record<string, readonly SecretPart[]>> = {
  SIMPLE: ['authority'],
  MUTUAL: ['certificate', 'key'],
};

function clientNeeds(mesh: Mesh): readonly SecretNeed[] {
  return mesh.hosts.flatMap((host) =>
    mesh.rulesAnywhere(host).flatMap((rule) =>
      tlsPaths(rule).flatMap((path): readonly SecretNeed[] => {
        const name = textAt(rule.body, ...path, 'credentialName');
        if (name === null) return [];
        return [
          {
            resource: rule,
            path: [...path, 'credentialName'],
            name,
            namespaces: null,
            parts: CLIENT_PARTS[textAt(rule.body, ...path, 'mode') ?? ''] ?? [],
            hosts: [],
            isFor: (shape) => leadsTo(shape, host, null, null),
            isClient: true,
          },
        ];
      }),
    ),
  );
}

/** Where a DestinationRule may set TLS. */
function tlsPaths({ body }: Resource): readonly Path[] {
  const roots: readonly Path[] = [
    ['spec', 'trafficPolicy'],
    ...listAt(body, 'spec', 'subsets').map((_, i): Path => ['spec', 'subsets', i, 'trafficPolicy']),
  ];
  return roots.flatMap((root) => [
    [...root, 'tls'],
    ...listAt(body, ...root, 'portLevelSettings').map(
      (_, i): Path => [...root, 'portLevelSettings', i, 'tls'],
    ),
  ]);
}

/** Secrets with the name, where it may be looked for. Null where no Secret of those namespaces was given. */
export function findCandidates(mesh: Mesh, { name, namespaces }: SecretNeed): readonly Resource[] | null {
  const given = mesh
    .all('Secret')
    .filter(({ namespace }) => namespaces === null || namespaces.includes(namespace));
  return given.length === 0 ? null : given.filter((secret) => secret.name === name);
}
