import { parentPort } from 'node:worker_threads';
import { calmEngine } from './engine.ts';
import { ByteCounter } from './ingest/byte-counter.ts';
import type { PartInput } from './ingest/parts.ts';
import type { AggregatePart } from './model/aggregate.ts';
import type { ReadingJob } from './read-part.ts';
import { readPart } from './read-part.ts';

/** What the thread is to do. */
export interface WorkerTask {
  readonly job: ReadingJob;
  readonly part: readonly PartInput[];
  readonly kernel: WebAssembly.Module;
  /** Memory of the counter of bytes that all threads share. */
  readonly counted: SharedArrayBuffer;
  /** Nothing comes behind it that would need to know how its connections were left. */
  readonly isLast: boolean;
  readonly keepsEngineFlags: boolean;
}

/** What the thread answers. */
export interface WorkerResult {
  readonly part: AggregatePart;
  readonly notes: readonly string[];
}

/** What is handed over, not copied. */
function buffersOf({ traffic, hops, failures, connections }: AggregatePart): readonly ArrayBuffer[] {
  const columns = Object.values(connections).filter((column) => ArrayBuffer.isView(column));
  return [traffic, hops, failures, ...columns].flatMap(({ buffer }) =>
    buffer instanceof ArrayBuffer ? [buffer] : [],
  );
}

async function read(task: WorkerTask, signal: AbortSignal): Promise<WorkerResult> {
  if (task.isLast && !task.keepsEngineFlags) calmEngine();
  const notes: string[] = [];
  const found = await readPart(task.job, task.part, {
    stdin: null,
    signal,
    note: (text) => notes.push(text),
    counter: new ByteCounter(task.counted),
    kernel: task.kernel,
  });
  return { part: found.pack(task.isLast), notes };
}

/**
 * Reads a part of the inputs and answers with what it found. The first message to the thread is its task; any that follows
 * means: stop reading and hand in what there is.
 */
export function serve(): void {
  const port = parentPort;
  if (port === null) throw new Error('this runs in a thread only');
  port.once('message', (task: WorkerTask) => {
    const interruption = new AbortController();
    port.once('message', () => interruption.abort());
    void read(task, interruption.signal).then((result) => {
      port.postMessage(result, buffersOf(result.part));
      port.close();
    });
  });
}
