/** How an input is packed, told by its first bytes: names lie, and the standard input has none. */
export type Packing =
  | { readonly kind: 'plain' }
  | { readonly kind: 'gzip' }
  | { readonly kind: 'unsupported'; readonly name: string; readonly unpackWith: string };

const GZIP_MAGIC = [0x1f, 0x8b] as const;
const UNSUPPORTED: readonly {
  readonly magic: readonly number[];
  readonly name: string;
  readonly unpackWith: string;
}[] = [
  { magic: [0x28, 0xb5, 0x2f, 0xfd], name: 'zstd', unpackWith: 'zstd -dc' },
  { magic: [0x42, 0x5a, 0x68], name: 'bzip2', unpackWith: 'bzip2 -dc' },
  { magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], name: 'xz', unpackWith: 'xz -dc' },
  { magic: [0x04, 0x22, 0x4d, 0x18], name: 'lz4', unpackWith: 'lz4 -dc' },
  { magic: [0x50, 0x4b, 0x03, 0x04], name: 'zip', unpackWith: 'unzip -p' },
  { magic: [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], name: '7z', unpackWith: '7z x -so' },
];

/** True while the bytes so far may still grow into a magic number; a pipe may deliver single bytes. */
export function isUndecided(head: Uint8Array): boolean {
  return [GZIP_MAGIC, ...UNSUPPORTED.map(({ magic }) => magic)].some(
    (magic) => head.length < magic.length && startsWith(head, magic.slice(0, head.length)),
  );
}

/** Looks at the first bytes of an input, once they are decided or the input has no more. */
export function detectPacking(head: Uint8Array): Packing {
  if (startsWith(head, GZIP_MAGIC)) return { kind: 'gzip' };
  const found = UNSUPPORTED.find(({ magic }) => startsWith(head, magic));
  if (found === undefined) return { kind: 'plain' };
  return { kind: 'unsupported', name: found.name, unpackWith: found.unpackWith };
}

function startsWith(head: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, at) => head[at] === byte);
}
