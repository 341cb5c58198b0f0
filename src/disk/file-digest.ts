import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { onDisk } from './on-disk.ts';

/** The SHA-256 of a file, in hex. Rejects as `onDisk`. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await onDisk(path, () => pipeline(createReadStream(path), hash));
  return hash.digest('hex');
}
