import type {
  Aggregate,
  CappedCounts,
  CountedShape,
  FailureGroup,
  SampledRecord,
} from '../model/aggregate.ts';
import { keepSmallest } from './bottom-list.ts';
import * as caps from './caps.ts';
import { keepGroups } from './failure-counter.ts';
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
  return keepGroups([...groups.values()]);
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
    shapes: mergeShapes(a.shapes, b.shapes, caps.shapeCap(a.routed)),
    callers: mergeCapped(a.callers, b.callers, caps.MAX_CALLERS_PER_GROUP),
    connections: mergeCapped(a.connections, b.connections, caps.MAX_CONNECTIONS_PER_GROUP),
    // The same record in both parts is one record twice in the log: the later one is as good as the first.
    sampled: keepSmallest(
      [...new Map([...a.sampled, ...b.sampled].map((record) => [record.hash, record])).values()],
      caps.MAX_SAMPLED_PER_GROUP,
    ),
    lines: [...a.lines, ...b.lines].slice(0, caps.MAX_LINES_PER_GROUP),
  };
}

function joinRanges(
  a: FailureGroup['durationMs'],
  b: FailureGroup['durationMs'],
): FailureGroup['durationMs'] {
  if (a === null || b === null) return a ?? b;
  return { min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) };
}

function mergeShapes(
  a: readonly CountedShape[],
  b: readonly CountedShape[],
  cap: number,
): readonly CountedShape[] {
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
  return keepSmallest([...shapes.values()], cap);
}

function mergeCapped(a: CappedCounts, b: CappedCounts, cap: number): CappedCounts {
  const entries = new Map(a.entries.map((entry) => [entry.hash, entry]));
  for (const entry of b.entries) {
    const known = entries.get(entry.hash);
    entries.set(
      entry.hash,
      known === undefined ? entry : { ...known, requests: known.requests + entry.requests },
    );
  }
  return { entries: keepSmallest([...entries.values()], cap), total: a.total + b.total };
}
