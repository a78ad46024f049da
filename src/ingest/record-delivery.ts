import { spanOf } from '../model/field.ts';
import type { LogSource } from '../model/log-source.ts';
import { logNameOf } from '../model/log-source.ts';
import type { RecordFormat } from '../model/record-format.ts';
import { LineStamps } from './line-stamps.ts';
import type { LineTally } from './line-tally.ts';
import type { RecordSink } from './record-sink.ts';
import type { Unwrapper } from './unwrapper.ts';

const START_TIME = spanOf('startTime');
const NO_STAMP: string | null = null;
const NO_BYTES: Uint8Array = new Uint8Array(0);
const NOTHING_LATE = { outsideWindow: 0, duplicates: 0 };

/** Which input is read. */
export interface InputPlace {
  /** Its place among the inputs. */
  readonly input: number;
  readonly path: string;
  /** When it was last written, or else now: stamps without a year are not later. Absent where that is not known. */
  readonly latestMs?: number | null;
}

/** What the reader of an input shares with the delivery of its records. */
export interface DeliveryParts {
  readonly spans: Int32Array;
  readonly tally: LineTally;
  readonly unwrapper: Unwrapper;
}

/** Hands the records of one input to the sink, each with who wrote it and when, and counts what becomes of them. */
export class RecordDelivery {
  readonly #path: string;
  readonly #stamps: LineStamps;
  readonly #sink: RecordSink;
  readonly #spans: Int32Array;
  readonly #counts: LineTally['counts'];
  readonly #unwrapper: Unwrapper;
  /** Of lines that name no pod. */
  #source: LogSource;
  /** Of what was put together of several lines: what stood around each is not known any more. */
  readonly ownSource = (): LogSource => this.#source;
  /** Of the line that was opened last. */
  readonly openedSource = (): LogSource => this.sourceOf(this.#unwrapper.source);
  readonly #blockSource = (): LogSource => (this.#reopens() ? this.openedSource() : this.#source);
  readonly #place;
  /** The line in hand as it came. */
  readonly #whole = { bytes: NO_BYTES, start: 0, end: 0 };
  #isJoined = false;

  constructor(
    { input, path, latestMs = null }: InputPlace,
    sink: RecordSink,
    { spans, tally, unwrapper }: DeliveryParts,
  ) {
    this.#path = path;
    this.#stamps = new LineStamps(latestMs);
    this.#source = { log: logNameOf(path), pod: null };
    this.#sink = sink;
    this.#spans = spans;
    this.#counts = tally.counts;
    this.#unwrapper = unwrapper;
    this.#place = {
      input,
      line: 0,
      start: 0,
      end: 0,
      isOfSeveral: false,
      isBehindPod: false,
      stamp: NO_STAMP,
      source: this.ownSource,
    };
  }

  /** Who wrote the lines that come, as what is around them in a document says; null: it does not. */
  setFrameSource(pod: string | null): void {
    this.#source = { log: this.#source.log, pod };
  }

  /** Who wrote the lines that name nobody. */
  get source(): LogSource {
    return this.#source;
  }

  sourceOf(pod: string | null): LogSource {
    return pod === null ? this.#source : { log: this.#source.log, pod };
  }

  /** A record that stands alone on its line, or inside of what was opened last. */
  deliver(bytes: Uint8Array, start: number, end: number, format: RecordFormat, line: number): void {
    const place = this.#place;
    place.source = this.#isJoined ? this.ownSource : this.openedSource;
    place.isOfSeveral = !this.#unwrapper.isOfOne;
    place.isBehindPod = this.#unwrapper.isBehindPod && !this.#isJoined;
    const isTimed = this.#isTimed;
    place.stamp = isTimed ? null : this.#stamps.complete(this.#unwrapper.stamp);
    if (isTimed && this.#stamps.isCurious && !this.#isJoined)
      this.#stamps.compare(this.#unwrapper.stamp, bytes, this.#spans);
    this.#handOver(bytes, start, end, format, line);
  }

  /** The same for what `read` finds in lines that were put together. */
  deliverJoined<T>(read: () => T): T {
    this.#isJoined = true;
    const found = read();
    this.#isJoined = false;
    return found;
  }

  /**
   * A record of a block whose lines were taken out of what they stood in; `keepWhole` has the line. False for one without a
   * start time: it wants the stamp of its own wrapper, which is to be opened again for that.
   */
  deliverUnwrapped(
    bytes: Uint8Array,
    start: number,
    end: number,
    format: RecordFormat,
    line: number,
  ): boolean {
    if (!this.#isTimed) return false;
    const place = this.#place;
    place.source = this.#blockSource;
    place.stamp = null;
    // The block was unwrapped by what lines are wrapped in; of others it is known only since they were opened.
    place.isOfSeveral = !this.#unwrapper.areOfOne;
    place.isBehindPod = false;
    if (this.#stamps.isCurious)
      this.#stamps.compare(this.#reopens() ? this.#unwrapper.stamp : null, bytes, this.#spans);
    this.#handOver(bytes, start, end, format, line);
    return true;
  }

  keepWhole(bytes: Uint8Array, start: number, end: number): void {
    this.#whole.bytes = bytes;
    this.#whole.start = start;
    this.#whole.end = end;
  }

  /** Opens the wrapper of a line that was opened with others of its block. */
  #reopens(): boolean {
    const { bytes, start, end } = this.#whole;
    return this.#unwrapper.open(bytes, start, end) !== null;
  }

  get #isTimed(): boolean {
    return (this.#spans[START_TIME] ?? 0) >= 0;
  }

  #handOver(bytes: Uint8Array, start: number, end: number, { parser }: RecordFormat, line: number): void {
    const place = this.#place;
    place.line = line;
    place.start = start;
    place.end = end;
    this.#counts.records++;
    const countedAs = this.#sink.add(bytes, this.#spans, parser, place);
    if (countedAs === 'outsideWindow') this.#counts.outsideWindow++;
    if (countedAs === 'duplicate') this.#counts.duplicates++;
  }

  /** At the end of the input: counts what became of records that the sink held back. */
  settle(): void {
    const late = this.#sink.settle?.() ?? NOTHING_LATE;
    const { records, outsideWindow, duplicates } = this.#counts;
    // Many entries of a document may stand on one line.
    this.#counts.outsideWindow = Math.min(records, outsideWindow + late.outsideWindow);
    this.#counts.duplicates = Math.min(records, duplicates + late.duplicates);
  }

  /** What the reader of the report has to know of the input. */
  describe(): readonly string[] {
    return this.#stamps.describe(this.#path);
  }
}
