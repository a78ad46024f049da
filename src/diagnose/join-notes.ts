import type { Join } from '../model/join.ts';

/** Clocks that differ by less are taken to agree. */
const WORTH_A_NOTE_MS = 50;
const FEWEST_PAIRS = 3;

/** What the reader has to know of how records were matched. */
export function notesOfJoin(
  { joined, isEstimated, skews }: Join,
  inputPaths: readonly string[],
): readonly string[] {
  const notes: string[] = [];
  if (joined > 0)
    notes.push(
      `${joined} records are the other side of requests that another proxy logged too; each request counts once${
        isEstimated ? ' (estimated from a sample of the request ids)' : ''
      }.`,
    );
  for (const { input, against, aheadMs, errorMs, pairs } of skews) {
    if (pairs < FEWEST_PAIRS || Math.abs(aheadMs) < WORTH_A_NOTE_MS + errorMs) continue;
    const side = aheadMs > 0 ? 'ahead of' : 'behind';
    notes.push(
      `The clock of ${inputPaths[input] ?? '-'} runs ${formatMs(Math.abs(aheadMs))} ${side} that of ${
        inputPaths[against] ?? '-'
      } (give or take ${formatMs(errorMs)}, by ${pairs} requests that both logged).`,
    );
  }
  return notes;
}

function formatMs(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.ceil(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}
