import type { Diagnosis } from './model/diagnosis.ts';
import type { Report } from './model/report.ts';
import { DETAILS_NAMES, type KnownDetails } from './model/response-code-details.ts';
import { RESPONSE_FLAG_TABLE } from './model/response-flag.ts';
import { suggest } from './model/suggest.ts';
import { UserError } from './model/user-error.ts';
import type { Looks } from './render.ts';
import { paintOf } from './render.ts';

// What the program knows, whatever logs there are: diagnoses, flags, formats, the schema of its report.

/** As a line has it: there is a diagnosis for each. */
const MIXER_STATUS = /^[A-Z]+(?:_[A-Z]+)?$/;

/** All diagnoses; loaded when they are first needed. */
export async function loadDiagnoses(): Promise<readonly Diagnosis[]> {
  return (await import('../diagnoses/index.ts')).diagnoses;
}

/** Ids of all diagnoses, sorted. */
export async function loadDiagnosisIds(): Promise<readonly string[]> {
  return (await loadDiagnoses()).map(({ id }) => id).sort();
}

/** Names that `--format` knows. */
export async function listFormatNames(): Promise<readonly string[]> {
  const { namedFormats } = await import('../parsers/index.ts');
  return namedFormats.map(({ id }) => id);
}

/**
 * What is known about a flag, several flags as a line has them, a status of Mixer, or a diagnosis.
 *
 * @throws UserError when there is neither; the hint names near ones.
 */
export async function explainTopic(
  topic: string,
  looks: Looks,
  linesOf: (diagnosis: Diagnosis) => Promise<readonly string[]> = () => Promise.resolve([]),
): Promise<string> {
  const diagnoses = await loadDiagnoses();
  const { explainDiagnosis, explainFlag } = await import('./report/explain.ts');
  const id = MIXER_STATUS.test(topic) ? `mixer-${topic.toLowerCase().replaceAll('_', '-')}` : topic;
  const diagnosis = diagnoses.find((one) => one.id === id);
  if (diagnosis !== undefined) {
    const lines = await linesOf(diagnosis);
    return explainDiagnosis(diagnosis, { paint: paintOf(looks), width: looks.width, lines });
  }
  const flags = findFlags(topic);
  if (flags !== null)
    return flags.map((flag) => explainFlag(flag, diagnoses, paintOf(looks), looks.width)).join('\n');
  const near = suggest(topic, [
    ...(await loadDiagnosisIds()),
    ...RESPONSE_FLAG_TABLE.map((row) => row.flag),
    ...DETAILS_NAMES,
  ]);
  throw new UserError({
    code: 'UNKNOWN_TOPIC',
    message: `nothing is known about ${JSON.stringify(topic)}: it is no response flag, no response code details, no diagnosis and no log line`,
    hint: near.length > 0 ? `Did you mean ${near.join(', ')}?` : hintFor(topic),
  });
}

const LOG_FILE = /\.(?:log|txt|jsonl?|gz)$/;

function hintFor(topic: string): string {
  if (/^\d{3}$/.test(topic))
    return 'A response code has many causes: give the response flag or the response code details beside it (503 UC), or the whole line.';
  if (LOG_FILE.test(topic)) return `To diagnose a file: faultline ${topic}`;
  return 'List what there is with: faultline list diagnoses, faultline list flags';
}

/** What response code details mean; `report` is that of a line which shows nothing else. */
export async function renderDetails(details: KnownDetails, report: Report, looks: Looks): Promise<string> {
  const { explainDetails } = await import('./report/explain.ts');
  return explainDetails(details, report, paintOf(looks), looks.width);
}

/** The flags that a text names as a line does (`UF,URX`), short or long; null when one of them is none. */
function findFlags(text: string): readonly string[] | null {
  const flags = text
    .split(',')
    .map((name) =>
      RESPONSE_FLAG_TABLE.find(
        ({ flag, longName }) => flag === name.toUpperCase() || longName.toLowerCase() === name.toLowerCase(),
      ),
    );
  return flags.every((row) => row !== undefined) ? flags.map(({ flag }) => flag) : null;
}

/** What `faultline list` can list. */
const LIST_TOPICS = ['diagnoses', 'flags', 'formats'] as const;
export type ListTopic = (typeof LIST_TOPICS)[number];

/** A table of all diagnoses, flags or formats. */
export async function renderList(topic: ListTopic, shape: Looks): Promise<string> {
  const looks = { paint: paintOf(shape), width: shape.width };
  const { listDiagnoses, listFlags, listFormats } = await import('./report/list.ts');
  switch (topic) {
    case 'diagnoses':
      return listDiagnoses(await loadDiagnoses(), looks);
    case 'flags':
      return listFlags(await loadDiagnoses(), looks);
    case 'formats':
      return listFormats((await import('../parsers/index.ts')).namedFormats, looks);
    default:
      return topic satisfies never;
  }
}

/** JSON Schema of the JSON report. */
export async function renderReportSchema(): Promise<string> {
  const { renderSchema } = await import('./report/schema.ts');
  return renderSchema();
}
