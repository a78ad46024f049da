import { versions } from 'node:process';
import { setFlagsFromString } from 'node:v8';

/** From this version on the engine has a quick compiler between the interpreter and the thorough one. */
const FIRST_GRADUAL_ENGINE = 12;
/** Bytes of byte code that a function runs through before it is compiled thoroughly; fifteen times the usual. */
const INTERRUPT_BUDGET = 1_000_000;

/**
 * Keeps the engine of Node 20 from compiling thoroughly what runs for a moment only: the threads that do so would take a
 * third of the processors from those that read. What runs for long is compiled all the same. It holds for all threads, and
 * is called when they have started: Node's own modules come compiled, but for the usual flags only.
 */
export function calmEngine(): void {
  if (Number.parseInt(versions.v8, 10) >= FIRST_GRADUAL_ENGINE) return;
  setFlagsFromString(`--interrupt-budget=${INTERRUPT_BUDGET}`);
}
