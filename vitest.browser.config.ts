import { defineConfig } from 'vitest/config';

/** What needs a browser; `scripts/browser.mjs` runs it where there is one. */
export default defineConfig({
  test: {
    include: ['test/browser/*.browser.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // One browser, one test after the other: it takes all processors by itself.
    maxWorkers: 1,
  },
});
