import type { HashState } from '../bytes/hash.ts';
import { finishHash, hashNumber, keyOf, startHash } from '../bytes/hash.ts';
import { decodeText } from '../bytes/text.ts';
import type { FailureGroup, SampledRecord } from '../model/aggregate.ts';
import { NOT_IN_FORMAT } from '../model/field.ts';
import type { LogSource } from '../model/log-source.ts';
import { keepSmallest } from './bottom-list.ts';
import * as caps from './caps.ts';
import { FailureGroupBuilder } from './failure-group-builder.ts';
import type { FailureKeys } from './failure-keys.ts';
import * as keyAt from './failure-keys.ts';
import type { Details, FlagSet, InternedTexts } from './interned-text.ts';
import type { LineView } from './line-view.ts';
import { spellHost, spellScope } from './scope.ts';
import { numberOf, ShapeReader } from './shape-reader.ts';
import * as slot from './slots.ts';
import { SourceKeys } from './source-keys.ts';
import type { TrafficKernel } from './traffic-kernel.ts';

const SEED_GROUP = 20;

/** Where a record stands in its input. */
export interface RecordPlace {
  readonly input: number;
  readonly line: number;
  readonly start: number;
  readonly end: number;
  /** When the line was written, by what stands around it, where the record itself has no time. */
  readonly stamp?: string | null;
  /** Something before the record on its line may name the proxy that wrote it. */
  readonly isOfSeveral: boolean;
  /** Which proxy wrote it. Valid while the record is handed over, and worked out when asked. */
  readonly source: () => LogSource;
}

/** What the aggregator has found out about a failing record. */
export interface FailingRecord {
  readonly keys: FailureKeys;
  readonly failed: boolean;
  readonly flags: FlagSet;
  readonly details: Details;
  readonly code: number;
  readonly timeMs: number;
  readonly scopeKey: number;
}

/** The hashes of the group and of the shape that a record went to. */
export interface CountedPlace {
  readonly group: number;
  readonly shape: number;
}

/** Folds failing records into groups, shapes and samples. */
export class FailureCounter {
  readonly #state: HashState = { a: 0, b: 0 };
  readonly #shapes: ShapeReader;
  readonly #texts: InternedTexts;
  readonly #kernel: TrafficKernel;
  readonly #sources = new SourceKeys();
  readonly #routed = new Map<number, FailureGroupBuilder>();
  readonly #unrouted = new Map<number, FailureGroupBuilder>();
  #routedCaps = caps.capsFor(0, true);
  #unroutedCaps = caps.capsFor(0, false);
  #largestRouted = Number.POSITIVE_INFINITY;
  #largestUnrouted = Number.POSITIVE_INFINITY;

  constructor(texts: InternedTexts, kernel: TrafficKernel) {
    this.#texts = texts;
    this.#shapes = new ShapeReader(texts);
    this.#kernel = kernel;
  }

  /** Counts one record. Slow beside the healthy path, but makes no text unless the shape is new. */
  count(line: LineView, record: FailingRecord, place: RecordPlace): CountedPlace {
    const hash = this.#hashGroup(record);
    const group = this.#groupOf(line, record, hash);
    const shape = this.#shapes.hashShape(line, record.keys, record.flags.hash);
    if (group !== null) this.#countIn(group, shape, line, record, place);
    return { group: hash, shape };
  }

  #countIn(
    group: FailureGroupBuilder,
    shape: number,
    line: LineView,
    record: FailingRecord,
    place: RecordPlace,
  ): void {
    const { keys } = record;
    const durationMs = numberOf(line, keys, keyAt.DURATION, slot.DURATION) ?? Number.NaN;
    if (group.count(record.timeMs, durationMs)) {
      const end = Math.min(place.end, place.start + caps.MAX_SHOWN_LINE_BYTES);
      const text = decodeText(line.bytes, place.start, end);
      const { pod } = place.source();
      group.keepLine({ input: place.input, line: place.line, text, ...(pod === null ? {} : { pod }) });
    }
    group.countShape(shape, record.timeMs, () => this.#shapes.readShape(line, keys, record.flags.flags));
    const caller = keys[keyAt.CALLER] ?? -1;
    if (caller >= 0) group.callers.add(caller, () => spellHost(line, slot.DOWNSTREAM_REMOTE) ?? '');
    const connection = keys[keyAt.CONNECTION] ?? -1;
    if (connection >= 0) group.connections.add(connection, () => spellConnection(line));
    const source = this.#sources.of(place.source());
    group.sources.add(source.hash, () => source.text);
    group.sample(keys[keyAt.RECORD] ?? 0, () => this.#sampleOf(line, record, durationMs));
  }

  #hashGroup(record: FailingRecord): number {
    const state = this.#state;
    startHash(state, SEED_GROUP);
    hashNumber(state, record.scopeKey | 0);
    hashNumber(state, Math.floor(record.scopeKey / 0x100000) | 0);
    hashNumber(state, record.flags.hash);
    hashNumber(state, record.details.hash);
    hashNumber(state, record.code);
    // Records that have not failed stand apart from those that have, and replies of nothing from short ones.
    hashNumber(state, record.failed ? 1 : record.keys[keyAt.BYTES_SENT] === 0 ? 2 : 0);
    finishHash(state);
    return keyOf(state);
  }

  #groupOf(line: LineView, record: FailingRecord, hash: number): FailureGroupBuilder | null {
    const isRouted = (line.spans[slot.UPSTREAM_CLUSTER] ?? NOT_IN_FORMAT) >= 0;
    const groups = isRouted ? this.#routed : this.#unrouted;
    const known = groups.get(hash);
    if (known !== undefined) return known;
    if (hash > (isRouted ? this.#largestRouted : this.#largestUnrouted)) return null;
    const group = new FailureGroupBuilder(hash, spellScope(line), isRouted, record.failed, () =>
      isRouted ? this.#routedCaps : this.#unroutedCaps,
    );
    groups.set(hash, group);
    this.#routedCaps = caps.capsFor(this.#keptGroups(), true);
    this.#unroutedCaps = caps.capsFor(this.#keptGroups(), false);
    const cap = isRouted ? caps.MAX_ROUTED_GROUPS : caps.MAX_UNROUTED_GROUPS;
    if (groups.size > 2 * cap) this.#cut(groups, cap, isRouted);
    return group;
  }

  /** Groups that will stay at least: never more than those of the whole log, of which this may be a part. */
  #keptGroups(): number {
    return (
      Math.min(this.#routed.size, caps.MAX_ROUTED_GROUPS) +
      Math.min(this.#unrouted.size, caps.MAX_UNROUTED_GROUPS)
    );
  }

  #cut(groups: Map<number, FailureGroupBuilder>, cap: number, isRouted: boolean): void {
    const kept = keepSmallest([...groups.values()], cap);
    const largest = kept[kept.length - 1]?.hash ?? Number.POSITIVE_INFINITY;
    for (const hash of [...groups.keys()]) if (hash > largest) groups.delete(hash);
    if (isRouted) this.#largestRouted = largest;
    else this.#largestUnrouted = largest;
  }

  #sampleOf(line: LineView, { keys, timeMs }: FailingRecord, durationMs: number): SampledRecord {
    const hasTime = !Number.isNaN(timeMs);
    // Only of upstream connections is it known how long they were idle.
    const hasUpstream = (line.spans[slot.UPSTREAM_LOCAL] ?? NOT_IN_FORMAT) >= 0;
    const connection = hasUpstream ? (keys[keyAt.CONNECTION] ?? -1) : -1;
    return {
      hash: keys[keyAt.RECORD] ?? 0,
      timeMs: hasTime ? timeMs : null,
      durationMs: Number.isNaN(durationMs) ? null : durationMs,
      upstreamHost: this.#texts.textAt(line, keys, slot.UPSTREAM_HOST) ?? null,
      path: this.#shapes.spellPath(line) ?? null,
      caller: spellHost(line, slot.DOWNSTREAM_REMOTE),
      hasConnection: connection >= 0,
      idleMs: connection < 0 || !hasTime ? null : this.#kernel.idleBefore(connection, timeMs),
    };
  }

  /** The kept groups, in order of hash. */
  finish(): readonly FailureGroup[] {
    return keepGroups([...this.#routed.values(), ...this.#unrouted.values()]).map((builder) =>
      builder.finish(),
    );
  }
}

/** The address that the other hop logs too: upstream local there is downstream remote here. */
function spellConnection(line: LineView): string {
  return line.keptTextAt(slot.UPSTREAM_LOCAL) ?? line.keptTextAt(slot.DOWNSTREAM_REMOTE) ?? '';
}

/** The groups that the caps let stay, in order of hash. */
export function keepGroups<T extends { readonly hash: number; readonly routed: boolean }>(
  groups: readonly T[],
): readonly T[] {
  const kept = [
    ...keepSmallest(
      groups.filter(({ routed }) => routed),
      caps.MAX_ROUTED_GROUPS,
    ),
    ...keepSmallest(
      groups.filter(({ routed }) => !routed),
      caps.MAX_UNROUTED_GROUPS,
    ),
  ];
  return kept.sort((a, b) => a.hash - b.hash);
}
