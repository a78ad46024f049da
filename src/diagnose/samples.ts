import type { LineSample } from '../model/aggregate.ts';
import type { ReportSample } from '../model/report.ts';

/** A kept line with the name of its input. */
export function toSample({ input, ...line }: LineSample, inputPaths: readonly string[]): ReportSample {
  return { input: inputPaths[input] ?? '-', ...line };
}
