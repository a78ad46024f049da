import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { crc32, deflateRawSync } from 'node:zlib';
import type { InputSource } from '../../src/ingest/inputs.ts';
import { openLogs } from '../../src/ingest/open.ts';

/** What test/fixtures/packed/text.zst, .bz2 and .xz hold: packed by the tools of these names. */
export const PACKED_TEXT = Array.from(
  { length: 600 },
  (_, i) => `${i} ${Math.imul(i + 1, 2654435761).toString(36)}\n`,
).join('');

export function packedText(ending: 'zst' | 'bz2' | 'xz'): Buffer {
  return readFileSync(new URL(`../fixtures/packed/text.${ending}`, import.meta.url));
}

/** A frame of zstd that holds the bytes as they are. */
export function rawZstd(bytes: Uint8Array): Buffer {
  const frame = Buffer.alloc(9);
  frame.writeUInt32LE(0xfd2fb528, 0);
  // One segment, its size in four bytes.
  frame[4] = 0xa0;
  frame.writeUInt32LE(bytes.length, 5);
  const blocks: Uint8Array[] = [];
  for (let at = 0; at === 0 || at < bytes.length; at += RAW_BLOCK_BYTES) {
    const block = bytes.subarray(at, at + RAW_BLOCK_BYTES);
    const header = Buffer.alloc(3);
    // Whether it is the last, raw, its size in 21 bits.
    header.writeUIntLE((block.length << 3) | (at + RAW_BLOCK_BYTES >= bytes.length ? 1 : 0), 0, 3);
    blocks.push(header, block);
  }
  return Buffer.concat([frame, ...blocks]);
}

export interface ZipMember {
  readonly name: string;
  readonly content: string | Uint8Array;
  readonly method?: number;
  readonly flags?: number;
  /** Sizes stand behind the content, as in archives that are written to a pipe. */
  readonly hasDescriptor?: boolean;
  /** Sizes stand in a field of 8 bytes. */
  readonly isZip64?: boolean;
}

const DEFLATED = 8;
const RAW_BLOCK_BYTES = 64 * 1024;

/** A zip archive; its directory holds what readers of the headers do not look at. */
export function zip(members: readonly ZipMember[]): Buffer {
  const directory = Buffer.alloc(46);
  directory.writeUInt32LE(0x02014b50, 0);
  return Buffer.concat([...members.map(zipMember), directory]);
}

function zipMember(member: ZipMember): Buffer {
  const { name, content, method = DEFLATED, flags = 0, hasDescriptor = false, isZip64 = false } = member;
  const plain = Buffer.from(content);
  const packed = method === DEFLATED ? deflateRawSync(plain) : plain;
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(flags | (hasDescriptor ? 8 : 0), 6);
  header.writeUInt16LE(method, 8);
  const extra = Buffer.alloc(isZip64 ? 20 : 0);
  if (isZip64) {
    extra.writeUInt16LE(1, 0);
    extra.writeUInt16LE(16, 2);
    extra.writeBigUInt64LE(BigInt(plain.length), 4);
    extra.writeBigUInt64LE(BigInt(packed.length), 12);
  }
  if (!hasDescriptor) {
    header.writeUInt32LE(crc32(plain), 14);
    header.writeUInt32LE(isZip64 ? 0xffffffff : packed.length, 18);
    header.writeUInt32LE(isZip64 ? 0xffffffff : plain.length, 22);
  }
  header.writeUInt16LE(Buffer.byteLength(name), 26);
  header.writeUInt16LE(extra.length, 28);
  const descriptor = Buffer.alloc(hasDescriptor ? 16 : 0);
  if (hasDescriptor) {
    descriptor.writeUInt32LE(0x08074b50, 0);
    descriptor.writeUInt32LE(crc32(plain), 4);
    descriptor.writeUInt32LE(packed.length, 8);
    descriptor.writeUInt32LE(plain.length, 12);
  }
  return Buffer.concat([header, Buffer.from(name), extra, packed, descriptor]);
}

/** The logs of what comes from the standard input, by path, and what was said of them. */
export async function readLogsOf(
  bytes: Uint8Array,
  chunkBytes = 64 * 1024,
): Promise<{ readonly logs: readonly (readonly [string, string])[]; readonly damages: readonly string[] }> {
  const chunks = Array.from({ length: Math.ceil(bytes.length / chunkBytes) }, (_, i) =>
    bytes.subarray(i * chunkBytes, (i + 1) * chunkBytes),
  );
  const source: InputSource = { kind: 'stdin', path: '-' };
  const logs: [string, string][] = [];
  const damages: string[] = [];
  const options = {
    onDamage: (message: string) => void damages.push(message),
    looksLikeLog: (head: Uint8Array) => Buffer.from(head).toString().startsWith('0 '),
  };
  for await (const { path, chunks: content } of openLogs(
    source,
    Readable.from(chunks, { objectMode: false }),
    options,
  )) {
    const pieces: Uint8Array[] = [];
    for await (const chunk of content) pieces.push(chunk);
    logs.push([path, Buffer.concat(pieces).toString()]);
  }
  return { logs, damages };
}
