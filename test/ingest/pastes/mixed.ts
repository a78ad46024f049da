import {
  each,
  HEALTHY,
  LINES,
  lineOf,
  type Paste,
  partly,
  whole,
  without,
  wrapAll,
  wrapHard,
  wrapWords,
} from './paste.ts';

/** With several of these at once. */
export const MIXED: readonly Paste[] = [
  whole('with typographic quotes, quoted and wrapped', wrapAll(wrapWords, 90, '> ').replaceAll('"', '”')),
  whole(
    'quoted, in inline code, with non-breaking spaces',
    each((line) => `> \`${line.replaceAll(' ', '\u00a0')}\``),
  ),
  whole(
    'with line numbers and wrapped',
    LINES.flatMap((line) => wrapHard(line, 100))
      .map((piece, i) => `${String(i + 1).padStart(4)}  ${piece}`)
      .join('\n'),
  ),
  whole(
    'with prompts, fences and prose between',
    `Hi all,\n\n\`\`\`\n$ kubectl logs a\n${LINES[0]}\n\`\`\`\nand later\n\`\`\`\n${LINES[1]}\n\`\`\`\n${LINES[2]}\nThanks`,
  ),
  // Each of them is as long as the next, as the pieces of a wrapped line are.
  partly(
    'of lines of no known format that are equally long',
    Array.from({ length: 6 }, () => `[at noon] ${lineOf(HEALTHY).replace(/^[^\]]*\] /, '')}`).join('\n'),
    Array.from({ length: 6 }, () => without(HEALTHY, 'startTime')),
  ),
];
