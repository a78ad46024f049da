// Texts that many refer to and that stay where they are until the kernel goes.

import { copyShort, PADDING } from './bytes';

const CHUNK_BYTES: usize = 65536;

let place: usize = 0;
let end: usize = 0;

/** A copy of a text, shorter than a chunk. */
export function keepForever(text: usize, length: usize): usize {
  if (place + length + PADDING > end) {
    place = heap.alloc(CHUNK_BYTES);
    end = place + CHUNK_BYTES;
  }
  const copy = place;
  copyShort(copy, text, length);
  place += length;
  return copy;
}
