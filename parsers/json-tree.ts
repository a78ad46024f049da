import { BRACE_CLOSE, BRACE_OPEN, BRACKET_OPEN, COMMA, QUOTE } from '../src/bytes/number.ts';
import { copyBytes, decodeText, matchesAt } from '../src/bytes/text.ts';
import { findStringEnd, readValue, skipBlanks } from './json-parser.ts';

const COLON = 0x3a;
const BRACKET_CLOSE = 0x5d;
const NOT_READ = -1;
/** Deeper objects are passed over: nobody logs a field so deep. */
const MAX_DEPTH = 8;
/** Bounds the table of keys when an input makes up new ones line after line. */
const MAX_KNOWN_KEYS = 4096;
const ROOT = '';

/** Where the value at a path goes. */
export interface PathSlot {
  /** Place of its start in the span table; -1 when nobody reads it; `BY_VALUE` while that is not known. */
  slot: number;
  /** Of two values for one slot, that of the higher rank stays; of equal ranks the first, of `RANK_DEFAULT` the last. */
  readonly rank: number;
}

export const RANK_LOOK = 0;
export const RANK_NAME = 1;
export const RANK_DEFAULT = 2;

/** The path says nothing; the values that stand there are looked at. */
export const BY_VALUE = -3;
/** Sets the slot of the target if the value tells what the path stands for. */
type Look = (path: string, value: string, target: PathSlot) => void;
const MAX_LOOKS = 64;
const MAX_LOOKED_BYTES = 256;

interface Node {
  readonly parent: string;
  readonly key: Uint8Array;
  readonly path: string;
  readonly target: PathSlot;
  looks: number;
}

/**
 * Reads the values of an object and of the objects within it: `{"a":{"b":1}}` has `1` at the path `a.b`, and the elements
 * of an array all have the path of the array. Like `JsonParser`, it expects each key where it was in the line before.
 */
export class JsonTree {
  readonly #slotOf: (path: string) => PathSlot;
  readonly #look: Look;
  readonly #expected: Node[] = [];
  readonly #slotByPath = new Map<string, PathSlot>();
  readonly #looked = new Int32Array(2);
  /** Rank of what a slot holds, where it holds something. */
  readonly #ranks: number[] = [];
  #place = 0;

  constructor(slotOf: (path: string) => PathSlot, look: Look = () => {}) {
    this.#slotOf = slotOf;
    this.#look = look;
  }

  /** Writes the spans of all values that have a slot; false when `bytes[start, end)` is no object. */
  read(bytes: Uint8Array, start: number, end: number, spans: Int32Array): boolean {
    if (start >= end || bytes[start] !== BRACE_OPEN) return false;
    this.#place = 0;
    const behind = this.#readObject(bytes, start, end, spans, ROOT, 0);
    if (behind < 0) return false;
    // An element of an array that stands one a line keeps its comma.
    let at = skipBlanks(bytes, behind, end);
    if (at < end && bytes[at] === COMMA) at = skipBlanks(bytes, at + 1, end);
    return at === end;
  }

  /** The paths of the object that was read last. */
  lastPaths(): readonly string[] {
    return this.#expected.slice(0, this.#place).map(({ path }) => path);
  }

  /** Returns the offset behind the closing brace, or -1. */
  #readObject(
    bytes: Uint8Array,
    start: number,
    end: number,
    spans: Int32Array,
    path: string,
    depth: number,
  ): number {
    let at = skipBlanks(bytes, start + 1, end);
    while (at < end && bytes[at] === QUOTE) {
      const keyEnd = findStringEnd(bytes, at + 1, end);
      if (keyEnd < 0) return NOT_READ;
      const node = this.#nodeOf(bytes, at + 1, keyEnd, path);
      at = skipBlanks(bytes, keyEnd + 1, end);
      if (at >= end || bytes[at] !== COLON) return NOT_READ;
      at = this.#readAny(bytes, skipBlanks(bytes, at + 1, end), end, spans, node, depth);
      if (at < 0) return NOT_READ;
      at = skipBlanks(bytes, at, end);
      if (at >= end || bytes[at] !== COMMA) break;
      at = skipBlanks(bytes, at + 1, end);
    }
    return at < end && bytes[at] === BRACE_CLOSE ? at + 1 : NOT_READ;
  }

  #readAny(bytes: Uint8Array, at: number, end: number, spans: Int32Array, node: Node, depth: number): number {
    const isNested = depth < MAX_DEPTH;
    if (isNested && bytes[at] === BRACE_OPEN)
      return this.#readObject(bytes, at, end, spans, node.path, depth + 1);
    if (isNested && bytes[at] === BRACKET_OPEN) return this.#readArray(bytes, at, end, spans, node, depth);
    if (node.target.slot === BY_VALUE) this.#lookAt(bytes, at, end, node);
    const { slot, rank } = node.target;
    if (slot < 0) return readValue(bytes, at, end, spans, -1);
    const isWanted =
      (spans[slot] ?? 0) < 0 || rank === RANK_DEFAULT || rank > (this.#ranks[slot] ?? RANK_LOOK);
    if (isWanted) this.#ranks[slot] = rank;
    return readValue(bytes, at, end, spans, isWanted ? slot : -1);
  }

  /** Asks what the value is; after many that were nothing, the path is given up. */
  #lookAt(bytes: Uint8Array, at: number, end: number, node: Node): void {
    const stop = readValue(bytes, at, end, this.#looked, 0);
    const [start = 0, behind = 0] = this.#looked;
    if (stop < 0 || start < 0) return;
    const text = decodeText(bytes, start, Math.min(behind, start + MAX_LOOKED_BYTES));
    this.#look(node.path, text, node.target);
    if (node.target.slot === BY_VALUE && ++node.looks >= MAX_LOOKS) node.target.slot = -1;
  }

  #readArray(
    bytes: Uint8Array,
    start: number,
    end: number,
    spans: Int32Array,
    node: Node,
    depth: number,
  ): number {
    let at = skipBlanks(bytes, start + 1, end);
    while (at < end && bytes[at] !== BRACKET_CLOSE) {
      at = this.#readAny(bytes, at, end, spans, node, depth + 1);
      if (at < 0) return NOT_READ;
      at = skipBlanks(bytes, at, end);
      if (at < end && bytes[at] === COMMA) at = skipBlanks(bytes, at + 1, end);
      else break;
    }
    return at < end && bytes[at] === BRACKET_CLOSE ? at + 1 : NOT_READ;
  }

  #nodeOf(bytes: Uint8Array, start: number, end: number, parent: string): Node {
    const place = this.#place++;
    const known = this.#expected[place];
    if (
      known !== undefined &&
      known.parent === parent &&
      known.key.length === end - start &&
      matchesAt(bytes, start, end, known.key)
    )
      return known;
    const node = this.#lookUp(bytes, start, end, parent);
    if (place < MAX_KNOWN_KEYS) this.#expected[place] = node;
    return node;
  }

  #lookUp(bytes: Uint8Array, start: number, end: number, parent: string): Node {
    const key = decodeText(bytes, start, end);
    const path = parent === ROOT ? key : `${parent}.${key}`;
    let found = this.#slotByPath.get(path);
    if (found === undefined) {
      found = this.#slotOf(path);
      if (this.#slotByPath.size < MAX_KNOWN_KEYS) this.#slotByPath.set(path, found);
    }
    return { parent, key: copyBytes(bytes, start, end), path, target: found, looks: 0 };
  }
}
