import type { InputSummary, LineSample, RejectedLine } from '../model/aggregate.ts';
import { addLineCounts } from '../model/line-counts.ts';
import { MAX_REJECTED_LINES } from './caps.ts';

/** How the inputs of the second part are numbered after the merge. */
export interface Shift {
  /** Added to every input number. */
  readonly inputs: number;
  /** Added to the line numbers of the second part's first input, when it continues the first part's last. */
  readonly lines: number;
}

/** How lines of `second` are found in the inputs of both. */
export function shiftOf(first: readonly InputSummary[], second: readonly InputSummary[]): Shift {
  const last = first[first.length - 1];
  const continues = second[0]?.continues === true && last !== undefined;
  return { inputs: first.length - (continues ? 1 : 0), lines: continues ? last.lines.read : 0 };
}

/** The line where it stands after the merge. */
export function moveLine(sample: LineSample, { inputs, lines }: Shift): LineSample {
  return { ...sample, input: sample.input + inputs, line: sample.line + (sample.input === 0 ? lines : 0) };
}

/** The inputs of both parts; one that the second part continues is joined. */
export function mergeInputs(
  first: readonly InputSummary[],
  second: readonly InputSummary[],
): readonly InputSummary[] {
  const last = first[first.length - 1];
  const [next, ...others] = second;
  if (last === undefined || next === undefined || !next.continues) return [...first, ...second];
  return [...first.slice(0, -1), joinInputs(last, next), ...others];
}

function joinInputs(a: InputSummary, b: InputSummary): InputSummary {
  const formats = Object.entries(mergeCounts(a.formats, b.formats)).sort(
    (x, y) => y[1] - x[1] || (x[0] < y[0] ? -1 : 1),
  );
  return {
    path: a.path,
    continues: a.continues,
    format: formats[0]?.[0] ?? null,
    formats: Object.fromEntries(formats),
    bytes: a.bytes + b.bytes,
    lines: addLineCounts(a.lines, b.lines),
    rejected: firstPerReason([
      ...a.rejected,
      ...b.rejected.map((line) => ({ ...line, line: line.line + a.lines.read })),
    ]),
  };
}

function firstPerReason(lines: readonly RejectedLine[]): readonly RejectedLine[] {
  const seen = new Map<string, number>();
  return lines.filter(({ reason }) => {
    const count = (seen.get(reason) ?? 0) + 1;
    seen.set(reason, count);
    return count <= MAX_REJECTED_LINES;
  });
}

function mergeCounts(
  a: Readonly<Record<string, number>>,
  b: Readonly<Record<string, number>>,
): Record<string, number> {
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  return Object.fromEntries(keys.map((key) => [key, (a[key] ?? 0) + (b[key] ?? 0)]));
}
