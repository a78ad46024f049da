import { COMPRESSED_ENDING } from './log-file-name.ts';

/** `.1` of logrotate: the higher, the older. */
const NUMBER = /\.(\d{1,4})$/;
/** `-20260131`, `.2026-01-31`, `.20260131-101500`: the later, the newer. Shorter numbers may tell pods apart. */
const DATE = /[.-](\d{4}-?\d\d-?\d\d[\d._:tz-]*)$/i;

interface Part {
  /** Name of the log that the file is a part of. */
  readonly log: string;
  /** Null for a part that has no number. */
  readonly number: number | null;
  /** Null for one that has no date. */
  readonly date: string | null;
}

/** Which log a file is a part of, by its name: `access.log`, `access.log.2.gz` and `access-20260131.log` are of one. */
function partOf(name: string): Part {
  const plain = name.replace(COMPRESSED_ENDING, '');
  const [numberMark, number] = NUMBER.exec(plain) ?? [];
  if (numberMark !== undefined && number !== undefined)
    return { log: plain.slice(0, -numberMark.length), number: Number(number), date: null };
  const dot = plain.lastIndexOf('.');
  const [dateMark, date] = DATE.exec(plain) ?? [];
  if (dateMark !== undefined && date !== undefined)
    return { log: plain.slice(0, -dateMark.length), number: null, date: date.replace(/\D/g, '') };
  const stem = dot > 0 ? plain.slice(0, dot) : plain;
  const [stemMark, stemDate] = DATE.exec(stem) ?? [];
  if (stemMark === undefined || stemDate === undefined) return { log: plain, number: null, date: null };
  return {
    log: stem.slice(0, -stemMark.length) + plain.slice(stem.length),
    number: null,
    date: stemDate.replace(/\D/g, ''),
  };
}

/** Dated parts first, then numbered ones, then the log that is written to: oldest first in each. */
function compareAge(a: Part, b: Part): number {
  if (a.date !== null || b.date !== null) {
    if (a.date === null) return 1;
    if (b.date === null) return -1;
    return a.date < b.date ? -1 : a.date > b.date ? 1 : 0;
  }
  return (b.number ?? -1) - (a.number ?? -1);
}

/**
 * Paths with the parts of each rotated log one behind the other, oldest first, at the place of the part that came first.
 * All others keep their places.
 */
export function orderRotated<T extends { readonly path: string }>(files: readonly T[]): readonly T[] {
  const logs = new Map<string, { readonly file: T; readonly part: Part }[]>();
  for (const file of files) {
    const nameAt = Math.max(file.path.lastIndexOf('/'), file.path.lastIndexOf('\\')) + 1;
    const part = partOf(file.path.slice(nameAt));
    const key = file.path.slice(0, nameAt) + part.log;
    const parts = logs.get(key);
    if (parts === undefined) logs.set(key, [{ file, part }]);
    else parts.push({ file, part });
  }
  return [...logs.values()].flatMap((parts) =>
    parts.sort((a, b) => compareAge(a.part, b.part)).map(({ file }) => file),
  );
}
