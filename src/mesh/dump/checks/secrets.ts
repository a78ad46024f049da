import type { MeshFault } from '../../../model/mesh-evidence.ts';
import { hasFlag } from '../../fault.ts';
import { type DumpCheck, proves } from '../dump-check.ts';
import { fieldEntries, fieldText } from '../field.ts';
import type { DumpSecret, ProxyDump } from '../proxy-dump.ts';
import { clusterOf } from './clusters.ts';

const NOT_ARRIVED = 'was asked for and has not arrived';

/** Names of the secrets that a part of the configuration asks for by SDS. */
function secretsAskedBy(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return fieldEntries(value).flatMap(([key, item]) => {
    const isReference = /sds_?secret_?configs?$/i.test(key);
    const items = Array.isArray(item) ? item : [item];
    const names = isReference ? items.flatMap((one) => fieldText(one, 'name') ?? []) : [];
    return [...names, ...(isReference ? [] : secretsAskedBy(item))];
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
