import { parentPort, workerData } from 'node:worker_threads';
import { ByteCounter } from './ingest/byte-counter.ts';
import type { PartInput } from './ingest/parts.ts';
import type { AggregatePart } from './model/aggregate.ts';
import type { ReadingJob } from './read-part.ts';
import { readPart } from './read-part.ts';

/** What the thread is started with. */
export interface WorkerTask {
  readonly job: ReadingJob;
  readonly part: readonly PartInput[];
  readonly kernel: WebAssembly.Module;
  /** Memory of the counter of bytes that all threads share. */
  readonly counted: SharedArrayBuffer;
  /** Nothing comes behind it that would need to know how its connections were left. */
  readonly isLast: boolean;
}

/** What the thread answers. */
export interface WorkerResult {
  readonly part: AggregatePart;
  readonly notes: readonly string[];
}

/** The columns are handed over, not copied. */
function buffersOf({ traffic, hops, connections, failures }: AggregatePart): readonly ArrayBuffer[] {
  const tables = [...Object.values(traffic), hops.failing, hops.healthy, hops.servers, connections];
  const columns = tables.flatMap((table) => Object.values(table));
  return [
    failures.buffer,
    ...columns.flatMap((column) =>
      ArrayBuffer.isView(column) && column.buffer instanceof ArrayBuffer ? [column.buffer] : [],
    ),
  ];
}

async function work({ job, part: inputs, kernel, counted, isLast }: WorkerTask): Promise<WorkerResult> {
  const notes: string[] = [];
  const interruption = new AbortController();
  // Any message means: stop reading and hand in what there is.
  parentPort?.once('message', () => interruption.abort());
  const found = await readPart(job, inputs, {
    stdin: null,
    signal: interruption.signal,
    note: (text) => notes.push(text),
    counter: new ByteCounter(counted),
    kernel,
  });
  return { part: found.pack(isLast), notes };
}

const result = await work(workerData);
parentPort?.postMessage(result, buffersOf(result.part));
parentPort?.close();
