import type { LineBlock, LinesOrigin } from '../model/line-block.ts';
import type { LogSource } from '../model/log-source.ts';
import type { LineParser } from '../model/record-format.ts';

/** Where a record stands, and what stood around it. */
interface RecordPlace {
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
}

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
    place: RecordPlace,
  ): 'counted' | 'outsideWindow' | 'filtered' | 'duplicate';
  /** At the end of an input: what became of records that were held back when they were added. */
  settle?(): { readonly outsideWindow: number; readonly duplicates: number };
}
