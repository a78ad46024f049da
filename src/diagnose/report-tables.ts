import type { Aggregate } from '../model/aggregate.ts';
import type {
  Report,
  ReportScopeTraffic,
  ReportTrafficRow,
  ReportUnexplainedGroup,
} from '../model/report.ts';
import { listTrafficKeys } from '../model/traffic-key.ts';
import { UNCLAIMED_FLAGS } from '../model/unclaimed-flag.ts';
import type { Findings } from './findings.ts';
import { notesOfProxyLog } from './proxy-log-notes.ts';
import type { RankedShape } from './rank.ts';
import type { ReportContext } from './report-finding.ts';
import { roundShare } from './rounding.ts';
import { toSample } from './samples.ts';
import type { GroupView } from './traffic-index.ts';

const MAX_FAILURE_ROWS = 200;
const MAX_UNEXPLAINED = 50;
const MAX_SCOPES = 1000;

/** Order of code units: the same on every machine, whatever its locale. */
function compare(a: string, b: string): number {
  return Number(a > b) - Number(a < b);
}

/** Failed requests that fit no diagnosis, by group; those of groups that fell over the caps count too. */
export function toUnexplained(
  collected: Findings,
  dropped: number,
  context: ReportContext,
): Report['unexplained'] {
  const groups = new Map<RankedShape['group'], number>();
  for (const shape of collected.unexplained)
    groups.set(shape.group, (groups.get(shape.group) ?? 0) + shape.requests);
  const requests = [...groups.values()].reduce((sum, count) => sum + count, 0) + dropped;
  const rows = [...groups].map(([{ group, shape }, count]): ReportUnexplainedGroup => {
    const [sample] = group.lines;
    return {
      responseFlags: shape.responseFlags,
      responseCode: shape.responseCode ?? null,
      responseCodeDetails: shape.responseCodeDetails ?? null,
      upstreamCluster: shape.upstreamCluster ?? null,
      requests: count,
      sample: sample === undefined ? null : toSample(sample, context.inputPaths),
    };
  });
  return {
    requests,
    share: context.failed === 0 ? 0 : roundShare(requests / context.failed),
    groups: rows
      .sort((a, b) => b.requests - a.requests || compare(a.upstreamCluster ?? '', b.upstreamCluster ?? ''))
      .slice(0, MAX_UNEXPLAINED),
  };
}

/** The table of codes, flags and scopes. */
export function toFailureRows(
  ranked: readonly RankedShape[],
  collected: Findings,
): readonly ReportTrafficRow[] {
  const claimed = new Set(
    collected.findings.flatMap(({ won }) => won.map(({ ranked: shape }) => shape.group)),
  );
  // What only shows the other side of requests counts under the first one.
  const counts = new Map<GroupView, number>();
  for (const { group, requests } of ranked) {
    if (requests > 0 && (group.failed || claimed.has(group)))
      counts.set(group, (counts.get(group) ?? 0) + requests);
  }
  return [...counts]
    .map(([{ group, shape }, requests]) => ({
      responseCode: shape.responseCode ?? null,
      responseFlags: shape.responseFlags,
      scope: group.scope,
      requests,
    }))
    .sort((a, b) => b.requests - a.requests || compare(a.scope, b.scope))
    .slice(0, MAX_FAILURE_ROWS);
}

/** Requests by scope: a rate needs the requests that did not fail too, also where none did. */
export function toScopeTraffic({ traffic: { scopes } }: Aggregate): readonly ReportScopeTraffic[] {
  const sums = new Map<string, { requests: number; failed: number }>();
  for (const [row, scope] of listTrafficKeys(scopes).entries()) {
    const sum = sums.get(scope) ?? { requests: 0, failed: 0 };
    const failed = scopes.failed[row] ?? 0;
    sum.requests += failed + (scopes.healthy[row] ?? 0);
    sum.failed += failed;
    sums.set(scope, sum);
  }
  return [...sums]
    .map(([scope, sum]) => ({ scope, ...sum }))
    .sort((a, b) => b.requests - a.requests || compare(a.scope, b.scope))
    .slice(0, MAX_SCOPES);
}

/** Failed requests of groups that fell over the caps. */
export function droppedRequests(aggregate: Aggregate): number {
  return (
    aggregate.requests.failed -
    aggregate.groups.reduce((sum, group) => sum + (group.failed ? group.requests : 0), 0)
  );
}

/** What the proxy itself said, and what was capped or looked odd. */
export function notesOf(aggregate: Aggregate, told: readonly string[]): readonly string[] {
  const notes = aggregate.inputs
    .filter(({ lines }) => lines.read === 0)
    .map(({ path }) => (path === '-' ? 'standard input' : path))
    // Where something kept it from being read, that is known already.
    .filter((name) => !told.some((note) => note.includes(`${name}: `)))
    .map((name) => `${name} is empty.`);
  const { requests, traffic } = aggregate;
  const dropped = droppedRequests(aggregate);
  notes.push(...notesOfProxyLog(aggregate));
  const delayed = requests.byResponseFlag['DI'] ?? 0;
  if (delayed > 0)
    notes.push(
      `${delayed} ${delayed === 1 ? 'request was' : 'requests were'} held back on purpose (DI): a fault filter is at work, as a VirtualService with a fault section sets it up. That alone fails no request.`,
    );
  if (requests.withoutTime > 0)
    notes.push(
      `${requests.withoutTime} of ${requests.total} records have no start time; --since and --until keep them.`,
    );
  if (dropped > 0)
    notes.push(
      `${dropped} failed requests are of more kinds than are kept apart; they count as unexplained.`,
    );
  for (const [name, table] of Object.entries(traffic)) {
    const kept = sumUp(table.healthy) + sumUp(table.failed);
    const total = table.total.healthy + table.total.failed;
    if (kept < total)
      notes.push(
        `Of the ${name}, ${table.keyEnds.length} are counted one by one (${kept} of ${total} requests); the others only in sum.`,
      );
  }
  return notes;
}

/** Who sets the flags that no diagnosis claims, and where to look. */
export function notesOfUnclaimed({ groups }: Report['unexplained']): readonly string[] {
  return UNCLAIMED_FLAGS.flatMap(({ flag, why, look }) => {
    const count = groups
      .filter(({ responseFlags }) => responseFlags.includes(flag))
      .reduce((sum, { requests }) => sum + requests, 0);
    const requests = `${count} ${count === 1 ? 'request' : 'requests'}`;
    return count === 0 ? [] : [`${flag} on ${requests}: ${why} ${look}`];
  });
}

function sumUp(counts: Float64Array): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
