// What stays of a failing line when the line is gone: its record, for all who refer to it, or some text. It goes with the
// last who lets go of it.

import * as at from './failure-layout';
import { MAX_TEMPLATE_BYTES, spellTemplate } from './path';
import * as span from './spans';

/** Set where a place stands for the holders. */
const PACKED: u32 = 0x80000000;
const RECORD_TEXT: usize = at.RECORD_SPANS + at.RECORD_FIELDS * 4;
/** One byte more than MAX_KEPT_BYTES in src/aggregate/caps.ts, which tells that there was more. */
export const MAX_FIELD_BYTES: usize = 513;
/** Fields that no shape has, one bit each. */
const LEFT_OUT: u32 =
  (1 << (span.START_TIME / 2)) |
  (1 << (span.X_FORWARDED_FOR / 2)) |
  (1 << (span.USER_AGENT / 2)) |
  (1 << (span.REQUEST_ID / 2)) |
  (1 << (span.DOWNSTREAM_REMOTE / 2));
const PATH_FIELD: usize = span.PATH / 2;

const template: usize = memory.data(<i32>MAX_TEMPLATE_BYTES);
/** Where the text of each field begins, and its length. */
const texts: usize = memory.data(<i32>at.RECORD_FIELDS * 8);

/** Keeps the record whose spans are there, with its path as a template. */
export function keepRecord(isJson: bool): u32 {
  const record = allocate(RECORD_TEXT + measure());
  store<u32>(record, isJson, at.RECORD_IS_JSON);
  let to = RECORD_TEXT;
  for (let field: usize = 0; field < at.RECORD_FIELDS; field++) {
    const from = <usize>load<u32>(texts + field * 8);
    const length = <usize>load<u32>(texts + field * 8, 4);
    const itsSpan = record + at.RECORD_SPANS + field * 4;
    if (from === 0) {
      const isAbsent = span.startAt(2 * <i32>field) === span.LOGGED_ABSENT;
      store<u16>(itsSpan, isAbsent ? at.RECORD_LOGGED_ABSENT : at.RECORD_NOT_IN_FORMAT);
      continue;
    }
    store<u16>(itsSpan, <u16>to);
    store<u16>(itsSpan, <u16>length, 2);
    memory.copy(record + to, from, length);
    to += length;
  }
  return <u32>record;
}

function allocate(size: usize): usize {
  const kept = heap.alloc(size);
  store<u32>(kept, 0, at.KEPT_HOLDERS);
  store<u32>(kept, <u32>size, at.KEPT_SIZE);
  return kept;
}

/** Keeps a copy of what is kept elsewhere. */
export function keepCopy(other: usize): u32 {
  const size = sizeOf(other);
  const kept = allocate(size);
  memory.copy(kept + at.RECORD_IS_JSON, other + at.RECORD_IS_JSON, size - at.RECORD_IS_JSON);
  return <u32>kept;
}

/** Bytes of what is kept. */
export function sizeOf(kept: usize): usize {
  return <usize>load<u32>(kept, at.KEPT_SIZE);
}

/** Place in an image of what was packed into it; 0 when it was not. */
export function placeOf(kept: usize): u32 {
  const holders = load<u32>(kept, at.KEPT_HOLDERS);
  return holders & PACKED ? holders & ~PACKED : 0;
}

/** Notes where it was packed, in place of who holds it: it is not let go any more. */
export function setPlace(kept: usize, place: u32): void {
  store<u32>(kept, PACKED | place, at.KEPT_HOLDERS);
}

/** Finds the texts to be kept; returns their bytes. */
function measure(): usize {
  let bytes: usize = 0;
  for (let field: usize = 0; field < at.RECORD_FIELDS; field++) {
    const start = span.startAt(2 * <i32>field);
    let from: usize = 0;
    let length: usize = 0;
    if (start >= 0 && !((LEFT_OUT >> <u32>field) & 1)) {
      from = <usize>start;
      length = min(span.endAt(2 * <i32>field) - from, MAX_FIELD_BYTES);
      if (field === PATH_FIELD) {
        length = spellTemplate(from, span.endAt(span.PATH), template) - template;
        from = template;
      }
    }
    store<u32>(texts + field * 8, <u32>from);
    store<u32>(texts + field * 8, <u32>length, 4);
    bytes += length;
  }
  return bytes;
}

/** Keeps two texts, either of which may be empty. */
export function keepTexts(one: usize, oneLength: usize, other: usize, otherLength: usize): u32 {
  const kept = allocate(at.TEXTS_BEGIN + oneLength + otherLength);
  store<u32>(kept, <u32>oneLength, at.TEXTS_FIRST_LENGTH);
  store<u32>(kept, <u32>otherLength, at.TEXTS_SECOND_LENGTH);
  memory.copy(kept + at.TEXTS_BEGIN, one, oneLength);
  memory.copy(kept + at.TEXTS_BEGIN + oneLength, other, otherLength);
  return <u32>kept;
}

export function secondText(kept: usize): usize {
  return kept + at.TEXTS_BEGIN + load<u32>(kept, at.TEXTS_FIRST_LENGTH);
}

export function secondLength(kept: usize): usize {
  return <usize>load<u32>(kept, at.TEXTS_SECOND_LENGTH);
}

export function hold(kept: u32): u32 {
  store<u32>(kept, load<u32>(kept, at.KEPT_HOLDERS) + 1, at.KEPT_HOLDERS);
  return kept;
}

/** Lets go of what was held; 0 is nothing. */
export function release(kept: u32): void {
  if (kept === 0) return;
  const holders = load<u32>(kept, at.KEPT_HOLDERS) - 1;
  store<u32>(kept, holders, at.KEPT_HOLDERS);
  if (holders === 0) heap.free(<usize>kept);
}
