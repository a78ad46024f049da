import { SPACE } from '../bytes/number.ts';
import type { FormatChoice, ParseFailure, RecordFormat } from '../model/record-format.ts';
import type { FormatLock } from './format-lock.ts';
import { isFrameLine, isTableHeader } from './frame-line.ts';
import { continuesText, LineAssembler } from './line-assembler.ts';
import type { JoinedPieces } from './line-pieces.ts';
import { LinePieces } from './line-pieces.ts';
import type { LineTally } from './line-tally.ts';
import type { ProxyLogCollector, ProxyLogPlace } from './proxy-log-events.ts';
import { isProxyLogLine } from './proxy-log-line.ts';
import type { DeliveryParts, RecordDelivery } from './record-delivery.ts';
import type { SearchTarget } from './record-search.ts';
import { RecordSearch } from './record-search.ts';
import {
  findObjectOrTime,
  findProxyLogLine,
  findRecordStart,
  isStartTimeAt,
  opensObject,
} from './record-start.ts';
import type { Unwrapper } from './unwrapper.ts';
import { WrappedSearch } from './wrapped-search.ts';
import type { Layer } from './wrappers/layer.ts';

/** What the reader of an input shares with what reads its odd lines. */
interface ReaderParts extends DeliveryParts {
  readonly input: number;
  readonly choice: FormatChoice;
  readonly lock: FormatLock;
  readonly delivery: RecordDelivery;
  readonly proxyLog: ProxyLogCollector;
}

/**
 * Lines that are no record of the format in hand: what else they are is found out by trying, and those are kept that may
 * be a record together. Each is accounted for.
 */
export class OddLines implements SearchTarget {
  readonly #input: number;
  readonly #choice: FormatChoice;
  readonly #lock: FormatLock;
  readonly #tally: LineTally;
  readonly #counts: LineTally['counts'];
  readonly #unwrapper: Unwrapper;
  readonly #delivery: RecordDelivery;
  readonly #proxyLog: ProxyLogCollector;
  readonly #assembler = new LineAssembler();
  readonly #pieces = new LinePieces();
  readonly #search: RecordSearch;
  readonly #wrapped: WrappedSearch;

  constructor(parts: ReaderParts) {
    this.#input = parts.input;
    this.#choice = parts.choice;
    this.#lock = parts.lock;
    this.#tally = parts.tally;
    this.#counts = parts.tally.counts;
    this.#unwrapper = parts.unwrapper;
    this.#delivery = parts.delivery;
    this.#proxyLog = parts.proxyLog;
    this.#search = new RecordSearch(parts.choice, parts.spans, parts.unwrapper, this);
    this.#wrapped = new WrappedSearch(this.#search);
  }

  /** Lines are kept that the next one may go on with. */
  get keepsLines(): boolean {
    return this.#assembler.isOpen;
  }

  /** Pieces of a line are kept whose last one has not come. */
  get keepsPieces(): boolean {
    return this.#pieces.isOpen;
  }

  /** Settles what is kept. */
  end(): void {
    while (this.#assembler.isOpen) this.#flush();
    for (const joined of this.#pieces.takeAll()) this.#readJoined(joined);
  }

  /** Finds out what the line is. */
  read(bytes: Uint8Array, start: number, end: number, line: number): void {
    // The same stretch of memory may have held another line.
    this.#unwrapper.forget();
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
          ? this.#delivery.ownSource
          : () => this.#delivery.sourceOf(this.#unwrapper.findSource(bytes, start, end, isOfProxy));
      this.#countProxyLog(bytes, proxyLogAt, end, { input: this.#input, line, source });
      return true;
    }
    return this.#unwrapper.search(bytes, start, end, (inside) => {
      if (!isOfProxy(inside)) return false;
      const source = this.#delivery.openedSource;
      this.#countProxyLog(inside.bytes, inside.start, inside.end, { input: this.#input, line, source });
      return true;
    });
  }

  #countProxyLog(bytes: Uint8Array, start: number, end: number, place: ProxyLogPlace): void {
    this.#counts.proxyLog++;
    this.#proxyLog.add(bytes, start, end, place);
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
    const isRecord = this.#delivery.deliverJoined(() => this.#search.searchJoined(bytes, line));
    if (!isRecord) this.#reject(bytes, 0, bytes.length, line, 'FIELD_COUNT');
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
    const { taken, isCertain } = this.#delivery.deliverJoined(() =>
      this.#wrapped.read(kept, isJson, breaksString),
    );
    if (taken === 0) this.#reject(first.bytes, 0, first.bytes.length, first.line, 'FIELD_COUNT');
    else this.#counts.continuation += taken - 1;
    if (!isCertain) this.#counts.partial++;
    for (const { bytes, line } of kept.slice(Math.max(1, taken))) this.read(bytes, 0, bytes.length, line);
  }

  found(bytes: Uint8Array, start: number, end: number, format: RecordFormat, line: number): void {
    this.#lock.count(format);
    this.#delivery.deliver(bytes, start, end, format, line);
  }

  foundPartial(bytes: Uint8Array, start: number, end: number, format: RecordFormat, line: number): void {
    this.#counts.partial++;
    this.#lock.countAside(format);
    this.#delivery.deliver(bytes, start, end, format, line);
  }

  #reject(bytes: Uint8Array, start: number, end: number, line: number, why: ParseFailure): void {
    if (this.#search.searchFragment(bytes, start, end, line)) return;
    const isRecord = this.#choice.looksLikeRecord(bytes, start, end);
    this.#tally.reject(bytes, start, end, line, isRecord ? why : null);
  }
}

function isOfProxy({ bytes, start, end }: Layer): boolean {
  return isProxyLogLine(bytes, start, end);
}

function isBlank(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if ((bytes[at] ?? 0) > SPACE) return false;
  return true;
}
