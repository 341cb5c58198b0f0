import { defineConfig } from 'vitest/config';

/** Whole commands, most of them run within the test, and what starts processes or servers or waits for either. */
const STORIES = [
  'test/{integration,crash,contract}/**/*.test.ts',
  'test/batch/dispatch/{batch-lane-queue,lane-dispatcher}.test.ts',
  'test/batch/submit/{known-batches,submission}.test.ts',
  'test/coordinator/{beside-others,engine,watch-submission}.test.ts',
  'test/dcv/doctor*.test.ts',
  'test/disk/process-lock.test.ts',
  'test/fuzz/*.test.ts',
  'test/queue/{embedded-database,patiently,pglite-pool,pglite-statements,readable-jobs,refusals}.test.ts',
  'test/sandbox/sdk.test.ts',
  'test/schedule/scheduler.test.ts',
  'test/scripts/{run,workers}.test.ts',
  'test/sweep/sweep-calls.test.ts',
  'test/dashboard/page.test.ts',
  'test/telemetry/traces.test.ts',
];

const TEMPLATES = './test/support/servers/templates.ts';

export default defineConfig({
  test: {
    reporters: ['default', './test/support/slowest-reporter.ts'],
    globalSetup: ['./test/support/build-page.ts'],
    setupFiles: ['./test/support/fail-on-warnings.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What is waited for comes when it comes: on a busy machine later than vitest's own second.
    expect: { poll: { timeout: 50_000 } },
    // Compiled modules, by what is in them, for the next run.
    experimental: { fsModuleCache: true },
    projects: [
      {
        extends: true,
        // Nothing here changes what another file can see, and each would load the same modules again.
        test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: STORIES, isolate: false, maxWorkers: 2 },
      },
      {
        extends: true,
        // Most stories wait for calls and settling, so that two for each of two processors suit them. Modules,
        // the database's code among them, are loaded once per worker.
        test: {
          name: 'stories',
          include: STORIES,
          globalSetup: TEMPLATES,
          isolate: false,
          maxWorkers: 4,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        // Several processes around a queue server each: they wait for locks that run out, not for processors.
        test: {
          name: 'soak',
          include: ['test/soak/*.soak.ts'],
          globalSetup: TEMPLATES,
          // Five deaths that are each noticed after 30 s: the short form shows them on the embedded queue alone.
          exclude: process.env.HOSTROLL_SOAK === 'short' ? ['test/soak/fatal-row.soak.ts'] : [],
          maxWorkers: 2,
          maxConcurrency: 6,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
