import { parentPort } from 'node:worker_threads';
import type { CompiledCode } from './engine.ts';
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
  /** The flags stay the usual ones: the log is not so large that memory has to be spared. */
  readonly keepsCode: boolean;
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

async function read(task: WorkerTask, code: CompiledCode, signal: AbortSignal): Promise<WorkerResult> {
  // It alone changes the flags, so that it knows under which its code was compiled.
  const keepsCode = task.isLast && task.keepsCode && code.isWanted;
  if (task.isLast && !task.keepsEngineFlags && !keepsCode) calmEngine();
  const notes: string[] = [];
  const found = await readPart(task.job, task.part, {
    stdin: null,
    signal,
    note: (text) => notes.push(text),
    counter: new ByteCounter(task.counted),
    kernel: task.kernel,
  });
  const part = found.pack(task.isLast);
  if (keepsCode) code.keep();
  return { part, notes };
}

/**
 * Reads a part of the inputs and answers with what it found. The first message to the thread is its task; any that follows
 * means: stop reading and hand in what there is.
 */
export function serve(code: CompiledCode): void {
  const port = parentPort;
  if (port === null) throw new Error('this runs in a thread only');
  port.once('message', (task: WorkerTask) => {
    const interruption = new AbortController();
    port.once('message', () => interruption.abort());
    void read(task, code, interruption.signal).then((result) => {
      port.postMessage(result, buffersOf(result.part));
      port.close();
    });
  });
}
