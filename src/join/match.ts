import { NO_HOP_VALUE } from '../model/aggregate.ts';
import type { ClockSkew } from '../model/join.ts';
import { leadsTo } from './circles.ts';
import type { HopPair } from './clock-skew.ts';
import { estimateSkews } from './clock-skew.ts';
import type { HopRecord } from './hop-records.ts';
import { byTime } from './hop-records.ts';
import type { KeptShapes } from './kept-shapes.ts';
import type { Lateness } from './lateness.ts';
import { toLateness } from './lateness.ts';
import { Marks } from './marks.ts';
import { matchByEndpoint } from './match-endpoints.ts';

/** Without a request id, the server's record begins within this of the caller's time, clocks put right. */
const SAME_TIME_SLACK_MS = 5000;

/** More records than this with one id are no attempts of one request: somebody sends the same id for ever. */
const MOST_SHARERS = 64;

/** Who called whom, and how the clocks of the inputs differ. */
export interface Matches {
  readonly callerOf: ReadonlyMap<HopRecord, HopRecord>;
  readonly skews: readonly ClockSkew[];
}

/**
 * Finds the caller's record of each server's record: by request id and connection, by request id alone where addresses
 * are not logged or another attempt was meant, then by connection alone where there is no id, and at last, for connections
 * that failed before the caller knew its own end of them, by endpoint and time.
 */
export function matchHops(records: readonly HopRecord[], shapes: KeptShapes): Matches {
  const callerOf = new Map<HopRecord, HopRecord>();
  const open = matchById(records, callerOf);
  const skews = skewsOf(callerOf);
  const lateness = toLateness(skews);
  dropFarPairs(callerOf, skews, lateness);
  matchNearest(open, callerOf, lateness);
  matchInOrder(records, callerOf, { isAlike: isConnectionAlike, lateness });
  matchByEndpoint(records, callerOf, { shapes, lateness });
  return { callerOf, skews };
}

function skewsOf(callerOf: ReadonlyMap<HopRecord, HopRecord>): readonly ClockSkew[] {
  return estimateSkews([...callerOf].map(([server, caller]): HopPair => ({ caller, server })));
}

type Draft = Map<HopRecord, HopRecord>;

/** A server's record with several that may be its caller's: clients send one id for several requests. */
interface OpenChoice {
  readonly server: HopRecord;
  readonly callers: readonly HopRecord[];
}

/** Matches what the id decides alone, and returns what only the time can decide. */
function matchById(records: readonly HopRecord[], callerOf: Draft): readonly OpenChoice[] {
  const families = [...groupBy(sharersOf(records), ({ id }) => id).values()].filter(
    ({ length }) => length > 1,
  );
  const waits = sumWaits(families);
  const open: OpenChoice[] = [];
  for (const sharers of families) {
    if (sharers.length > MOST_SHARERS) {
      const isAlike = (caller: HopRecord, server: HopRecord): boolean => caller.id === server.id;
      matchInOrder(sharers, callerOf, { isAlike, lateness: toLateness([]) });
      continue;
    }
    for (const server of sharers) {
      const others = sharers.filter((other) => other !== server);
      const near = others.find((other) => isOneConnection(other, server));
      const callers = near === undefined ? others.filter((other) => mayCall(other, server, waits)) : [near];
      const [caller] = callers;
      if (callers.length > 1) open.push({ server, callers });
      else if (caller !== undefined && !leadsTo(callerOf, caller, server)) callerOf.set(server, caller);
    }
  }
  return open;
}

/** So many pairs tell how two clocks differ. */
const ENOUGH_PAIRS = 3;

/** The records of which others have the id; now and then one more. */
function sharersOf(records: readonly HopRecord[]): readonly HopRecord[] {
  const seen = new Marks();
  const repeated = new Marks();
  for (const { id } of records) if (seen.add(id)) repeated.add(id);
  return records.filter(({ id }) => repeated.has(id));
}

/** An id that was used again much later is another request: where the clocks are known, the time tells. */
function dropFarPairs(callerOf: Draft, skews: readonly ClockSkew[], lateness: Lateness): void {
  const known = new Set(
    skews.filter(({ pairs }) => pairs >= ENOUGH_PAIRS).map(({ input, against }) => `${against} ${input}`),
  );
  for (const [server, caller] of callerOf) {
    const isKnown = caller.input === server.input || known.has(`${caller.input} ${server.input}`);
    if (isKnown && !isOneConnection(caller, server) && !isNear(lateness(caller, server)))
      callerOf.delete(server);
  }
}

function isNear(lateMs: number): boolean {
  return Math.abs(lateMs) <= SAME_TIME_SLACK_MS;
}

/** Of several callers with the id the one that called at the time. */
function matchNearest(open: readonly OpenChoice[], callerOf: Draft, lateness: Lateness): void {
  for (const { server, callers } of open) {
    const distance = (caller: HopRecord): number => Math.abs(lateness(caller, server));
    const [caller] = [...callers].sort((a, b) => distance(a) - distance(b));
    if (caller === undefined || callerOf.has(server) || leadsTo(callerOf, caller, server)) continue;
    if (isNear(distance(caller))) callerOf.set(server, caller);
  }
}

function isOneConnection(caller: HopRecord, server: HopRecord): boolean {
  return caller.send !== NO_HOP_VALUE && caller.send === server.receive;
}

/** How much longer the requests of one input took than the same ones of another, by both inputs. */
type Waits = ReadonlyMap<string, number>;

/** Of two logs that do not say which way they look, the one whose requests take longer calls the other. */
function sumWaits(families: readonly (readonly HopRecord[])[]): Waits {
  const waits = new Map<string, number>();
  for (const [a, b, ...others] of families) {
    if (a === undefined || b === undefined || others.length > 0 || a.request !== b.request) continue;
    const name = `${a.input} ${b.input}`;
    waits.set(name, (waits.get(name) ?? 0) + a.durationMs - b.durationMs);
  }
  return waits;
}

/** Same id and same request, on connections that are not known to be one. */
function mayCall(caller: HopRecord, server: HopRecord, waits: Waits): boolean {
  if (caller.request !== server.request || caller.direction === 'inbound' || server.direction === 'outbound')
    return false;
  // Behind a retry the caller logs its last attempt, and the server each of them.
  if (caller.direction === 'outbound' && server.direction === 'inbound') return true;
  if (caller.send !== NO_HOP_VALUE && server.receive !== NO_HOP_VALUE) return false;
  const longer =
    (waits.get(`${caller.input} ${server.input}`) ?? 0) - (waits.get(`${server.input} ${caller.input}`) ?? 0);
  return longer > 0 || (longer === 0 && caller.input < server.input);
}

interface MatchRules {
  readonly isAlike: (caller: HopRecord, server: HopRecord) => boolean;
  readonly lateness: Lateness;
}

/** Gives each server's record the first caller's record on its connection that is alike and near in time, each once. */
function matchInOrder(
  records: readonly HopRecord[],
  callerOf: Draft,
  { isAlike, lateness }: MatchRules,
): void {
  const ordered = byTime(endsOf(records));
  const queues = new Map([...groupBy(ordered, ({ send }) => send)].map(([key, queue]) => [key, [...queue]]));
  for (const server of ordered) {
    const queue = queues.get(server.receive);
    if (queue === undefined || callerOf.has(server)) continue;
    const tooOld = queue.findIndex((caller) => lateness(caller, server) <= SAME_TIME_SLACK_MS);
    queue.splice(0, tooOld < 0 ? queue.length : tooOld);
    const place = queue
      .slice(0, MOST_SHARERS)
      .findIndex(
        (caller) =>
          caller !== server && isAlike(caller, server) && lateness(caller, server) >= -SAME_TIME_SLACK_MS,
      );
    const [caller] = place < 0 ? [] : queue.splice(place, 1);
    if (caller !== undefined && !leadsTo(callerOf, caller, server)) callerOf.set(server, caller);
  }
}

/** The records at an end of a connection whose other end another has; now and then one more. */
function endsOf(records: readonly HopRecord[]): readonly HopRecord[] {
  const sent = new Marks();
  const received = new Marks();
  for (const { send, receive } of records) {
    sent.add(send);
    received.add(receive);
  }
  return records.filter(({ send, receive }) => received.has(send) || sent.has(receive));
}

/** One of them has no request id. A connection that was turned away holds no request; a tunnel holds any number. */
function isConnectionAlike(caller: HopRecord, server: HopRecord): boolean {
  if (caller.id !== NO_HOP_VALUE && server.id !== NO_HOP_VALUE) return false;
  if (server.request === NO_HOP_VALUE) return caller.request === NO_HOP_VALUE || server.failure !== null;
  return caller.request === server.request;
}

function groupBy(
  records: readonly HopRecord[],
  keyOf: (record: HopRecord) => number,
): ReadonlyMap<number, readonly HopRecord[]> {
  const groups = new Map<number, HopRecord[]>();
  for (const record of records) {
    const key = keyOf(record);
    if (key === NO_HOP_VALUE) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [record]);
    else group.push(record);
  }
  return groups;
}
