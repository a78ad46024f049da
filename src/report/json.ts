import type { Report, ReportAlternative, ReportEvidence, ReportFinding } from '../model/report.ts';

/** The keys of the contract in its order. What else a value holds comes after them. */
const REPORT_KEYS: readonly (keyof Report)[] = [
  'schemaVersion',
  'tool',
  'inputs',
  'lines',
  'window',
  'requests',
  'findings',
  'unexplained',
  'blindSpots',
  'notes',
];
const FINDING_KEYS: readonly (keyof ReportFinding)[] = [
  'diagnosis',
  'confidence',
  'status',
  'requests',
  'share',
  'responseFlags',
  'responseCodes',
  'reporter',
  'scopes',
  'firstSeen',
  'lastSeen',
  'intervals',
  'evidence',
  'alternatives',
  'confirm',
  'fixes',
  'meshConfig',
  'sources',
  'samples',
];
const EVIDENCE_KEYS: readonly (keyof ReportEvidence)[] = ['claim', 'supports', 'requests', 'bits'];
const ALTERNATIVE_KEYS: readonly (keyof ReportAlternative)[] = ['id', 'confidence', 'tellApart'];

/** The same keys and values, some keys first: a key keeps the place at which it was set first. */
function withKeysFirst<T extends object>(value: T, keys: readonly (keyof T)[]): object {
  return Object.fromEntries([...keys.map((key) => [key, value[key]]), ...Object.entries(value)]);
}

/** A finding with the keys of the contract first. */
export function orderFinding(finding: ReportFinding): object {
  const { evidence, alternatives } = finding;
  return {
    ...withKeysFirst(finding, FINDING_KEYS),
    evidence: evidence.map((item) => withKeysFirst(item, EVIDENCE_KEYS)),
    alternatives: alternatives.map((item) => withKeysFirst(item, ALTERNATIVE_KEYS)),
  };
}

/** Escape sequences of JSON, one by one, so that the backslash of one is never taken for the start of the next. */
const JSON_ESCAPE = /\\(?:u[0-9a-f]{4}|.)/g;
const LONE_SURROGATE = /^\\ud[89a-f]/;
/** JSON allows these as they are, but a terminal would obey them. */
const HARMFUL = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu;

function escapeCharacter(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}

/** JSON of a value that any parser takes and that does no harm on a terminal. */
export function stringifySafely(value: unknown): string {
  return makeSafe(JSON.stringify(value, null, 2));
}

/** The same without a line end. */
export function stringifyOnOneLine(value: unknown): string {
  return makeSafe(JSON.stringify(value));
}

function makeSafe(json: string): string {
  // JSON.stringify leaves lone surrogates as escapes, which strict parsers refuse. They are kept as visible text.
  return json
    .replace(JSON_ESCAPE, (sequence) => (LONE_SURROGATE.test(sequence) ? `\\${sequence}` : sequence))
    .replace(HARMFUL, escapeCharacter);
}

/** The report as `-o json` prints it. */
export function renderJson(report: Report): string {
  const ordered = {
    ...withKeysFirst(report, REPORT_KEYS),
    findings: report.findings.map(orderFinding),
  };
  return `${stringifySafely(ordered)}\n`;
}
