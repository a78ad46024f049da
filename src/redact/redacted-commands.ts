import type { ReportFinding } from '../model/report.ts';
import type { Pseudonyms } from './pseudonyms.ts';

type Check = ReportFinding['confirm'][number];

/**
 * A command in which a name stands for a value would be run with that name. In its place is put a word in capitals, as
 * for all that somebody has to fill in, and behind it is said which value that is. `run` is the command as it was.
 */
export function toFillIn(check: Check, run: string | undefined, names: Pseudonyms): Check {
  const kinds = Object.keys(names.counts());
  if (check.run === run || kinds.length === 0) return check;
  const pattern = new RegExp(`\\b(?:${kinds.join('|')})-\\d+\\b`, 'g');
  const found = [...new Set(check.run.match(pattern))];
  if (found.length === 0) return check;
  const told = found.map((name) => `${toWord(name)} stands for ${name}`).join(', ');
  return {
    run: check.run.replaceAll(pattern, toWord),
    expect: `${check.expect} (${told}: --no-redact shows ${found.length === 1 ? 'it' : 'them'})`,
  };
}

function toWord(name: string): string {
  return name.toUpperCase().replaceAll('-', '_');
}
