import type {
  Aggregate,
  CappedHashes,
  CountedShape,
  FailureGroup,
  SampledRecord,
} from '../model/aggregate.ts';
import { keepSmallest } from './bottom-list.ts';
import * as caps from './caps.ts';
import { idleSettler } from './merge-connections.ts';
import type { Shift } from './merge-inputs.ts';
import { moveLine } from './merge-inputs.ts';
import { joinTimeSpans, TimeHistogramBuilder } from './time-histogram.ts';

/** The groups of both parts, of which the caps let stay; those of the second are moved to where their lines now stand. */
export function mergeGroups(first: Aggregate, second: Aggregate, shift: Shift): readonly FailureGroup[] {
  const settle = idleSettler(first.connections);
  const groups = new Map(first.groups.map((group) => [group.hash, group]));
  for (const group of second.groups) {
    const moved = moveGroup(group, shift, settle);
    const known = groups.get(group.hash);
    groups.set(group.hash, known === undefined ? moved : joinGroups(known, moved));
  }
  const kept = keepGroups([...groups.values()]);
  return kept.map((group) => cutGroup(group, caps.capsFor(kept.length, group.routed)));
}

/** The groups that the caps let stay, in order of hash. */
function keepGroups(groups: readonly FailureGroup[]): readonly FailureGroup[] {
  const isRouted = ({ routed }: FailureGroup): boolean => routed;
  const kept = [
    ...keepSmallest(groups.filter(isRouted), caps.MAX_ROUTED_GROUPS),
    ...keepSmallest(
      groups.filter((group) => !isRouted(group)),
      caps.MAX_UNROUTED_GROUPS,
    ),
  ];
  return kept.sort((a, b) => a.hash - b.hash);
}

function moveGroup(
  group: FailureGroup,
  shift: Shift,
  settle: (record: SampledRecord) => SampledRecord,
): FailureGroup {
  return {
    ...group,
    sampled: group.sampled.map(settle),
    lines: group.lines.map((line) => moveLine(line, shift)),
  };
}

function joinGroups(a: FailureGroup, b: FailureGroup): FailureGroup {
  const histogram = new TimeHistogramBuilder();
  histogram.addAll(a.histogram);
  histogram.addAll(b.histogram);
  return {
    ...a,
    requests: a.requests + b.requests,
    time: joinTimeSpans(a.time, b.time),
    histogram: histogram.finish(),
    durationMs: joinRanges(a.durationMs, b.durationMs),
    shapes: mergeShapes(a.shapes, b.shapes),
    callers: mergeCounts(a.callers, b.callers),
    connections: mergeCounts(a.connections, b.connections),
    sources: mergeCounts(a.sources, b.sources),
    // The same record in both parts is one record twice in the log: the later one is as good as the first.
    sampled: [...new Map([...a.sampled, ...b.sampled].map((record) => [record.hash, record])).values()],
    lines: [...a.lines, ...b.lines].slice(0, caps.MAX_LINES_PER_GROUP),
  };
}

function cutGroup(
  group: FailureGroup,
  { shapes, callers, connections, sources, sampled }: caps.GroupCaps,
): FailureGroup {
  const cut = <T extends CappedHashes>(counts: T, cap: number): T => ({
    ...counts,
    entries: keepSmallest(counts.entries, cap),
  });
  return {
    ...group,
    shapes: keepSmallest(group.shapes, shapes),
    callers: cut(group.callers, callers),
    connections: cut(group.connections, connections),
    sources: cut(group.sources, sources),
    sampled: keepSmallest(group.sampled, sampled),
  };
}

function joinRanges(
  a: FailureGroup['durationMs'],
  b: FailureGroup['durationMs'],
): FailureGroup['durationMs'] {
  if (a === null || b === null) return a ?? b;
  return { min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) };
}

function mergeShapes(a: readonly CountedShape[], b: readonly CountedShape[]): readonly CountedShape[] {
  const shapes = new Map(a.map((entry) => [entry.hash, entry]));
  for (const entry of b) {
    const known = shapes.get(entry.hash);
    const joined = known && {
      ...known,
      requests: known.requests + entry.requests,
      time: joinTimeSpans(known.time, entry.time),
    };
    shapes.set(entry.hash, joined ?? entry);
  }
  return [...shapes.values()];
}

function mergeCounts<T extends CappedHashes>(a: T, b: T): T {
  const entries = new Map(a.entries.map((entry) => [entry.hash, entry]));
  for (const entry of b.entries) {
    const known = entries.get(entry.hash);
    entries.set(
      entry.hash,
      known === undefined ? entry : { ...known, requests: known.requests + entry.requests },
    );
  }
  return { ...a, entries: [...entries.values()], total: a.total + b.total };
}
