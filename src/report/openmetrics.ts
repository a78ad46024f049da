import { CHANGES } from '../model/comparison.ts';
import type { Report, ReportFinding } from '../model/report.ts';
import { RESPONSE_FLAG_TABLE } from '../model/response-flag.ts';
import { clipMiddle } from './width.ts';

/** A time series each; what a log names beyond them is added up under `OTHER`. */
const MOST_CODES = 40;
const MOST_SCOPES_OF_FINDING = 10;
const MOST_SCOPES = 200;
const LONGEST_LABEL = 200;
const OTHER = 'other';
const NO_FLAG = '-';

const KNOWN_FLAGS: ReadonlySet<string> = new Set([NO_FLAG, ...RESPONSE_FLAG_TABLE.map(({ flag }) => flag)]);

interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

interface Family {
  readonly name: string;
  readonly help: string;
  readonly unit?: 'ratio' | 'seconds';
  readonly samples: readonly Sample[];
}

/** Cut before it is counted: two names that differ only in what is cut would be one series twice. */
const cut = (name: string): string => clipMiddle(name, LONGEST_LABEL);

function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function renderLabels(labels: Sample['labels']): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function renderFamily({ name, help, unit, samples }: Family): string[] {
  if (samples.length === 0) return [];
  return [
    `# TYPE ${name} gauge`,
    ...(unit === undefined ? [] : [`# UNIT ${name} ${unit}`]),
    `# HELP ${name} ${help}`,
    ...samples.map(({ labels, value }) => `${name}${renderLabels(labels)} ${value}`),
  ];
}

/** One series per value of a label; those that are not kept are added up. */
function addUp(
  label: string,
  entries: readonly (readonly [key: string, value: number])[],
  isKept: (key: string, place: number) => boolean,
): readonly Sample[] {
  const sums = new Map<string, number>();
  for (const [place, [key, value]] of entries.entries()) {
    const name = isKept(key, place) ? cut(key) : OTHER;
    sums.set(name, (sums.get(name) ?? 0) + value);
  }
  return [...sums].map(([name, value]) => ({ labels: { [label]: name }, value }));
}

const one = (value: number, labels: Sample['labels'] = {}): readonly Sample[] => [{ labels, value }];

const toSeconds = (iso: string): number => Date.parse(iso) / 1000;

function ofFindings(
  findings: readonly ReportFinding[],
  read: (finding: ReportFinding) => number | null,
): readonly Sample[] {
  return findings.flatMap((finding) => {
    const value = read(finding);
    const { diagnosis, status, suppressed } = finding;
    if (value === null) return [];
    return one(value, { diagnosis: diagnosis.id, status, suppressed: String(suppressed) });
  });
}

/** Failures by diagnosis and scope: the first scopes of each finding, then the sum of the others. */
function ofScopes(findings: readonly ReportFinding[]): readonly Sample[] {
  let left = MOST_SCOPES;
  const byDiagnosis = new Map<string, Map<string, number>>();
  for (const { diagnosis, scopes } of findings) {
    const sums = byDiagnosis.get(diagnosis.id) ?? new Map<string, number>();
    byDiagnosis.set(diagnosis.id, sums);
    const kept = Math.min(MOST_SCOPES_OF_FINDING, left, scopes.length);
    left -= kept;
    for (const [place, { fingerprint, requests }] of scopes.entries()) {
      const name = place < kept ? cut(fingerprint.slice(diagnosis.id.length + 1)) : OTHER;
      sums.set(name, (sums.get(name) ?? 0) + requests);
    }
  }
  return [...byDiagnosis].flatMap(([diagnosis, sums]) =>
    [...sums].map(([scope, value]) => ({ labels: { diagnosis, scope }, value })),
  );
}

/** How many causes are new, worse and so on; muted ones wake nobody. Empty when the report is compared with nothing. */
function ofChanges({ comparison }: Report): readonly Sample[] {
  if (comparison === null) return [];
  const loud = comparison.changes.filter(({ muted }) => !muted);
  return CHANGES.map((change) => ({
    labels: { change },
    value: loud.filter((item) => item.change === change).length,
  }));
}

function toFamilies(report: Report): readonly Family[] {
  const { tool, requests, findings, lines, unexplained, window } = report;
  const byCode = Object.entries(requests.byResponseCode).sort(([, a], [, b]) => b - a);
  const byFlag = Object.entries(requests.byResponseFlag);
  const timeOf = (iso: string | null): number | null => (iso === null ? null : toSeconds(iso));
  return [
    {
      name: 'faultline_report',
      help: 'Always 1; the version that made the report.',
      samples: one(1, { version: tool.version }),
    },
    {
      name: 'faultline_log_start_timestamp_seconds',
      help: 'Start time of the first request of the log.',
      unit: 'seconds',
      samples: window === null ? [] : one(toSeconds(window.from)),
    },
    {
      name: 'faultline_log_end_timestamp_seconds',
      help: 'Start time of the last request of the log.',
      unit: 'seconds',
      samples: window === null ? [] : one(toSeconds(window.to)),
    },
    { name: 'faultline_requests', help: 'Requests in the log.', samples: one(requests.total) },
    { name: 'faultline_failed_requests', help: 'Failed requests in the log.', samples: one(requests.failed) },
    {
      name: 'faultline_response_code_requests',
      help: 'Requests by response code.',
      samples: addUp('code', byCode, (_, place) => place < MOST_CODES),
    },
    {
      name: 'faultline_response_flag_requests',
      help: 'Requests by response flag; a request counts under each of its flags.',
      samples: addUp('flag', byFlag, (flag) => KNOWN_FLAGS.has(flag)),
    },
    {
      name: 'faultline_finding_requests',
      help: 'Failed requests that a diagnosis explains.',
      samples: ofFindings(findings, (finding) => finding.requests),
    },
    {
      name: 'faultline_finding_confidence_ratio',
      help: 'Confidence in a diagnosis.',
      unit: 'ratio',
      samples: ofFindings(findings, ({ confidence }) => confidence),
    },
    {
      name: 'faultline_finding_first_seen_timestamp_seconds',
      help: 'Start time of the first failure of a diagnosis.',
      unit: 'seconds',
      samples: ofFindings(findings, ({ firstSeen }) => timeOf(firstSeen)),
    },
    {
      name: 'faultline_finding_last_seen_timestamp_seconds',
      help: 'Start time of the last failure of a diagnosis.',
      unit: 'seconds',
      samples: ofFindings(findings, ({ lastSeen }) => timeOf(lastSeen)),
    },
    {
      name: 'faultline_scope_requests',
      help: 'Failed requests of a diagnosis by cluster, else authority, else local port.',
      samples: ofScopes(findings),
    },
    {
      name: 'faultline_unexplained_requests',
      help: 'Failed requests without a known cause.',
      samples: one(unexplained.requests),
    },
    {
      name: 'faultline_changes',
      help: 'Causes at a place by what became of them since the runs before or the baseline.',
      samples: ofChanges(report),
    },
    {
      name: 'faultline_log_lines',
      help: 'Physical lines of the log by what became of them.',
      samples: Object.entries(lines).map(([kind, value]) => ({ labels: { kind }, value })),
    },
  ];
}

/** The sums of the report for a time series database, as OpenMetrics text. The number of series is bounded. */
export function renderOpenMetrics(report: Report): string {
  return `${[...toFamilies(report).flatMap(renderFamily), '# EOF'].join('\n')}\n`;
}
