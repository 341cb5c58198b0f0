import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { onDisk } from './on-disk.ts';
import { FILE_MODE } from './private-folder.ts';

/**
 * Writes a file so that a reader, or a crash, sees the old content or the new one, never a part: to a temporary name
 * beside it, synced, renamed, folder synced. `write` gets the open file and may take its time.
 * Rejects with `DISK_FULL` or `DISK_REFUSED`.
 */
export function replaceFile(path: string, write: (file: FileHandle) => Promise<void>): Promise<void> {
  return onDisk(path, () => writeAndRename(path, write));
}

async function writeAndRename(path: string, write: (file: FileHandle) => Promise<void>): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  const file = await open(temporary, 'wx', FILE_MODE);
  try {
    try {
      await write(file);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** As `replaceFile`, for content that is at hand. */
export const replaceFileText = (path: string, text: string): Promise<void> =>
  replaceFile(path, async (file) => file.writeFile(text));

/** Makes a rename or a creation in `path` survive a power cut. Windows cannot open folders and needs no such call. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
