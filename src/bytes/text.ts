const encoder = new TextEncoder();

/** The array that texts were last cut from, as a Buffer: lines of one block lie in one array. */
let source: Uint8Array = new Uint8Array(0);
let buffer: Buffer = Buffer.alloc(0);

/** Text of `bytes[start, end)`, a byte order mark included; bytes that are not UTF-8 become U+FFFD. */
export function decodeText(bytes: Uint8Array, start: number, end: number): string {
  // A Buffer cuts out text in one step. Built character by character, a text would be a rope of many times its size.
  if (bytes !== source) {
    source = bytes;
    buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }
  return buffer.toString('utf8', start, end);
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
