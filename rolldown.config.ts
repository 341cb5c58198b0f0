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

/** What stands beside the scripts as it is. */
const copied = (files: Record<string, string>): RolldownOptions['plugins'] => ({
  name: 'copied',
  generateBundle() {
    for (const [fileName, path] of Object.entries(files))
      this.emitFile({ type: 'asset', fileName, source: readFileSync(path, 'utf8') });
  },
});

/**
 * Builds `dist/page`: the page of `hostroll ui`, and the script of `report.html` with what renders its first screen. And in the
 * place of what the compiler makes of it, what all use of zod.
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
  {
    ...{ input: 'src/json/zod.ts', platform: 'node' },
    output: { file: 'dist/src/json/zod.js', format: 'esm', minify: true, banner: '/*! zod (MIT, Colin McDonnell) */' },
  },
]);
