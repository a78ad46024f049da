import { loadProgram } from './load-program.ts';

const { program } = loadProgram();
void program.runThread();
