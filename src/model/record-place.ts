import type { LogSource } from './log-source.ts';

/** Where a record stands, and what stood around it. */
export interface RecordPlace {
  readonly input: number;
  readonly line: number;
  readonly start: number;
  readonly end: number;
  /** Something before the record on its line may name the proxy that wrote it. */
  readonly isOfSeveral: boolean;
  /** It is the name of a pod that kubectl has put there, which the kernel reads, too. */
  readonly isBehindPod: boolean;
  /** When a wrapper says that the line was written, as it stands there, for a record that does not say when it began. */
  readonly stamp: string | null;
  /** Which proxy wrote it. Valid while the record is handed over, and worked out when asked. */
  readonly source: () => LogSource;
}
