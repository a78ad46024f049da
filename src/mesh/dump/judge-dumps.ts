import type { LineContext, MeshFault, MeshVerdict } from '../../model/mesh-evidence.ts';
import type { ShapeView } from '../../model/shape-view.ts';
import type { Surroundings } from '../credentials.ts';
import type { LoadedResources } from '../load.ts';
import { checkCircuitBreakers, checkEjection, checkEndpoints } from './checks/clusters.ts';
import { checkFilters } from './checks/filters.ts';
import { checkRejected, lintRejections } from './checks/rejected.ts';
import {
  checkMissingClusters,
  checkMissingRoutes,
  checkRouteFaults,
  checkRouteLimits,
} from './checks/routes.ts';
import { checkCertificates, checkSecrets, lintCertificates, lintSecrets } from './checks/secrets.ts';
import { checkAccepted, checkTransport } from './checks/tls.ts';
import type { DumpCheck } from './dump-check.ts';
import { isOwnerOf } from './owner.ts';
import type { ProxyDump } from './proxy-dump.ts';

/** In this order: the first word on a cause stands. */
const CHECKS: readonly DumpCheck[] = [
  checkRejected,
  checkMissingRoutes,
  checkMissingClusters,
  checkRouteLimits,
  checkRouteFaults,
  checkCircuitBreakers,
  checkEndpoints,
  checkEjection,
  checkTransport,
  checkAccepted,
  checkSecrets,
  checkCertificates,
  checkFilters,
];

/** What proxies printed of themselves, and who reads their certificates. */
export type DumpSources = Pick<LoadedResources, 'dumps' | 'statuses'> & Pick<Surroundings, 'readCertificate'>;

/** What the dumps of the proxies that wrote some lines say of their causes. */
export function judgeDumps(
  { dumps, statuses, readCertificate }: DumpSources,
  shape: ShapeView,
  context: LineContext,
): readonly MeshVerdict[] {
  const verdicts = dumps
    .filter((dump) => isOwnerOf(dump, shape, context.writer))
    .flatMap((dump) =>
      CHECKS.flatMap((check) => check({ dump, shape, context, dumps, statuses, readCertificate })),
    );
  const first = new Map<string, MeshVerdict>();
  for (const verdict of verdicts)
    if (!first.has(verdict.diagnosisId)) first.set(verdict.diagnosisId, verdict);
  return verdicts.filter(({ diagnosisId, supports }) => first.get(diagnosisId)?.supports === supports);
}

/** What is wrong in a dump whether a log shows it or not. */
export function lintDump(dump: ProxyDump, { readCertificate }: Surroundings): readonly MeshFault[] {
  return [...lintRejections(dump), ...lintSecrets(dump), ...lintCertificates(dump, readCertificate)];
}
