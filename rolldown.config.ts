import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
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

/** Libraries of many modules, of which the commands get what they use; all others are loaded as they are installed. */
const BUILT_IN = {
  commander: 'commander (MIT, TJ Holowaychuk)',
  picocolors: 'picocolors (ISC, Oleksii Raspopov, Kostiantyn Denysov, Anton Verinov)',
  'p-limit': 'p-limit (MIT, Sindre Sorhus)',
  'fastest-levenshtein': 'fastest-levenshtein (MIT, Kasper U. Weihe)',
  zod: 'zod (MIT, Colin McDonnell)',
  bullmq: 'bullmq (MIT, Taskforce.sh Inc.)',
  ioredis: 'ioredis (MIT, Zihua Li)',
  msgpackr: 'msgpackr (MIT, Kris Zyp)',
};

const { dependencies, peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, object>;
const installed = Object.keys({ ...dependencies, ...peerDependencies }).filter(
  (name) => !Object.hasOwn(BUILT_IN, name) && name !== 'cron-parser',
);

/**
 * What people start, in the place of what the compiler makes of it, in files that stand for what commands have in common: loading
 * hundreds of modules one by one takes longer than running them. Names and lines are kept for stack traces.
 */
const commands: RolldownOptions = {
  input: Object.fromEntries(
    ['scripts/hostroll', 'workers/coordinator', 'workers/lane'].map((name) => [name, `${name}.ts`]),
  ),
  platform: 'node',
  resolve: { alias: { 'cron-parser': resolve('src/schedule/cron-parser.ts') } },
  external: (id) => installed.some((name) => id === name || id.startsWith(`${name}/`)),
  output: {
    ...{ dir: 'dist', format: 'esm', chunkFileNames: 'chunks/[name].js' },
    banner: ({ moduleIds }) => {
      const within = Object.entries(BUILT_IN).filter(([name]) =>
        moduleIds.some((id) => id.includes(`/node_modules/${name}/`)),
      );
      return within.length === 0 ? '' : `/*! ${within.map(([, licence]) => licence).join(', ')} */`;
    },
  },
};

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
 * the commands.
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
  commands,
]);
