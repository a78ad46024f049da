import { FIELDS } from '../model/field.ts';
import type { LineBlock, LinesOrigin, SkimmableWrapper } from '../model/line-block.ts';
import { SKIMMABLE_WRAPPERS } from '../model/line-block.ts';
import type { LineParser, LineProgram } from '../model/record-format.ts';
import * as caps from './caps.ts';
import type { GroupCapRules } from './failure-kernel.ts';
import { FailureKernel } from './failure-kernel.ts';
import type { HopCaps } from './hop-kernel.ts';
import { HopKernel } from './hop-kernel.ts';
import type { KernelExports } from './kernel-exports.ts';
import { openKernel } from './kernel-exports.ts';
import type { Room } from './kernel-memory.ts';
import { KernelMemory } from './kernel-memory.ts';
import { encodeProgram } from './line-program.ts';
import type { LineView } from './line-view.ts';
import { TrafficTables } from './traffic-tables.ts';

const CODES = 1000;

/** What was skimmed, beside what stands in the tables. */
export interface Skimmed {
  /** Records that are not plainly healthy, and those of them that have failed. */
  readonly others: number;
  readonly failed: number;
  readonly withoutTime: number;
  readonly first: number;
  readonly last: number;
  /** Requests by response code below 1000. */
  readonly codes: Uint32Array;
  /** Records by field, of formats that do not say themselves which fields they log. */
  readonly coverage: Uint32Array;
}

/**
 * Counts traffic in WebAssembly: every request by the keys that failures are compared with, and whole lines as long as
 * they are plainly healthy. Its memory is its own, so what it is given is copied.
 */
export class TrafficKernel {
  readonly #kernel: KernelExports;
  readonly #memory: KernelMemory;
  /** What has failed. */
  readonly failures: FailureKernel;
  /** What was counted, once all lines are. */
  readonly tables: TrafficTables;
  readonly hops: HopKernel;
  readonly #block: Room;
  readonly #line: Room;
  readonly #programRoom: Room;
  #loaded: LineBlock | null = null;
  #program: LineProgram | null = null;
  #stoppedAt = -1;
  /** The spans of the line that the kernel has in hand already. */
  #held: Int32Array | null = null;
  #isAtStop = false;
  #isJson = false;

  constructor(
    module: WebAssembly.Module,
    tableCaps = caps.TABLE_CAPS,
    groupCaps?: GroupCapRules,
    hopCaps?: HopCaps,
  ) {
    this.#kernel = openKernel(module);
    this.#memory = new KernelMemory(this.#kernel);
    this.#block = this.#memory.openRoom();
    this.#line = this.#memory.openRoom();
    this.#programRoom = this.#memory.openRoom();
    this.failures = new FailureKernel(this.#kernel, this.#memory, groupCaps);
    this.tables = new TrafficTables(this.#kernel, this.#memory, tableCaps);
    this.hops = new HopKernel(this.#kernel, this.#memory, hopCaps);
  }

  /**
   * Counts the lines of the block from `at` on, as long as they are plainly healthy or of a kind on which there is a
   * verdict, and returns the offset of the first that is not counted, or the block's end. Adds their number to
   * `block.skimmed`. Of lines that are or were wrapped, those without a start time are left.
   */
  skim(block: LineBlock, at: number, parser: LineParser, origin: LinesOrigin): number {
    const { program } = parser;
    this.#held = null;
    if (program === null) return at;
    if (program !== this.#program) this.#setProgram(program);
    if (block !== this.#loaded) this.#loadBlock(block);
    const shift = this.#block.at - block.start;
    const isJson = parser.encoding === 'json';
    this.#kernel.setWrappers(packWrappers(origin.wrappers));
    this.failures.enter(origin);
    const stop = this.#kernel.skim(
      at + shift,
      block.end + shift,
      isJson,
      parser.fields.size === 0,
      origin.areWrapped,
      !origin.areOfSeveral,
      origin.input,
      origin.line,
    );
    block.skimmed += this.#kernel.skimmed();
    this.#stoppedAt = stop - shift;
    return this.#stoppedAt;
  }

  /**
   * Writes the spans of the line at `at`, if `skim` just stopped there; false when the line wants another parser. What was
   * written anew as it was opened has them from its own begin on.
   */
  readSpans(block: LineBlock, at: number, spans: Int32Array): boolean {
    if (block !== this.#loaded || at !== this.#stoppedAt || this.#kernel.hasSpans() === 0) return false;
    const offsets = this.#kernel.offsets(this.#kernel.textAddress() || this.#block.at - block.start);
    spans.set(new Int32Array(this.#kernel.memory.buffer, offsets, spans.length));
    this.#held = spans;
    return true;
  }

  /** Takes in a line that is then to be counted; costs nothing when its spans were just read by `readSpans`. */
  open(line: LineView): void {
    const held = this.#held;
    this.#held = null;
    this.#isAtStop = held === line.spans;
    this.#isJson = line.encoding === 'json';
    if (!this.#isAtStop) this.#loadLine(line);
  }

  /** The open line is the one at which skimming stopped. */
  get isAtStop(): boolean {
    return this.#isAtStop;
  }

  /** Counts the request of the open line; `timeMs` is NaN when it has none. Returns the key of its scope. */
  count(failed: boolean, timeMs: number): number {
    return this.#kernel.count(failed, timeMs, this.#isJson);
  }

  /** Notes that the upstream connection of the open line has answered. */
  noteAnswer(timeMs: number): void {
    this.#kernel.noteAnswer(timeMs);
  }

  #loadBlock(block: LineBlock): void {
    this.#memory.fit(this.#block, block.end - block.start);
    this.#memory.write(block.bytes.subarray(block.start, block.end), this.#block.at);
    this.#loaded = block;
  }

  #setProgram(program: LineProgram): void {
    const { length } = encodeProgram(program, 0).bytes;
    this.#memory.fit(this.#programRoom, length);
    const { at } = this.#programRoom;
    const { bytes, entries, requiredAt } = encodeProgram(program, at);
    this.#memory.write(bytes, at);
    if (program.kind === 'text') this.#kernel.setTextFormat(at, program.left, program.middle, entries);
    else this.#kernel.setJsonFormat(at, entries, at + requiredAt, program.required.length);
    this.#program = program;
  }

  /** Copies the stretch of the line that its spans reach over, and the spans moved along. */
  #loadLine({ bytes, spans }: LineView): void {
    let start = bytes.length;
    let end = 0;
    for (let i = 0; i < spans.length; i += 2) {
      const from = spans[i] ?? -1;
      if (from < 0) continue;
      start = Math.min(start, from);
      end = Math.max(end, spans[i + 1] ?? from);
    }
    if (start < end) {
      this.#memory.fit(this.#line, end - start);
      this.#memory.write(bytes.subarray(start, end), this.#line.at);
    }
    const table = new Int32Array(this.#kernel.memory.buffer, this.#kernel.spansAddress(), spans.length);
    const shift = this.#line.at - start;
    for (let i = 0; i < spans.length; i++) {
      const place = spans[i] ?? -1;
      table[i] = place < 0 ? place : place + shift;
    }
  }

  /** Sums over all lines that were skimmed. */
  skimmed(): Skimmed {
    const { buffer } = this.#kernel.memory;
    return {
      others: this.#kernel.skimmedOthers(),
      failed: this.#kernel.skimmedFailed(),
      withoutTime: this.#kernel.skimmedWithoutTime(),
      first: this.#kernel.skimmedFirst(),
      last: this.#kernel.skimmedLast(),
      codes: new Uint32Array(buffer, this.#kernel.codesAddress(), CODES).slice(),
      coverage: new Uint32Array(buffer, this.#kernel.coverageAddress(), FIELDS.length).slice(),
    };
  }
}

/** Four bits each, the outermost lowest, as wasm/unwrap.ts takes them. */
function packWrappers(wrappers: readonly SkimmableWrapper[]): number {
  return wrappers.reduceRight((packed, id) => packed * 16 + SKIMMABLE_WRAPPERS.indexOf(id) + 1, 0);
}
