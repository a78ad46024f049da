// Labels: what the keys of a table stand for, each kept when its key is new. The text of the scope stands before that of the
// key, unless it is said where it stands for all keys of the scope.

import { copyShort, PADDING } from './bytes';

const SCOPE_KEY: usize = 0;
const SCOPE_LENGTH: usize = 8;
const IS_JSON: usize = 10;
const TEXT_LENGTH: usize = 12;
const SCOPE_AT: usize = 16;
const TEXT: usize = 20;
const ALIGNMENT: usize = 8;

/** Room that a new table is given. */
export const FIRST_LABEL_BYTES: usize = 32768;

/** Lasting texts lie in chunks, which are never moved: a scope's text is shorter than one. */
const CHUNK_BYTES: usize = 65536;
let place: usize = 0;
let chunkEnd: usize = 0;

/** Labels one behind the other. They move when more are added: their places are counted from the first one on. */
@unmanaged
export class Labels {
  private first: usize;
  private bytes: usize;
  capacity: usize;

  static create(capacity: usize): Labels {
    const labels = changetype<Labels>(heap.alloc(offsetof<Labels>()));
    labels.first = heap.alloc(capacity);
    labels.bytes = 0;
    labels.capacity = capacity;
    return labels;
  }

  release(): void {
    heap.free(this.first);
    heap.free(changetype<usize>(this));
  }

  at(offset: usize): usize {
    return this.first + offset;
  }

  /** Room for the text of a label, scope first, and for what `copyShort` writes behind it. */
  reserve(bytes: usize): usize {
    const needed = this.bytes + TEXT + bytes + PADDING;
    if (needed > this.capacity) {
      while (this.capacity < needed) this.capacity *= 2;
      const larger = heap.alloc(this.capacity);
      memory.copy(larger, this.first, this.bytes);
      heap.free(this.first);
      this.first = larger;
    }
    return this.first + this.bytes + TEXT;
  }

  /**
   * Makes a label of the text that was written; returns its place. `scopeAt`: where the text of the scope stands, or 0 when it
   * was written before that of the key. `isJson`: the texts may hold escapes.
   */
  finish(scopeKey: u64, scopeAt: usize, scopeLength: usize, textLength: usize, isJson: bool): u32 {
    const label = this.first + this.bytes;
    store<u64>(label, scopeKey, SCOPE_KEY);
    store<u16>(label, <u16>scopeLength, SCOPE_LENGTH);
    store<u16>(label, <u16>isJson, IS_JSON);
    store<u32>(label, <u32>textLength, TEXT_LENGTH);
    store<u32>(label, <u32>scopeAt, SCOPE_AT);
    const offset = <u32>this.bytes;
    this.bytes += sizeOf(label);
    return offset;
  }

  /** Adds a copy of a label; returns its place. */
  copy(label: usize): u32 {
    const size = sizeOf(label);
    copyShort(this.reserve(size) - TEXT, label, size);
    const offset = <u32>this.bytes;
    this.bytes += size;
    return offset;
  }
}

/** Bytes of the scope's text that stand in the label itself. */
function scopeBytesIn(label: usize): usize {
  return load<u32>(label, SCOPE_AT) === 0 ? scopeLength(label) : 0;
}

function sizeOf(label: usize): usize {
  return (TEXT + scopeBytesIn(label) + textLength(label) + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
}

export function scopeKey(label: usize): u64 {
  return load<u64>(label, SCOPE_KEY);
}

export function scope(label: usize): usize {
  return <usize>load<u32>(label, SCOPE_AT) || label + TEXT;
}

export function scopeLength(label: usize): usize {
  return <usize>load<u16>(label, SCOPE_LENGTH);
}

export function text(label: usize): usize {
  return label + TEXT + scopeBytesIn(label);
}

export function textLength(label: usize): usize {
  return <usize>load<u32>(label, TEXT_LENGTH);
}

export function isJson(label: usize): bool {
  return load<u16>(label, IS_JSON) !== 0;
}

/** Where the text of a label that has no scope stands for good; the label itself may move. */
export function lastingText(label: usize): usize {
  if (load<u32>(label, SCOPE_AT) === 0)
    store<u32>(label, <u32>keepForever(label + TEXT, textLength(label)), SCOPE_AT);
  return <usize>load<u32>(label, SCOPE_AT);
}

function keepForever(from: usize, length: usize): usize {
  if (place + length + PADDING > chunkEnd) {
    place = heap.alloc(CHUNK_BYTES);
    chunkEnd = place + CHUNK_BYTES;
  }
  const copy = place;
  copyShort(copy, from, length);
  place += length;
  return copy;
}

/** Bytes that `writeWhole` writes at most. */
export function mostBytes(label: usize): usize {
  return sizeOf(label) + scopeLength(label) + ALIGNMENT;
}

/** Writes a label with the text of its scope in it; returns its size. */
export function writeWhole(label: usize, to: usize): usize {
  copyShort(to, label, TEXT);
  store<u32>(to, 0, SCOPE_AT);
  copyShort(to + TEXT, scope(label), scopeLength(label));
  copyShort(to + TEXT + scopeLength(label), text(label), textLength(label));
  return sizeOf(to);
}
