import { SPACE } from '../bytes/number.ts';
import type { InputSummary } from '../model/aggregate.ts';
import { createSpans, spanOf } from '../model/field.ts';
import type { LineBlock, LinesOrigin } from '../model/line-block.ts';
import type { LogSource } from '../model/log-source.ts';
import { logNameOf } from '../model/log-source.ts';
import type { FormatChoice, LineParser, ParseFailure, RecordFormat } from '../model/record-format.ts';
import { FormatLock } from './format-lock.ts';
import { isFrameLine, isTableHeader } from './frame-line.ts';
import { continuesText, LineAssembler } from './line-assembler.ts';
import type { JoinedPieces } from './line-pieces.ts';
import { LinePieces } from './line-pieces.ts';
import { LineStamps } from './line-stamps.ts';
import { LineTally } from './line-tally.ts';
import type { LineSink } from './lines.ts';
import { MAX_LINE_BYTES } from './lines.ts';
import type { ProxyLogCollector, ProxyLogPlace } from './proxy-log-events.ts';
import { isProxyLogLine } from './proxy-log-line.ts';
import type { SearchTarget } from './record-search.ts';
import { RecordSearch } from './record-search.ts';
import {
  findObjectOrTime,
  findProxyLogLine,
  findRecordStart,
  isStartTimeAt,
  opensObject,
} from './record-start.ts';
import { UnwrappedBlock } from './unwrapped-block.ts';
import { Unwrapper } from './unwrapper.ts';
import { WrappedSearch } from './wrapped-search.ts';
import type { Layer } from './wrappers/layer.ts';

const START_TIME = spanOf('startTime');
const NO_STAMP: string | null = null;
const NO_BYTES: Uint8Array = new Uint8Array(0);
const NOTHING_LATE = { outsideWindow: 0, duplicates: 0 };

/** Takes the records that were found. */
export interface RecordSink {
  /** Counts whole lines that are plainly healthy; see `LineSink.skim`. */
  skim(block: LineBlock, at: number, parser: LineParser, origin: LinesOrigin): number;
  /** Writes the spans of the line at `at`, if `skim` just stopped there; false when the line wants another parser. */
  readSpans(block: LineBlock, at: number, spans: Int32Array): boolean;
  add(
    bytes: Uint8Array,
    spans: Int32Array,
    parser: LineParser,
    place: {
      readonly input: number;
      readonly line: number;
      readonly start: number;
      readonly end: number;
      /** Something before the record on its line may name the proxy that wrote it. */
      readonly isOfSeveral: boolean;
      /** When a wrapper says that the line was written, as it stands there, for a record that does not say when it began. */
      readonly stamp: string | null;
      /** Which proxy wrote it. Valid while the record is handed over, and worked out when asked. */
      readonly source: () => LogSource;
    },
  ): 'counted' | 'outsideWindow' | 'filtered' | 'duplicate';
  /** At the end of an input: what became of records that were held back when they were added. */
  settle?(): { readonly outsideWindow: number; readonly duplicates: number };
}

/** Which input is read. */
export interface InputPlace {
  /** Its place among the inputs. */
  readonly input: number;
  readonly path: string;
  /** When it was last written, or else now: stamps without a year are not later. Absent where that is not known. */
  readonly latestMs?: number | null;
}

/** Makes records of the lines of one input and accounts for every line. */
export class RecordReader implements LineSink, SearchTarget {
  readonly #input: number;
  readonly #path: string;
  readonly #stamps: LineStamps;
  readonly #origin: LinesOrigin;
  readonly #choice: FormatChoice;
  readonly #sink: RecordSink;
  readonly #proxyLog: ProxyLogCollector;
  readonly #spans = createSpans();
  readonly #tally = new LineTally();
  readonly #counts = this.#tally.counts;
  readonly #lock = new FormatLock();
  readonly #assembler = new LineAssembler();
  readonly #unwrapper = new Unwrapper();
  readonly #unwrapped = new UnwrappedBlock(this.#unwrapper);
  readonly #pieces = new LinePieces();
  readonly #search: RecordSearch;
  readonly #wrapped: WrappedSearch;
  /** Of lines that name no pod. */
  #source: LogSource;
  readonly #ownSource = (): LogSource => this.#source;
  readonly #openedSource = (): LogSource => this.#sourceOf(this.#unwrapper.source);
  readonly #blockSource = (): LogSource => this.#reopen();
  readonly #place = {
    input: 0,
    line: 0,
    start: 0,
    end: 0,
    isOfSeveral: false,
    stamp: NO_STAMP,
    source: this.#ownSource,
  };
  /** The line in hand as it came. */
  readonly #whole = { bytes: NO_BYTES, start: 0, end: 0 };
  /** What is read was put together of several lines: what stood around each is not known any more. */
  #isJoined = false;
  /** Where the line begins whose spans are there already, or -1. */
  #readAt = -1;

  constructor(
    { input, path, latestMs = null }: InputPlace,
    choice: FormatChoice,
    sink: RecordSink,
    proxyLog: ProxyLogCollector,
  ) {
    this.#input = input;
    this.#path = path;
    this.#stamps = new LineStamps(latestMs);
    this.#source = { log: logNameOf(path), pod: null };
    this.#origin = { input, areOfSeveral: false, areWrapped: false, wrappers: [] };
    this.#choice = choice;
    this.#sink = sink;
    this.#proxyLog = proxyLog;
    this.#search = new RecordSearch(choice, this.#spans, this.#unwrapper, this);
    this.#wrapped = new WrappedSearch(this.#search);
  }

  skim(block: LineBlock, at: number): number {
    const { format } = this.#lock;
    if (format === null || this.#pieces.isOpen || this.#assembler.isOpen) return at;
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
    if (!isWrapped) return this.#origin;
    if (skimmable === null) return null;
    return { input: this.#input, areOfSeveral: !areOfOne, areWrapped: true, wrappers: skimmable };
  }

  /** The same for lines that are first taken out of what they are all wrapped in alike. */
  #skimUnwrapped(block: LineBlock, at: number, format: RecordFormat): number {
    const unwrapped = this.#unwrapped;
    unwrapped.seek(block, at);
    const { plain } = unwrapped;
    if (!unwrapped.hasNext) return at;
    const { areOfOne } = this.#unwrapper;
    const origin = { input: this.#input, areOfSeveral: !areOfOne, areWrapped: true, wrappers: [] };
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
      !this.#assembler.isOpen &&
      format.parser.parse(bytes, start, end, this.#spans, false) === 'parsed'
    ) {
      this.#unwrapper.close();
      this.#deliverLocked(bytes, start, end, format);
      return;
    }
    this.#readOther(bytes, start, end, this.#counts.read);
  }

  /** A line that is most likely wrapped like the one before it. */
  #readWrapped(bytes: Uint8Array, start: number, end: number, line: number): void {
    const inside = this.#unwrapper.open(bytes, start, end);
    if (inside !== null && (inside.isPartial || this.#pieces.isOpen)) {
      if (this.takePiece(inside, line)) return;
    }
    const { format } = this.#lock;
    if (
      inside !== null &&
      format !== null &&
      !this.#assembler.isOpen &&
      format.parser.parse(inside.bytes, inside.start, inside.end, this.#spans, false) === 'parsed'
    ) {
      this.#deliverLocked(inside.bytes, inside.start, inside.end, format);
      return;
    }
    this.#readOther(bytes, start, end, line);
  }

  /** The line whose spans were read as it was skimmed; false when it is to be read anew. */
  #deliverWrapped(bytes: Uint8Array, start: number, end: number, format: RecordFormat): boolean {
    if (this.#unwrapper.skimmable === null) {
      // A record without a start time wants the stamp of its own wrapper, which is to be opened again for that.
      if ((this.#spans[START_TIME] ?? 0) < 0) return false;
      this.#keepWhole(bytes, start, end);
      this.#deliverUnwrapped(format);
      return true;
    }
    const inside = this.#unwrapper.open(bytes, start, end);
    if (inside === null) return false;
    this.#deliverLocked(inside.bytes, inside.start, inside.end, format);
    return true;
  }

  /** The line whose spans lie in the block without wrappers. */
  #deliverUnwrapped(format: RecordFormat): void {
    const { plain, at, end } = this.#unwrapped;
    this.#lock.countLocked(1);
    this.#deliver(plain.bytes, at, end, format, this.#counts.read, true);
  }

  #deliverLocked(bytes: Uint8Array, start: number, end: number, format: RecordFormat): void {
    this.#lock.countLocked(1);
    this.#deliver(bytes, start, end, format, this.#counts.read);
  }

  overlong(head: Uint8Array, byteLength: number): void {
    this.#counts.read++;
    this.#readAt = -1;
    this.end();
    this.#tally.overlong(head, byteLength);
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
    while (this.#assembler.isOpen) this.#flush();
    for (const joined of this.#pieces.takeAll()) this.#readJoined(joined);
  }

  #readOther(bytes: Uint8Array, start: number, end: number, line: number): void {
    if (isBlank(bytes, start, end)) {
      this.end();
      this.#counts.blank++;
      return;
    }
    // What was kept may prove to be no record, and one of its lines may then begin another.
    while (this.#assembler.isOpen) if (this.#continue(bytes, start, end, line)) return;
    if (this.#search.searchLine(bytes, start, end, line)) return;
    if (this.#tryProxyLog(bytes, start, end, line)) return;
    const isHeader = line === 1 && isTableHeader(bytes, start, end);
    if (isHeader || isFrameLine(bytes, start, end)) this.#counts.continuation++;
    else this.#begin(bytes, start, end, line);
  }

  #tryProxyLog(bytes: Uint8Array, start: number, end: number, line: number): boolean {
    const proxyLogAt = findProxyLogLine(bytes, start, end);
    if (proxyLogAt >= 0) {
      const source =
        proxyLogAt === start
          ? this.#ownSource
          : () => this.#sourceOf(this.#unwrapper.findSource(bytes, start, end, isOfProxy));
      this.#countProxyLog(bytes, proxyLogAt, end, { input: this.#input, line, source });
      return true;
    }
    return this.#unwrapper.search(bytes, start, end, (inside) => {
      if (!isOfProxy(inside)) return false;
      const source = this.#openedSource;
      this.#countProxyLog(inside.bytes, inside.start, inside.end, { input: this.#input, line, source });
      return true;
    });
  }

  #countProxyLog(bytes: Uint8Array, start: number, end: number, place: ProxyLogPlace): void {
    this.#counts.proxyLog++;
    this.#proxyLog.add(bytes, start, end, place);
  }

  #sourceOf(pod: string | null): LogSource {
    return pod === null ? this.#source : { log: this.#source.log, pod };
  }

  /** Who wrote the lines that come, as what is around them in a document says; null: it does not. */
  setFrameSource(pod: string | null): void {
    this.#source = { log: this.#source.log, pod };
  }

  #keepWhole(bytes: Uint8Array, start: number, end: number): void {
    this.#whole.bytes = bytes;
    this.#whole.start = start;
    this.#whole.end = end;
  }

  /** The source of a line whose wrapper was opened with others of its block. */
  #reopen(): LogSource {
    const { bytes, start, end } = this.#whole;
    const isOpen = this.#unwrapper.open(bytes, start, end) !== null;
    return isOpen ? this.#openedSource() : this.#source;
  }

  #reopenedStamp(): string | null {
    const { bytes, start, end } = this.#whole;
    return this.#unwrapper.open(bytes, start, end) === null ? null : this.#unwrapper.stamp;
  }

  /** Keeps a piece of a line, or reads the line when it is the last; false when it is a line of its own. */
  takePiece(inside: Layer, line: number): boolean {
    const joined = this.#pieces.take(inside, line, this.#unwrapper.source ?? '');
    if (joined === null) return false;
    for (const whole of joined) this.#readJoined(whole);
    return true;
  }

  #readJoined({ bytes, line, pieces }: JoinedPieces): void {
    this.#counts.continuation += pieces - 1;
    this.#unwrapper.close();
    this.#isJoined = true;
    const isRecord = this.#search.searchJoined(bytes, line);
    this.#isJoined = false;
    if (isRecord) return;
    this.#reject(bytes, 0, bytes.length, line, 'FIELD_COUNT');
  }

  /** A line of no format: the begin of a record of several lines, a pasted line, or nothing that we know. */
  #begin(bytes: Uint8Array, start: number, end: number, line: number): void {
    const from = Math.max(start, findRecordStart(bytes, start, end));
    if (opensObject(bytes, from, end)) {
      this.#assembler.begin('json', bytes, from, end, line);
      if (this.#assembler.isComplete) this.#flush();
    } else if (this.#mayBePasted(bytes, start, end)) {
      this.#assembler.begin('text', bytes, start, end, line);
    } else if (!this.#beginInside(bytes, start, end, line)) {
      this.#reject(bytes, start, end, line, 'NOT_THIS_FORMAT');
    }
  }

  #beginInside(bytes: Uint8Array, start: number, end: number, line: number): boolean {
    return this.#unwrapper.search(bytes, start, end, (inside) => {
      if (!this.#search.isPasted(inside.bytes, inside.start, inside.end)) return false;
      this.#assembler.begin('text', inside.bytes, inside.start, inside.end, line);
      return true;
    });
  }

  #mayBePasted(bytes: Uint8Array, start: number, end: number): boolean {
    const { lenient, looksLikeRecord } = this.#choice;
    return (
      lenient !== null && (this.#search.isPasted(bytes, start, end) || looksLikeRecord(bytes, start, end))
    );
  }

  /** Adds the line to what is kept, or else reads what is kept; true when the line is dealt with. */
  #continue(bytes: Uint8Array, start: number, end: number, line: number): boolean {
    if (this.#beginsNext(bytes, start, end) || !this.#assembler.take(bytes, start, end, line)) {
      this.#flush();
      return false;
    }
    if (this.#assembler.isComplete) this.#flush();
    return true;
  }

  /** True for a line that belongs to no record before it. */
  #beginsNext(bytes: Uint8Array, start: number, end: number): boolean {
    // No line of pretty-printed JSON but its first begins with a brace at the margin.
    if (this.#assembler.isJson) return opensObject(bytes, start, end) || isStartTimeAt(bytes, start, end);
    if (this.#assembler.awaits(bytes, start, end)) return false;
    if (this.#choice.looksLikeRecord(bytes, start, end) || this.#search.isPasted(bytes, start, end))
      return true;
    // What a mark shows to go on is not looked at more closely.
    if (continuesText(bytes[start])) return false;
    return (
      opensObject(bytes, start, end) ||
      findObjectOrTime(bytes, start, end) >= 0 ||
      findProxyLogLine(bytes, start, end) >= 0 ||
      this.#search.isRecord(bytes, start, end)
    );
  }

  /** Reads what was kept as one record, or its first lines; lines that are none are accounted for on their own. */
  #flush(): void {
    const { isJson, breaksString } = this.#assembler;
    const kept = this.#assembler.finish();
    const [first] = kept;
    if (first === undefined) return;
    this.#isJoined = true;
    const { taken, isCertain } = this.#wrapped.read(kept, isJson, breaksString);
    this.#isJoined = false;
    if (taken === 0) this.#reject(first.bytes, 0, first.bytes.length, first.line, 'FIELD_COUNT');
    else this.#counts.continuation += taken - 1;
    if (!isCertain) this.#counts.partial++;
    for (const { bytes, line } of kept.slice(Math.max(1, taken)))
      this.#readOther(bytes, 0, bytes.length, line);
  }

  found(bytes: Uint8Array, start: number, end: number, format: RecordFormat, line: number): void {
    this.#lock.count(format);
    this.#deliver(bytes, start, end, format, line);
  }

  foundPartial(bytes: Uint8Array, start: number, end: number, format: RecordFormat, line: number): void {
    this.#counts.partial++;
    this.#lock.countAside(format);
    this.#deliver(bytes, start, end, format, line);
  }

  /** `isUnwrapped`: what stood before the record is not there any more. */
  #deliver(
    bytes: Uint8Array,
    start: number,
    end: number,
    format: RecordFormat,
    line: number,
    isUnwrapped = false,
  ): void {
    this.#counts.records++;
    const place = this.#place;
    place.input = this.#input;
    place.line = line;
    place.start = start;
    place.end = end;
    place.source = isUnwrapped ? this.#blockSource : this.#isJoined ? this.#ownSource : this.#openedSource;
    const isTimed = (this.#spans[START_TIME] ?? 0) >= 0;
    place.stamp = isTimed ? null : this.#stamps.complete(this.#unwrapper.stamp);
    if (isTimed && this.#stamps.isCurious && !this.#isJoined)
      this.#stamps.compare(isUnwrapped ? this.#reopenedStamp() : this.#unwrapper.stamp, bytes, this.#spans);
    // The block was unwrapped by what lines are wrapped in; of others it is known only since they were opened.
    place.isOfSeveral = isUnwrapped ? !this.#unwrapper.areOfOne : !this.#unwrapper.isOfOne;
    const countedAs = this.#sink.add(bytes, this.#spans, format.parser, place);
    if (countedAs === 'outsideWindow') this.#counts.outsideWindow++;
    if (countedAs === 'duplicate') this.#counts.duplicates++;
  }

  #reject(bytes: Uint8Array, start: number, end: number, line: number, why: ParseFailure): void {
    if (this.#search.searchFragment(bytes, start, end, line)) return;
    const isRecord = this.#choice.looksLikeRecord(bytes, start, end);
    this.#tally.reject(bytes, start, end, line, isRecord ? why : null);
  }

  /** What the reader of the report has to know of the input. */
  describe(): readonly string[] {
    return this.#stamps.describe(this.#path);
  }

  /** What is known of the input; `bytes` is its size after decompression. */
  finish(bytes: number, continues: boolean): InputSummary {
    const formats = this.#lock.finish();
    const [format = null] = formats.keys();
    const { counts, rejected } = this.#tally;
    const late = this.#sink.settle?.() ?? NOTHING_LATE;
    const lines = {
      ...counts,
      // Many entries of a document may stand on one line.
      outsideWindow: Math.min(counts.records, counts.outsideWindow + late.outsideWindow),
      duplicates: Math.min(counts.records, counts.duplicates + late.duplicates),
    };
    const path = this.#path;
    return { path, continues, format, formats: Object.fromEntries(formats), bytes, lines, rejected };
  }
}

function isOfProxy({ bytes, start, end }: Layer): boolean {
  return isProxyLogLine(bytes, start, end);
}

function isBlank(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if ((bytes[at] ?? 0) > SPACE) return false;
  return true;
}
