import type { Readable } from 'node:stream';
import type { InputSource } from '../../src/ingest/inputs.ts';
import type { OpenOptions } from '../../src/ingest/open.ts';
import { openLogs } from '../../src/ingest/open.ts';

/** The bytes of all logs of an input, one behind the other. */
export async function* openBytes(
  source: InputSource,
  stdin: Readable,
  options: OpenOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const { chunks } of openLogs(source, stdin, options)) yield* chunks;
}
