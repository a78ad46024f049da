import type { LineBlock, LinesOrigin } from '../model/line-block.ts';
import type { LineParser } from '../model/record-format.ts';
import type { RecordPlace } from '../model/record-place.ts';

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
