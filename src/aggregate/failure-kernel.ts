import { encodeText } from '../bytes/text.ts';
import type { AggregatePart, Connections } from '../model/aggregate.ts';
import type { LinesOrigin } from '../model/line-block.ts';
import type { LogSource } from '../model/log-source.ts';
import type { RecordPlace } from '../model/record-place.ts';
import * as caps from './caps.ts';
import { readConnections, writeConnections } from './connection-table.ts';
import type { KernelExports } from './kernel-exports.ts';
import type { KernelMemory } from './kernel-memory.ts';
import type { LineView } from './line-view.ts';
import type { Shift } from './merge-inputs.ts';
import * as slot from './slots.ts';
import { SourceKeys } from './source-keys.ts';

/** In the order of the lists in wasm/failure-sets.ts. */
const LISTS = ['shapes', 'callers', 'connections', 'sources', 'sampled'] as const;

/** What may be kept of a group: its share of all, but at least and at most so much. */
export interface GroupCapRules {
  readonly most: caps.GroupCaps;
  readonly least: caps.GroupCaps;
  readonly all: caps.GroupCaps;
}

const RULES: GroupCapRules = { most: caps.MOST, least: caps.LEAST, all: caps.ALL_GROUPS };

/** What the aggregator has found out about a record that is not plainly healthy. */
export interface OtherRecord {
  /** Number of the verdict on it. */
  readonly verdict: number;
  readonly code: number;
  /** NaN when it has none. */
  readonly timeMs: number;
  /** Skimming stopped at its line, so that the kernel has what stands before it in hand. */
  readonly isAtStop: boolean;
}

/** Counts failing records in WebAssembly. The line in question is the one that the kernel has open. */
export class FailureKernel {
  readonly #kernel: KernelExports;
  readonly #memory: KernelMemory;
  readonly #sources = new SourceKeys();
  #source: LogSource | null = null;
  #input = -1;

  constructor(kernel: KernelExports, memory: KernelMemory, { most, least, all }: GroupCapRules = RULES) {
    this.#kernel = kernel;
    this.#memory = memory;
    const rules = [most, least, all].flatMap((rule) => LISTS.map((list) => rule[list]));
    const words = [...rules, caps.MAX_SHAPES_PER_UNROUTED_GROUP];
    new Uint32Array(kernel.memory.buffer, kernel.failureCapRules(), words.length).set(words);
    kernel.openFailures(caps.MAX_ROUTED_GROUPS, caps.MAX_UNROUTED_GROUPS);
  }

  /** Number of the verdict on lines like this one, from 0 on; -1 when there is none yet. */
  findVerdict(code: number): number {
    return this.#kernel.findVerdict(code);
  }

  /**
   * Takes in the verdict on lines like this one, which `findVerdict` did not know. Returns its number: from
   * `MAX_VERDICTS` on it holds for this line only.
   */
  addVerdict(flagsHash: number, detailsHash: number, failed: boolean): number {
    return this.#kernel.addVerdict(flagsHash, detailsHash, failed);
  }

  /** Lines under a verdict that were skimmed. */
  skimmedOf(verdict: number): number {
    return this.#kernel.skimmedOf(verdict);
  }

  /** Whether a diagnosis may claim the line, which has not failed. */
  isClaimable(code: number): boolean {
    return this.#kernel.isClaimable(code) !== 0;
  }

  /** Counts the line, which has failed or may be claimed. */
  count(line: LineView, { verdict, code, timeMs, isAtStop }: OtherRecord, place: RecordPlace): void {
    this.#setSource(place.source());
    // Of lines behind the same prefix the kernel then knows it.
    if (isAtStop) this.#kernel.nameSourceOfLine();
    const numberAt = (at: number): number => line.numberAt(at) ?? Number.NaN;
    const group = this.#kernel.countOther(
      verdict,
      code,
      timeMs,
      numberAt(slot.DURATION),
      numberAt(slot.BYTES_SENT),
      numberAt(slot.BYTES_RECEIVED),
      place.input,
      line.encoding === 'json',
    );
    if (this.#kernel.wantsLine(group) === 0) return;
    const text = line.bytes.subarray(
      place.start,
      Math.min(place.end, place.start + caps.MAX_SHOWN_LINE_BYTES),
    );
    this.#memory.lend(text, (at) =>
      this.#kernel.keepLine(group, at, at + text.length, place.line, place.input),
    );
  }

  /** Lines of this origin are skimmed from now on. */
  enter({ input, source, areOfSeveral }: LinesOrigin): void {
    // What stands before lines may name another proxy in another input.
    if (input !== this.#input) this.#kernel.forgetSources();
    this.#input = input;
    if (!areOfSeveral) this.#setSource(source);
    // The kernel tells the proxies of such lines apart by itself.
    else this.#source = null;
  }

  /** Which proxy wrote the lines from now on. */
  #setSource(source: LogSource): void {
    // The lines of an input without names share one object.
    if (source === this.#source) return;
    this.#source = source;
    const { hash, text } = this.#sources.of(source);
    const [whole, pod] = [encodeText(text), encodeText(source.pod ?? '')];
    this.#memory.lend(whole, (at) =>
      this.#memory.lend(pod, (podAt) => this.#kernel.setSource(hash, at, whole.length, podAt, pod.length)),
    );
  }

  /**
   * Adds the failures of a part that follows on what was counted and added before. Its inputs, and the lines of its first
   * one, are numbered on by `shift`; `connections` is how it left them.
   */
  add(failures: Uint8Array, shift: Shift, connections: Connections): void {
    // A failure that found the slot of its connection untouched in its own part follows what the parts before left there.
    this.#memory.lend(failures, (at) => this.#kernel.addFailures(at, shift.inputs, shift.lines));
    writeConnections(this.#kernel, connections);
  }

  /** How connections were left. */
  connections(): Connections {
    return readConnections(this.#kernel);
  }

  /** What stays, packed. Call once, at the end. */
  finish(): AggregatePart['failures'] {
    const at = this.#kernel.packFailures();
    return new Uint8Array(this.#kernel.memory.buffer, at, this.#kernel.packedBytes()).slice();
  }
}
