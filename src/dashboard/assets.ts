import { readdir, readFile } from 'node:fs/promises';
import { dirname, extname } from 'node:path';
import { builtPage } from '../report/html/built-page.ts';

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

/** What of the built files is the report's own. */
const OF_REPORTS = ['report.js', 'first-screen.js'];

/** Everything that the page loads, by its path, as the build left it. */
export async function readAssets(): Promise<ReadonlyMap<string, Asset>> {
  const assets = new Map<string, Asset>();
  for (const name of await readdir(dirname(builtPage('index.html')))) {
    const type = TYPES[extname(name)];
    if (type === undefined || OF_REPORTS.includes(name)) continue;
    assets.set(name === 'index.html' ? '/' : `/${name}`, { type, body: await readFile(builtPage(name), 'utf8') });
  }
  return assets;
}
