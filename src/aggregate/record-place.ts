import type { LogSource } from '../model/log-source.ts';

/** Where a record stands in its input. */
export interface RecordPlace {
  readonly input: number;
  readonly line: number;
  readonly start: number;
  readonly end: number;
  /** When the line was written, by what stands around it, where the record itself has no time. */
  readonly stamp?: string | null;
  /** Something before the record on its line may name the proxy that wrote it. */
  readonly isOfSeveral: boolean;
  /** Which proxy wrote it. Valid while the record is handed over, and worked out when asked. */
  readonly source: () => LogSource;
}
