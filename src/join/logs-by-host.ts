import type { Aggregate, HopRows, TimeSpan } from '../model/aggregate.ts';
import { HOP_DIRECTIONS, NO_HOP_VALUE } from '../model/aggregate.ts';
import type { ClockSkew, ShapeRef, Silence } from '../model/join.ts';
import { isRelayed } from './follow-on.ts';
import type { HopRecord } from './hop-records.ts';
import type { KeptShapes } from './kept-shapes.ts';
import { lastParts } from './one-log.ts';

/** A log that shows fewer of the requests that its host answered is sampled or filtered: what it lacks says nothing. */
const COMPLETE_SHARE = 0.9;
/** So many requests that all lead to one host are no accident. */
const LEAST_REQUESTS = 8;
const UNKNOWN = HOP_DIRECTIONS.indexOf('unknown');

/** What matching the records found out. */
export interface LogContext {
  readonly callerOf: ReadonlyMap<HopRecord, HopRecord>;
  readonly skews: readonly ClockSkew[];
  readonly shapes: KeptShapes;
}

/** What the records of one log show. */
interface LogTraits {
  /** Of healthy requests: a log of failures only covers nothing. */
  span: TimeSpan | null;
  healthy: number;
  /** Its lines name a cluster or the address of the proxy itself. */
  isAddressed: boolean;
  readonly hosts: Set<number>;
}

/** A request that a host answered, as somebody logged it. */
interface Answer {
  readonly input: number;
  readonly timeMs: number;
}

/**
 * Tells whose logs were read where lines do not: formats without clusters and local addresses name the upstream host alone,
 * the caller's as the server's. Requests that both logged tell it, since the caller names the server's host; and a log of
 * which every request leads to one host is that of the host's own proxy, or else of a caller that has no other errand.
 */
export class LogsByHost {
  readonly #aggregate: Aggregate;
  readonly #context: LogContext;
  readonly #slackMs: number;
  /** There is more than one log: one stream of many pods tells nothing here, and its records need not be gone through. */
  readonly #hasOthers: boolean;
  #index: HostIndex | null = null;
  readonly #verdicts = new Map<string, Silence | null>();

  constructor(aggregate: Aggregate, context: LogContext, slackMs: number) {
    this.#aggregate = aggregate;
    this.#context = context;
    this.#slackMs = slackMs;
    this.#hasOthers = new Set(lastParts(aggregate.inputs)).size > 1;
  }

  /** Set when another log is that of the host to which the record leads, and covers its time. */
  silence(record: HopRecord): Silence | null {
    if (record.host === NO_HOP_VALUE || !this.#hasOthers) return null;
    this.#index ??= new HostIndex(this.#aggregate, this.#context);
    let likely = 0;
    for (const [input, { span }] of this.#index.logs) {
      if (input === record.input || span === null || !this.#isNear(span, record.timeMs)) continue;
      const verdict = this.#verdictOf(this.#index, record.host, input);
      if (verdict === 'known') return verdict;
      if (verdict === 'likely') likely++;
    }
    // Of two such logs one at least is a caller's.
    return likely === 1 ? 'likely' : null;
  }

  #isNear({ first, last }: TimeSpan, timeMs: number): boolean {
    return timeMs >= first - this.#slackMs && timeMs <= last + this.#slackMs;
  }

  #verdictOf(index: HostIndex, host: number, input: number): Silence | null {
    const name = `${host} ${input}`;
    const known = this.#verdicts.get(name);
    if (known !== undefined) return known;
    const verdict = index.judge(host, input);
    this.#verdicts.set(name, verdict);
    return verdict;
  }
}

/** The kept records by log and by upstream host. Records without a request id cannot be looked for, and are left out. */
class HostIndex {
  readonly logs = new Map<number, LogTraits>();
  readonly #answers = new Map<number, Answer[]>();
  /** Answers that the server's log shows too, by host and the server's input. */
  readonly #paired = new Map<string, number>();
  readonly #aheadMs: ReadonlyMap<string, number>;

  constructor({ hops, inputs }: Aggregate, { callerOf, skews, shapes }: LogContext) {
    const wholes = lastParts(inputs);
    const wholeOf = (rows: HopRows, row: number): number => wholes[rows.input[row] ?? 0] ?? 0;
    this.#aheadMs = new Map(skews.map(({ input, against, aheadMs }) => [`${against} ${input}`, aheadMs]));
    hops.healthy.id.forEach((id, row) => {
      if (id === NO_HOP_VALUE) return;
      const input = wholeOf(hops.healthy, row);
      this.#addHealthy(hops.healthy, row, input);
      this.#addAnswer(hops.healthy, row, input);
    });
    hops.failing.id.forEach((id, row) => {
      // A record stands once under its id, and under its connections beside.
      if (id === NO_HOP_VALUE || id !== hops.failing.key[row]) return;
      const input = wholeOf(hops.failing, row);
      this.#note(hops.failing, row, input);
      if (isRelayed(shapes.get(resolveAt(hops.failing, row, shapes))))
        this.#addAnswer(hops.failing, row, input);
    });
    for (const [server, caller] of callerOf) {
      if (caller.failure !== null && !isRelayed(shapes.get(caller.failure))) continue;
      const name = `${caller.host} ${server.input}`;
      this.#paired.set(name, (this.#paired.get(name) ?? 0) + 1);
    }
  }

  /** Whether the log of an input is that of the proxy at a host. */
  judge(host: number, input: number): Silence | null {
    const log = this.logs.get(input);
    if (log === undefined) return null;
    const answered = this.#countAnswers(host, input, log);
    const paired = this.#paired.get(`${host} ${input}`) ?? 0;
    if (paired > 0) return paired >= COMPLETE_SHARE * answered ? 'known' : null;
    const isOnly = log.hosts.size === 1 && log.hosts.has(host) && log.healthy >= LEAST_REQUESTS;
    return answered === 0 && isOnly && !log.isAddressed ? 'likely' : null;
  }

  /** Requests that others say the host answered while the log was written: its own log shows them. */
  #countAnswers(host: number, input: number, { span }: LogTraits): number {
    if (span === null) return 0;
    return (this.#answers.get(host) ?? []).filter((answer) => {
      const timeMs = answer.timeMs + (this.#aheadMs.get(`${answer.input} ${input}`) ?? 0);
      return answer.input !== input && timeMs >= span.first && timeMs <= span.last;
    }).length;
  }

  #note(rows: HopRows, row: number, input: number): LogTraits {
    let log = this.logs.get(input);
    if (log === undefined) {
      log = { span: null, healthy: 0, isAddressed: false, hosts: new Set() };
      this.logs.set(input, log);
    }
    log.isAddressed ||= rows.receive[row] !== NO_HOP_VALUE || rows.direction[row] !== UNKNOWN;
    const host = rows.host[row] ?? NO_HOP_VALUE;
    if (host !== NO_HOP_VALUE) log.hosts.add(host);
    return log;
  }

  #addHealthy(rows: HopRows, row: number, input: number): void {
    const log = this.#note(rows, row, input);
    const timeMs = rows.timeMs[row] ?? NO_HOP_VALUE;
    log.healthy++;
    if (timeMs === NO_HOP_VALUE) return;
    log.span = {
      first: Math.min(timeMs, log.span?.first ?? timeMs),
      last: Math.max(timeMs, log.span?.last ?? timeMs),
    };
  }

  #addAnswer(rows: HopRows, row: number, input: number): void {
    const host = rows.host[row] ?? NO_HOP_VALUE;
    const answer: Answer = { input, timeMs: rows.timeMs[row] ?? NO_HOP_VALUE };
    const known = this.#answers.get(host);
    if (known === undefined) this.#answers.set(host, [answer]);
    else known.push(answer);
  }
}

function resolveAt({ group, shape }: HopRows, row: number, shapes: KeptShapes): ShapeRef {
  return shapes.resolve(group[row] ?? NO_HOP_VALUE, shape[row] ?? NO_HOP_VALUE);
}
