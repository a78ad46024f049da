import type { Aggregate } from '../model/aggregate.ts';
import type { Field } from '../model/field.ts';
import { FIELDS, NOT_IN_FORMAT } from '../model/field.ts';
import type { LineParser } from '../model/record-format.ts';
import { toTimeSpan } from '../model/time-span.ts';
import { createCodeCounts, createFlagCounts } from './bounded-counts.ts';
import type { Skimmed } from './traffic-kernel.ts';

/** Codes below are counted in an array. */
const PLAIN_CODES = 1000;

/** Sums over all records of a log: codes, flags, times, and which fields are logged. */
export class RequestTotals {
  readonly #codes = new Float64Array(PLAIN_CODES);
  readonly #oddCodes = createCodeCounts();
  readonly #flags = createFlagCounts();
  readonly #coverage = new Float64Array(FIELDS.length);
  #parser: LineParser | null = null;
  #parserRecords = 0;
  #total = 0;
  #failed = 0;
  #withoutTime = 0;
  #unflagged = 0;
  #first = Number.POSITIVE_INFINITY;
  #last = Number.NEGATIVE_INFINITY;

  /** Counts a record; `timeMs` is NaN when it has none. */
  count(code: number, timeMs: number, spans: Int32Array, parser: LineParser): void {
    this.#total++;
    if (Number.isNaN(timeMs)) this.#withoutTime++;
    if (timeMs < this.#first) this.#first = timeMs;
    if (timeMs > this.#last) this.#last = timeMs;
    if (code < PLAIN_CODES) this.#codes[code] = (this.#codes[code] ?? 0) + 1;
    else this.#oddCodes.add(String(code));
    this.#countCoverage(spans, parser);
  }

  /** Counts records that were skimmed: what else is to know of them is handed to `finish`. */
  countSkimmed(records: number, parser: LineParser): void {
    this.#total += records;
    this.#unflagged += records;
    if (parser.fields.size === 0) return;
    if (parser !== this.#parser) this.#settleCoverage(parser);
    this.#parserRecords += records;
  }

  countUnflagged(): void {
    this.#unflagged++;
  }

  countFlags(flags: readonly string[], records = 1): void {
    if (records === 0) return;
    if (flags.length === 0) this.#unflagged += records;
    for (const flag of flags) this.#flags.add(flag, records);
  }

  countFailed(): void {
    this.#failed++;
  }

  /** A parser that knows its fields is counted once per record; else the record says which it has. */
  #countCoverage(spans: Int32Array, parser: LineParser): void {
    if (parser.fields.size > 0) {
      if (parser !== this.#parser) this.#settleCoverage(parser);
      this.#parserRecords++;
      return;
    }
    for (let i = 0; i < FIELDS.length; i++) {
      if (spans[2 * i] !== NOT_IN_FORMAT) this.#coverage[i] = (this.#coverage[i] ?? 0) + 1;
    }
  }

  #settleCoverage(next: LineParser | null): void {
    for (const field of this.#parser?.fields ?? []) {
      const i = FIELDS.indexOf(field);
      this.#coverage[i] = (this.#coverage[i] ?? 0) + this.#parserRecords;
    }
    this.#parser = next;
    this.#parserRecords = 0;
  }

  finish(skimmed: Skimmed): Pick<Aggregate, 'coverage' | 'time' | 'requests'> {
    this.#settleCoverage(null);
    this.#addSkimmed(skimmed);
    if (this.#unflagged > 0) this.#flags.add('-', this.#unflagged);
    this.#codes.forEach((count, code) => {
      if (count > 0) this.#oddCodes.add(String(code), count);
    });
    return {
      coverage: this.#coverageByField(),
      time: toTimeSpan(this.#first, this.#last),
      requests: {
        total: this.#total,
        failed: this.#failed,
        withoutTime: this.#withoutTime,
        byResponseCode: this.#oddCodes.finish(),
        byResponseFlag: this.#flags.finish(),
      },
    };
  }

  #addSkimmed({ others, failed, withoutTime, first, last, codes, coverage }: Skimmed): void {
    // Their flags are counted by their kinds.
    this.#unflagged -= others;
    this.#failed += failed;
    this.#withoutTime += withoutTime;
    this.#first = Math.min(this.#first, first);
    this.#last = Math.max(this.#last, last);
    codes.forEach((count, code) => {
      this.#codes[code] = (this.#codes[code] ?? 0) + count;
    });
    coverage.forEach((count, i) => {
      this.#coverage[i] = (this.#coverage[i] ?? 0) + count;
    });
  }

  #coverageByField(): Partial<Record<Field, number>> {
    const coverage: Partial<Record<Field, number>> = {};
    FIELDS.forEach((field, i) => {
      const records = this.#coverage[i] ?? 0;
      if (records > 0) coverage[field] = records;
    });
    return coverage;
  }
}
