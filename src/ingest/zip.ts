import { createInflateRaw } from 'node:zlib';
import { decodeText } from '../bytes/text.ts';
import { readErrorCode } from '../model/system-error.ts';
import type { ArchiveMember, ReadArchive } from './archive.ts';
import { ChunkReader } from './chunk-reader.ts';
import { Inflater, OUTPUT_BYTES } from './inflater.ts';

const LOCAL_HEADER = 0x04034b50;
/** Archives in parts begin with one of these. */
const SPAN_MARK = 0x08074b50;
const SPLIT_MARK = 0x30304b50;
/** What follows the last member: the directory, or of an empty archive its end. */
const DIRECTORY: readonly number[] = [0x02014b50, 0x06054b50, 0x06064b50, 0x08064b50];
const SIGNATURE_BYTES = 4;
const HEADER_BYTES = 26;
const IS_ENCRYPTED = 0x0001;
const HAS_DESCRIPTOR = 0x0008;
const STORED = 0;
const DEFLATED = 8;
const ZIP64_FIELD = 0x0001;
const IN_ZIP64_FIELD = 0xffffffff;
/** A descriptor with its signature and sizes of 8 bytes, and the signature behind it. */
const LONGEST_DESCRIPTOR = 28;
const SHORTEST_DESCRIPTOR = 12;
const INFLATE_SLICE_BYTES = 16 * 1024;

const CORRUPT = 'the archive is corrupt; the part around the damage and all behind it was not read';
const CUT = 'the archive ends in the middle; everything before that was read';

interface Header {
  readonly name: string;
  readonly method: number;
  readonly isEncrypted: boolean;
  /** Packed bytes; null when only what stands behind the content says it. */
  readonly packedBytes: number | null;
}

/**
 * Zip archives, by the headers before each member rather than by the directory at the end: so they can come from a pipe,
 * be cut short, or stand in another archive, and nothing of them is kept. (yauzl and its like want the whole file.)
 */
export const readZip: ReadArchive = async function* (input, report) {
  const reader = new ChunkReader(input);
  try {
    for (let found = await findMember(reader); ; found = await findMember(reader)) {
      if (found === 'end') return;
      if (typeof found === 'string') return report(found);
      const member = new Member(reader, found, report);
      if (!found.name.endsWith('/')) yield { name: found.name, content: member.content() };
      if (!(await member.skip())) return;
    }
  } finally {
    await input.return();
  }
};

/** The header of the next member, the end, or what is wrong. */
async function findMember(reader: ChunkReader): Promise<Header | 'end' | typeof CUT | typeof CORRUPT> {
  let signature = await readSignature(reader);
  if (signature === SPAN_MARK || signature === SPLIT_MARK) signature = await readSignature(reader);
  if (signature === null) return CUT;
  if (DIRECTORY.includes(signature)) return 'end';
  return signature === LOCAL_HEADER ? ((await readHeader(reader)) ?? CUT) : CORRUPT;
}

async function readSignature(reader: ChunkReader): Promise<number | null> {
  const bytes = await reader.read(SIGNATURE_BYTES);
  return bytes.length < SIGNATURE_BYTES ? null : view(bytes).getUint32(0, true);
}

async function readHeader(reader: ChunkReader): Promise<Header | null> {
  const fixed = await reader.read(HEADER_BYTES);
  if (fixed.length < HEADER_BYTES) return null;
  const fields = view(fixed);
  const flags = fields.getUint16(2, true);
  const nameBytes = fields.getUint16(22, true);
  const extraBytes = fields.getUint16(24, true);
  const rest = await reader.read(nameBytes + extraBytes);
  if (rest.length < nameBytes + extraBytes) return null;
  const hasDescriptor = (flags & HAS_DESCRIPTOR) !== 0;
  const packed = fields.getUint32(14, true);
  const unpacked = fields.getUint32(18, true);
  const packedSize = () =>
    packed === IN_ZIP64_FIELD ? readZip64Size(rest.subarray(nameBytes), unpacked === IN_ZIP64_FIELD) : packed;
  return {
    name: decodeText(rest, 0, nameBytes),
    method: fields.getUint16(4, true),
    isEncrypted: (flags & IS_ENCRYPTED) !== 0,
    packedBytes: hasDescriptor && packed === 0 ? null : packedSize(),
  };
}

/** The packed size stands behind the other one, where both are too large for the header. */
function readZip64Size(extra: Uint8Array, isSecond: boolean): number | null {
  const fields = view(extra);
  for (let at = 0; at + 4 <= extra.length; at += 4 + fields.getUint16(at + 2, true)) {
    if (fields.getUint16(at, true) !== ZIP64_FIELD) continue;
    const sizeAt = at + 4 + (isSecond ? 8 : 0);
    const size = sizeAt + 8 <= extra.length ? Number(fields.getBigUint64(sizeAt, true)) : 0;
    // Behind what is written to a pipe.
    return size === 0 ? null : size;
  }
  return null;
}

/** The content of a member, and the way behind it. */
class Member {
  readonly #reader: ChunkReader;
  readonly #header: Header;
  readonly #report: (damage: string) => void;
  /** Packed bytes that were not taken yet; infinite when nobody knows. */
  #left: number;
  #isOver = false;
  #isDamaged = false;

  constructor(reader: ChunkReader, header: Header, report: (damage: string) => void) {
    this.#reader = reader;
    this.#header = header;
    this.#report = report;
    this.#left = header.packedBytes ?? Number.POSITIVE_INFINITY;
  }

  async *content(): ArchiveMember['content'] {
    const objection = this.#findObjection();
    if (objection !== null) {
      this.#report(`${JSON.stringify(this.#header.name)} ${objection} and was not read`);
      return;
    }
    if (this.#header.method === DEFLATED) return yield* this.#inflate();
    for (let slice = await this.#next(); slice !== null; slice = await this.#next()) yield slice;
  }

  #findObjection(): string | null {
    const { isEncrypted, method, packedBytes } = this.#header;
    if (isEncrypted) return 'is encrypted';
    if (method !== DEFLATED && method !== STORED) return `is packed by method ${method}`;
    return method === STORED && packedBytes === null ? 'does not say how long it is' : null;
  }

  /** Goes behind the member; false when that is not possible. */
  async skip(): Promise<boolean> {
    const { packedBytes } = this.#header;
    if (packedBytes === null && !this.#isOver && this.#findObjection() === null)
      for await (const _ of this.#inflate());
    if (packedBytes === null) {
      if (this.#isOver) await this.#skipDescriptor();
      else if (!this.#isDamaged) this.#report(CORRUPT);
      return this.#isOver;
    }
    while ((await this.#next()) !== null);
    if (this.#left > 0) this.#report(CUT);
    return this.#left === 0;
  }

  async #next(): Promise<Uint8Array | null> {
    const chunk = this.#left === 0 ? null : await this.#reader.next();
    if (chunk === null) return null;
    const slice = chunk.subarray(0, Math.min(INFLATE_SLICE_BYTES, this.#left));
    this.#reader.putBack(chunk.subarray(slice.length));
    this.#left -= slice.length;
    return slice;
  }

  /** Deflated data says itself where it ends. */
  async *#inflate(): AsyncGenerator<Uint8Array, void, undefined> {
    const inflater = new Inflater(createInflateRaw({ chunkSize: OUTPUT_BYTES }));
    let given = 0;
    try {
      while (!inflater.isEnded) {
        const slice = await this.#next();
        if (slice === null) {
          yield* await inflater.finish();
          break;
        }
        given += slice.length;
        yield* await inflater.write(slice);
        const unused = inflater.isEnded ? given - inflater.bytesRead : 0;
        this.#reader.putBack(slice.subarray(slice.length - unused));
        this.#left += unused;
      }
      this.#isOver = inflater.error === undefined;
      if (inflater.error !== undefined) this.#noteDamage(inflater.error);
    } finally {
      inflater.close();
    }
  }

  #noteDamage(error: Error): void {
    this.#isDamaged = true;
    // That the archive ends too early is said behind the member, where its size is known.
    const isCut = readErrorCode(error) === 'Z_BUF_ERROR';
    if (!isCut || this.#left === 0)
      this.#report(`${JSON.stringify(this.#header.name)} is corrupt; it was read up to the damage`);
    else if (this.#header.packedBytes === null) this.#report(CUT);
  }

  /** Checksum and sizes behind the member, with or without a signature, of 4 or 8 bytes each. */
  async #skipDescriptor(): Promise<void> {
    const bytes = await this.#reader.read(LONGEST_DESCRIPTOR);
    const fields = view(bytes);
    for (let at = SHORTEST_DESCRIPTOR; at + SIGNATURE_BYTES <= bytes.length; at += SIGNATURE_BYTES) {
      const signature = fields.getUint32(at, true);
      if (signature !== LOCAL_HEADER && !DIRECTORY.includes(signature)) continue;
      this.#reader.putBack(bytes.subarray(at));
      return;
    }
  }
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
