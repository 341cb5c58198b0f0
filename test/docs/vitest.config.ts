import { defineConfig } from 'vitest/config';

/** The pages that are made from the source: compared by `npm run check`, written by `npm run docs`. Needs no build. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/docs/*.test.ts'],
    isolate: false,
    experimental: { fsModuleCache: true },
  },
});
