import type { Means } from './engine.ts';

// The two things that the program does, in one script: what is compiled of it serves both. Each loads what it needs.

/** The command line, from the arguments of the process to its end. */
export async function runCommandLine(means: Means): Promise<void> {
  const { main } = await import('./command-line.ts');
  main(means);
}

/** A thread that reads a part of the inputs. */
export async function runThread(): Promise<void> {
  const { serve } = await import('./thread.ts');
  serve();
}
