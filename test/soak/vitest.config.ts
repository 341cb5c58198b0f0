import { defineConfig } from 'vitest/config';

/** `npm run soak`: what takes too long for every change. One file at a time, each test bounded by its own time. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/soak/*.soak.ts'],
    maxWorkers: 1,
    disableConsoleIntercept: true,
  },
});
