import type { KeptLine } from './line-assembler.ts';
import { continuesText, joinLines } from './line-assembler.ts';
import type { RecordSearch } from './record-search.ts';
import type { WrapHabit } from './wrapped-line.ts';
import { habitOf, joinsOf, toPieces } from './wrapped-line.ts';
import { htmlEntities } from './wrappers/html-entities.ts';
import { Layer } from './wrappers/layer.ts';
import { typography } from './wrappers/typography.ts';

/** Pieces of one line are shorter together; what is longer is something else, and not worth the tries. */
const MAX_WRAPPED_BYTES = 16 * 1024;
/** After so many lines in a row that only began like wrapped ones, no more are looked for. */
const MAX_FAILURES = 1000;

/** What lines that were kept proved to be. */
export interface KeptRecord {
  /** How many of the lines are the record's; 0: the first of them begins none. */
  readonly taken: number;
  /** False when it had to be guessed how the pieces go together. */
  readonly isCertain: boolean;
}

const NONE: KeptRecord = { taken: 0, isCertain: true };

/** Finds the record whose pieces the lines are that were kept, and hands it on. */
export class WrappedSearch {
  readonly #search: RecordSearch;
  #failures = 0;
  #habit: WrapHabit | null = null;

  constructor(search: RecordSearch) {
    this.#search = search;
  }

  read(kept: readonly KeptLine[], isJson: boolean, breaksString: boolean): KeptRecord {
    if (isJson) return breaksString ? this.#readWrappedJson(kept) : this.#readJson(kept);
    const wrapped = this.#isWorthwhile(kept) ? this.#readWrapped(kept) : NONE;
    return wrapped.taken > 0 ? wrapped : this.#readPasted(kept);
  }

  #isWorthwhile(kept: readonly KeptLine[]): boolean {
    if (kept.length < 2 || this.#failures > MAX_FAILURES) return false;
    this.#failures++;
    return kept.reduce((sum, { bytes }) => sum + bytes.length, 0) <= MAX_WRAPPED_BYTES;
  }

  /** A whole record, of as many lines as it may have. */
  #readWrapped(kept: readonly KeptLine[]): KeptRecord {
    for (let taken = kept.length; taken > 1; taken--) {
      const wrapped = toPieces(kept.slice(0, taken).map(({ bytes }) => bytes));
      const habit = habitOf(wrapped);
      const joins = joinsOf(wrapped, habit ?? this.#habit);
      const reading =
        this.#search.chooseReading(joins, habit !== null) ??
        this.#search.chooseReading(undisguise(joins), habit !== null);
      if (reading === null || !this.#search.searchJoined(reading.bytes, lineOf(kept))) continue;
      this.#failures = 0;
      this.#habit = habit ?? this.#habit;
      return { taken, isCertain: reading.isCertain };
    }
    return this.#readWrappedPart(kept);
  }

  /** A record of which a part is missing, if the pieces show that they are some. */
  #readWrappedPart(kept: readonly KeptLine[]): KeptRecord {
    for (let taken = kept.length; taken > 1; taken--) {
      const wrapped = toPieces(kept.slice(0, taken).map(({ bytes }) => bytes));
      const habit = habitOf(wrapped);
      const [joined] = habit === null ? [] : joinsOf(wrapped, habit);
      if (joined === undefined || !this.#search.isPasted(joined, 0, joined.length)) continue;
      if (this.#search.searchJoined(joined, lineOf(kept))) return { taken, isCertain: true };
    }
    return NONE;
  }

  #readWrappedJson(kept: readonly KeptLine[]): KeptRecord {
    const wrapped = toPieces(kept.map(({ bytes }) => bytes));
    const habit = habitOf(wrapped);
    const joins = joinsOf(wrapped, habit ?? this.#habit);
    const isRead = joins.some((joined) => this.#search.searchJson(joined, lineOf(kept)));
    return isRead ? { taken: kept.length, isCertain: habit !== null } : this.#readJson(kept);
  }

  /** What only began like JSON may hold whole lines of other kinds, which are not to become one. */
  #readJson(kept: readonly KeptLine[]): KeptRecord {
    const joined = joinLines(kept, true);
    const isRead =
      kept.length > 1
        ? this.#search.searchJson(joined, lineOf(kept))
        : this.#search.searchJoined(joined, lineOf(kept));
    return isRead ? { taken: kept.length, isCertain: true } : NONE;
  }

  /** A line that lacks something, with those that go on with it by a mark; else the line alone. */
  #readPasted(kept: readonly KeptLine[]): KeptRecord {
    const next = kept.findIndex(({ bytes }, i) => i > 0 && !continuesText(bytes[0]));
    const marked = next < 0 ? kept : kept.slice(0, next);
    for (const lines of marked.length > 1 ? [marked, marked.slice(0, 1)] : [marked])
      if (this.#search.searchJoined(joinLines(lines, false), lineOf(kept)))
        return { taken: lines.length, isCertain: true };
    return NONE;
  }
}

function lineOf([first]: readonly KeptLine[]): number {
  return first?.line ?? 0;
}

/** The same lines with plain quotes and blanks. */
function undisguise(lines: readonly Uint8Array[]): readonly Uint8Array[] {
  return lines.map((line) => {
    const layers = [new Layer(), new Layer(), new Layer()] as const;
    let [at] = layers;
    at.set(line, 0, line.length);
    for (const [i, wrapper] of [htmlEntities, typography].entries()) {
      const inside = layers[i + 1];
      if (inside !== undefined && wrapper.unwrap(at, inside)) at = inside;
    }
    return at.bytes.slice(at.start, at.end);
  });
}
