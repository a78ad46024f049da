const decoder = new TextDecoder('utf-8');
const encoder = new TextEncoder();

/** Text of `bytes[start, end)`; bytes that are not UTF-8 become U+FFFD. */
export function decodeText(bytes: Uint8Array, start: number, end: number): string {
  return decoder.decode(bytes.subarray(start, end));
}

/** UTF-8 bytes of a text. */
export function encodeText(text: string): Uint8Array {
  return encoder.encode(text);
}

/** True when `bytes` has `wanted` at `at`. */
export function matchesAt(bytes: Uint8Array, at: number, end: number, wanted: Uint8Array): boolean {
  if (at < 0 || at + wanted.length > end) return false;
  for (let i = 0; i < wanted.length; i++) {
    if (bytes[at + i] !== wanted[i]) return false;
  }
  return true;
}
