import type { ArchiveFormat } from './compression.ts';
import { readTar } from './tar.ts';
import { readZip } from './zip.ts';

/** A file in an archive. Its content has to be taken, or left, before the next one is asked for. */
export interface ArchiveMember {
  /** As the archive says it: of somebody else's making, and never a path to write to. */
  readonly name: string;
  readonly content: AsyncGenerator<Uint8Array, void, undefined>;
}

/** Walks through an archive as its bytes come, none of which is kept. Damage is reported, not thrown. */
export type ReadArchive = (
  input: AsyncGenerator<Uint8Array, void, undefined>,
  report: (damage: string) => void,
) => AsyncGenerator<ArchiveMember, void, undefined>;

const FORMATS: Readonly<Record<ArchiveFormat, ReadArchive>> = { tar: readTar, zip: readZip };

/** The files of an archive, in its order. */
export function readArchive(
  format: ArchiveFormat,
  input: AsyncGenerator<Uint8Array, void, undefined>,
  report: (damage: string) => void,
): AsyncGenerator<ArchiveMember, void, undefined> {
  return FORMATS[format](input, report);
}
