/** How an input is packed, told by its first bytes: names lie, and the standard input has none. */
export type Packing =
  | { readonly kind: 'plain' }
  | { readonly kind: 'compressed'; readonly method: CompressionMethod }
  | { readonly kind: 'archive'; readonly format: ArchiveFormat }
  | { readonly kind: 'unsupported'; readonly name: string; readonly unpackWith: string };

/** One stream of bytes, made smaller. */
export type CompressionMethod = 'gzip' | 'zstd' | 'bzip2' | 'xz';
/** Several files in one. */
export type ArchiveFormat = 'tar' | 'zip';

interface Magic {
  readonly at: number;
  readonly bytes: readonly number[];
  readonly packing: Packing;
}

const PLAIN: Packing = { kind: 'plain' };
const ZIP: Packing = { kind: 'archive', format: 'zip' };

const MAGICS: readonly Magic[] = [
  { at: 0, bytes: [0x1f, 0x8b], packing: { kind: 'compressed', method: 'gzip' } },
  { at: 0, bytes: [0x28, 0xb5, 0x2f, 0xfd], packing: { kind: 'compressed', method: 'zstd' } },
  { at: 0, bytes: [0x42, 0x5a, 0x68], packing: { kind: 'compressed', method: 'bzip2' } },
  { at: 0, bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], packing: { kind: 'compressed', method: 'xz' } },
  { at: 0, bytes: [0x50, 0x4b, 0x03, 0x04], packing: ZIP },
  // A zip archive that holds nothing.
  { at: 0, bytes: [0x50, 0x4b, 0x05, 0x06], packing: ZIP },
  unsupported([0x04, 0x22, 0x4d, 0x18], 'lz4', 'lz4 -dc'),
  unsupported([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], '7z', '7z x -so'),
  unsupported([0x1f, 0x9d], 'compress', 'gzip -dc'),
];
/** The name of the first file stands before it. */
const TAR_MAGIC: Magic = {
  at: 257,
  bytes: [0x75, 0x73, 0x74, 0x61, 0x72],
  packing: { kind: 'archive', format: 'tar' },
};
const TAR_DECIDED_BYTES = TAR_MAGIC.at + TAR_MAGIC.bytes.length;
const LF = 0x0a;

function unsupported(bytes: readonly number[], name: string, unpackWith: string): Magic {
  return { at: 0, bytes, packing: { kind: 'unsupported', name, unpackWith } };
}

/**
 * True while the bytes so far may still grow into a magic number; a pipe may deliver single bytes. A line end says that
 * it is no tar archive, so that no whole line waits for the rest of the first half kilobyte.
 */
export function isUndecided(head: Uint8Array): boolean {
  if (head.length < TAR_DECIDED_BYTES && !head.includes(LF)) return true;
  return MAGICS.some(
    ({ bytes }) => head.length < bytes.length && startsWith(head, 0, bytes.slice(0, head.length)),
  );
}

/** Looks at the first bytes of an input, once they are decided or the input has no more. */
export function detectPacking(head: Uint8Array): Packing {
  return [...MAGICS, TAR_MAGIC].find(({ at, bytes }) => startsWith(head, at, bytes))?.packing ?? PLAIN;
}

function startsWith(head: Uint8Array, at: number, bytes: readonly number[]): boolean {
  return bytes.every((byte, i) => head[at + i] === byte);
}
