import { BRACE_OPEN } from '../bytes/number.ts';
import { findLastLineEnd } from './file-tail.ts';
import type { LogFile } from './log-file.ts';
import { inspectContent } from './log-file.ts';
import { readSpan } from './read-span.ts';

/** A line without an end is taken for whole when nobody has written to the file for so long. */
const SETTLED_MS = 60_000;
/** An object printed over several lines is no longer than this. */
const MOST_OBJECT_BYTES = 64 * 1024;
const LF = 0x0a;

/** Up to where a file is to be read from `start` on: whole lines, and of a file that may still grow whole records. */
export async function findSettledEnd(file: LogFile, start: number, nowMs: number): Promise<number> {
  if (file.packedBy !== null) return (await inspectContent(file, [])).length;
  const isSettled = nowMs - file.modifiedMs > SETTLED_MS;
  if (isSettled) return file.size;
  const end = await findLastLineEnd(await file.handle(), start, file.size);
  const from = Math.max(start, end - MOST_OBJECT_BYTES);
  return from + wholeRecords(await readSpan(await file.handle(), from, end));
}

/** Length without an object at the end that is printed over several lines and not complete. */
function wholeRecords(bytes: Uint8Array): number {
  let start = bytes.length;
  while (start > 0) {
    // A negative offset would count from the end.
    const before = start < 2 ? -1 : bytes.lastIndexOf(LF, start - 2);
    start = before + 1;
    if (bytes[start] === BRACE_OPEN) break;
    if (before === -1) return bytes.length;
  }
  if (bytes[start] !== BRACE_OPEN) return bytes.length;
  const text = Buffer.from(bytes.subarray(start)).toString('utf8');
  // An object of which the first line is whole is no such object.
  const [first = ''] = text.split('\n', 1);
  return isJson(text) || first.trimEnd().endsWith('}') ? bytes.length : start;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
