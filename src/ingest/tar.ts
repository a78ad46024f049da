import type { ArchiveMember, ReadArchive } from './archive.ts';

/** Tar archives of every dialect. */
export const readTar: ReadArchive = async function* (input, report) {
  const { createTarDecoder } = await import('modern-tar');
  const source = new Source(input);
  const entries = ReadableStream.from(source.chunks()).pipeThrough(createTarDecoder({ strict: true }));
  try {
    for await (const { header, body } of entries) {
      if (header.type === 'file') yield { name: header.name, content: contentOf(body) };
      // What nobody took would stop the stream.
      await body.cancel().catch(() => undefined);
    }
  } catch {
    if (source.failure !== undefined) throw source.failure.error;
    report(
      source.isEnded
        ? 'the archive ends in the middle; everything before that was read'
        : 'the archive is corrupt; the part around the damage and all behind it was not read',
    );
  } finally {
    await input.return();
  }
};

/** The bytes of a member; that they are cut short is said where the archive ends. */
async function* contentOf(body: ReadableStream<Uint8Array>): ArchiveMember['content'] {
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(() => ({ done: true, value: undefined }) as const);
      if (done || value === undefined) return;
      yield value;
    }
  } finally {
    reader.releaseLock();
  }
}

/** Remembers how the bytes of an archive came to an end. */
class Source {
  readonly #input: AsyncIterable<Uint8Array>;
  isEnded = false;
  failure: { readonly error: unknown } | undefined;

  constructor(input: AsyncIterable<Uint8Array>) {
    this.#input = input;
  }

  async *chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield* this.#input;
      this.isEnded = true;
    } catch (error) {
      this.failure = { error };
      throw error;
    }
  }
}
