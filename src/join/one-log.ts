import type { Aggregate } from '../model/aggregate.ts';
import { logNameOf } from '../model/log-source.ts';
import type { HopRecord } from './hop-records.ts';

/** For each input the last part of its log: all parts of a rotated log are of one proxy and one clock. */
export function lastParts(inputs: Aggregate['inputs']): readonly number[] {
  const lastOf = new Map(inputs.map(({ path }, i) => [logNameOf(path), i]));
  return inputs.map(({ path }, i) => lastOf.get(logNameOf(path)) ?? i);
}

/** The same records with all parts of a rotated log under the last of them. */
export function inWholeLogs(
  records: readonly HopRecord[],
  inputs: Aggregate['inputs'],
): readonly HopRecord[] {
  const wholes = lastParts(inputs);
  if (wholes.every((whole, i) => whole === i)) return records;
  return records.map((record) => ({ ...record, input: wholes[record.input] ?? record.input }));
}
