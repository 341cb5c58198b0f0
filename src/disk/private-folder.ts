import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { onDisk } from './on-disk.ts';

/** Folders of hostroll are for their owner alone: they hold customers' hostnames, metadata and validation tokens. */
export const FOLDER_MODE = 0o700;
export const FILE_MODE = 0o600;

/**
 * Makes `path` and its missing parents, readable by the owner only. A folder that exists stays as its owner made it. Rejects
 * with `DISK_FULL` or `DISK_REFUSED`.
 */
export async function makePrivateFolder(path: string): Promise<void> {
  await onDisk(path, () => makeWithParents(path));
}

/** Node's own recursive `mkdir` never ends below a folder that takes none, as those of /proc. */
async function makeWithParents(path: string): Promise<void> {
  const make = () => mkdir(path, { mode: FOLDER_MODE });
  try {
    await make();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    await makeWithParents(dirname(path));
    await make();
  }
}
