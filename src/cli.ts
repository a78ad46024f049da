#!/usr/bin/env node
import { loadScript } from './load-script.ts';
import { ReadingThreads } from './reading-threads.ts';

const threads = new ReadingThreads();
threads.foresee(process.argv.slice(2));
const { script, code } = loadScript('command-line');
script.main({ code, threads });
