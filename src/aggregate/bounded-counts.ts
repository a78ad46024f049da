import { isKnownResponseFlag } from '../model/response-flag.ts';
import { MAX_ODD_CODES, MAX_UNKNOWN_FLAGS } from './caps.ts';

/** What is not told apart is counted under this. */
const OTHER = 'other';
/** `-` stands for no flag, and behind those that say something. */
const NOTHING = '-';
const CODE_DIGITS = 3;

/**
 * Counts per text. Usual texts are always told apart; of the others only the first `cap` in order of text are, so that
 * the counts of a log depend neither on its order nor on where it was cut.
 */
export class BoundedCounts {
  readonly #isUsual: (text: string) => boolean;
  readonly #cap: number;
  #counts = new Map<string, number>();
  #unusual = 0;

  constructor(isUsual: (text: string) => boolean, cap: number) {
    this.#isUsual = (text) => text === OTHER || isUsual(text);
    this.#cap = cap;
  }

  add(text: string, requests = 1): void {
    const known = this.#counts.get(text);
    this.#counts.set(text, (known ?? 0) + requests);
    if (known !== undefined || this.#isUsual(text)) return;
    this.#unusual++;
    if (this.#unusual > 2 * this.#cap) this.#cut();
  }

  addAll(counts: Readonly<Record<string, number>>): this {
    for (const [text, requests] of Object.entries(counts)) this.add(text, requests);
    return this;
  }

  #cut(): void {
    const unusual = [...this.#counts.keys()].filter((text) => !this.#isUsual(text)).sort();
    for (const text of unusual.slice(this.#cap)) {
      this.#counts.set(OTHER, (this.#counts.get(OTHER) ?? 0) + (this.#counts.get(text) ?? 0));
      this.#counts.delete(text);
    }
    this.#unusual = Math.min(unusual.length, this.#cap);
  }

  /** The counts in order of text. */
  finish(): Readonly<Record<string, number>> {
    this.#cut();
    return Object.fromEntries([...this.#counts].sort(([a], [b]) => compareTexts(a, b)));
  }
}

function compareTexts(a: string, b: string): number {
  return Number(a === NOTHING) - Number(b === NOTHING) || (a < b ? -1 : 1);
}

/** Requests per response code; an upstream's nonsense status of four or more digits comes through. */
export function createCodeCounts(): BoundedCounts {
  return new BoundedCounts((code) => code.length <= CODE_DIGITS, MAX_ODD_CODES);
}

/** Requests per response flag, those unknown to us included. */
export function createFlagCounts(): BoundedCounts {
  return new BoundedCounts((flag) => flag === NOTHING || isKnownResponseFlag(flag), MAX_UNKNOWN_FLAGS);
}
