import type { HashState } from '../bytes/hash.ts';
import { finishHash, hashBytes, keyOf, startHash } from '../bytes/hash.ts';
import { encodeText } from '../bytes/text.ts';
import type { LogSource } from '../model/log-source.ts';
import { spellSource } from '../model/log-source.ts';

const SEED_SOURCE = 61;
/** Whoever writes into a log can make up names of pods. */
const MAX_KNOWN = 1024;

/** A source in words, and its hash. */
interface SourceKey {
  readonly text: string;
  readonly hash: number;
}

/** Spells and hashes each source once. */
export class SourceKeys {
  readonly #state: HashState = { a: 0, b: 0 };
  readonly #known = new Map<string, SourceKey>();
  #lastSource: LogSource | null = null;
  #lastKey: SourceKey | null = null;

  of(source: LogSource): SourceKey {
    // The lines of an input without names share one object.
    if (this.#lastKey !== null && this.#lastSource === source) return this.#lastKey;
    const text = spellSource(source);
    const key = this.#known.get(text) ?? this.#add(text);
    this.#lastSource = source;
    this.#lastKey = key;
    return key;
  }

  #add(text: string): SourceKey {
    const bytes = encodeText(text);
    startHash(this.#state, SEED_SOURCE);
    hashBytes(this.#state, bytes, 0, bytes.length);
    finishHash(this.#state);
    const key = { text, hash: keyOf(this.#state) };
    if (this.#known.size >= MAX_KNOWN) this.#known.clear();
    this.#known.set(text, key);
    return key;
  }
}
