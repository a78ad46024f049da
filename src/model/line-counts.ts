import type { LineCounts } from './aggregate.ts';

/** No line at all. */
export const NO_LINES: LineCounts = {
  read: 0,
  records: 0,
  continuation: 0,
  blank: 0,
  proxyLog: 0,
  unrecognised: 0,
  failed: 0,
  overlong: 0,
  partial: 0,
  outsideWindow: 0,
  duplicates: 0,
};

/** The counts of two inputs, or of two runs, together. */
export function addLineCounts(a: LineCounts, b: LineCounts): LineCounts {
  return {
    read: a.read + b.read,
    records: a.records + b.records,
    continuation: a.continuation + b.continuation,
    blank: a.blank + b.blank,
    proxyLog: a.proxyLog + b.proxyLog,
    unrecognised: a.unrecognised + b.unrecognised,
    failed: a.failed + b.failed,
    overlong: a.overlong + b.overlong,
    partial: a.partial + b.partial,
    outsideWindow: a.outsideWindow + b.outsideWindow,
    duplicates: duplicatesOf(a) + duplicatesOf(b),
  };
}

/** States and reports of the time before repeated lines were noticed do not have the count. */
function duplicatesOf({ duplicates }: Partial<LineCounts>): number {
  return duplicates ?? 0;
}
