import { skipJsonBlanks, skipJsonValue } from '../bytes/json.ts';
import { BRACE_OPEN, SPACE } from '../bytes/number.ts';
import { decodeText } from '../bytes/text.ts';
import type { InputSummary, LineCounts, RejectedLine } from '../model/aggregate.ts';
import { createSpans } from '../model/field.ts';
import type { LineBlock } from '../model/line-block.ts';
import { NO_LINES } from '../model/line-counts.ts';
import type { FormatChoice, LineParser, ParseFailure, RecordFormat } from '../model/record-format.ts';
import { LineAssembler } from './line-assembler.ts';
import type { JoinedPieces } from './line-pieces.ts';
import { LinePieces } from './line-pieces.ts';
import type { LineSink } from './lines.ts';
import { MAX_LINE_BYTES } from './lines.ts';
import type { ProxyLogCollector } from './proxy-log-events.ts';
import { isProxyLogLine } from './proxy-log-line.ts';
import { findProxyLogLine, findRecordStart, isStartTimeAt, opensObject } from './record-start.ts';
import { Unwrapper } from './unwrapper.ts';
import type { Layer } from './wrappers/layer.ts';

/** After so many records in a row of another format, the input is taken to have changed over to it. */
const RECORDS_TO_SWITCH = 3;
const MAX_REJECTED_PER_REASON = 3;
const MAX_SHOWN_BYTES = 512;

/** Takes the records that were found. */
export interface RecordSink {
  /** Counts whole lines that are plainly healthy; see `LineSink.skim`. */
  skim(block: LineBlock, at: number, parser: LineParser): number;
  /** Writes the spans of the line at `at`, if `skim` just stopped there; false when the line wants another parser. */
  readSpans(block: LineBlock, at: number, spans: Int32Array): boolean;
  add(
    bytes: Uint8Array,
    spans: Int32Array,
    parser: LineParser,
    place: { readonly input: number; readonly line: number; readonly start: number; readonly end: number },
  ): 'counted' | 'outsideWindow' | 'filtered';
}

type Counts = { -readonly [K in keyof LineCounts]: number };

/** What a line with entries of a document can count as. */
const ENTRY_KINDS = ['records', 'proxyLog', 'failed', 'unrecognised', 'overlong', 'blank'] as const;
type EntryKind = (typeof ENTRY_KINDS)[number];

/** Makes records of the lines of one input and accounts for every line. */
export class RecordReader implements LineSink {
  readonly #input: number;
  readonly #choice: FormatChoice;
  readonly #jsonFormats: readonly RecordFormat[];
  readonly #special: readonly RecordFormat[];
  readonly #guessed: readonly RecordFormat[];
  readonly #general: readonly RecordFormat[];
  readonly #sink: RecordSink;
  readonly #proxyLog: ProxyLogCollector;
  readonly #spans = createSpans();
  readonly #assembler = new LineAssembler();
  readonly #unwrapper = new Unwrapper();
  readonly #pieces = new LinePieces();
  readonly #perFormat = new Map<string, number>();
  readonly #rejected: RejectedLine[] = [];
  readonly #rejections = new Map<string, number>();
  readonly #counts: Counts = { ...NO_LINES };
  readonly #place = { input: 0, line: 0, start: 0, end: 0 };
  #format: RecordFormat | null = null;
  #rival: RecordFormat | null = null;
  #rivalRecords = 0;
  #formatRecords = 0;
  #lineKind: EntryKind | undefined;
  /** Where the line begins whose spans are there already, or -1. */
  #readAt = -1;

  constructor(input: number, choice: FormatChoice, sink: RecordSink, proxyLog: ProxyLogCollector) {
    this.#input = input;
    this.#choice = choice;
    this.#guessed = choice.formats.filter(({ isGuessed }) => isGuessed === true);
    const known = choice.formats.filter(({ isGuessed }) => isGuessed !== true);
    this.#jsonFormats = known.filter(({ parser }) => parser.encoding === 'json');
    const isOnlyOne = choice.formats.length === 1;
    this.#special = known.filter(({ isGeneral }) => isOnlyOne || isGeneral !== true);
    this.#general = known.filter((format) => !this.#special.includes(format));
    this.#sink = sink;
    this.#proxyLog = proxyLog;
  }

  skim(block: LineBlock, at: number): number {
    const format = this.#format;
    if (format === null || this.#unwrapper.isWrapped || this.#pieces.isOpen || this.#assembler.isOpen)
      return at;
    const before = block.skimmed;
    const next = this.#sink.skim(block, at, format.parser);
    if (next < block.end && this.#sink.readSpans(block, next, this.#spans)) this.#readAt = next;
    const lines = block.skimmed - before;
    if (lines > 0) this.#rivalRecords = 0;
    this.#formatRecords += lines;
    this.#counts.read += lines;
    this.#counts.records += lines;
    return next;
  }

  line(bytes: Uint8Array, start: number, end: number): void {
    this.#counts.read++;
    const format = this.#format;
    const isRead = start === this.#readAt;
    this.#readAt = -1;
    if (format !== null && isRead) {
      this.#deliverLocked(bytes, start, end, format);
      return;
    }
    if (this.#unwrapper.isWrapped) {
      this.#readWrapped(bytes, start, end, this.#counts.read);
      return;
    }
    if (
      format !== null &&
      !this.#assembler.isOpen &&
      format.parser.parse(bytes, start, end, this.#spans, false) === 'parsed'
    ) {
      this.#deliverLocked(bytes, start, end, format);
      return;
    }
    this.#readOther(bytes, start, end, this.#counts.read);
  }

  /** A line that is most likely wrapped like the one before it. */
  #readWrapped(bytes: Uint8Array, start: number, end: number, line: number): void {
    const inside = this.#unwrapper.open(bytes, start, end);
    if (inside !== null && (inside.isPartial || this.#pieces.isOpen)) {
      if (this.#takePiece(inside, line)) return;
    }
    const format = this.#format;
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

  #deliverLocked(bytes: Uint8Array, start: number, end: number, format: RecordFormat): void {
    this.#formatRecords++;
    this.#rivalRecords = 0;
    this.#deliver(bytes, start, end, format, this.#counts.read);
  }

  overlong(head: Uint8Array, byteLength: number): void {
    this.#counts.read++;
    this.#readAt = -1;
    this.end();
    this.#counts.overlong++;
    this.#note(
      'OVERLONG',
      this.#counts.read,
      `${decodeText(head, 0, Math.min(head.length, MAX_SHOWN_BYTES))}… (${byteLength} bytes)`,
    );
  }

  /**
   * An entry of a document, `lines` lines behind the last one: 0 where several stand on a line, which counts once, as the
   * best that is on it.
   */
  entry(bytes: Uint8Array, byteLength: number, lines: number): void {
    if (lines > 1) this.continueDocument(lines - 1);
    const before = { ...this.#counts };
    if (lines === 0) this.#counts.read--;
    if (byteLength > MAX_LINE_BYTES) this.overlong(bytes, byteLength);
    else this.line(bytes, 0, byteLength);
    this.end();
    const kind = ENTRY_KINDS.find((name) => this.#counts[name] > before[name]);
    if (lines === 0) this.#settleShared(before, kind);
    else this.#lineKind = kind;
  }

  /** Lines that only hold entries, or go on with one. */
  continueDocument(lines: number): void {
    this.#counts.read += lines;
    this.#counts.continuation += lines;
  }

  #settleShared(before: Counts, kind: EntryKind | undefined): void {
    const isPartial = this.#counts.partial > before.partial;
    Object.assign(this.#counts, before);
    if (kind !== 'records' || this.#lineKind === 'records' || this.#lineKind === undefined) return;
    this.#counts[this.#lineKind]--;
    this.#counts.records++;
    if (isPartial) this.#counts.partial++;
    this.#lineKind = 'records';
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
    this.#unwrapper.close();
    if (this.#tryFormats(this.#special, bytes, start, end, line)) {
      this.#unwrapper.notePlain();
      return;
    }
    if (this.#searchRecord(this.#special, bytes, start, end, line)) return;
    if (bytes[start] !== BRACE_OPEN && this.#tryFormats(this.#general, bytes, start, end, line)) return;
    if (this.#searchRecord(this.#general, bytes, start, end, line)) return;
    if (this.#tryGuessed(bytes, start, end, line)) return;
    if (this.#tryProxyLog(bytes, start, end, line)) return;
    this.#begin(bytes, start, end, line);
  }

  /** Looks into wrappers for a record, or for a piece of one. */
  #searchRecord(
    formats: readonly RecordFormat[],
    bytes: Uint8Array,
    start: number,
    end: number,
    line: number,
  ): boolean {
    if (formats.length === 0) return false;
    return this.#unwrapper.search(bytes, start, end, (inside) => {
      if (inside.isPartial) return this.#takePiece(inside, line);
      // An object is opened first, lest values are found in its texts.
      if (formats === this.#general && inside.bytes[inside.start] === BRACE_OPEN) return false;
      return this.#tryFormats(formats, inside.bytes, inside.start, inside.end, line);
    });
  }

  /** What is inside of an object says more than the object. */
  #tryGuessed(bytes: Uint8Array, start: number, end: number, line: number): boolean {
    if (this.#searchRecord(this.#guessed, bytes, start, end, line)) return true;
    this.#unwrapper.close();
    if (!this.#tryFormats(this.#guessed, bytes, start, end, line)) return false;
    this.#unwrapper.notePlain();
    return true;
  }

  #tryProxyLog(bytes: Uint8Array, start: number, end: number, line: number): boolean {
    const proxyLogAt = findProxyLogLine(bytes, start, end);
    if (proxyLogAt >= 0) {
      this.#countProxyLog(bytes, proxyLogAt, end, line);
      return true;
    }
    return this.#unwrapper.search(bytes, start, end, (inside) => {
      if (!isProxyLogLine(inside.bytes, inside.start, inside.end)) return false;
      this.#countProxyLog(inside.bytes, inside.start, inside.end, line);
      return true;
    });
  }

  #countProxyLog(bytes: Uint8Array, start: number, end: number, line: number): void {
    this.#counts.proxyLog++;
    this.#proxyLog.add(bytes, start, end, this.#input, line);
  }

  /** Keeps a piece of a line, or reads the line when it is the last; false when it is a line of its own. */
  #takePiece(inside: Layer, line: number): boolean {
    const joined = this.#pieces.take(inside, line, this.#unwrapper.source ?? '');
    if (joined === null) return false;
    for (const whole of joined) this.#readJoined(whole);
    return true;
  }

  #readJoined({ bytes, line, pieces }: JoinedPieces): void {
    this.#counts.continuation += pieces - 1;
    this.#unwrapper.close();
    if (this.#tryAll(bytes, line)) return;
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
      if (!this.#isPasted(inside.bytes, inside.start, inside.end)) return false;
      this.#assembler.begin('text', inside.bytes, inside.start, inside.end, line);
      return true;
    });
  }

  #isPasted(bytes: Uint8Array, start: number, end: number): boolean {
    return this.#choice.lenient?.parser.parse(bytes, start, end, this.#spans, true) === 'parsed';
  }

  #mayBePasted(bytes: Uint8Array, start: number, end: number): boolean {
    const { lenient, looksLikeRecord } = this.#choice;
    return lenient !== null && (this.#isPasted(bytes, start, end) || looksLikeRecord(bytes, start, end));
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

  /** No line of pretty-printed JSON but its first begins with a brace at the margin. */
  #beginsNext(bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#assembler.isJson) return bytes[start] === BRACE_OPEN || isStartTimeAt(bytes, start, end);
    return this.#choice.looksLikeRecord(bytes, start, end) && !this.#assembler.awaits(bytes, start, end);
  }

  /** Reads what was kept as one record; if it is none, every line of it is accounted for on its own. */
  #flush(): void {
    const { isJson } = this.#assembler;
    const { kept, joined } = this.#assembler.finish();
    const [first, ...others] = kept;
    if (first === undefined) return;
    // What only began like JSON may hold whole lines of other kinds, which are not to become one.
    const isMixed = isJson && others.length > 0;
    if (isMixed ? this.#tryJson(joined, first.line) : this.#tryAll(joined, first.line)) {
      this.#counts.continuation += others.length;
      return;
    }
    this.#reject(first.bytes, 0, first.bytes.length, first.line, 'FIELD_COUNT');
    for (const { bytes, line } of others) this.#readOther(bytes, 0, bytes.length, line);
  }

  #tryJson(joined: Uint8Array, line: number): boolean {
    if (this.#tryFormats(this.#jsonFormats, joined, 0, joined.length, line)) return true;
    const isWhole =
      skipJsonBlanks(joined, skipJsonValue(joined, 0, joined.length), joined.length) === joined.length;
    return (
      isWhole &&
      (this.#searchRecord(this.#special, joined, 0, joined.length, line) ||
        this.#tryGuessed(joined, 0, joined.length, line))
    );
  }

  #tryAll(joined: Uint8Array, line: number): boolean {
    return (
      this.#tryFormats(this.#special, joined, 0, joined.length, line) ||
      this.#searchRecord(this.#special, joined, 0, joined.length, line) ||
      this.#tryFormats(this.#general, joined, 0, joined.length, line) ||
      this.#tryGuessed(joined, 0, joined.length, line) ||
      this.#tryLenient(joined, 0, joined.length, line) ||
      this.#unwrapper.search(joined, 0, joined.length, ({ bytes, start, end }) =>
        this.#tryLenient(bytes, start, end, line),
      )
    );
  }

  #tryFormats(
    formats: readonly RecordFormat[],
    bytes: Uint8Array,
    start: number,
    end: number,
    line: number,
  ): boolean {
    for (const format of formats) {
      if (format.parser.parse(bytes, start, end, this.#spans, false) !== 'parsed') continue;
      this.#noteFormat(format);
      this.#deliver(bytes, start, end, format, line);
      return true;
    }
    return false;
  }

  #tryLenient(bytes: Uint8Array, start: number, end: number, line: number): boolean {
    const { lenient } = this.#choice;
    if (lenient === null || !this.#isPasted(bytes, start, end)) return false;
    this.#counts.partial++;
    this.#perFormat.set(lenient.id, (this.#perFormat.get(lenient.id) ?? 0) + 1);
    this.#deliver(bytes, start, end, lenient, line);
    return true;
  }

  #noteFormat(format: RecordFormat): void {
    this.#perFormat.set(format.id, (this.#perFormat.get(format.id) ?? 0) + 1);
    this.#rivalRecords = this.#rival === format ? this.#rivalRecords + 1 : 1;
    this.#rival = format;
    if (this.#format === null || this.#rivalRecords >= RECORDS_TO_SWITCH) this.#switchTo(format);
  }

  #switchTo(format: RecordFormat): void {
    this.#settleFormatRecords();
    this.#format = format;
  }

  #settleFormatRecords(): void {
    const id = this.#format?.id;
    if (id !== undefined) this.#perFormat.set(id, (this.#perFormat.get(id) ?? 0) + this.#formatRecords);
    this.#formatRecords = 0;
  }

  #deliver(bytes: Uint8Array, start: number, end: number, format: RecordFormat, line: number): void {
    this.#counts.records++;
    const place = this.#place;
    place.input = this.#input;
    place.line = line;
    place.start = start;
    place.end = end;
    const countedAs = this.#sink.add(bytes, this.#spans, format.parser, place);
    if (countedAs === 'outsideWindow') this.#counts.outsideWindow++;
  }

  #reject(bytes: Uint8Array, start: number, end: number, line: number, why: ParseFailure): void {
    const isRecord = this.#choice.looksLikeRecord(bytes, start, end);
    if (isRecord) this.#counts.failed++;
    else this.#counts.unrecognised++;
    const text = decodeText(bytes, start, Math.min(end, start + MAX_SHOWN_BYTES));
    this.#note(isRecord ? why : 'UNRECOGNISED', line, text);
  }

  #note(reason: string, line: number, text: string): void {
    const seen = this.#rejections.get(reason) ?? 0;
    this.#rejections.set(reason, seen + 1);
    if (seen < MAX_REJECTED_PER_REASON) this.#rejected.push({ reason, line, text });
  }

  /** What is known of the input; `bytes` is its size after decompression. */
  finish(path: string, bytes: number, continues: boolean): InputSummary {
    this.#settleFormatRecords();
    const formats = [...this.#perFormat].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    return {
      path,
      continues,
      format: formats[0]?.[0] ?? null,
      formats: Object.fromEntries(formats),
      bytes,
      lines: { ...this.#counts },
      rejected: this.#rejected,
    };
  }
}

function isBlank(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if ((bytes[at] ?? 0) > SPACE) return false;
  return true;
}
