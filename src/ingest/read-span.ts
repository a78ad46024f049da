import type { FileHandle } from 'node:fs/promises';

/** Bytes from `start` to before `end`, fewer where the file ends. */
export async function readSpan(handle: FileHandle, start: number, end: number): Promise<Uint8Array> {
  const bytes = Buffer.alloc(Math.max(0, end - start));
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, start + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}
