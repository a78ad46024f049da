import type { MeshFault, MeshSeverity } from '../model/mesh-evidence.ts';
import { escapeForTerminal } from './escape.ts';
import { stringifySafely } from './json.ts';
import type { Paint } from './paint.ts';
import { plural, withPlainBlanks } from './wording.ts';

/** What was found in a mesh configuration. */
export interface LintReport {
  readonly resources: number;
  /** Configuration dumps of proxies. */
  readonly dumps: number;
  readonly faults: readonly MeshFault[];
  /** Files and documents that could not be read. */
  readonly problems: readonly string[];
}

const RANK: Readonly<Record<MeshSeverity, number>> = { error: 0, warning: 1, info: 2 };

/** Errors first, then by place. */
export function sortFaults(faults: readonly MeshFault[]): readonly MeshFault[] {
  const rank = ({ severity }: MeshFault): number => RANK[severity ?? 'info'];
  const keyOf = ({ places: [first], says }: MeshFault): string =>
    `${first?.file ?? ''} ${String(first?.line ?? 0).padStart(8, '0')} ${says}`;
  return [...faults].sort((a, b) => rank(a) - rank(b) || (keyOf(a) < keyOf(b) ? -1 : 1));
}

/** The result as JSON. */
export function renderLintJson({ resources, dumps, faults, problems }: LintReport): string {
  const rows = sortFaults(faults).map(({ diagnosisId, code, severity, says, places, patch }) => ({
    severity,
    diagnosis: diagnosisId,
    code,
    message: says,
    places,
    patch: patch === null ? null : { text: patch.text, diff: patch.diff, yaml: patch.yaml },
  }));
  return `${stringifySafely({ schemaVersion: 1, resources, dumps, findings: rows, problems })}\n`;
}

/** The result for people. */
export function renderLintText(report: LintReport, paint: Paint): string {
  const { faults, problems } = report;
  const lines = sortFaults(faults).flatMap((fault) => [...describe(fault, paint), '']);
  const text = [...lines, ...problems.map((problem) => `Not read: ${clean(problem)}`), sumUp(report), ''];
  return withPlainBlanks(text.join('\n'));
}

/** How much was read and found, in one sentence. */
export function sumUp({ resources, dumps, faults }: LintReport): string {
  const count = (wanted: MeshSeverity): number => faults.filter(({ severity }) => severity === wanted).length;
  const read = [
    ...(resources === 0 && dumps > 0 ? [] : [plural(resources, 'resource')]),
    ...(dumps === 0 ? [] : [plural(dumps, 'configuration dump')]),
  ];
  return `${read.join(', ')}: ${plural(count('error'), 'error')}, ${plural(count('warning'), 'warning')}, ${count('info')} info.`;
}

/** The names under which a fault is known: our id, and the code of `istioctl analyze`. */
export function namesOfFault({ diagnosisId, code }: MeshFault): readonly string[] {
  return [diagnosisId, code].filter((name) => name !== null);
}

function describe(fault: MeshFault, paint: Paint): readonly string[] {
  const { severity, says, places, patch } = fault;
  const names = namesOfFault(fault).join(', ');
  return [
    `${paint.strong(severity ?? 'info')}: ${clean(says)}${names === '' ? '' : ` [${names}]`}`,
    ...places.map(
      ({ file, line, resource, says: what }) => `  ${clean(`${file}:${line} ${resource} ${what}`)}`,
    ),
    ...(patch === null
      ? []
      : [
          `  Fix: ${clean(patch.text)}`,
          ...patch.diff
            .trimEnd()
            .split('\n')
            .map((line) => `    ${clean(line)}`),
        ]),
  ];
}

/** Text of files is not trusted. */
function clean(text: string): string {
  return escapeForTerminal(text);
}
