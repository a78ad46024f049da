import { skipJsonBlanks, skipJsonValue } from '../bytes/json.ts';
import { BRACE_CLOSE, BRACE_OPEN, COMMA, QUOTE, TAB } from '../bytes/number.ts';
import { decodeText, encodeText, matchesAt } from '../bytes/text.ts';

const COLON = 0x3a;
/** What the bulk interface of Elasticsearch wants before each document. */
const ACTIONS = ['"index"', '"create"', '"update"', '"delete"'].map(encodeText);
const MAX_HEADER_BYTES = 8192;
/** Names of columns, two at least. */
const HEADER = /^"?[\w@][\w@.:[\] -]*"?(?:[,;\t|]"?[\w@][\w@.:[\] -]*"?)+$/;

/** True for a line that only holds entries apart: what Elasticsearch is to do with the next, the rest of a cell of a table. */
export function isFrameLine(bytes: Uint8Array, start: number, end: number): boolean {
  if (bytes[start] === BRACE_OPEN) return isBulkAction(bytes, start, end);
  const next = bytes[start + 1];
  return bytes[start] === QUOTE && (end - start === 1 || next === COMMA || next === TAB);
}

/** True for the names of the columns of a table. */
export function isTableHeader(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start <= MAX_HEADER_BYTES && HEADER.test(decodeText(bytes, start, end));
}

function isBulkAction(bytes: Uint8Array, start: number, end: number): boolean {
  const keyAt = skipJsonBlanks(bytes, start + 1, end);
  const action = ACTIONS.find((text) => matchesAt(bytes, keyAt, end, text));
  if (action === undefined) return false;
  const colon = skipJsonBlanks(bytes, keyAt + action.length, end);
  const valueAt = skipJsonBlanks(bytes, colon + 1, end);
  if (bytes[colon] !== COLON || bytes[valueAt] !== BRACE_OPEN) return false;
  const behind = skipJsonValue(bytes, valueAt, end);
  if (behind < 0) return false;
  const close = skipJsonBlanks(bytes, behind, end);
  return bytes[close] === BRACE_CLOSE && skipJsonBlanks(bytes, close + 1, end) === end;
}
