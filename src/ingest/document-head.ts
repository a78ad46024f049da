import { skipJsonBlanks, skipJsonValue } from '../bytes/json.ts';
import { BRACE_OPEN, BRACKET_OPEN, QUOTE } from '../bytes/number.ts';
import { decodeText } from '../bytes/text.ts';

/** So much of an input tells whether it is lines or a document. */
export const HEAD_BYTES = 64 * 1024;
const LF = 0x0a;
/** In UTF-8. */
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf] as const;
/** Keys under which exports list their entries. */
const LISTS: readonly string[] = [
  ...[
    'result',
    'results',
    'values',
    'streams',
    'hits',
    'events',
    'logEvents',
    'entries',
    'data',
    'logs',
    'records',
    'frames',
  ],
  ...['items', 'rows', 'messages', 'resourceLogs', 'scopeLogs', 'instrumentationLibraryLogs', 'logRecords'],
  ...['datarows', 'tables', 'columns', 'logEntry', 'log_entry', 'resource_logs', 'scope_logs', 'log_records'],
];
/** The same, to be looked up. */
export const LIST_KEYS: ReadonlySet<string> = new Set(LISTS);
export const LONGEST_LIST_KEY = Math.max(...LISTS.map((key) => key.length));
const HAS_LIST = new RegExp(`"(?:${LISTS.join('|')})"\\s*:\\s*\\[\\s*[{\\[]`);
const STRING = String.raw`"(?:[^"\\]|\\.)*"`;
/** What stands before a row in a column: its number or its time. */
const ROW = String.raw`\d[\d:TZ.+-]*`;
/** A column is an object of rows: the first has two of them, or another column begins with the same. */
const BY_COLUMN = new RegExp(
  String.raw`^\s*\{\s*${STRING}\s*:\s*\{\s*"(${ROW})"\s*:\s*(?:${STRING}|[^\s",[\]{}]+)\s*(?:,\s*"${ROW}"\s*:|\}\s*,\s*${STRING}\s*:\s*\{\s*"\1"\s*:)`,
);
/** The names of all columns, then the rows as lists. */
const SPLIT = new RegExp(
  String.raw`^\s*\{\s*"columns"\s*:\s*\[\s*(${STRING}(?:\s*,\s*${STRING})*)\s*\].*?"data"\s*:\s*\[\s*\[`,
  's',
);

/** Offset behind the byte order mark, or behind what a small chunk holds of it. */
export function skipMark(bytes: Uint8Array): number {
  let at = 0;
  while (at < BYTE_ORDER_MARK.length && bytes[at] === BYTE_ORDER_MARK[at]) at++;
  return at === BYTE_ORDER_MARK.length || at === bytes.length ? at : 0;
}

/** False for an input whose first bytes begin no document. */
export function mayOpenDocument(bytes: Uint8Array): boolean {
  const byte = bytes[skipJsonBlanks(bytes, skipMark(bytes), bytes.length)];
  return byte === undefined || byte === BRACE_OPEN || byte === BRACKET_OPEN;
}

/** True when the first bytes of an input are those of a document, which cannot be cut into lines. */
export function isDocument(head: Uint8Array): boolean {
  const { length } = head;
  const at = skipJsonBlanks(head, 0, length);
  if (head[at] === BRACKET_OPEN) {
    const first = head[skipJsonBlanks(head, at + 1, length)];
    return first === BRACE_OPEN || first === BRACKET_OPEN || first === QUOTE;
  }
  if (head[at] !== BRACE_OPEN) return false;
  const behind = skipJsonValue(head, at, length);
  if (behind < 0 && head.indexOf(LF) < 0) return length >= HEAD_BYTES || hasList(head, length);
  return hasList(head, behind < 0 ? length : behind) || (behind > 0 && head[behind] === BRACE_OPEN);
}

function hasList(head: Uint8Array, end: number): boolean {
  return HAS_LIST.test(decodeText(head, 0, end));
}

/** True for a table by column, as pandas' `to_json()` writes it: no record stands in one place. */
export function isTableByColumn(head: Uint8Array): boolean {
  return BY_COLUMN.test(decodeText(head, 0, Math.min(head.length, HEAD_BYTES)));
}

/** The names of the columns, as they stand there, where the first bytes are those of a table whose rows are lists. */
export function columnsOf(head: Uint8Array): readonly string[] | null {
  const names = SPLIT.exec(decodeText(head, 0, Math.min(head.length, HEAD_BYTES)))?.[1];
  return names?.match(new RegExp(STRING, 'g')) ?? null;
}
