import { watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import { SECOND } from '../../terms.ts';
import { type Heard, wordsFrom } from './control-file.ts';

/** Where nothing tells of a change (network file systems), the file is looked at this often. */
const LOOK_EVERY_MS = SECOND;

/**
 * Tells of every word of the file at `path` from the byte `from` on, in the order of the file and one after the other: those
 * that are there before this resolves, later ones as they come. `onTrouble` hears why the file cannot be read; it is tried
 * again. `tell` must not throw.
 */
export async function followWords(
  path: string,
  from: number,
  { tell, onTrouble }: { tell(heard: Heard): Promise<void>; onTrouble(error: Error): void },
): Promise<{ close(): Promise<void> }> {
  let end = from;
  let looking: Promise<void> = Promise.resolve();
  let queued = false;
  const look = () => {
    if (queued) return looking;
    queued = true;
    looking = looking
      .then(async () => {
        queued = false;
        for (const heard of await wordsFrom(path, end)) {
          end = heard.end;
          await tell(heard);
        }
      })
      .catch(onTrouble);
    return looking;
  };
  await look();
  const timer = setInterval(look, LOOK_EVERY_MS);
  timer.unref();
  const watcher = watching(path, look);
  return {
    close: async () => {
      clearInterval(timer);
      watcher?.close();
      await looking;
    },
  };
}

/** Undefined where the system watches nothing more; then the file is only looked at. */
function watching(path: string, changed: () => unknown): { close(): void } | undefined {
  try {
    // The folder, as the file comes with the first word.
    const watcher = watch(dirname(path), { persistent: false }, (_, name) => {
      if (name === null || name === basename(path)) changed();
    });
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}
