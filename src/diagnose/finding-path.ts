import type { HopEnd, Join, ShapeRef, Silence } from '../model/join.ts';
import { keyOfShape } from '../model/join.ts';
import { readSource } from '../model/log-source.ts';
import type { HopOutcome, HopPlace, ReportHop, ReportHopNode } from '../model/report.ts';
import type { ShapeView } from '../model/shape-view.ts';
import { judgeHop } from './failing-hop.ts';
import { callersOf, sumRequests, unique } from './finding-scopes.ts';
import { refOf } from './other-sides.ts';
import type { RankedShape } from './rank.ts';
import type { GroupView } from './traffic-index.ts';

/** What the path of a finding is read from. */
export interface PathContext {
  readonly join: Join;
  readonly inputPaths: readonly string[];
  /** By the hash of the failure group. */
  readonly groupOf: (hash: number) => GroupView | undefined;
  readonly viewOf: (shape: ShapeRef) => ShapeView | undefined;
}

interface JudgedEnd {
  readonly end: HopEnd;
  /** Hash of the failure group of the first record. */
  readonly group: number;
  readonly first: ShapeView;
  readonly last: ShapeView | null;
  readonly outcome: HopOutcome;
  readonly place: HopPlace;
}

const isDecided = ({ proxies, unseenBeyond }: HopEnd): boolean => proxies > 1 || unseenBeyond !== null;

/** What is said of the server's proxy where the requests left no line in its log. */
const SILENCE: Readonly<Record<Silence, string>> = {
  known: 'its log covers the time and has no trace of them',
  likely: 'the log of which all requests lead here covers the time and has no trace of them',
};

/**
 * The way of a finding's requests, as several proxies logged it, and where on it they fail; null where no other proxy's
 * log says anything about them.
 */
export function toReportHop(shapes: readonly RankedShape[], context: PathContext): ReportHop | null {
  const ends = unique(shapes).flatMap((shape) => judgeEnds(shape, context));
  const decided = ends.filter(({ end }) => isDecided(end));
  if (decided.length === 0) return null;
  const { outcome, place } = mostRequested(decided);
  const agreeing = decided.filter((end) => end.outcome === outcome && end.place === place);
  const main = mostRequested(agreeing);
  // Counts worked out from a sample may overshoot.
  const most = sumRequests(unique(shapes));
  const excess = Math.max(1, sumEnds(ends) / Math.max(1, most));
  const count = (some: readonly JudgedEnd[]): number => Math.round(sumEnds(some) / excess);
  return {
    outcome,
    place,
    requests: count(agreeing),
    compared: count(ends),
    joined: count(agreeing.filter(({ end }) => end.proxies > 1)),
    unseen: count(agreeing.filter(({ end }) => end.unseenBeyond !== null)),
    path: toPath(main, callersOf(shapes)[0] ?? null, context),
  };
}

function sumEnds(ends: readonly JudgedEnd[]): number {
  return ends.reduce((sum, { end }) => sum + end.requests, 0);
}

function judgeEnds(shape: RankedShape, { join, viewOf }: PathContext): readonly JudgedEnd[] {
  if (join.shapes.size === 0) return [];
  const ends = join.shapes.get(keyOfShape(refOf(shape)))?.ends ?? [];
  return ends.flatMap((end): readonly JudgedEnd[] => {
    const last = end.at === null ? null : viewOf(end.at);
    if (last === undefined) return [];
    return [
      { end, group: shape.group.group.hash, first: shape.shape, last, ...judgeHop(end, shape.shape, last) },
    ];
  });
}

/** Pods that are named beside the records of a group, those with the most first. */
function podsOf(group: GroupView | undefined): readonly string[] {
  const entries = group?.group.sources.entries ?? [];
  const rows = [...entries].sort((a, b) => b.requests - a.requests || (a.key < b.key ? -1 : 1));
  return [...new Set(rows.flatMap(({ key }) => readSource(key).pod ?? []))];
}

/** The end that most requests share, by outcome and place; of equals the first. */
function mostRequested(ends: readonly JudgedEnd[]): JudgedEnd {
  const counts = new Map<string, number>();
  const nameOf = ({ outcome, place }: JudgedEnd): string => `${outcome} ${place}`;
  for (const judged of ends)
    counts.set(nameOf(judged), (counts.get(nameOf(judged)) ?? 0) + judged.end.requests);
  const [first, ...others] = ends;
  if (first === undefined) throw new Error('no end to choose from');
  const weight = (judged: JudgedEnd): number => counts.get(nameOf(judged)) ?? 0;
  return others.reduce((most, judged) => {
    const difference = weight(judged) - weight(most) || judged.end.requests - most.end.requests;
    return difference > 0 ? judged : most;
  }, first);
}

function toPath(
  { end, group, first, last }: JudgedEnd,
  caller: string | null,
  context: PathContext,
): readonly ReportHopNode[] {
  const inputOf = (input: number): string => context.inputPaths[input] ?? '-';
  const server = end.proxies > 1 ? last : null;
  // Where the first record that failed is already the last proxy's, the one before it had nothing to complain of.
  const isFirstHealthy = end.proxies > 1 && first === last;
  const calling: ReportHopNode = {
    role: 'callingProxy',
    address: null,
    input: inputOf(end.firstInput),
    pods: isFirstHealthy ? [] : podsOf(context.groupOf(group)),
    says: isFirstHealthy ? `${end.firstResponseCode}, passed on` : saysOf(first),
  };
  const serving: ReportHopNode = {
    role: 'servingProxy',
    address: server?.downstreamLocalAddress ?? first.upstreamHost ?? null,
    input: end.proxies > 1 ? inputOf(end.input) : null,
    pods: end.proxies > 1 && end.at !== null ? podsOf(context.groupOf(end.at.group)) : [],
    says: servingSays(end, server),
  };
  return [
    { role: 'caller', address: caller, input: null, pods: [], says: null },
    calling,
    serving,
    { role: 'application', address: server?.upstreamHost ?? null, input: null, pods: [], says: null },
  ];
}

function servingSays(end: HopEnd, server: ShapeView | null): string | null {
  if (end.proxies < 2) return end.unseenBeyond === null ? null : SILENCE[end.unseenBeyond];
  return server === null ? `${end.responseCode}, answered` : saysOf(server);
}

/** Code, flags and details as the proxy logged them. */
function saysOf({ responseCode, responseFlags, responseCodeDetails }: ShapeView): string {
  const flags = responseFlags.length === 0 ? '-' : responseFlags.join(',');
  const details = responseCodeDetails == null ? '' : ` ${responseCodeDetails}`;
  return `${responseCode ?? 0} ${flags}${details}`;
}
