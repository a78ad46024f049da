import { copyBytes } from '../bytes/text.ts';
import type { Layer } from './wrappers/layer.ts';

/** A line over this is read as far as it was joined. */
const MAX_JOINED_BYTES = 1024 * 1024;
/** Pods whose lines arrive in pieces at the same time. */
const MAX_OPEN = 64;

/** Pieces of one line, joined. */
export interface JoinedPieces {
  readonly bytes: Uint8Array;
  /** Where the first piece stands. */
  readonly line: number;
  readonly pieces: number;
}

interface Open {
  readonly parts: Uint8Array[];
  readonly line: number;
  length: number;
}

/** Joins what a container runtime cut: lines of CRI marked `P`, pieces of 16 KiB of docker. */
export class LinePieces {
  readonly #open = new Map<string, Open>();

  get isOpen(): boolean {
    return this.#open.size > 0;
  }

  /** The lines that this piece completes, none yet, or null when it is a whole line of its own. */
  take(
    { bytes, start, end, isPartial }: Layer,
    line: number,
    source: string,
  ): readonly JoinedPieces[] | null {
    const known = this.#open.get(source);
    if (known === undefined && !isPartial) return null;
    const open = known ?? { parts: [], line, length: 0 };
    open.parts.push(copyBytes(bytes, start, end));
    open.length += end - start;
    this.#open.set(source, open);
    if (!isPartial || open.length > MAX_JOINED_BYTES) {
      this.#open.delete(source);
      return [join(open)];
    }
    const [oldest] = this.#open.keys();
    if (this.#open.size <= MAX_OPEN || oldest === undefined) return [];
    const dropped = this.#open.get(oldest);
    this.#open.delete(oldest);
    return dropped === undefined ? [] : [join(dropped)];
  }

  /** The lines whose last piece never came. */
  takeAll(): readonly JoinedPieces[] {
    const all = [...this.#open.values()].map(join);
    this.#open.clear();
    return all;
  }
}

function join({ parts, line, length }: Open): JoinedPieces {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return { bytes, line, pieces: parts.length };
}
