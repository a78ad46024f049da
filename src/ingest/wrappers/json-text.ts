import {
  findJsonMember,
  findJsonStringEnd,
  skipJsonBlanks,
  skipJsonValue,
  unescapeJson,
} from '../../bytes/json.ts';
import { BRACE_OPEN, BRACKET_OPEN, QUOTE } from '../../bytes/number.ts';
import { decodeText, encodeText } from '../../bytes/text.ts';
import type { Layer } from './layer.ts';
import type { Wrapper, WrapperSample } from './wrapper.ts';

const LF = 0x0a;
const CR = 0x0d;
const BRACKET_CLOSE = 0x5d;

/** What makes an object the wrapper of a product. */
export interface JsonWrapperKeys {
  /** Where the line is: a string that holds it, or an object that is it. Of several the first that is there. */
  readonly text: readonly string[];
  /** Keys that must be there too, so that the product is known. */
  readonly marks: readonly string[];
  /** Where the source is: a dot goes into an object. */
  readonly source?: readonly string[];
  readonly stamp?: readonly string[];
}

/** A wrapper that is a JSON object with the line under a key. */
export function jsonWrapper(
  head: { readonly id: string; readonly title: string; readonly samples: readonly WrapperSample[] },
  { text, marks, source = [], stamp = [] }: JsonWrapperKeys,
): Wrapper {
  const textKeys = text.map(encodeText);
  const markKeys = marks.map(encodeText);
  return {
    ...head,
    unwrap: ({ bytes, start, end }, inside) => {
      if (bytes[start] !== BRACE_OPEN) return false;
      for (const key of markKeys) if (findJsonMember(bytes, start, end, key) < 0) return false;
      for (const key of textKeys) {
        const at = findJsonMember(bytes, start, end, key);
        if (at >= 0 && openValue(bytes, at, end, inside)) return true;
      }
      return false;
    },
    sourceOf: (line) => firstText(line, source),
    stampOf: (line) => firstText(line, stamp),
  };
}

/**
 * Points `inside` at the text of a string, unescaped and without its line end, or at an object, or at the only element of
 * an array that is one of these, as Elasticsearch gives fields; false for other values.
 */
export function openValue(bytes: Uint8Array, at: number, end: number, inside: Layer): boolean {
  if (bytes[at] === BRACE_OPEN) {
    const behind = skipJsonValue(bytes, at, end);
    if (behind < 0) return false;
    inside.set(bytes, at, behind);
    return true;
  }
  if (bytes[at] === BRACKET_OPEN) {
    const only = onlyElement(bytes, at, end);
    return only >= 0 && openValue(bytes, only, end, inside);
  }
  if (bytes[at] !== QUOTE) return false;
  const stop = findJsonStringEnd(bytes, at + 1, end);
  if (stop < 0) return false;
  return writeString(bytes, at + 1, stop, inside);
}

/** Points `inside` at the text between the quotes of a JSON string, unescaped and without its line end; false when empty. */
export function writeString(bytes: Uint8Array, from: number, stop: number, inside: Layer): boolean {
  const target = inside.reserve(stop - from + 1);
  let length = unescapeJson(bytes, from, stop, target);
  while (length > 0 && (target[length - 1] === LF || target[length - 1] === CR)) length--;
  inside.setWritten(length);
  return length > 0;
}

/** Offset of the element of an array that has one, or -1. */
function onlyElement(bytes: Uint8Array, open: number, end: number): number {
  const at = skipJsonBlanks(bytes, open + 1, end);
  if (bytes[at] !== QUOTE && bytes[at] !== BRACE_OPEN) return -1;
  const behind = skipJsonValue(bytes, at, end);
  return behind > 0 && bytes[skipJsonBlanks(bytes, behind, end)] === BRACKET_CLOSE ? at : -1;
}

/** Text of the first of these members that is there and no object. */
function firstText({ bytes, start, end }: Layer, paths: readonly string[]): string | null {
  for (const path of paths) {
    let at = start;
    for (const key of path.split('.')) if (at >= 0) at = findJsonMember(bytes, at, end, encodeText(key));
    if (at < 0 || bytes[at] === BRACE_OPEN) continue;
    const behind = skipJsonValue(bytes, at, end);
    if (behind < 0) continue;
    const isString = bytes[at] === QUOTE;
    return isString ? decodeText(bytes, at + 1, behind - 1) : decodeText(bytes, at, behind);
  }
  return null;
}

/** Offset of the value of the member that stands first in the object, and so on, by callback. */
export function eachMember(
  { bytes, start, end }: Layer,
  visit: (keyStart: number, keyEnd: number, valueAt: number, valueEnd: number) => void,
): void {
  let at = skipJsonBlanks(bytes, start + 1, end);
  while (at < end && bytes[at] === QUOTE) {
    const keyEnd = findJsonStringEnd(bytes, at + 1, end);
    if (keyEnd < 0) return;
    const valueAt = skipJsonBlanks(bytes, skipJsonBlanks(bytes, keyEnd + 1, end) + 1, end);
    const behind = skipJsonValue(bytes, valueAt, end);
    if (behind < 0) return;
    visit(at + 1, keyEnd, valueAt, behind);
    at = skipJsonBlanks(bytes, skipJsonBlanks(bytes, behind, end) + 1, end);
  }
}
