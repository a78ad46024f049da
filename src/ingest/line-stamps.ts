import { parseUnsigned } from '../bytes/number.ts';
import { encodeText } from '../bytes/text.ts';
import { TimestampParser } from '../bytes/time.ts';
import { spanOf } from '../model/field.ts';

/** RFC 3164: month, day and time of day. */
const WITHOUT_YEAR = /^([A-Z][a-z]{2}) +(\d{1,2}) (\d\d:\d\d:\d\d(?:\.\d+)?)$/;
const DAY_MS = 86_400_000;
/** Between two leap years. */
const MOST_YEARS_BACK = 8;
const START_TIME = spanOf('startTime');
const DURATION = spanOf('duration');
const SAMPLES = 128;
const FEWEST_SAMPLES = 5;
/** Envoy writes its buffer out every ten seconds, and collectors send in batches. */
const USUAL_DELAY_MS = 30_000;
/** What is no steadier comes of late delivery, not of a clock. */
const STEADY_WITHIN_MS = 20_000;

/** The stamps that wrappers of one input bear: gives them a year, and compares them with the records' own times. */
export class LineStamps {
  readonly #latestMs: number | null;
  readonly #times = new TimestampParser();
  readonly #aheadMs: number[] = [];
  #yearless = 0;
  #year: string | null = null;

  /** `latestMs`: no stamp is later than this, give or take a time zone; null: not known. */
  constructor(latestMs: number | null) {
    this.#latestMs = latestMs;
  }

  /** The stamp with a year, where that can be told. */
  complete(stamp: string | null): string | null {
    const [, month, day, time] = (stamp === null ? null : WITHOUT_YEAR.exec(stamp)) ?? [];
    if (stamp === null || month === undefined || day === undefined || time === undefined) return stamp;
    const latest = this.#latestMs;
    const newest = latest === null ? Number.NaN : new Date(latest + DAY_MS).getUTCFullYear();
    for (let year = newest; year > newest - MOST_YEARS_BACK; year--) {
      const text = `${day} ${month} ${year} ${time}`;
      const timeMs = Date.parse(`${text} UTC`);
      // `Date` makes the 1st of March of a 29th of February that is none.
      const isDay = new Date(timeMs).getUTCDate() === Number(day);
      if (!isDay || timeMs > (latest ?? 0) + DAY_MS) continue;
      this.#yearless++;
      this.#year ??= String(year);
      return text;
    }
    return stamp;
  }

  /** True while more records are worth comparing. */
  get isCurious(): boolean {
    return this.#aheadMs.length < SAMPLES;
  }

  /** Compares the stamp with the end of the record, which is when it is logged. */
  compare(stamp: string | null, bytes: Uint8Array, spans: Int32Array): void {
    const complete = this.complete(stamp);
    if (complete === null) return;
    const stamped = encodeText(complete);
    const stampMs = this.#times.parse(stamped, 0, stamped.length);
    const startMs = this.#times.parse(bytes, spans[START_TIME] ?? -1, spans[START_TIME + 1] ?? -1);
    const durationAt = spans[DURATION] ?? -1;
    const durationMs =
      durationAt < 0 ? 0 : Math.max(0, parseUnsigned(bytes, durationAt, spans[DURATION + 1] ?? durationAt));
    const aheadMs = stampMs - startMs - durationMs;
    if (!Number.isNaN(aheadMs)) this.#aheadMs.push(aheadMs);
  }

  /** What the reader of the report has to know of them. */
  describe(path: string): readonly string[] {
    const sorted = this.#aheadMs.toSorted((a, b) => a - b);
    const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
    const median = at(0.5);
    const isSteady = sorted.length >= FEWEST_SAMPLES && at(0.9) - at(0.1) <= STEADY_WITHIN_MS;
    return [
      ...(this.#yearless > 0
        ? [
            `${path}: the stamps before its lines name no year; ${this.#year} was taken, the last one possible.`,
          ]
        : []),
      ...(isSteady && Math.abs(median) > USUAL_DELAY_MS
        ? [
            `${path}: the stamps before its lines run ${spellSpan(Math.abs(median))} ${median > 0 ? 'ahead of' : 'behind'} the times in them: another time zone, or another clock. The times in the lines count.`,
          ]
        : []),
    ];
  }
}

/** To the minute: parts of one input have to say the same. */
function spellSpan(milliseconds: number): string {
  const minutes = Math.max(1, Math.round(milliseconds / 60_000));
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (days >= 3) return `${days} days`;
  return [...(hours > 0 ? [`${hours} h`] : []), ...(minutes % 60 > 0 ? [`${minutes % 60} min`] : [])].join(
    ' ',
  );
}
