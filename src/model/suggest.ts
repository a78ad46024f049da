/** More proposals are no help. */
const MOST_SUGGESTIONS = 3;
/** One slip per this many letters still is the same word. */
const LETTERS_PER_SLIP = 4;
/** A shorter word is part of too many others. */
const SHORTEST_PART = 4;

/** Slips between two words: a letter too many, missing, wrong, or two swapped (optimal string alignment). */
function countSlips(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const wrong = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwap ? (beforeLast[j - 2] ?? 0) + 1 : wrong;
      row.push(Math.min(wrong, swapped, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

/** The known words that somebody may have meant, best first. */
export function suggest(topic: string, known: readonly string[]): readonly string[] {
  const wanted = topic.trim().toLowerCase();
  const longest = Math.max(0, ...known.map((word) => word.length));
  // Nobody meant a word that is half as long; this also bounds the work on a pasted line.
  if (wanted === '' || wanted.length > 2 * longest) return [];
  const slipsAllowed = Math.max(1, Math.floor(wanted.length / LETTERS_PER_SLIP));
  return known
    .map((word) => {
      const slips = countSlips(wanted, word.toLowerCase());
      const isPart = wanted.length >= SHORTEST_PART && word.toLowerCase().includes(wanted);
      return { word, rank: isPart ? Math.min(slips, slipsAllowed) : slips };
    })
    .filter(({ rank }) => rank <= slipsAllowed)
    .sort((a, b) => a.rank - b.rank || (a.word < b.word ? -1 : 1))
    .slice(0, MOST_SUGGESTIONS)
    .map(({ word }) => word);
}
