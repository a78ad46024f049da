import type { Aggregate, FailureGroup } from '../model/aggregate.ts';
import { readSource } from '../model/log-source.ts';
import type { HopRecord } from './hop-records.ts';
import type { KeptShapes } from './kept-shapes.ts';

/**
 * Failing lines without a request and without an address: what a proxy logs of connections that it turned away, in a format
 * that would not say whose. While such lines come, no log is known to be silent.
 */
export class NamelessLines {
  readonly #groups: readonly FailureGroup[];
  readonly #areSeveralInputs: boolean;
  readonly #shapes: KeptShapes;
  readonly #slackMs: number;

  constructor({ groups, inputs }: Aggregate, shapes: KeptShapes, slackMs: number) {
    this.#groups = groups.filter(isNameless);
    this.#areSeveralInputs = inputs.length > 1;
    this.#shapes = shapes;
    this.#slackMs = slackMs;
  }

  /** Whether another proxy logged some while the failures of the record's kind came. */
  comeWith({ failure, timeMs }: HopRecord): boolean {
    if (this.#groups.length === 0) return false;
    const own = failure === null ? undefined : this.#shapes.groupOf(failure);
    const { first, last } = own?.time ?? { first: timeMs, last: timeMs };
    return this.#groups.some(
      (group) =>
        group.time !== null &&
        group.time.first <= last + this.#slackMs &&
        group.time.last >= first - this.#slackMs &&
        !this.#areOfSameProxy(group, own),
    );
  }

  #areOfSameProxy({ sources }: FailureGroup, own: FailureGroup | undefined): boolean {
    const keys = new Set(own?.sources.entries.map(({ key }) => key));
    const kept = sources.entries.reduce((sum, { requests }) => sum + requests, 0);
    return (
      kept >= sources.total &&
      sources.entries.every(
        ({ key }) => keys.has(key) && (this.#areSeveralInputs || readSource(key).pod !== null),
      )
    );
  }
}

function isNameless({ shapes }: FailureGroup): boolean {
  return shapes.some(
    ({ shape }) => shape.method == null && shape.upstreamHost == null && shape.downstreamLocalAddress == null,
  );
}
