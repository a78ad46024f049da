import type { SkimmableWrapper } from '../model/line-block.ts';
import { SKIMMABLE_WRAPPERS } from '../model/line-block.ts';
import { Layer } from './wrappers/layer.ts';
import { wrappers } from './wrappers/registry.ts';
import type { Wrapper } from './wrappers/wrapper.ts';

/** Wrappers within each other, the line itself not counted. */
const MAX_DEPTH = 6;
/** What is tried on one line at most: bounds what nonsense costs. */
const MAX_TRIES = 64;
/** After so many lines in a row in other wrappers, the input is taken to have changed over to them. */
const LINES_TO_SWITCH = 3;

type Chain = readonly Wrapper[];
type Accepts = (inside: Layer) => boolean;

/** The wrappers that open a layer, and the ways on from there; null: not all have been tried yet. */
interface Ways {
  found: readonly (readonly [Wrapper, Ways])[] | null;
}

const NOTHING: Chain = [];

/** Opens the wrappers around the lines of one input: it remembers what the last line was wrapped in. */
export class Unwrapper {
  readonly #layers = Array.from({ length: MAX_DEPTH + 1 }, () => new Layer());
  #chain: Chain = [];
  #skimmable: readonly SkimmableWrapper[] | null = null;
  #rival: Chain = [];
  #rivalLines = 0;
  #tries = 0;
  /** A line that is no record is searched several times, for one thing after another: what opens it is found out once. */
  #searched: {
    readonly bytes: Uint8Array;
    readonly start: number;
    readonly end: number;
    readonly ways: Ways;
  } | null = null;
  readonly #path: Wrapper[] = [];
  /** What the line that is being looked at was found to be wrapped in. */
  #current: Chain = [];

  /** The input's lines are wrapped, as far as is known. */
  get isWrapped(): boolean {
    return this.#chain.length > 0;
  }

  /** All lines are of one proxy, as far as is known. */
  get areOfOne(): boolean {
    return isOfOne(this.#chain);
  }

  /** What lines are wrapped in, where they can be opened while they are skimmed, the outermost first; else null. */
  get skimmable(): readonly SkimmableWrapper[] | null {
    return this.#skimmable;
  }

  /** What lines are wrapped in, as far as is known: another value as soon as that changes. */
  get chain(): readonly Wrapper[] {
    return this.#chain;
  }

  /** Opens a line as the one before was; null when it is not wrapped so. The layer is valid until the next call. */
  open(bytes: Uint8Array, start: number, end: number): Layer | null {
    const layers = this.#layers;
    layers[0]?.set(bytes, start, end);
    this.#current = this.#chain;
    let isPartial = false;
    for (let depth = 0; depth < this.#chain.length; depth++) {
      const from = layers[depth];
      const inside = layers[depth + 1];
      if (from === undefined || inside === undefined) return null;
      if (this.#chain[depth]?.unwrap(from, inside) !== true) return null;
      isPartial ||= inside.isPartial;
    }
    const inmost = layers[this.#chain.length];
    if (inmost === undefined) return null;
    inmost.isPartial = isPartial;
    return inmost;
  }

  /**
   * Looks for a way into a line at whose end `accepts` says yes, which is remembered for the lines to come. The line as
   * it stands is not tried.
   */
  search(bytes: Uint8Array, start: number, end: number, accepts: Accepts): boolean {
    if (!this.#find(bytes, start, end, accepts)) return false;
    this.#remember([...this.#path]);
    return true;
  }

  /** Where a line came from at whose end `accepts` says yes; what it is wrapped in is not remembered. */
  findSource(bytes: Uint8Array, start: number, end: number, accepts: Accepts): string | null {
    const inside = this.isWrapped ? this.open(bytes, start, end) : null;
    const isOpen = (inside !== null && accepts(inside)) || this.#find(bytes, start, end, accepts);
    return isOpen ? this.source : null;
  }

  #find(bytes: Uint8Array, start: number, end: number, accepts: Accepts): boolean {
    this.#layers[0]?.set(bytes, start, end);
    this.#path.length = 0;
    this.#current = this.#path;
    this.#tries = 0;
    return this.#descend(0, this.#waysInto(bytes, start, end), accepts);
  }

  #waysInto(bytes: Uint8Array, start: number, end: number): Ways {
    const known = this.#searched;
    if (known !== null && known.bytes === bytes && known.start === start && known.end === end)
      return known.ways;
    const ways: Ways = { found: null };
    this.#searched = { bytes, start, end, ways };
    return ways;
  }

  /** What was searched may hold something else from now on. */
  forget(): void {
    this.#searched = null;
  }

  /** The line before was not wrapped. */
  notePlain(): void {
    this.#setChain([]);
    this.#rivalLines = 0;
  }

  /** The line that comes is looked at as it stands. */
  close(): void {
    this.#current = NOTHING;
  }

  /** The line that is looked at has none of another proxy beside it, as far as its wrappers say. */
  get isOfOne(): boolean {
    return isOfOne(this.#current);
  }

  /** What names the proxy is one prefix of kubectl, and the kernel could open all that the line stands in. */
  get isBehindPod(): boolean {
    return toSkimmable(this.#current)?.filter((id) => id === 'kubectl-prefix').length === 1;
  }

  /** Where the line came from, by the inmost wrapper that says so. */
  get source(): string | null {
    return this.#ask((wrapper, line) => wrapper.sourceOf?.(line) ?? null);
  }

  /** When the line was written, by the inmost wrapper that says so, as it stands there. */
  get stamp(): string | null {
    return this.#ask((wrapper, line) => wrapper.stampOf?.(line) ?? null);
  }

  #ask(question: (wrapper: Wrapper, line: Layer) => string | null): string | null {
    for (let depth = this.#current.length - 1; depth >= 0; depth--) {
      const wrapper = this.#current[depth];
      const line = this.#layers[depth];
      const answer = wrapper === undefined || line === undefined ? null : question(wrapper, line);
      if (answer !== null) return answer;
    }
    return null;
  }

  #descend(depth: number, ways: Ways, accepts: Accepts): boolean {
    const from = this.#layers[depth];
    const inside = this.#layers[depth + 1];
    if (from === undefined || inside === undefined) return false;
    if (ways.found === null) return this.#explore(depth, ways, from, inside, accepts);
    for (const [wrapper, further] of ways.found)
      if (wrapper.unwrap(from, inside) && this.#enter(depth, wrapper, further, accepts)) return true;
    return false;
  }

  /** Tries all wrappers, and remembers those that open the layer. */
  #explore(depth: number, ways: Ways, from: Layer, inside: Layer, accepts: Accepts): boolean {
    const found: (readonly [Wrapper, Ways])[] = [];
    for (const wrapper of wrappers) {
      if (!wrapper.unwrap(from, inside)) continue;
      const further: Ways = { found: null };
      found.push([wrapper, further]);
      if (this.#enter(depth, wrapper, further, accepts)) return true;
      if (this.#tries > MAX_TRIES) return false;
    }
    ways.found = found;
    return false;
  }

  /** Looks into what the wrapper opened. */
  #enter(depth: number, wrapper: Wrapper, further: Ways, accepts: Accepts): boolean {
    if (++this.#tries > MAX_TRIES) return false;
    this.#path.push(wrapper);
    const inside = this.#layers[depth + 1];
    if ((inside !== undefined && accepts(inside)) || this.#descend(depth + 1, further, accepts)) return true;
    this.#path.pop();
    return false;
  }

  #remember(chain: Chain): void {
    if (isSame(chain, this.#chain)) return;
    this.#rivalLines = isSame(chain, this.#rival) ? this.#rivalLines + 1 : 1;
    this.#rival = chain;
    if (this.#chain.length === 0 || this.#rivalLines >= LINES_TO_SWITCH) this.#setChain(chain);
  }

  #setChain(chain: Chain): void {
    this.#chain = chain;
    this.#skimmable = toSkimmable(chain);
  }
}

function isSame(a: Chain, b: Chain): boolean {
  return a.length === b.length && a.every((wrapper, at) => wrapper === b[at]);
}

function toSkimmable(chain: Chain): readonly SkimmableWrapper[] | null {
  const known = chain.flatMap(({ id }) => SKIMMABLE_WRAPPERS.filter((skimmable) => skimmable === id));
  return chain.length === 0 || known.length < chain.length ? null : known;
}

function isOfOne(chain: Chain): boolean {
  return chain.every((wrapper) => wrapper.isOfOne === true);
}
