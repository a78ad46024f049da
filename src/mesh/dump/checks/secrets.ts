import type { CertificateFacts, CertificateReader } from '../../../model/certificate.ts';
import type { MeshFault } from '../../../model/mesh-evidence.ts';
import { decodeBase64 } from '../../credentials.ts';
import { hasFlag } from '../../fault.ts';
import type { Path } from '../../value.ts';
import { type DumpCheck, proves } from '../dump-check.ts';
import { fieldEntries, fieldText } from '../field.ts';
import type { DumpSecret, ProxyDump } from '../proxy-dump.ts';
import { clusterOf } from './clusters.ts';

const NOT_ARRIVED = 'was asked for and has not arrived';

/** Clusters are nested far less. */
const DEEPEST = 40;

/** Names of the secrets that a part of the configuration asks for by SDS. */
function secretsAskedBy(value: unknown, depth = 0): readonly string[] {
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return [];
  return fieldEntries(value).flatMap(([key, item]) => {
    const isReference = /sds_?secret_?configs?$/i.test(key);
    const items = Array.isArray(item) ? item : [item];
    const names = isReference ? items.flatMap((one) => fieldText(one, 'name') ?? []) : [];
    return [...names, ...(isReference ? [] : secretsAskedBy(item, depth + 1))];
  });
}

function isMissing(secrets: readonly DumpSecret[], name: string): boolean {
  const own = secrets.filter((secret) => secret.name === name);
  return own.length === 0 || own.every(({ isWarming }) => isWarming);
}

/** A cluster needs a certificate that never came. */
export const checkSecrets: DumpCheck = ({ dump, shape }) => {
  const { secrets } = dump;
  const cluster = clusterOf(dump.clusters, shape.upstreamCluster);
  if (cluster === null || secrets === null || !hasFlag(shape, 'UF', 'URX')) return [];
  if (shape.transportFailure != null && shape.transportFailure !== 'tlsNoSecret') return [];
  const name = secretsAskedBy(cluster.value).find((wanted) => isMissing(secrets, wanted));
  if (name === undefined) return [];
  const warming = secrets.find((secret) => secret.name === name);
  return proves(
    'sds-secret-missing',
    `${dump.owner.name} needs the secret ${name} for ${cluster.name}, and it has not arrived`,
    [
      dump.placeOf(cluster, ['transport_socket'], `asks for the secret ${name}`),
      ...(warming === undefined ? [] : [dump.placeOf(warming, [], NOT_ARRIVED)]),
    ],
  );
};

/** Secrets that some part of the configuration waits for. */
export function lintSecrets(dump: ProxyDump): readonly MeshFault[] {
  return (dump.secrets ?? [])
    .filter(({ name, isWarming }) => isWarming && isMissing(dump.secrets ?? [], name))
    .map((secret) => ({
      diagnosisId: 'sds-secret-missing',
      code: null,
      severity: 'error',
      says: `The secret ${secret.name} of ${dump.owner.name} ${NOT_ARRIVED}`,
      places: [dump.placeOf(secret, [], NOT_ARRIVED)],
      patch: null,
    }));
}

/** The certificate of a secret, where it had expired when the dump was taken. */
function expiredIn(dump: ProxyDump, secret: DumpSecret, read: CertificateReader): CertificateFacts | null {
  const path: Path = ['tls_certificate', 'certificate_chain'];
  const inline = fieldText(secret.value, ...path, 'inline_bytes');
  const pem = inline === null ? fieldText(secret.value, ...path, 'inline_string') : decodeBase64(inline);
  const certificate = pem === null ? null : read(pem);
  if (certificate === null || dump.notBeforeMs === null) return null;
  return certificate.validToMs < dump.notBeforeMs ? certificate : null;
}

function expirySays({ validToMs }: CertificateFacts): string {
  return `expired at ${new Date(validToMs).toISOString()}, before the dump was taken`;
}

/** The proxy's own certificate towards a cluster had expired: servers refuse it. */
export const checkCertificates: DumpCheck = ({ dump, shape, context, readCertificate }) => {
  const cluster = clusterOf(dump.clusters, shape.upstreamCluster);
  if (cluster === null || !hasFlag(shape, 'UF', 'UC', 'URX') || context.time === null) return [];
  const { transportFailure: failure } = shape;
  if (failure != null && failure !== 'tlsAlertCertificate' && failure !== 'reset') return [];
  const asked = new Set(secretsAskedBy(cluster.value));
  for (const secret of dump.secrets ?? []) {
    const expired = asked.has(secret.name) ? expiredIn(dump, secret, readCertificate) : null;
    if (expired === null || context.time.first <= expired.validToMs) continue;
    const says = expirySays(expired);
    return proves(
      'certificate-verification-failed',
      `The certificate ${secret.name} of ${dump.owner.name} ${says}`,
      [
        dump.placeOf(secret, ['tls_certificate'], says),
        dump.placeOf(cluster, ['transport_socket'], `asks for the secret ${secret.name}`),
      ],
    );
  }
  return [];
};

/** Certificates with which the proxy went on after they had expired. */
export function lintCertificates(dump: ProxyDump, read: CertificateReader): readonly MeshFault[] {
  return (dump.secrets ?? []).flatMap((secret) => {
    const expired = expiredIn(dump, secret, read);
    if (expired === null) return [];
    const says = expirySays(expired);
    return [
      {
        diagnosisId: 'certificate-verification-failed',
        code: null,
        severity: 'error' as const,
        says: `The certificate ${secret.name} of ${dump.owner.name} ${says}`,
        places: [dump.placeOf(secret, ['tls_certificate'], says)],
        patch: null,
      },
    ];
  });
}
