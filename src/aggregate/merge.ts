import type {
  Aggregate,
  CappedCounts,
  CountedShape,
  FailureGroup,
  InputSummary,
  LineCounts,
  LineSample,
  ProxyLogEvents,
  RejectedLine,
  SampledRecord,
} from '../model/aggregate.ts';
import { FIELDS } from '../model/field.ts';
import { keepSmallest } from './bottom-list.ts';
import * as caps from './caps.ts';
import { connectionSlot } from './connection-table.ts';
import { keepGroups } from './failure-counter.ts';
import { mergeTrafficTables } from './merge-traffic.ts';
import { joinTimeSpans, TimeHistogramBuilder } from './time-histogram.ts';

/** How the inputs of the second part are numbered after the merge. */
interface Shift {
  /** Added to every input number. */
  readonly inputs: number;
  /** Added to the line numbers of the second part's first input, when it continues the first part's last. */
  readonly lines: number;
}

/**
 * The aggregate of `first` followed by `second`. Associative; the order is that of the log. What was kept by smallest
 * hash in both parts is what would have been kept of the whole.
 */
export function mergeAggregates(first: Aggregate, second: Aggregate): Aggregate {
  const shift = shiftOf(first.inputs, second.inputs);
  const answered = new Map(first.connections.slot.map((slot, i) => [slot, i]));
  const settle = (record: SampledRecord): SampledRecord => settleIdle(record, first, answered);
  return {
    inputs: mergeInputs(first.inputs, second.inputs),
    coverage: Object.fromEntries(
      FIELDS.map((field) => [field, (first.coverage[field] ?? 0) + (second.coverage[field] ?? 0)]).filter(
        ([, n]) => n !== 0,
      ),
    ),
    time: joinTimeSpans(first.time, second.time),
    requests: {
      total: first.requests.total + second.requests.total,
      failed: first.requests.failed + second.requests.failed,
      withoutTime: first.requests.withoutTime + second.requests.withoutTime,
      byResponseCode: mergeCounts(first.requests.byResponseCode, second.requests.byResponseCode),
      byResponseFlag: mergeCounts(first.requests.byResponseFlag, second.requests.byResponseFlag),
    },
    traffic: {
      scopes: mergeTrafficTables(first.traffic.scopes, second.traffic.scopes, caps.MAX_SCOPES),
      endpoints: mergeTrafficTables(first.traffic.endpoints, second.traffic.endpoints, caps.MAX_ENDPOINTS),
      paths: mergeTrafficTables(first.traffic.paths, second.traffic.paths, caps.MAX_PATHS),
      callers: mergeTrafficTables(first.traffic.callers, second.traffic.callers, caps.MAX_CALLERS),
      authorities: mergeTrafficTables(
        first.traffic.authorities,
        second.traffic.authorities,
        caps.MAX_AUTHORITIES,
      ),
      listeners: mergeTrafficTables(first.traffic.listeners, second.traffic.listeners, caps.MAX_LISTENERS),
    },
    groups: mergeGroups(
      first.groups,
      second.groups.map((group) => moveGroup(group, shift, settle)),
    ),
    connections: mergeConnections(first.connections, second.connections),
    proxyLog: mergeProxyLog(first.proxyLog, second.proxyLog, shift),
  };
}

function shiftOf(first: readonly InputSummary[], second: readonly InputSummary[]): Shift {
  const last = first[first.length - 1];
  const continues = second[0]?.continues === true && last !== undefined;
  return { inputs: first.length - (continues ? 1 : 0), lines: continues ? last.lines.read : 0 };
}

function moveLine(sample: LineSample, { inputs, lines }: Shift): LineSample {
  return { ...sample, input: sample.input + inputs, line: sample.line + (sample.input === 0 ? lines : 0) };
}

function mergeInputs(
  first: readonly InputSummary[],
  second: readonly InputSummary[],
): readonly InputSummary[] {
  const last = first[first.length - 1];
  const [next, ...others] = second;
  if (last === undefined || next === undefined || !next.continues) return [...first, ...second];
  return [...first.slice(0, -1), joinInputs(last, next), ...others];
}

function joinInputs(a: InputSummary, b: InputSummary): InputSummary {
  const formats = Object.entries(mergeCounts(a.formats, b.formats)).sort(
    (x, y) => y[1] - x[1] || (x[0] < y[0] ? -1 : 1),
  );
  return {
    path: a.path,
    continues: a.continues,
    format: formats[0]?.[0] ?? null,
    formats: Object.fromEntries(formats),
    bytes: a.bytes + b.bytes,
    lines: addLines(a.lines, b.lines),
    rejected: firstPerReason([
      ...a.rejected,
      ...b.rejected.map((line) => ({ ...line, line: line.line + a.lines.read })),
    ]),
  };
}

function addLines(a: LineCounts, b: LineCounts): LineCounts {
  return {
    read: a.read + b.read,
    records: a.records + b.records,
    continuation: a.continuation + b.continuation,
    blank: a.blank + b.blank,
    proxyLog: a.proxyLog + b.proxyLog,
    unrecognised: a.unrecognised + b.unrecognised,
    failed: a.failed + b.failed,
    overlong: a.overlong + b.overlong,
    partial: a.partial + b.partial,
    outsideWindow: a.outsideWindow + b.outsideWindow,
  };
}

function firstPerReason(lines: readonly RejectedLine[]): readonly RejectedLine[] {
  const seen = new Map<string, number>();
  return lines.filter(({ reason }) => {
    const count = (seen.get(reason) ?? 0) + 1;
    seen.set(reason, count);
    return count <= caps.MAX_REJECTED_LINES;
  });
}

function mergeCounts(
  a: Readonly<Record<string, number>>,
  b: Readonly<Record<string, number>>,
): Record<string, number> {
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  return Object.fromEntries(keys.map((key) => [key, (a[key] ?? 0) + (b[key] ?? 0)]));
}

function mergeGroups(
  first: readonly FailureGroup[],
  second: readonly FailureGroup[],
): readonly FailureGroup[] {
  const groups = new Map(first.map((group) => [group.hash, group]));
  for (const group of second) {
    const known = groups.get(group.hash);
    groups.set(group.hash, known === undefined ? group : joinGroups(known, group));
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

/** A failure that found its slot untouched in its own part follows what the part before left there. */
function settleIdle(
  record: SampledRecord,
  first: Aggregate,
  answered: ReadonlyMap<number, number>,
): SampledRecord {
  const { idleMs, timeMs } = record;
  if (idleMs === null || typeof idleMs === 'number' || timeMs === null) return record;
  const at = answered.get(connectionSlot(idleMs.connection));
  if (at === undefined) return record;
  const isSame = first.connections.hash[at] === idleMs.connection;
  return { ...record, idleMs: isSame ? timeMs - (first.connections.timeMs[at] ?? timeMs) : null };
}

function mergeConnections(
  a: Aggregate['connections'],
  b: Aggregate['connections'],
): Aggregate['connections'] {
  const slots = new Map(
    a.slot.map((slot, i): [number, [number, number]] => [slot, [a.hash[i] ?? 0, a.timeMs[i] ?? 0]]),
  );
  b.slot.forEach((slot, i) => {
    slots.set(slot, [b.hash[i] ?? 0, b.timeMs[i] ?? 0]);
  });
  const sorted = [...slots].sort((x, y) => x[0] - y[0]);
  return {
    slot: sorted.map(([slot]) => slot),
    hash: sorted.map(([, [hash]]) => hash),
    timeMs: sorted.map(([, [, timeMs]]) => timeMs),
  };
}

function mergeProxyLog(
  a: readonly ProxyLogEvents[],
  b: readonly ProxyLogEvents[],
  shift: Shift,
): readonly ProxyLogEvents[] {
  const kinds = new Map(a.map((events) => [events.kind, events]));
  for (const events of b) {
    const moved = { ...events, samples: events.samples.map((line) => moveLine(line, shift)) };
    const known = kinds.get(events.kind);
    const joined = known && {
      kind: known.kind,
      lines: known.lines + moved.lines,
      time: joinTimeSpans(known.time, moved.time),
      samples: [...known.samples, ...moved.samples].slice(0, caps.MAX_LINES_PER_GROUP),
    };
    kinds.set(events.kind, joined ?? moved);
  }
  return [...kinds.values()].sort((x, y) => (x.kind < y.kind ? -1 : 1));
}
