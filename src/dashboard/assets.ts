import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A file that the page loads. */
export interface Asset {
  type: string;
  body: string;
}

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
};

/** The packages that the page's modules import. */
const MODULES: readonly string[] = ['preact', 'preact/hooks', 'htm', 'htm/preact'];

/**
 * Everything that the page loads, by its path: its own files as the build left them, and libraries out of their packages.
 * Browsers know no packages: in imports, their names become paths.
 */
export async function readAssets(): Promise<ReadonlyMap<string, Asset>> {
  const assets = new Map<string, Asset>();
  const add = async (path: string, file: string) => {
    const body = await readFile(file, 'utf8');
    const type = TYPES[extname(file).replace('.mjs', '.js')] ?? '';
    assets.set(path, { type, body: path.endsWith('.js') ? forBrowsers(body) : body });
  };
  for (const name of await readdir(BUILT)) if (name.endsWith('.js')) await add(`/page/${name}`, join(BUILT, name));
  await add('/', join(SOURCES, 'index.html'));
  await add('/page/style.css', join(SOURCES, 'style.css'));
  for (const name of MODULES) await add(modulePath(name), fileURLToPath(import.meta.resolve(name)));
  const uplot = dirname(createRequire(import.meta.url).resolve('uplot'));
  await add('/vendor/uplot.js', join(uplot, 'uPlot.iife.min.js'));
  await add('/vendor/uplot.css', join(uplot, 'uPlot.min.css'));
  return assets;
}

const folder = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
/** From sources, as tests run them, the build is in the folder beside them. What is not compiled stays among the sources. */
const isSource = import.meta.url.endsWith('.ts');
const BUILT = folder(isSource ? '../../dist/src/dashboard/page/' : './page/');
const SOURCES = folder(isSource ? './page/' : '../../../src/dashboard/page/');

const modulePath = (name: string): string => `/vendor/${name.replace('/', '-')}.js`;

const IMPORT = /((?:from|import)\s*)(["'])([a-z][a-z/]*)\2/g;

const forBrowsers = (text: string): string =>
  text
    .replace(IMPORT, (whole, keyword: string, quote: string, name: string) =>
      MODULES.includes(name) ? `${keyword}${quote}${modulePath(name)}${quote}` : whole,
    )
    .replace(/^\/\/# sourceMappingURL=.*$/m, '');
