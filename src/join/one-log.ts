import type { Aggregate } from '../model/aggregate.ts';
import { logNameOf } from '../model/log-source.ts';
import type { HopRecord } from './hop-records.ts';

/** The same records with all parts of a rotated log under the last of them: they are of one proxy and one clock. */
export function inWholeLogs(
  records: readonly HopRecord[],
  inputs: Aggregate['inputs'],
): readonly HopRecord[] {
  const lastOf = new Map(inputs.map(({ path }, i) => [logNameOf(path), i]));
  if (lastOf.size === inputs.length) return records;
  const wholes = inputs.map(({ path }, i) => lastOf.get(logNameOf(path)) ?? i);
  return records.map((record) => ({ ...record, input: wholes[record.input] ?? record.input }));
}
