import * as caps from '../../src/aggregate/caps.ts';
import { NO_CONNECTIONS } from '../../src/aggregate/connection-table.ts';
import type { FailureKernel, GroupCapRules } from '../../src/aggregate/failure-kernel.ts';
import { readFailures } from '../../src/aggregate/failure-tables.ts';
import { LineView } from '../../src/aggregate/line-view.ts';
import { TrafficKernel } from '../../src/aggregate/traffic-kernel.ts';
import { Verdicts } from '../../src/aggregate/verdicts.ts';
import { encodeText } from '../../src/bytes/text.ts';
import type { AggregatePart, FailureGroup } from '../../src/model/aggregate.ts';
import { createSpans, FIELDS, LOGGED_ABSENT, NOT_IN_FORMAT, spanOf } from '../../src/model/field.ts';
import type { RequestRecord } from '../../src/model/request-record.ts';
import { KERNEL } from '../support/kernel.ts';

const SOURCE = { log: 'a.log', pod: null };
const NO_SHIFT = { inputs: 0, lines: 0 };

/** Requests that fail with 503. */
export class Failing {
  readonly #kernel: TrafficKernel;
  readonly #verdicts: Verdicts;
  readonly #line = new LineView();

  constructor(rules?: GroupCapRules) {
    this.#kernel = new TrafficKernel(KERNEL, caps.TABLE_CAPS, rules);
    this.#verdicts = new Verdicts(this.#kernel.failures);
  }

  fail(cluster: string, caller: string, timeMs = 0): void {
    this.failWith({ upstreamCluster: cluster, downstreamRemoteAddress: caller }, timeMs);
  }

  /** Fails a request of which so much is in the format; null is logged as absent. */
  failWith(fields: Partial<RequestRecord>, timeMs = 0): void {
    const spans = createSpans().fill(NOT_IN_FORMAT);
    let text = '';
    for (const field of FIELDS) {
      const value = fields[field];
      if (value === null) spans.fill(LOGGED_ABSENT, spanOf(field), spanOf(field) + 2);
      if (value === null || value === undefined) continue;
      spans.set([text.length, text.length + value.length], spanOf(field));
      text += value;
    }
    const bytes = encodeText(text);
    this.#line.set(bytes, spans, 'text');
    this.#kernel.open(this.#line);
    const { number } = this.#verdicts.on(this.#line, 503);
    const place = {
      input: 0,
      line: 1,
      start: 0,
      end: bytes.length,
      isOfSeveral: false,
      isBehindPod: false,
      stamp: null,
      source: () => SOURCE,
    };
    this.#kernel.failures.count(this.#line, { verdict: number, code: 503, timeMs, isAtStop: false }, place);
  }

  /** Adds those of another part of the log, which is used up. */
  add(other: Failing): this {
    addTo(this.#kernel.failures, other);
    return this;
  }

  /** Call once, at the end. */
  groups(): readonly FailureGroup[] {
    return readFailures(this.finish());
  }

  /** The same, packed. */
  finish(): AggregatePart['failures'] {
    return this.#kernel.failures.finish();
  }
}

/** Adds them to what a kernel has counted; they are used up. */
export function addTo(sum: FailureKernel, part: Failing): void {
  sum.add(part.finish(), NO_SHIFT, NO_CONNECTIONS);
}
