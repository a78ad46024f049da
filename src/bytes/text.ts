/** A byte order mark within a line is text like any other. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();

/** Below this length, ASCII bytes become text faster without the decoder's set-up. */
const SHORT_BYTES = 128;

/** Text of `bytes[start, end)`; bytes that are not UTF-8 become U+FFFD. */
export function decodeText(bytes: Uint8Array, start: number, end: number): string {
  const span = bytes.subarray(start, end);
  if (end - start > SHORT_BYTES) return decoder.decode(span);
  for (let at = start; at < end; at++) if ((bytes[at] ?? 0) >= 0x80) return decoder.decode(span);
  // Not built character by character: that makes a rope, which costs many times its text in memory.
  return Reflect.apply(String.fromCharCode, null, span);
}

/** UTF-8 bytes of a text. */
export function encodeText(text: string): Uint8Array {
  return encoder.encode(text);
}

/** A copy of `bytes[start, end)`. `slice` will not do: that of a Buffer is a view, which changes with the next chunk. */
export function copyBytes(bytes: Uint8Array, start: number, end: number): Uint8Array {
  return new Uint8Array(bytes.subarray(start, end));
}

/** True when `bytes` has `wanted` at `at`. */
export function matchesAt(bytes: Uint8Array, at: number, end: number, wanted: Uint8Array): boolean {
  if (at < 0 || at + wanted.length > end) return false;
  for (let i = 0; i < wanted.length; i++) {
    if (bytes[at + i] !== wanted[i]) return false;
  }
  return true;
}

/** Text of the inside of a JSON string; one whose escapes are broken stays as it is. */
export function unescapeJson(text: string): string {
  if (!text.includes('\\')) return text;
  try {
    return String(JSON.parse(`"${text}"`));
  } catch {
    return text;
  }
}
