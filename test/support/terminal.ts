import { Readable, Writable } from 'node:stream';
import type { Terminal } from '../../src/command/terminal.ts';
import { Engine } from '../../src/engine.ts';

/** A terminal that keeps what is written to it. */
export interface KeptTerminal extends Terminal {
  readonly shown: { stdout: string; stderr: string };
}

/** The outside world of a command without a process: input is a text, output is kept. */
export function createTerminal(input = '', env: Terminal['env'] = {}): KeptTerminal {
  const shown = { stdout: '', stderr: '' };
  const keepIn = (name: keyof typeof shown): Writable =>
    new Writable({
      write(chunk, _encoding, done) {
        shown[name] += String(chunk);
        done();
      },
    });
  return {
    stdin: Readable.from([Buffer.from(input)]),
    stdout: keepIn('stdout'),
    stderr: keepIn('stderr'),
    env,
    nowMs: Date.UTC(2026, 10, 21, 12),
    version: '1.2.3',
    signal: new AbortController().signal,
    engine: new Engine(),
    shown,
  };
}
