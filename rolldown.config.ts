import { readFileSync } from 'node:fs';
import { defineConfig, type RolldownOptions } from 'rolldown';

/** The libraries within the files, as their licences ask for. */
const BANNER =
  '/*! preact, preact-render-to-string (MIT, Jason Miller), htm (Apache-2.0, Google Inc.), uPlot (MIT, Leon Sorokin) */';

/** One file of the browser's code, or of what writes it as text, with the libraries that it needs. */
const script = (
  input: string,
  file: string,
  { platform = 'browser', ...more }: RolldownOptions = {},
): RolldownOptions => ({
  ...{ input, platform, ...more },
  output: { file: `dist/page/${file}`, format: 'esm', minify: true, banner: BANNER },
});

/** A module of `src` that hands on libraries, with as much of them as is used; in the place of what the compiler makes of it. */
const inOneFile = (module: string, licences: string): RolldownOptions => ({
  ...{ input: `src/${module}.ts`, platform: 'node', external: ['pg'] },
  output: { file: `dist/src/${module}.js`, format: 'esm', minify: true, banner: `/*! ${licences} */` },
});

/** What stands beside the scripts as it is. */
const copied = (files: Record<string, string>): RolldownOptions['plugins'] => ({
  name: 'copied',
  generateBundle() {
    for (const [fileName, path] of Object.entries(files))
      this.emitFile({ type: 'asset', fileName, source: readFileSync(path, 'utf8') });
  },
});

/**
 * Builds `dist/page`: the page of `hostroll ui`, and the script of `report.html` with what renders its first screen. And
 * libraries that many commands load as one file each.
 */
export default defineConfig([
  script('src/dashboard/page/main.ts', 'live.js', {
    plugins: copied({
      'index.html': 'src/dashboard/page/index.html',
      'style.css': 'src/report/html/page/style.css',
      'uplot.css': 'node_modules/uplot/dist/uPlot.min.css',
    }),
  }),
  script('src/report/html/page/main.ts', 'report.js'),
  script('src/report/html/page/first-screen.ts', 'first-screen.js', { platform: 'node' }),
  inOneFile('json/zod', 'zod (MIT, Colin McDonnell)'),
  inOneFile('queue/bullmq', 'bullmq (MIT, Taskforce.sh Inc.), ioredis (MIT, Zihua Li), msgpackr (MIT, Kris Zyp)'),
]);
