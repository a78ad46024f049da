import { readSource } from '../model/log-source.ts';
import { countBy } from './finding-scopes.ts';
import type { RankedShape } from './rank.ts';
import { reporterOf } from './reporter.ts';

/** Pods of a ReplicaSet, a DaemonSet or a Job, and of a StatefulSet: hosts and streams stand beside lines too. */
const POD_NAME = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?-(?:[a-z0-9]{5}|\d{1,3})$/;
/** What stands in commands for the namespace of the pod whose proxy logged the lines, and of that which called. */
const OF_REPORTER = 'POD_NAMESPACE';
const OF_CALLER = 'CALLER_NAMESPACE';

/** The pod whose proxy logged the most of the requests, and on which side of them it stands. */
export interface LoggingPod {
  readonly name: string | null;
  readonly isServer: boolean;
}

/** The pod that something beside the lines names; null where nothing does, or what is named is no pod. */
export function loggingPodOf(shapes: readonly RankedShape[]): LoggingPod {
  const entries = [...new Set(shapes.map(({ group }) => group))].flatMap(
    ({ group }) => group.sources.entries,
  );
  const [most] = countBy(
    entries,
    ({ key }) => readSource(key).pod,
    ({ requests }) => requests,
  );
  const name = most?.[0] ?? '';
  const [first] = shapes;
  return {
    name: POD_NAME.test(name) ? name : null,
    isServer: first !== undefined && reporterOf(first.shape) === 'inbound',
  };
}

/** The pod that a command is to be run at, by the namespace that stands beside it; null when the lines do not tell. */
export function podFor(command: string, { name, isServer }: LoggingPod): string | null {
  if (command.includes(OF_REPORTER)) return name;
  return command.includes(OF_CALLER) === isServer ? null : name;
}
