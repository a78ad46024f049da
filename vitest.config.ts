import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // The command-line tests spawn the built program, so it has to be the source under test.
    globalSetup: ['scripts/build.mjs'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    pool: 'forks',
    // The default leaves one core to the watcher, which is half of a two-core machine.
    maxWorkers: '100%',
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts', 'parsers/**/*.ts'],
      // What starts a process or a thread: test/cli.test.ts runs it as built, where it is not measured. Nor can
      // it be measured what runs as WebAssembly.
      exclude: [
        'src/{cli,worker,load-script,command-line,thread,reading-threads}.ts',
        'src/aggregate/wasm/**',
      ],
      reporter: [['text', { skipFull: true }]],
      thresholds: {
        'src/**': { lines: 95 },
        'parsers/**': { lines: 95 },
      },
    },
  },
});
