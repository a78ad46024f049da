import type { CertificateReader } from '../../model/certificate.ts';
import type { LineContext, MeshPlace, MeshVerdict } from '../../model/mesh-evidence.ts';
import type { ShapeView } from '../../model/shape-view.ts';
import type { ClusterStatuses } from './cluster-status.ts';
import type { ProxyDump } from './proxy-dump.ts';

/** Lines of a proxy whose dump is at hand. */
export interface DumpQuestion {
  readonly dump: ProxyDump;
  readonly shape: ShapeView;
  readonly context: LineContext;
  /** The dumps of all proxies: the one at the other end may be among them. */
  readonly dumps: readonly ProxyDump[];
  readonly statuses: readonly ClusterStatuses[];
  readonly readCertificate: CertificateReader;
}

/** What a dump says of the causes of some lines. */
export type DumpCheck = (question: DumpQuestion) => readonly MeshVerdict[];

/** A cause that the dump proves. */
export function proves(
  diagnosisId: string,
  claim: string,
  places: readonly MeshPlace[],
  insteadOf: readonly string[] = [],
): readonly MeshVerdict[] {
  return [{ diagnosisId, supports: true, claim, places, patch: null }, ...excludes(insteadOf, claim, places)];
}

/** Causes that the dump speaks against. */
export function excludes(
  ids: readonly string[],
  claim: string,
  places: readonly MeshPlace[],
): readonly MeshVerdict[] {
  return ids.map((diagnosisId) => ({ diagnosisId, supports: false, claim, places, patch: null }));
}
