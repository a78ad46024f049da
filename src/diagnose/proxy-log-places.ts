import type { Aggregate, CappedCounts, ProxyLogEvents } from '../model/aggregate.ts';
import type { LogSource } from '../model/log-source.ts';
import { logNameOf, readSource, spellSource } from '../model/log-source.ts';
import { joinEvents } from '../model/proxy-log-events.ts';

/** How lines of a proxy lie to failures: it wrote them too, another proxy did, or nobody knows. */
type Place = 'own' | 'other' | 'open';

/** Tells which proxies' own lines are evidence for which failures. */
export class ProxyLogPlaces {
  readonly #events: readonly ProxyLogEvents[];
  readonly #logsWithRecords: ReadonlySet<string>;
  readonly #groups: Aggregate['groups'];

  constructor({ proxyLog, inputs, groups }: Aggregate) {
    this.#events = proxyLog;
    this.#groups = groups;
    this.#logsWithRecords = new Set(
      inputs.filter(({ lines }) => lines.records > 0).map(({ path }) => logNameOf(path)),
    );
  }

  /** What the proxies said, or may have said, that logged failures of these sources; by kind. */
  eventsOf(readFailures: () => readonly CappedCounts[]): readonly ProxyLogEvents[] {
    if (this.#events.length === 0) return [];
    const failures = readFailures();
    return joinByKind(this.#events.filter(({ source }) => this.#isNear(source, failures)));
  }

  /** What the proxies of the servers said, or may have said: lines that the callers themselves wrote are not among it. */
  eventsBeyond(
    readCallers: () => readonly CappedCounts[],
    readServers: () => readonly CappedCounts[],
  ): readonly ProxyLogEvents[] {
    if (this.#events.length === 0) return [];
    const [callers, servers] = [readCallers(), readServers()];
    return joinByKind(
      this.#events.filter(
        ({ source }) =>
          this.#isNear(source, servers) ||
          callers.every((sources) => this.#placeOf(source, sources) === 'open'),
      ),
    );
  }

  #isNear(source: LogSource | null, failures: readonly CappedCounts[]): boolean {
    return failures.some((sources) => this.#placeOf(source, sources) !== 'other');
  }

  /** Lines of several proxies were read, and of some of them or of some failures it is not known which wrote them. */
  isOpen(events: readonly ProxyLogEvents[]): boolean {
    return (
      this.#isOfSeveral &&
      events.some(({ source }) =>
        this.#groups.some(({ sources }) => this.#placeOf(source, sources) === 'open'),
      )
    );
  }

  get #isOfSeveral(): boolean {
    const speaking = this.#events.flatMap(({ source }) =>
      source !== null && this.#logsWithRecords.has(source.log) ? spellSource(source) : [],
    );
    const failing = this.#groups.flatMap(({ sources }) => sources.entries.map(({ key }) => key));
    return this.#logsWithRecords.size > 1 || new Set([...speaking, ...failing]).size > 1;
  }

  #placeOf(source: LogSource | null, { entries, total }: CappedCounts): Place {
    if (source === null || total === 0) return 'open';
    const places = entries.map(({ key }) => compare(source, readSource(key)));
    if (places.includes('own')) return 'own';
    const kept = entries.reduce((sum, { requests }) => sum + requests, 0);
    // A log without records may be that of any of them.
    return places.includes('open') || kept < total || !this.#logsWithRecords.has(source.log)
      ? 'open'
      : 'other';
  }
}

function joinByKind(events: readonly ProxyLogEvents[]): readonly ProxyLogEvents[] {
  const kinds = [...new Set(events.map(({ kind }) => kind))];
  return kinds.flatMap((kind) => joinEvents(events.filter((one) => one.kind === kind)));
}

function compare(a: LogSource, b: LogSource): Place {
  if (a.pod !== null && b.pod !== null) return a.pod === b.pod ? 'own' : 'other';
  if (a.log !== b.log) return 'other';
  return a.pod === b.pod ? 'own' : 'open';
}
