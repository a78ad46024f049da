import type { Readable } from 'node:stream';
import type { AggregateSum } from './aggregate/aggregate-sum.ts';
import type { Engine } from './engine.ts';
import { calmEngine, isLarge } from './engine.ts';
import type { ByteCounter } from './ingest/byte-counter.ts';
import type { InputPlan } from './ingest/inputs.ts';
import { mayOverlap } from './ingest/overlap.ts';
import { planParts } from './ingest/parts.ts';
import { loadKernel } from './load-kernel.ts';
import type { Aggregate, AggregatePart } from './model/aggregate.ts';
import { logNameOf } from './model/log-source.ts';
import type { Selection } from './model/selection.ts';
import type { ReadingJob } from './read-part.ts';
import { countHands } from './reading-threads.ts';
import type { WorkerResult, WorkerTask } from './thread.ts';

/** A single plain file below this may be two logs in one without costing anybody time; a larger one is one proxy's. */
const MAX_JOINED_FILE_BYTES = 24 * 1024 * 1024;

/**
 * Other inputs, or other lines of a small file, may hold the other side of a request. A single stream is of one proxy,
 * unless it ends soon or the names of pods stand before its lines: those are joined whatever is said here.
 */
function mayJoin({ sources }: InputPlan): boolean {
  return (
    new Set(sources.map(({ path }) => logNameOf(path))).size > 1 ||
    sources.some((source) => source.kind !== 'stdin' && source.bytes < MAX_JOINED_FILE_BYTES)
  );
}

/** Of what is read in threads; a stream is not. */
function bytesOf({ sources }: InputPlan): number {
  return sources.reduce((sum, source) => sum + (source.kind === 'stdin' ? 0 : source.bytes), 0);
}

/** What reading needs from outside. */
export interface ReadingEnvironment {
  readonly stdin: Readable;
  readonly signal: AbortSignal | undefined;
  readonly note: (text: string) => void;
  readonly counter: ByteCounter;
  readonly engine: Engine;
}

/** Reading that goes on by itself. */
interface Reading {
  /** Rejected when an input cannot be read. */
  readonly aggregate: Promise<Aggregate>;
}

/**
 * Begins to read all inputs of a plan into one aggregate: large plain files in parts on all processors, the others as they
 * come. What else is to be loaded had better wait until then.
 */
export async function beginReading(
  plan: InputPlan,
  { format, selection }: Pick<ReadingJob, 'format' | 'selection'>,
  environment: ReadingEnvironment,
): Promise<Reading> {
  const [own = [], ...others] = await shareOut(plan, selection);
  const comparesLines = others.length === 0 && selection.keepsDuplicates !== true;
  const job: ReadingJob = { format, selection, joins: mayJoin(plan), comparesLines };
  const kernel = loadKernel();
  const elsewhere = others.map((part, i) =>
    readInThread(
      {
        ...{ job, part, kernel, keepsEngineFlags: environment.engine.keepsFlags },
        keepsCode: !isLarge(bytesOf(plan)),
        counted: environment.counter.memory,
        isLast: i === others.length - 1,
      },
      environment,
    ),
  );
  // Loaded here only when the other threads are on their way: they take longest to start.
  const loading = import('./read-part.ts');
  const here = loading.then(({ readPart }) => readPart(job, own, { ...environment, kernel }));
  const aggregate = addUp(here, elsewhere);
  // The caller hears of what fails before he has the promise, too.
  aggregate.catch(() => undefined);
  await loading;
  // With other threads the last of them does so.
  if (others.length === 0 && !environment.engine.keepsFlags) calmEngine();
  return { aggregate };
}

async function addUp(
  here: Promise<AggregateSum>,
  elsewhere: readonly Promise<AggregatePart>[],
): Promise<Aggregate> {
  const [sum, ...parts] = await Promise.all([here, ...elsewhere]);
  for (const part of parts) sum.add(part);
  return sum.finish();
}

/** Files that may hold the same lines are read by one thread, which sees both. */
async function shareOut({ sources }: InputPlan, { keepsDuplicates }: Selection) {
  const parts = await planParts(sources, countHands());
  const isAlone = parts.length < 2 || sources.length < 2 || keepsDuplicates === true;
  return isAlone || !(await mayOverlap(sources)) ? parts : planParts(sources, 1);
}

function readInThread(
  task: WorkerTask,
  { signal, note, engine }: ReadingEnvironment,
): Promise<AggregatePart> {
  return new Promise((resolve, reject) => {
    const worker = engine.threads.take();
    worker.postMessage(task);
    const stop = (): void => worker.postMessage('stop');
    // What came while the inputs were planned is not told again.
    if (signal?.aborted === true) stop();
    signal?.addEventListener('abort', stop, { once: true });
    worker.once('message', (result: WorkerResult) => {
      for (const text of result.notes) note(text);
      signal?.removeEventListener('abort', stop);
      resolve(result.part);
    });
    worker.once('error', reject);
  });
}
