#!/usr/bin/env node
import { loadProgram } from './load-program.ts';
import { ReadingThreads } from './reading-threads.ts';

const threads = new ReadingThreads();
threads.foresee(process.argv.slice(2));
const { program, code } = loadProgram();
void program.runCommandLine({ code, threads });
