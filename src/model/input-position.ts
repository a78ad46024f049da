/** How far an input was read: enough to find it again after it was renamed, copied, packed or fetched anew. */
export interface InputPosition {
  readonly path: string;
  /** Device and inode. */
  readonly identity: string;
  /** Bytes read, counted after unpacking. */
  readonly offset: number;
  readonly lines: number;
  /** Size on disk and time of its last change, in milliseconds, when it was read. */
  readonly size: number;
  readonly modifiedMs: number;
  /** Hash of the last bytes before the offset. */
  readonly tail: string;
  /** Hashes of the last lines before the offset, oldest first. */
  readonly lastLines: readonly string[];
  /** True when the last line had no end yet: what follows up to its end has been counted. */
  readonly endsOpen: boolean;
  /** Time of the last run that met it, in milliseconds. */
  readonly metMs: number;
}
