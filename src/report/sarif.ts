import type { Report, ReportFinding, ReportSample, ReportScope } from '../model/report.ts';
import { escapeForTerminal } from './escape.ts';
import { describeFlags } from './facts.ts';
import { stringifySafely } from './json.ts';
import { plainText } from './layout.ts';
import { describePeriod } from './period.ts';
import { nameScope } from './place.ts';
import { describeConfidence } from './verdict.ts';
import { clip, clipMiddle } from './width.ts';
import { formatPercent, plural, withFullStop, withPlainBlanks } from './wording.ts';

export const SARIF_VERSION = '2.1.0';
export const SARIF_SCHEMA =
  'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
/** Key and version of our fingerprints: cluster, else authority, else port, of a diagnosis. */
const FINGERPRINT = 'faultlineScope/v1';
const MOST_NOTIFICATIONS = 100;
const LONGEST_NAME = 200;
const LONGEST_TEXT = 2000;

/** A message, of bounded length. */
export function toText(value: string): { readonly text: string } {
  return { text: withPlainBlanks(clip(value, LONGEST_TEXT)) };
}

/** A path as the reference of an artifact; standard input is none. */
function toUri(path: string): string {
  // A lone surrogate has no encoding, so it is shown instead.
  const parts = escapeForTerminal(path.replaceAll('\\', '/')).split('/').map(encodeURIComponent);
  return path.startsWith('/') ? `file://${parts.join('/')}` : parts.join('/');
}

/** A line of a file. */
export function toPlace(path: string, line: number, snippet?: string): object {
  return {
    artifactLocation: { uri: toUri(path) },
    region: { startLine: line, ...(snippet === undefined ? {} : { snippet: toText(snippet) }) },
  };
}

function placeOfSample({ input, line, text: snippet }: ReportSample): readonly object[] {
  return input === '-' ? [] : [{ physicalLocation: toPlace(input, line, snippet) }];
}

/** Where to look first: the resources that cause it, where they are known; else the lines of the log. */
function toLocations(finding: ReportFinding, scope: ReportScope): Record<string, readonly object[]> {
  const logicalLocations = [
    { fullyQualifiedName: clipMiddle(nameScope(scope), LONGEST_NAME), kind: 'resource' },
  ];
  const mesh = finding.meshConfig
    .filter(({ supports }) => supports)
    .map(({ file, line, resource, says }) => ({
      physicalLocation: toPlace(file, line),
      message: toText(`${resource}: ${says}`),
    }));
  const lines = finding.samples.flatMap(placeOfSample);
  const [first, related] = mesh.length > 0 ? [mesh, lines] : [lines.slice(0, 1), lines.slice(1)];
  const [location = {}] = first;
  return {
    locations: [{ ...location, logicalLocations }],
    ...(related.length + first.length < 2 ? {} : { relatedLocations: [...first.slice(1), ...related] }),
  };
}

function describeResult(finding: ReportFinding, scope: ReportScope, window: Report['window']): string {
  const { cause, responseFlags, confirm, fixes } = finding;
  const period = describePeriod(finding, window);
  const [firstCheck] = confirm;
  const [firstFix] = fixes;
  return [
    `${plural(scope.requests, 'failed request')} at ${nameScope(scope)}${period === '' ? '' : `, ${period}`} (${plainText(describeConfidence(finding))}).`,
    cause,
    responseFlags.length === 0 ? '' : `Flags: ${describeFlags(responseFlags)}.`,
    firstCheck === undefined ? '' : `To confirm, run: ${firstCheck.run} (${firstCheck.expect}).`,
    firstFix === undefined ? '' : `To mend: ${withFullStop(firstFix.text)}`,
  ]
    .filter((part) => part !== '')
    .join(' ');
}

/** In the words of the standard, which has none for the direction. */
const BASELINE_STATES = {
  new: 'new',
  worse: 'updated',
  better: 'updated',
  same: 'unchanged',
  gone: 'absent',
} as const;

const LEVELS = { confirmed: 'error', likely: 'error', possible: 'warning', benign: 'note' } as const;

function toResults(
  finding: ReportFinding,
  ruleIds: readonly string[],
  { window, comparison }: Report,
): readonly object[] {
  const states = new Map(
    (comparison?.changes ?? []).map(({ fingerprint, change }) => [fingerprint, BASELINE_STATES[change]]),
  );
  const { diagnosis, status, confidence, share, suppressed } = finding;
  return finding.scopes.map((scope) => ({
    ruleId: diagnosis.id,
    ruleIndex: ruleIds.indexOf(diagnosis.id),
    level: LEVELS[status],
    message: toText(describeResult(finding, scope, window)),
    ...toLocations(finding, scope),
    partialFingerprints: { [FINGERPRINT]: clipMiddle(scope.fingerprint, LONGEST_NAME) },
    ...(states.has(scope.fingerprint) ? { baselineState: states.get(scope.fingerprint) } : {}),
    ...(scope.requests > 0 ? { occurrenceCount: scope.requests } : {}),
    rank: Math.round(confidence * 1000) / 10,
    ...(suppressed ? { suppressions: [{ kind: 'external', justification: '--suppress' }] } : {}),
    properties: { status, confidence, shareOfFailures: withPlainBlanks(formatPercent(share)) },
  }));
}

function toRule({ diagnosis, status, sources }: ReportFinding): object {
  const [source] = sources;
  return {
    id: diagnosis.id,
    shortDescription: toText(withFullStop(diagnosis.title)),
    ...(source === undefined || !URL.canParse(source.url) ? {} : { helpUri: new URL(source.url).href }),
    help: toText(`faultline explain ${diagnosis.id}`),
    defaultConfiguration: { level: LEVELS[status] },
    properties: { tags: ['service-mesh', diagnosis.family] },
  };
}

function toNotifications({ notes, rejected, unexplained }: Report): readonly object[] {
  const note = (value: string, locations: readonly object[] = []): object => ({
    level: 'note',
    message: toText(value),
    ...(locations.length === 0 ? {} : { locations }),
  });
  const { requests } = unexplained;
  return [
    ...(requests === 0 ? [] : [note(`${plural(requests, 'failed request')} without a known cause.`)]),
    ...notes.map((value) => note(value)),
    ...rejected.map((row) => note(`Line not understood: ${row.reason}.`, placeOfSample(row))),
  ].slice(0, MOST_NOTIFICATIONS);
}

/** The report as SARIF, for code scanning and editors: one rule per diagnosis, one result per scope. */
export function renderSarif(report: Report): string {
  const { findings, tool } = report;
  const rules = new Map(findings.map((finding) => [finding.diagnosis.id, toRule(finding)]));
  const ruleIds = [...rules.keys()];
  const run = {
    tool: {
      driver: { name: tool.name, version: tool.version, rules: [...rules.values()] },
    },
    invocations: [{ executionSuccessful: true, toolExecutionNotifications: toNotifications(report) }],
    columnKind: 'utf16CodeUnits',
    results: findings.flatMap((finding) => toResults(finding, ruleIds, report)),
  };
  return `${stringifySafely({ $schema: SARIF_SCHEMA, version: SARIF_VERSION, runs: [run] })}\n`;
}
