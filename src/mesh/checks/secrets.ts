import type { MeshPatch } from '../../model/mesh-evidence.ts';
import type { ShapeView } from '../../model/shape-view.ts';
import { certificateOf, describePart, placeOfPart, type SecretPart, validityAt } from '../credentials.ts';
import { type Check, type FoundFault, hasFlag, noPatch } from '../fault.ts';
import { covers } from '../host.ts';
import type { Mesh } from '../mesh.ts';
import { toPatch } from '../patch.ts';
import { nameOf, placeOf, type Resource } from '../resource.ts';
import { findCandidates, listNeeds, type SecretNeed } from '../secret-needs.ts';
import { type Path, textAt } from '../value.ts';

/** Certificates that Gateways and DestinationRules name: there, whole, valid, and for the hosts that are served. */
export const checkSecrets: Check = (mesh) =>
  listNeeds(mesh).flatMap((need) => [
    ...missing(mesh, need),
    ...incomplete(mesh, need),
    ...invalid(mesh, need),
    ...otherNames(mesh, need),
  ]);

function isWithoutSecret(need: SecretNeed): FoundFault['fits'] {
  return (shape) =>
    need.isFor(shape) &&
    hasFlag(shape, 'UF', 'URX', 'NR') &&
    (shape.transportFailure === 'tlsNoSecret' || (need.isClient && shape.transportFailure === undefined));
}

function missing(mesh: Mesh, need: SecretNeed): readonly FoundFault[] {
  const found = findCandidates(mesh, need);
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
function nameOnly(mesh: Mesh, { resource, path, namespaces, parts }: SecretNeed): MeshPatch | null {
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

function incomplete(mesh: Mesh, need: SecretNeed): readonly FoundFault[] {
  return (findCandidates(mesh, need) ?? []).flatMap((secret) => {
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

function invalid(mesh: Mesh, need: SecretNeed): readonly FoundFault[] {
  const { nowMs, readCertificate } = mesh.surroundings;
  return (findCandidates(mesh, need) ?? []).flatMap((secret) => {
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
function otherNames(mesh: Mesh, need: SecretNeed): readonly FoundFault[] {
  return (findCandidates(mesh, need) ?? []).flatMap((secret) => {
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
