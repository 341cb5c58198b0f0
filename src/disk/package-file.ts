import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The nearest folder above this file that has a `package.json`: the same from the sources and from what is built of them. */
function packageFolder(from = dirname(fileURLToPath(import.meta.url))): string {
  return existsSync(join(from, 'package.json')) || from === dirname(from) ? from : packageFolder(dirname(from));
}

const folder = packageFolder();

/** The absolute path of a file that this package has, `path` as in `files` of its `package.json`; what is built is in `dist`. */
export const packageFile = (path: string): string => join(folder, path);

/** What people start. */
export const HOSTROLL = packageFile('dist/scripts/hostroll.js');
