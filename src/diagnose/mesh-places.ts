import type { MeshVerdict } from '../model/mesh-evidence.ts';
import type { ReportFinding, ReportMeshConfig } from '../model/report.ts';
import type { Finding } from './findings.ts';

/** What the mesh configuration says of a finding, each place once. */
export function toMeshConfig(finding: Finding): readonly ReportMeshConfig[] {
  const places = verdictsOf(finding).flatMap(({ places, supports }) =>
    places.map((place) => ({ ...place, supports })),
  );
  return uniqueBy(places, ({ file, line, says }) => `${file}:${line} ${says}`);
}

/** Changes to the resources of the user that take the cause away. */
export function patchesOf(finding: Finding): ReportFinding['fixes'] {
  const patches = verdictsOf(finding).flatMap(({ patch }) => (patch === null ? [] : [patch]));
  return uniqueBy(patches, ({ diff }) => diff).map(({ text, yaml, diff }) => ({ text, yaml, diff }));
}

function verdictsOf({ diagnosis, won }: Finding): readonly MeshVerdict[] {
  return won
    .flatMap(({ ranked }) => ranked.verdicts ?? [])
    .filter(({ diagnosisId }) => diagnosisId === diagnosis.id);
}

function uniqueBy<T>(items: readonly T[], keyOf: (item: T) => string): readonly T[] {
  const known = new Map<string, T>();
  for (const item of items) if (!known.has(keyOf(item))) known.set(keyOf(item), item);
  return [...known.values()];
}
