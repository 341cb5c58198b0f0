import { mkdir } from 'node:fs/promises';
import { onDisk } from './on-disk.ts';

/** Folders of hostroll are for their owner alone: they hold customers' hostnames, metadata and validation tokens. */
export const FOLDER_MODE = 0o700;
export const FILE_MODE = 0o600;

/**
 * Makes `path` and its missing parents, readable by the owner only. A folder that exists stays as its owner made it. Rejects
 * with `DISK_FULL` or `DISK_REFUSED`.
 */
export async function makePrivateFolder(path: string): Promise<void> {
  await onDisk(path, () => mkdir(path, { recursive: true, mode: FOLDER_MODE }));
}
