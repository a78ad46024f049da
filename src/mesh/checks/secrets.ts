import type { MeshPatch } from '../../model/mesh-evidence.ts';
import type { ShapeView } from '../../model/shape-view.ts';
import { certificateOf, describePart, placeOfPart, type SecretPart, validityAt } from '../credentials.ts';
import { type Check, type FoundFault, hasFlag, isAt, leadsTo, noPatch } from '../fault.ts';
import { covers } from '../host.ts';
import type { Mesh } from '../mesh.ts';
import { toPatch } from '../patch.ts';
import { nameOf, placeOf, type Resource } from '../resource.ts';
import type { Server } from '../servers.ts';
import { labelsAt, listAt, type Path, selects, textAt } from '../value.ts';

/** Certificates that Gateways and DestinationRules name: there, whole, valid, and for the hosts that are served. */
export const checkSecrets: Check = (mesh) =>
  [...gatewayNeeds(mesh), ...clientNeeds(mesh)].flatMap((need) => [
    ...missing(mesh, need),
    ...incomplete(mesh, need),
    ...invalid(mesh, need),
    ...otherNames(mesh, need),
  ]);

/** A Secret that a resource names, and what has to be in it. */
interface Need {
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

function gatewayNeeds(mesh: Mesh): readonly Need[] {
  return mesh.servers.flatMap((server): readonly Need[] => {
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

function clientNeeds(mesh: Mesh): readonly Need[] {
  return mesh.hosts.flatMap((host) =>
    mesh.rulesAnywhere(host).flatMap((rule) =>
      tlsPaths(rule).flatMap((path): readonly Need[] => {
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
function candidates(mesh: Mesh, { name, namespaces }: Need): readonly Resource[] | null {
  const given = mesh
    .all('Secret')
    .filter(({ namespace }) => namespaces === null || namespaces.includes(namespace));
  return given.length === 0 ? null : given.filter((secret) => secret.name === name);
}

function isWithoutSecret(need: Need): FoundFault['fits'] {
  return (shape) =>
    need.isFor(shape) &&
    hasFlag(shape, 'UF', 'URX', 'NR') &&
    (shape.transportFailure === 'tlsNoSecret' || (need.isClient && shape.transportFailure === undefined));
}

function missing(mesh: Mesh, need: Need): readonly FoundFault[] {
  const found = candidates(mesh, need);
  if (found === null || found.length > 0) return [];
  const elsewhere = mesh.all('Secret').find(({ name }) => name === need.name);
  const where = need.namespaces === null ? 'in no namespace' : `not in ${need.namespaces.join(', ')}`;
  const says = `names the Secret ${need.name}, which is ${where}${elsewhere === undefined ? '' : `, but in ${elsewhere.namespace}`}`;
  return [
    {
      diagnosisId: 'sds-secret-missing',
      code: 'IST0101',
      severity: 'error',
      says: `${nameOf(need.resource)} ${says}`,
      places: () => [
        placeOf(need.resource, need.path, says),
        ...(elsewhere === undefined
          ? []
          : [placeOf(elsewhere, ['metadata', 'name'], 'has the name, elsewhere')]),
      ],
      patch: () => nameOnly(mesh, need),
      fits: isWithoutSecret(need),
    },
  ];
}

/** The only certificate that is where it is looked for. */
function nameOnly(mesh: Mesh, { resource, path, namespaces, parts }: Need): MeshPatch | null {
  const [only, ...more] = mesh
    .all('Secret')
    .filter(
      (secret) =>
        (namespaces?.includes(secret.namespace) ?? false) &&
        parts.every((part) => placeOfPart(secret, part) !== null),
    );
  if (only === undefined || more.length > 0) return null;
  return toPatch(resource, `name the Secret that is there, ${only.name}`, [{ path, value: only.name }]);
}

function incomplete(mesh: Mesh, need: Need): readonly FoundFault[] {
  return (candidates(mesh, need) ?? []).flatMap((secret) => {
    // Values may have been taken out before the resources were given away.
    if (placeOfAny(secret) === null) return [];
    const lacks = need.parts.filter(
      (part) => placeOfPart(secret, part) === null && !(part === 'authority' && hasAuthority(mesh, secret)),
    );
    const type = textAt(secret.body, 'type') ?? 'Opaque';
    if (lacks.length === 0) return [];
    const says = `has no ${lacks.map(describePart).join(' and no ')} (type ${type})`;
    return [
      {
        diagnosisId: 'sds-secret-missing',
        code: null,
        severity: 'error' as const,
        says: `${nameOf(secret)} ${says}, and ${nameOf(need.resource)} needs it`,
        places: () => [
          placeOf(secret, ['type'], says),
          placeOf(need.resource, need.path, `names the Secret ${need.name}`),
        ],
        patch: noPatch,
        fits: isWithoutSecret(need),
      },
    ];
  });
}

const PARTS: readonly SecretPart[] = ['certificate', 'key', 'authority'];

function placeOfAny(secret: Resource): Path | null {
  return PARTS.map((part) => placeOfPart(secret, part)).find((path) => path !== null) ?? null;
}

/** The certificates that clients are checked against may lie in a Secret beside it. */
function hasAuthority(mesh: Mesh, { name, namespace }: Resource): boolean {
  return mesh.all('Secret').some((other) => other.namespace === namespace && other.name === `${name}-cacert`);
}

function invalid(mesh: Mesh, need: Need): readonly FoundFault[] {
  const { nowMs, readCertificate } = mesh.surroundings;
  return (candidates(mesh, need) ?? []).flatMap((secret) => {
    const certificate = certificateOf(secret, readCertificate);
    const path = placeOfPart(secret, 'certificate');
    if (certificate === null || path === null) return [];
    const wrongNow = nowMs === null ? null : validityAt(certificate, nowMs);
    const wrong = wrongNow ?? validityAt(certificate, Number.POSITIVE_INFINITY) ?? '';
    const says = `holds a certificate that ${wrong}`;
    return [
      {
        diagnosisId: need.isClient ? 'certificate-verification-failed' : null,
        code: null,
        severity: wrongNow === null ? null : ('error' as const),
        says: `${nameOf(secret)} ${says}, and ${nameOf(need.resource)} uses it`,
        places: () => [
          placeOf(secret, path, says),
          placeOf(need.resource, need.path, `names the Secret ${need.name}`),
        ],
        patch: noPatch,
        fits: (shape: ShapeView, { time }: Parameters<FoundFault['fits']>[1]) =>
          need.isClient &&
          time !== null &&
          validityAt(certificate, time.first) !== null &&
          need.isFor(shape) &&
          hasFlag(shape, 'UF', 'UC', 'URX') &&
          (shape.transportFailure == null ||
            shape.transportFailure === 'tlsAlertCertificate' ||
            shape.transportFailure === 'reset'),
      },
    ];
  });
}

/** Browsers refuse a certificate for other names than the one they asked for. */
function otherNames(mesh: Mesh, need: Need): readonly FoundFault[] {
  return (candidates(mesh, need) ?? []).flatMap((secret) => {
    const certificate = certificateOf(secret, mesh.surroundings.readCertificate);
    const path = placeOfPart(secret, 'certificate');
    if (certificate === null || path === null || certificate.names.length === 0) return [];
    const other = need.hosts.filter((host) => !certificate.names.some((name) => isNamed(name, host)));
    if (other.length === 0) return [];
    const says = `holds a certificate for ${certificate.names.join(', ')}`;
    return [
      {
        diagnosisId: null,
        code: null,
        severity: 'warning' as const,
        says: `${nameOf(need.resource)} serves ${other.join(', ')}, and ${nameOf(secret)} ${says}: clients refuse it`,
        places: () => [
          placeOf(need.resource, need.path, `names the Secret ${need.name} for ${other.join(', ')}`),
          placeOf(secret, path, says),
        ],
        patch: noPatch,
        fits: () => false,
      },
    ];
  });
}

/** A star stands for one label: `*.shop.example` is no name of `a.b.shop.example`. */
function isNamed(name: string, host: string): boolean {
  if (name === host) return true;
  const isOneLabel = !host.slice(0, Math.max(0, host.length - name.length + 1)).includes('.');
  return covers(name, host) && isOneLabel;
}
