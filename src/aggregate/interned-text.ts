import type { HashState } from '../bytes/hash.ts';
import { finishHash, hashBytes, keyOf, startHash } from '../bytes/hash.ts';
import { encodeText } from '../bytes/text.ts';
import { parseResponseFlags } from '../model/response-flag.ts';
import { MAX_INTERNED_TEXTS, MAX_KEPT_BYTES } from './caps.ts';

/** A set of response flags, met in any order, with one hash. */
export interface FlagSet {
  readonly flags: readonly string[];
  readonly text: string;
  readonly hash: number;
}

/** Details of a local reply, without what varies from line to line. */
export interface DetailsKind {
  readonly text: string;
  readonly hash: number;
}

export const NO_FLAGS: FlagSet = { flags: [], text: '-', hash: 0 };

/** `name{reason|…}` without what follows the reason; other braces and brackets without their content. */
const DETAILS_KIND = /^([^{[(]*)(?:\{([a-z_]+)(?=[|,}]))?/;

/** Turns the spans of flags and details into values once per distinct text. */
export class InternedTexts {
  readonly #state: HashState = { a: 0, b: 0 };
  readonly #flagSets = new Map<number, FlagSet>();
  readonly #details = new Map<number, DetailsKind>();

  flagSet(
    bytes: Uint8Array,
    start: number,
    end: number,
    decode: (from: number, to: number) => string,
  ): FlagSet {
    const key = this.#hash(bytes, start, end);
    let set = this.#flagSets.get(key);
    if (set === undefined) {
      const flags = parseResponseFlags(decode(start, Math.min(end, start + MAX_KEPT_BYTES)));
      const text = flags.length === 0 ? '-' : flags.join(',');
      set = { flags, text, hash: this.#hashText(text) };
      if (this.#flagSets.size < MAX_INTERNED_TEXTS) this.#flagSets.set(key, set);
    }
    return set;
  }

  detailsKind(
    bytes: Uint8Array,
    start: number,
    end: number,
    decode: (from: number, to: number) => string,
  ): DetailsKind {
    const key = this.#hash(bytes, start, end);
    let kind = this.#details.get(key);
    if (kind === undefined) {
      const [text = ''] = DETAILS_KIND.exec(decode(start, Math.min(end, start + MAX_KEPT_BYTES))) ?? [];
      kind = { text, hash: this.#hashText(text) };
      if (this.#details.size < MAX_INTERNED_TEXTS) this.#details.set(key, kind);
    }
    return kind;
  }

  #hash(bytes: Uint8Array, start: number, end: number): number {
    startHash(this.#state, 1);
    hashBytes(this.#state, bytes, start, end);
    finishHash(this.#state);
    return keyOf(this.#state);
  }

  #hashText(text: string): number {
    const bytes = encodeText(text);
    return this.#hash(bytes, 0, bytes.length) | 0;
  }
}
