import type { InputSummary } from '../model/aggregate.ts';
import { createSpans } from '../model/field.ts';
import type { LineBlock, LinesOrigin } from '../model/line-block.ts';
import type { FormatChoice, RecordFormat } from '../model/record-format.ts';
import { FormatLock } from './format-lock.ts';
import { LineTally } from './line-tally.ts';
import type { LineSink } from './lines.ts';
import { MAX_LINE_BYTES } from './lines.ts';
import { OddLines } from './odd-lines.ts';
import type { ProxyLogCollector } from './proxy-log-events.ts';
import type { InputPlace } from './record-delivery.ts';
import { RecordDelivery } from './record-delivery.ts';
import type { RecordSink } from './record-sink.ts';
import { UnwrappedBlock } from './unwrapped-block.ts';
import { Unwrapper } from './unwrapper.ts';

/** Makes records of the lines of one input, plain ones the quick way, and accounts for every line. */
export class RecordReader implements LineSink {
  readonly #input: number;
  readonly #path: string;
  readonly #sink: RecordSink;
  readonly #spans = createSpans();
  readonly #tally = new LineTally();
  readonly #counts = this.#tally.counts;
  readonly #lock = new FormatLock();
  readonly #unwrapper = new Unwrapper();
  readonly #unwrapped = new UnwrappedBlock(this.#unwrapper);
  readonly #delivery: RecordDelivery;
  readonly #odd: OddLines;
  /** Where the line begins whose spans are there already, or -1. */
  #readAt = -1;

  constructor(place: InputPlace, choice: FormatChoice, sink: RecordSink, proxyLog: ProxyLogCollector) {
    const { input, path } = place;
    this.#input = input;
    this.#path = path;
    this.#sink = sink;
    const parts = { spans: this.#spans, tally: this.#tally, unwrapper: this.#unwrapper };
    this.#delivery = new RecordDelivery(place, sink, parts);
    const shared = { ...parts, input, choice, lock: this.#lock, delivery: this.#delivery, proxyLog };
    this.#odd = new OddLines(shared);
  }

  skim(block: LineBlock, at: number): number {
    const { format } = this.#lock;
    if (format === null || this.#odd.keepsLines || this.#odd.keepsPieces) return at;
    const origin = this.#originOfLines();
    if (origin === null) return this.#skimUnwrapped(block, at, format);
    const before = block.skimmed;
    const next = this.#sink.skim(block, at, format.parser, origin);
    if (next < block.end && this.#sink.readSpans(block, next, this.#spans)) this.#readAt = next;
    this.#countSkimmed(block.skimmed - before);
    return next;
  }

  /** Null when lines are wrapped in what cannot be opened while they are skimmed. */
  #originOfLines(): LinesOrigin | null {
    const { isWrapped, skimmable, areOfOne } = this.#unwrapper;
    if (!isWrapped) return this.#originOf(false, false, []);
    return skimmable === null ? null : this.#originOf(true, !areOfOne, skimmable);
  }

  #originOf(areWrapped: boolean, areOfSeveral: boolean, wrappers: LinesOrigin['wrappers']): LinesOrigin {
    const { source } = this.#delivery;
    const line = this.#counts.read + 1;
    return { input: this.#input, source, line, areOfSeveral, areWrapped, wrappers };
  }

  /** The same for lines that are first taken out of what they are all wrapped in alike. */
  #skimUnwrapped(block: LineBlock, at: number, format: RecordFormat): number {
    const unwrapped = this.#unwrapped;
    unwrapped.seek(block, at);
    const { plain } = unwrapped;
    if (!unwrapped.hasNext) return at;
    const { areOfOne } = this.#unwrapper;
    const origin = this.#originOf(true, !areOfOne, []);
    const before = plain.skimmed;
    const next = this.#sink.skim(plain, unwrapped.at, format.parser, origin);
    const lines = plain.skimmed - before;
    this.#countSkimmed(lines);
    const stop = unwrapped.advance(lines);
    if (unwrapped.hasNext && this.#sink.readSpans(plain, next, this.#spans)) this.#readAt = stop;
    return stop;
  }

  #countSkimmed(lines: number): void {
    this.#lock.countLocked(lines);
    this.#counts.read += lines;
    this.#counts.records += lines;
  }

  line(bytes: Uint8Array, start: number, end: number): void {
    this.#counts.read++;
    const { format } = this.#lock;
    const isRead = start === this.#readAt;
    this.#readAt = -1;
    if (format !== null && isRead && !this.#unwrapper.isWrapped) {
      this.#unwrapper.close();
      this.#deliverLocked(bytes, start, end, format);
      return;
    }
    if (format !== null && isRead && this.#deliverWrapped(bytes, start, end, format)) return;
    if (this.#unwrapper.isWrapped) {
      this.#readWrapped(bytes, start, end, this.#counts.read);
      return;
    }
    if (
      format !== null &&
      !this.#odd.keepsLines &&
      format.parser.parse(bytes, start, end, this.#spans, false) === 'parsed'
    ) {
      this.#unwrapper.close();
      this.#deliverLocked(bytes, start, end, format);
      return;
    }
    this.#odd.read(bytes, start, end, this.#counts.read);
  }

  /** A line that is most likely wrapped like the one before it. */
  #readWrapped(bytes: Uint8Array, start: number, end: number, line: number): void {
    const inside = this.#unwrapper.open(bytes, start, end);
    if (inside !== null && (inside.isPartial || this.#odd.keepsPieces)) {
      if (this.#odd.takePiece(inside, line)) return;
    }
    const { format } = this.#lock;
    if (
      inside !== null &&
      format !== null &&
      !this.#odd.keepsLines &&
      format.parser.parse(inside.bytes, inside.start, inside.end, this.#spans, false) === 'parsed'
    ) {
      this.#deliverLocked(inside.bytes, inside.start, inside.end, format);
      return;
    }
    this.#odd.read(bytes, start, end, line);
  }

  /** The line whose spans were read as it was skimmed; false when it is to be read anew. */
  #deliverWrapped(bytes: Uint8Array, start: number, end: number, format: RecordFormat): boolean {
    if (this.#unwrapper.skimmable === null) {
      this.#delivery.keepWhole(bytes, start, end);
      return this.#deliverUnwrapped(format);
    }
    const inside = this.#unwrapper.open(bytes, start, end);
    if (inside === null) return false;
    this.#deliverLocked(inside.bytes, inside.start, inside.end, format);
    return true;
  }

  /** The same for a line whose spans lie in the block without wrappers. */
  #deliverUnwrapped(format: RecordFormat): boolean {
    const { plain, at, end } = this.#unwrapped;
    const isDelivered = this.#delivery.deliverUnwrapped(plain.bytes, at, end, format, this.#counts.read);
    if (isDelivered) this.#lock.countLocked(1);
    return isDelivered;
  }

  #deliverLocked(bytes: Uint8Array, start: number, end: number, format: RecordFormat): void {
    this.#lock.countLocked(1);
    this.#delivery.deliver(bytes, start, end, format, this.#counts.read);
  }

  overlong(head: Uint8Array, byteLength: number): void {
    this.#counts.read++;
    this.#readAt = -1;
    this.end();
    this.#tally.overlong(head, byteLength);
  }

  /** A line that is known to be no record. */
  refuse(bytes: Uint8Array, start: number, end: number): void {
    this.#counts.read++;
    if (start === end) this.#counts.blank++;
    else this.#tally.reject(bytes, start, end, this.#counts.read, null);
  }

  /** An entry of a document, `lines` lines behind the last one: 0 where several stand on a line. */
  entry(bytes: Uint8Array, byteLength: number, lines: number): void {
    this.#tally.entry(lines, () => {
      if (byteLength > MAX_LINE_BYTES) this.overlong(bytes, byteLength);
      else this.line(bytes, 0, byteLength);
      this.end();
    });
  }

  /** Lines that only hold entries, or go on with one. */
  continueDocument(lines: number): void {
    this.#tally.continueDocument(lines);
  }

  /** Settles what is pending. Call once, behind the last line. */
  end(): void {
    this.#odd.end();
  }

  /** Who wrote the lines that come, as what is around them in a document says; null: it does not. */
  setFrameSource(pod: string | null): void {
    this.#delivery.setFrameSource(pod);
  }

  /** What the reader of the report has to know of the input. */
  describe(): readonly string[] {
    return this.#delivery.describe();
  }

  /** What is known of the input; `bytes` is its size after decompression. Call once, at the end. */
  finish(bytes: number, continues: boolean): InputSummary {
    this.#delivery.settle();
    const formats = this.#lock.finish();
    const [format = null] = formats.keys();
    const { counts, rejected } = this.#tally;
    const path = this.#path;
    return {
      path,
      continues,
      format,
      formats: Object.fromEntries(formats),
      bytes,
      lines: { ...counts },
      rejected,
    };
  }
}
