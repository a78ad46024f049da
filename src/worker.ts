import { loadProgram } from './load-program.ts';

const { program } = loadProgram();
await program.runThread();
