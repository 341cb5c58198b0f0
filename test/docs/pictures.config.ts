import { defineConfig } from 'vitest/config';

/** The pictures of docs/ui.md, made anew by `npm run pictures`; needs chromium. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/docs/pictures.ts'],
    globalSetup: ['./test/support/build-page.ts'],
    testTimeout: 120_000,
  },
});
