import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Most files wait for processes of their own, so that two at a time suit two processors.
    maxWorkers: 2,
    // Concurrent tests wait for servers and locks, not for processors.
    maxConcurrency: 6,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
