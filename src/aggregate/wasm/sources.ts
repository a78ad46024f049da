// Which proxy wrote a line: that which was named last, or, by what stands before the line, one that was named before.

import { hold, keepTexts, release, secondLength, secondText } from './kept';

const NONE: f64 = -1;
/** Whoever writes into a log can make up names. */
const MAX_KNOWN: i32 = 1024;
// A known source.
const PROXY: usize = 0;
const KEY: usize = 8;
const TEXTS: usize = 16;
const SOURCE_BYTES: usize = 24;

const known: usize = heap.alloc(<usize>MAX_KNOWN * SOURCE_BYTES);
let count: i32 = 0;
let last: i32 = 0;
let key: f64 = NONE;
let texts: u32 = 0;

/** The proxy that wrote the lines from now on: its key, all of it as a text, and the pod alone. */
export function setSource(itsKey: f64, text: usize, length: usize, pod: usize, podLength: usize): void {
  key = itsKey;
  release(texts);
  texts = hold(keepTexts(text, length, pod, podLength));
}

/** Remembers that it is what stands before a line that names the source. */
export function nameSource(proxy: f64): void {
  if (proxy === NONE || count === MAX_KNOWN || find(proxy) >= 0) return;
  const source = known + <usize>count * SOURCE_BYTES;
  store<f64>(source, proxy, PROXY);
  store<f64>(source, key, KEY);
  store<u32>(source, hold(texts), TEXTS);
  count++;
}

/** Lines may be of others though the same stands before them: what was remembered is of another input. */
export function forgetSources(): void {
  for (let i = 0; i < count; i++) release(load<u32>(known + <usize>i * SOURCE_BYTES, TEXTS));
  count = 0;
}

/** Takes up the source that stands before a line; false when it is not known. */
export function useSource(proxy: f64): bool {
  if (proxy === NONE) return false;
  const i = find(proxy);
  if (i < 0) return false;
  const source = known + <usize>i * SOURCE_BYTES;
  key = load<f64>(source, KEY);
  release(texts);
  texts = hold(load<u32>(source, TEXTS));
  return true;
}

/** Mostly lines of one proxy follow each other, or those of a few. */
function find(proxy: f64): i32 {
  if (last < count && load<f64>(known + <usize>last * SOURCE_BYTES, PROXY) === proxy) return last;
  for (let i = 0; i < count; i++) {
    if (load<f64>(known + <usize>i * SOURCE_BYTES, PROXY) !== proxy) continue;
    last = i;
    return i;
  }
  return -1;
}

export function sourceKey(): f64 {
  return key;
}

export function sourceTexts(): u32 {
  return texts;
}

export function podText(): usize {
  return secondText(<usize>texts);
}

export function podLength(): usize {
  return secondLength(<usize>texts);
}
