import { readFileSync } from 'node:fs';

/** Version of this package: `package.json` is two folders up from the sources and three from the build. */
export const version: string =
  ['../../package.json', '../../../package.json']
    .map((path) => new URL(path, import.meta.url))
    .map((url) => {
      try {
        return (JSON.parse(readFileSync(url, 'utf8')) as { name: string; version: string }).version;
      } catch {
        return undefined;
      }
    })
    .find((found) => found !== undefined) ?? 'unknown';
