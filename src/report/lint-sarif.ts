import type { MeshFault, MeshSeverity } from '../model/mesh-evidence.ts';
import { stringifySafely } from './json.ts';
import { type LintReport, namesOfFault, sortFaults } from './lint.ts';
import { SARIF_SCHEMA, SARIF_VERSION, toPlace, toText } from './sarif.ts';
import { clipMiddle } from './width.ts';
import { withFullStop } from './wording.ts';

const LEVELS: Readonly<Record<MeshSeverity, string>> = { error: 'error', warning: 'warning', info: 'note' };
/** Key and version of the fingerprints of faults: resources and sentence, whatever the line. */
const FINGERPRINT = 'faultlineMeshFault/v1';
const LONGEST_NAME = 200;

/** The result of `lint` as SARIF: one rule per cause, one result per fault, at the resource. */
export function renderLintSarif({ faults, problems }: LintReport, version: string): string {
  const ruleIds = [...new Set(faults.map(ruleOf))].sort();
  const run = {
    tool: {
      driver: { name: 'faultline', version, rules: ruleIds.map((id) => ({ id })) },
    },
    invocations: [
      {
        executionSuccessful: true,
        toolExecutionNotifications: problems.map((text) => ({ level: 'warning', message: toText(text) })),
      },
    ],
    columnKind: 'utf16CodeUnits',
    results: sortFaults(faults).map((fault) => toResult(fault, ruleIds)),
  };
  return `${stringifySafely({ $schema: SARIF_SCHEMA, version: SARIF_VERSION, runs: [run] })}\n`;
}

function ruleOf(fault: MeshFault): string {
  return namesOfFault(fault)[0] ?? 'mesh-configuration';
}

function toResult(fault: MeshFault, ruleIds: readonly string[]): object {
  const { severity, says, places, patch } = fault;
  const [first, ...others] = places.map(({ file, line, resource, says: what }) => ({
    physicalLocation: toPlace(file, line),
    message: toText(`${resource}: ${what}`),
    logicalLocations: [{ fullyQualifiedName: clipMiddle(resource, LONGEST_NAME), kind: 'resource' }],
  }));
  const names = places.map(({ resource }) => resource).join(' ');
  return {
    ruleId: ruleOf(fault),
    ruleIndex: ruleIds.indexOf(ruleOf(fault)),
    level: LEVELS[severity ?? 'info'],
    message: toText(`${withFullStop(says)}${patch === null ? '' : ` To mend: ${withFullStop(patch.text)}`}`),
    locations: first === undefined ? [] : [first],
    ...(others.length === 0 ? {} : { relatedLocations: others }),
    partialFingerprints: { [FINGERPRINT]: clipMiddle(`${ruleOf(fault)}@${names}`, LONGEST_NAME) },
    ...(fault.code === null ? {} : { properties: { istioctl: fault.code } }),
  };
}
