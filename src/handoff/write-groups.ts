import { dirname, join } from 'node:path';
import { makePrivateFolder } from '../disk/private-folder.ts';
import { replaceFileText } from '../disk/replace-file.ts';
import type { Format } from './formats.ts';
import type { Group } from './grouping.ts';

/** Writes one file per group below `folder`, each whole or not at all, private to its owner; hands each path to `wrote`. */
export async function writeGroups(
  groups: readonly Group[],
  format: Pick<Format, 'extension' | 'text'>,
  folder: string,
  wrote: (path: string) => void,
): Promise<void> {
  await makePrivateFolder(folder);
  for (const group of groups) {
    const path = join(folder, `${group.path}.${format.extension}`);
    if (dirname(path) !== folder) await makePrivateFolder(dirname(path));
    await replaceFileText(path, await format.text(group));
    wrote(path);
  }
}
