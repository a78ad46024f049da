import type { Aggregate, ProxyLogEvents, TimeSpan } from '../model/aggregate.ts';
import { joinEvents } from '../model/proxy-log-events.ts';
import type { ProxyLogKind } from '../model/proxy-log-kind.ts';
import { PROXY_LOG_KINDS } from '../model/proxy-log-kind.ts';
import { ProxyLogPlaces } from './proxy-log-places.ts';
import { toIso } from './rounding.ts';

const MAX_NAMED_PODS = 3;

/** What the proxies themselves said, a sentence per kind, and where it is not known which of them. */
export function notesOfProxyLog(aggregate: Aggregate): readonly string[] {
  const places = new ProxyLogPlaces(aggregate);
  return [...new Set(aggregate.proxyLog.map(({ kind }) => kind))].map((kind) => {
    const events = aggregate.proxyLog.filter((one) => one.kind === kind);
    const told = describe(kind, events);
    return places.isOpen(events)
      ? `${told} Where it is not told which pod that was, it counts for all findings.`
      : told;
  });
}

function describe(kind: ProxyLogKind, events: readonly ProxyLogEvents[]): string {
  const [all] = joinEvents(events);
  const pods = [...new Set(events.flatMap(({ source }) => source?.pod ?? []))];
  const lines = all?.lines ?? 0;
  const where = `${lines} ${lines === 1 ? 'line' : 'lines'}${periodOf(all?.time ?? null)}${placeOf(pods)}`;
  return `The log of the proxy itself tells of ${PROXY_LOG_KINDS[kind]} (${where}).`;
}

function periodOf(time: TimeSpan | null): string {
  if (time === null) return '';
  const [first, last] = [toSecond(time.first), toSecond(time.last)];
  return first === last ? `, at ${first}` : `, ${first} to ${last}`;
}

/** As the rest of the report prints times. */
function toSecond(timeMs: number): string {
  return toIso(timeMs).replace(/^([\d-]+)T([\d:]+).*$/, '$1 $2Z');
}

function placeOf(pods: readonly string[]): string {
  if (pods.length === 0) return '';
  const others = pods.length - MAX_NAMED_PODS;
  return `, in ${pods.slice(0, MAX_NAMED_PODS).join(', ')}${others > 0 ? ` and ${others} others` : ''}`;
}
