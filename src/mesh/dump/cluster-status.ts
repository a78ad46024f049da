import { groupBy } from '../../model/group-by.ts';
import type { Value } from '../value.ts';
import { fieldAt, fieldList, fieldText } from './field.ts';

/** An endpoint as a proxy saw it at one moment. */
interface HostStatus {
  readonly address: string;
  /** Outlier detection had taken it out. */
  readonly isEjected: boolean;
  /** A health check or the control plane had. */
  readonly isUnhealthy: boolean;
  /** From 1. */
  readonly line: number;
}

/** What `/clusters` of Envoy prints: the endpoints of each cluster. It names no proxy; the folder does. */
export interface ClusterStatuses {
  readonly file: string;
  readonly hosts: ReadonlyMap<string, readonly HostStatus[]>;
}

const TEXT_START = /^[^\s:{][^\n]*::(?:default_priority|observability_name|added_via_api)::/;
const HOST_FLAGS = /^(.+?)::([^:]*:\d+|\[[^\]]+\]:\d+|[^:]+)::health_flags::(.*)$/;

/** True for `/clusters` as text or as JSON. */
export function isClusterStatusText(text: string): boolean {
  return TEXT_START.test(text);
}

/** The same, in JSON. */
export function isClusterStatuses(value: Value): boolean {
  return Array.isArray(fieldAt(value, 'cluster_statuses'));
}

/** Reads the lines `CLUSTER::ADDRESS::health_flags::FLAGS`. */
export function readStatusText(file: string, text: string): ClusterStatuses {
  const rows = text.split('\n').flatMap((written, i) => {
    const [, cluster, address = '', flags = ''] = HOST_FLAGS.exec(written) ?? [];
    if (cluster === undefined) return [];
    const isEjected = flags.includes('/failed_outlier_check');
    const isUnhealthy = /\/(?:failed_active_hc|failed_eds_health|active_hc_timeout)/.test(flags);
    return [{ cluster, host: { address, isEjected, isUnhealthy, line: i + 1 } }];
  });
  return { file, hosts: toHosts(rows) };
}

/** Reads `cluster_statuses`. Lines are looked up where `"name"` of the cluster stands. */
export function readStatuses(file: string, text: string, value: Value): ClusterStatuses {
  const rows = fieldList(value, 'cluster_statuses').flatMap((status) => {
    const cluster = fieldText(status, 'name') ?? '';
    const before = text.slice(0, Math.max(0, text.indexOf(JSON.stringify(cluster))));
    const line = before.split('\n').length;
    return fieldList(status, 'host_statuses').map((host) => {
      const socket = fieldAt(host, 'address', 'socket_address');
      const isOn = (key: string): boolean => fieldText(host, 'health_status', key) === 'true';
      const eds = fieldText(host, 'health_status', 'eds_health_status') ?? 'HEALTHY';
      return {
        cluster,
        host: {
          address: `${fieldText(socket, 'address') ?? ''}:${fieldText(socket, 'port_value') ?? ''}`,
          isEjected: isOn('failed_outlier_check'),
          isUnhealthy: isOn('failed_active_health_check') || !/^(?:HEALTHY|UNKNOWN|DEGRADED)$/.test(eds),
          line,
        },
      };
    });
  });
  return { file, hosts: toHosts(rows) };
}

interface Row {
  readonly cluster: string;
  readonly host: HostStatus;
}

function toHosts(rows: readonly Row[]): ClusterStatuses['hosts'] {
  const groups = groupBy(rows, ({ cluster }) => [cluster]);
  return new Map([...groups].map(([cluster, own]) => [cluster, own.map(({ host }) => host)]));
}
