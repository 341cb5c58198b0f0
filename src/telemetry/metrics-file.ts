import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { onDisk } from '../disk/on-disk.ts';
import { SECOND } from '../terms.ts';
import type { Metrics } from './metrics.ts';

/** As often as Prometheus usually looks. */
const EVERY_MS = 15 * SECOND;

/**
 * Keeps a file for the textfile collector of the node exporter, which runs as another user and must never see a part of it:
 * written beside it and renamed, readable for all. Written at once, so that a place that cannot be written is told now
 * (throws `DISK_REFUSED`); later troubles go to `onTrouble` and end nothing. The returned function writes it a last time.
 */
export async function keepMetricsFile(
  path: string,
  { metrics, onTrouble }: { metrics: Metrics; onTrouble(error: Error): void },
): Promise<() => Promise<void>> {
  const write = () => onDisk(path, async () => replaceReadable(path, await metrics.text()));
  await write();
  const timer = setInterval(() => void write().catch(onTrouble), EVERY_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await write().catch(onTrouble);
  };
}

async function replaceReadable(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, text, { mode: 0o644, flag: 'wx' });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
