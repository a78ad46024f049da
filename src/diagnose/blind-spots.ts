import type { Aggregate } from '../model/aggregate.ts';
import type { Field } from '../model/field.ts';
import { FIELD_OPERATORS } from '../model/field.ts';
import type { ReportBlindSpot } from '../model/report.ts';
import type { Ranking } from './rank.ts';

/** Operators that a line of another kind always lacks are no blind spot. */
const SELDOM_LOGGED: ReadonlySet<Field> = new Set<Field>([
  'mixerStatus',
  'grpcStatus',
  'upstreamRequestAttemptCount',
]);

/** What could not be judged because the format lacks a field, or the log has no healthy record to compare with. */
export function toBlindSpots(
  { shapes: ranked, missing }: Ranking,
  aggregate: Aggregate,
): readonly ReportBlindSpot[] {
  const spots: ReportBlindSpot[] = [];
  let field: Field;
  for (field in FIELD_OPERATORS) {
    const ids = missing.get(field);
    if (
      ids === undefined ||
      SELDOM_LOGGED.has(field) ||
      (aggregate.coverage[field] ?? 0) === aggregate.requests.total
    )
      continue;
    const operator = FIELD_OPERATORS[field];
    spots.push({
      missing: operator,
      diagnoses: [...ids].sort(),
      remedy: `Add %${operator}% to accessLogFormat in MeshConfig, or unset accessLogFormat to get Istio's default.`,
    });
  }
  const isAllFailures =
    aggregate.requests.total > 0 && aggregate.requests.failed === aggregate.requests.total;
  if (isAllFailures && ranked.length > 0) {
    const ids = new Set(ranked.flatMap(({ candidates }) => candidates.map(({ diagnosis }) => diagnosis.id)));
    spots.push({
      missing: 'healthy records',
      diagnoses: [...ids].sort(),
      remedy: 'Give the whole log, not only its errors: what succeeds on the same endpoints is evidence.',
    });
  }
  return spots;
}
