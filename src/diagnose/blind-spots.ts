import { ISTIO_TEXT_FORMAT_YAML } from '../model/access-log-format.ts';
import type { Aggregate } from '../model/aggregate.ts';
import type { Field } from '../model/field.ts';
import { FIELD_OPERATORS } from '../model/field.ts';
import type { ReportBlindSpot } from '../model/report.ts';
import type { RankedShape, Ranking } from './rank.ts';

/** Operators that a line of another kind always lacks are no blind spot. */
const SELDOM_LOGGED: ReadonlySet<Field> = new Set<Field>([
  'mixerStatus',
  'grpcStatus',
  'upstreamRequestAttemptCount',
]);

const LOG_EVERYTHING =
  'Let the proxies log every field that is read, which is the default of Istio. Where a Telemetry resource names a provider, the format belongs into that provider (envoyFileAccessLog.logFormat).';

const WHOLE_LINES =
  'Every line was cut short: give them whole. What they still lack then is what the proxies do not log.';

const WHOLE_LOG = 'Give the whole log, not only its errors: what succeeds on the same endpoints is evidence.';

const WHOLE_SELECTION =
  'Read the log once more without --cluster, --authority, --exclude-path, --since and --until: what succeeds on the same endpoints is evidence.';

/** A cause that fails nothing is named as soon as its trace makes up for its rarity. */
const LEAST_TRACE_BITS = 0;

/** What could not be judged because the format lacks a field, or the log has no healthy record to compare with. */
export function toBlindSpots(
  { shapes: ranked, missing, quiet }: Ranking,
  aggregate: Aggregate,
): readonly ReportBlindSpot[] {
  const spots: ReportBlindSpot[] = [];
  const { total } = aggregate.requests;
  const partial = aggregate.inputs.reduce((sum, { lines }) => sum + lines.partial, 0);
  let field: Field;
  for (field in FIELD_OPERATORS) {
    const ids = missing.get(field);
    const covered = aggregate.coverage[field] ?? 0;
    if (ids === undefined || SELDOM_LOGGED.has(field) || covered === total) continue;
    // A record that was cut short lacks what the others show to be logged.
    if (covered > 0 && covered + partial >= total) continue;
    const operator = FIELD_OPERATORS[field];
    spots.push({
      missing: operator,
      diagnoses: [...ids].sort(),
      ...(partial < total
        ? { remedy: LOG_EVERYTHING, yaml: ISTIO_TEXT_FORMAT_YAML }
        : { remedy: WHOLE_LINES }),
    });
  }
  const isAllFailures = total > 0 && aggregate.requests.failed === total;
  if (isAllFailures && ranked.length > 0) {
    const ids = new Set(ranked.flatMap(({ candidates }) => candidates.map(({ diagnosis }) => diagnosis.id)));
    spots.push({
      missing: 'healthy records',
      diagnoses: [...ids].sort(),
      remedy: toWholeLog(aggregate),
    });
  }
  const traced = tracedBy(quiet);
  if (traced.length > 0) {
    spots.push({
      missing: 'mesh configuration',
      diagnoses: traced,
      remedy:
        'Give --mesh-config: requests that succeed look as they would if a rule had no effect, and only the configuration says what was meant.',
    });
  }
  return spots;
}

/** Where options keep records from being counted, the log may be whole. */
function toWholeLog({ inputs, requests }: Aggregate): string {
  const records = inputs.reduce((sum, { lines }) => sum + lines.records - lines.duplicates, 0);
  return records > requests.total ? WHOLE_SELECTION : WHOLE_LOG;
}

/** Ids of causes that fail nothing and of which the log shows a trace. */
function tracedBy(quiet: readonly RankedShape[]): readonly string[] {
  const traced = quiet.flatMap(({ candidates }) =>
    candidates.filter(({ bits }) => bits >= LEAST_TRACE_BITS).map(({ diagnosis }) => diagnosis.id),
  );
  return [...new Set(traced)].sort();
}
