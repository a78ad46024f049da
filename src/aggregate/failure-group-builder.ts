import type { CountedShape, FailureGroup, LineSample, SampledRecord } from '../model/aggregate.ts';
import type { Shape } from '../model/shape.ts';
import { BottomMap } from './bottom-list.ts';
import type { GroupCaps } from './caps.ts';
import { MAX_LINES_PER_GROUP } from './caps.ts';
import { TimeHistogramBuilder, toTimeSpan } from './time-histogram.ts';

interface ShapeCount {
  readonly hash: number;
  readonly shape: Shape;
  requests: number;
  first: number;
  last: number;
}

interface KeyCount {
  readonly hash: number;
  readonly key: string;
  requests: number;
}

/** Keys with the smallest hashes and how often each occurred; the keys are spelled only when they are new. */
export class CappedCounter {
  readonly #kept: BottomMap<KeyCount>;
  #total = 0;

  constructor(cap: () => number) {
    this.#kept = new BottomMap(cap);
  }

  add(hash: number, spell: () => string): void {
    this.#total++;
    const known = this.#kept.get(hash);
    if (known !== undefined) known.requests++;
    else if (this.#kept.accepts(hash)) this.#kept.set({ hash, key: spell(), requests: 1 });
  }

  finish(): { entries: readonly KeyCount[]; total: number } {
    return { entries: this.#kept.finish(), total: this.#total };
  }
}

/** Collects the records of one failure group. */
export class FailureGroupBuilder {
  readonly hash: number;
  readonly scope: string;
  readonly routed: boolean;
  readonly failed: boolean;
  readonly callers: CappedCounter;
  readonly connections: CappedCounter;
  readonly sources: CappedCounter;
  readonly #shapes: BottomMap<ShapeCount>;
  readonly #sampled: BottomMap<SampledRecord>;
  readonly #histogram = new TimeHistogramBuilder();
  readonly #lines: LineSample[] = [];
  #requests = 0;
  #first = Number.POSITIVE_INFINITY;
  #last = Number.NEGATIVE_INFINITY;
  #minDuration = Number.POSITIVE_INFINITY;
  #maxDuration = Number.NEGATIVE_INFINITY;

  /** `caps` says what may be kept now; it shrinks as groups are added. */
  constructor(hash: number, scope: string, routed: boolean, failed: boolean, caps: () => GroupCaps) {
    this.hash = hash;
    this.scope = scope;
    this.routed = routed;
    this.failed = failed;
    this.callers = new CappedCounter(() => caps().callers);
    this.connections = new CappedCounter(() => caps().connections);
    this.sources = new CappedCounter(() => caps().sources);
    this.#shapes = new BottomMap(() => caps().shapes);
    this.#sampled = new BottomMap(() => caps().sampled);
  }

  /** Counts a record; times and durations may be NaN. Returns whether its line should be kept with `keepLine`. */
  count(timeMs: number, durationMs: number): boolean {
    this.#requests++;
    this.#histogram.add(timeMs);
    if (timeMs < this.#first) this.#first = timeMs;
    if (timeMs > this.#last) this.#last = timeMs;
    if (durationMs < this.#minDuration) this.#minDuration = durationMs;
    if (durationMs > this.#maxDuration) this.#maxDuration = durationMs;
    return this.#lines.length < MAX_LINES_PER_GROUP;
  }

  keepLine(line: LineSample): void {
    this.#lines.push(line);
  }

  countShape(hash: number, timeMs: number, read: () => Shape): void {
    let entry = this.#shapes.get(hash);
    if (entry === undefined) {
      if (!this.#shapes.accepts(hash)) return;
      entry = {
        hash,
        shape: read(),
        requests: 0,
        first: Number.POSITIVE_INFINITY,
        last: Number.NEGATIVE_INFINITY,
      };
      this.#shapes.set(entry);
    }
    entry.requests++;
    if (timeMs < entry.first) entry.first = timeMs;
    if (timeMs > entry.last) entry.last = timeMs;
  }

  sample(hash: number, read: () => SampledRecord): void {
    if (this.#sampled.accepts(hash)) this.#sampled.set(read());
  }

  finish(): FailureGroup {
    return {
      hash: this.hash,
      scope: this.scope,
      routed: this.routed,
      failed: this.failed,
      requests: this.#requests,
      time: toTimeSpan(this.#first, this.#last),
      histogram: this.#histogram.finish(),
      durationMs: Number.isFinite(this.#minDuration)
        ? { min: this.#minDuration, max: this.#maxDuration }
        : null,
      shapes: this.#shapes.finish().map(toCountedShape),
      callers: this.callers.finish(),
      connections: this.connections.finish(),
      sources: this.sources.finish(),
      sampled: this.#sampled.finish(),
      lines: this.#lines,
    };
  }
}

function toCountedShape(entry: ShapeCount): CountedShape {
  return {
    hash: entry.hash,
    shape: entry.shape,
    requests: entry.requests,
    time: toTimeSpan(entry.first, entry.last),
  };
}
