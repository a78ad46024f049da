import { DEFAULT_LIMIT } from '../../checks/load-balancing.ts';
import { hasFlag } from '../../fault.ts';
import type { Path, Value } from '../../value.ts';
import { type DumpCheck, proves } from '../dump-check.ts';
import { fieldList, fieldNumber, fieldText } from '../field.ts';
import type { DumpItem } from '../proxy-dump.ts';

/** What Istio writes where there is no limit. */
const NO_LIMIT = 4_294_967_295;
const LIMITS = ['max_connections', 'max_pending_requests', 'max_requests'] as const;

interface Limit {
  readonly name: string;
  readonly value: number;
  readonly path: Path;
}

function limitsOf(cluster: Value): readonly Limit[] {
  const thresholds: Path = ['circuit_breakers', 'thresholds'];
  const i = fieldList(cluster, ...thresholds).findIndex(
    (item) => (fieldText(item, 'priority') ?? 'DEFAULT') === 'DEFAULT',
  );
  return LIMITS.map((name) => {
    const path: Path = i < 0 ? thresholds : [...thresholds, i, name];
    return { name, value: (i < 0 ? null : fieldNumber(cluster, ...path)) ?? DEFAULT_LIMIT, path };
  }).filter(({ value }) => value < NO_LIMIT);
}

/** Limits of the cluster over which requests go no further. */
export const checkCircuitBreakers: DumpCheck = ({ dump, shape }) => {
  const cluster = clusterOf(dump.clusters, shape.upstreamCluster);
  if (cluster === null || !hasFlag(shape, 'UO')) return [];
  const limits = limitsOf(cluster.value);
  const smallest = Math.min(...limits.map(({ value }) => value));
  const shown = limits.filter(({ value }) => value === smallest);
  if (shown.length === 0) return [];
  const says = shown.map(({ name, value }) => `${name} ${value}`).join(', ');
  return proves(
    'circuit-breaker-overflow',
    `The cluster ${cluster.name} of ${dump.owner.name} is limited to ${says}`,
    shown.map(({ name, value, path }) => dump.placeOf(cluster, path, `limits ${name} to ${value}`)),
  );
};

/** The name of a cluster in a dump. Lines before Istio 1.23 may have another name of it behind a `;`. */
function toClusterName(logged: string | null | undefined): string {
  return (logged ?? '').replace(/;.*$/, '');
}

/** A cluster under the name that a line has for it. */
export function clusterOf(
  clusters: ReadonlyMap<string, DumpItem>,
  logged: string | null | undefined,
): DumpItem | null {
  return clusters.get(toClusterName(logged)) ?? null;
}

/** Endpoints that a cluster has, and what the proxy thought of them. */
export const checkEndpoints: DumpCheck = (question) => {
  const { dump, shape, statuses } = question;
  if (!hasFlag(shape, 'UH')) return [];
  const name = toClusterName(shape.upstreamCluster);
  const assignment = dump.endpoints.get(name);
  const listed = fieldList(assignment?.value, 'endpoints').flatMap((locality) =>
    fieldList(locality, 'lb_endpoints'),
  );
  if (assignment !== undefined && listed.length === 0) {
    const says = 'has no endpoint';
    return proves(
      'no-healthy-endpoints',
      `The cluster ${name} of ${dump.owner.name} ${says}`,
      [dump.placeOf(assignment, ['endpoints'], says)],
      ['outlier-ejection'],
    );
  }
  const seen = statuses.find(({ file }) => folderOf(file) === folderOf(dump.file));
  const hosts = seen?.hosts.get(name) ?? [];
  const [first] = hosts;
  if (seen === undefined || first === undefined) return [];
  const place = (says: string) => ({
    file: seen.file,
    line: first.line,
    resource: `Cluster ${name} of ${dump.owner.name}`,
    says,
  });
  if (hosts.every(({ isEjected }) => isEjected)) {
    const says = `has ejected ${hosts.length === 1 ? 'its only endpoint' : `all ${hosts.length} endpoints`} (failed_outlier_check)`;
    return proves(
      'outlier-ejection',
      `The cluster ${name} of ${dump.owner.name} ${says}`,
      [place(says)],
      ['no-healthy-endpoints'],
    );
  }
  if (hosts.every(({ isEjected, isUnhealthy }) => isEjected || isUnhealthy)) {
    const says = 'has no healthy endpoint';
    return proves('no-healthy-endpoints', `The cluster ${name} of ${dump.owner.name} ${says}`, [place(says)]);
  }
  return [];
};

/** What one proxy told of itself lies in one folder. */
function folderOf(file: string): string {
  return file.slice(0, Math.max(0, file.lastIndexOf('/')));
}

/** Without outlier detection no endpoint is ejected. */
export const checkEjection: DumpCheck = ({ dump, shape }) => {
  const cluster = clusterOf(dump.clusters, shape.upstreamCluster);
  if (cluster === null || !hasFlag(shape, 'UH')) return [];
  if (fieldText(cluster.value, 'type') === null) return [];
  const isSet = JSON.stringify(cluster.value).match(/"outlier_?[dD]etection"/) !== null;
  if (isSet) return [];
  return [
    {
      diagnosisId: 'outlier-ejection',
      supports: false,
      claim: `The cluster ${cluster.name} of ${dump.owner.name} has no outlier_detection`,
      places: [dump.placeOf(cluster, [], 'has no outlier_detection: nothing is ejected')],
      patch: null,
    },
  ];
};
