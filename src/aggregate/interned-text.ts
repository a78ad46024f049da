import type { HashState } from '../bytes/hash.ts';
import { finishHash, hashBytes, keyOf, startHash } from '../bytes/hash.ts';
import { encodeText } from '../bytes/text.ts';
import type { Logged } from '../model/logged.ts';
import { parseResponseFlags } from '../model/response-flag.ts';
import { MAX_INTERNED_TEXTS, MAX_KEPT_BYTES, MAX_REPEATED_TEXTS } from './caps.ts';
import type { FailureKeys } from './failure-keys.ts';
import { textKeyAt } from './failure-keys.ts';
import type { LineView } from './line-view.ts';
import * as slot from './slots.ts';

const SEED_NAME = 1;

/** A set of response flags, met in any order, with one hash. */
export interface FlagSet {
  readonly flags: readonly string[];
  readonly hash: number;
}

/** Details of a reply; the hash is of what does not vary from line to line. */
export interface Details {
  /** Null when nothing was logged. */
  readonly text: string | null;
  readonly hash: number;
}

const NO_FLAGS: FlagSet = { flags: [], hash: 0 };
const NO_DETAILS: Details = { text: null, hash: 0 };

/** `name{reason|…}` without what follows the reason; other braces and brackets without their content. */
const DETAILS_KIND = /^([^{[(]*)(?:\{([a-z_]+)(?=[|,}]))?/;

/** Turns fields into values once per distinct text: the same key gives the same value. */
export class InternedTexts {
  readonly #flagSets = new Map<number, FlagSet>();
  readonly #details = new Map<number, Details>();
  readonly #texts = new Map<number, string>();

  flagsOf(line: LineView, keys: FailureKeys): FlagSet {
    const key = textKeyAt(keys, slot.RESPONSE_FLAGS);
    if (key < 0) return NO_FLAGS;
    let set = this.#flagSets.get(key);
    if (set === undefined) {
      const flags = parseResponseFlags(flagsText(line));
      set = { flags, hash: hashText(flags.length === 0 ? '-' : flags.join(',')) };
      if (this.#flagSets.size < MAX_INTERNED_TEXTS) this.#flagSets.set(key, set);
    }
    return set;
  }

  detailsOf(line: LineView, keys: FailureKeys): Details {
    const key = textKeyAt(keys, slot.DETAILS);
    if (key < 0) return NO_DETAILS;
    let details = this.#details.get(key);
    if (details === undefined) {
      const text = line.keptTextAt(slot.DETAILS) ?? '';
      const [kind = ''] = DETAILS_KIND.exec(text) ?? [];
      details = { text, hash: hashText(kind) };
      if (this.#details.size < MAX_INTERNED_TEXTS) this.#details.set(key, details);
    }
    return details;
  }

  /** Text of the field at `slot`, cut when it is long. */
  textAt(line: LineView, keys: FailureKeys, at: number): Logged<string> {
    const key = textKeyAt(keys, at);
    if (key < 0) return line.keptTextAt(at);
    const known = this.#texts.get(key);
    if (known !== undefined) return known;
    const text = line.keptTextAt(at);
    if (typeof text === 'string' && this.#texts.size < MAX_REPEATED_TEXTS) this.#texts.set(key, text);
    return text;
  }
}

function flagsText(line: LineView): string {
  const start = line.spans[slot.RESPONSE_FLAGS] ?? 0;
  return line.decode(start, Math.min(line.spans[slot.RESPONSE_FLAGS + 1] ?? start, start + MAX_KEPT_BYTES));
}

function hashText(text: string): number {
  const bytes = encodeText(text);
  const state: HashState = { a: 0, b: 0 };
  startHash(state, SEED_NAME);
  hashBytes(state, bytes, 0, bytes.length);
  finishHash(state);
  return keyOf(state) | 0;
}
