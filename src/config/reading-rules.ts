import type { ReadOptions } from '../manifest/read-manifest.ts';
import { HostrollError } from '../terms.ts';

/** Flags that say how a manifest is read. */
export interface ReadingFlags {
  ignoreColumns?: string;
  keepColumns?: string;
  knownColumnsOnly?: boolean;
  maxManifest?: string;
}

/** What the flags say; undefined where they say nothing. Throws `CONFIG_INVALID`. */
export function readingRules({
  ignoreColumns,
  keepColumns,
  knownColumnsOnly,
  maxManifest,
}: ReadingFlags): ReadOptions | undefined {
  if ((ignoreColumns ?? keepColumns ?? knownColumnsOnly ?? maxManifest) === undefined) return undefined;
  if (maxManifest !== undefined && !/^[1-9]\d{0,6}$/.test(maxManifest)) {
    throw new HostrollError(
      'CONFIG_INVALID',
      `--max-manifest must be a whole number of MiB, such as 2048, not "${maxManifest}".`,
    );
  }
  const names = (list = '') => list.split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]));
  return {
    unread: { ignored: names(ignoreColumns), kept: names(keepColumns), allUnknown: knownColumnsOnly ?? false },
    ...(maxManifest === undefined ? {} : { maxBytes: Number(maxManifest) * 1024 * 1024 }),
  };
}
