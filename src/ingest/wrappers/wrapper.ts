import type { Layer } from './layer.ts';

/** A wrapped line and what must come out of it. */
export interface WrapperSample {
  readonly wrapped: string;
  readonly inside: string;
  /** Pod, host or stream that the wrapper names; absent where it names none. */
  readonly source?: string;
  /** Stamp of the wrapper, as it stands there. */
  readonly stamp?: string;
}

/**
 * Something that stands around a log line: what a tool put before it, a JSON object with the line in a string, a row of a
 * table. Wrappers nest in any order.
 */
export interface Wrapper {
  readonly id: string;
  readonly title: string;
  readonly samples: readonly WrapperSample[];
  /** Points `inside` at what is within the line; false when the line is not wrapped so. Makes no objects. */
  readonly unwrap: (line: Layer, inside: Layer) => boolean;
  /** One proxy's lines stand beside each other, not those of several: there is nothing to join within the input. */
  readonly isOfOne?: boolean;
  /** Pod, host or stream that the line came from. Asked only for lines that are shown or joined. */
  readonly sourceOf?: (line: Layer) => string | null;
  /** When the wrapper says that the line was written, as it stands there. */
  readonly stampOf?: (line: Layer) => string | null;
}
