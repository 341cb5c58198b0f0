import { stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { readPlannedFile } from '../batch/ledger/batch-file.ts';
import type { BatchFolder } from '../batch/ledger/batch-folder.ts';
import { stopExitCode } from '../batch/ledger/exit-code.ts';
import { type PlannedStatus, statusOf } from '../batch/view/batch-status.ts';
import { LedgerView } from '../batch/view/ledger-view.ts';
import { lockHolder } from '../disk/process-lock.ts';
import type { Stage } from '../terms.ts';

const EVERY_MS = 500;

/** How watching ended: with the batch, because its process is gone, because the batch was given up, or by who watches. */
export type Watched = { exitCode: number } | { died: Stage } | 'given up' | 'left';

/**
 * Follows the ledger of a batch that another process runs, until the batch ends or `interrupt` says stop; the batch is left
 * alone. `show` is given how it stands once there is a plan. Throws `BATCH_DAMAGED`.
 */
export async function watchBatch(
  folder: BatchFolder,
  interrupt: AbortSignal,
  show: (status: () => PlannedStatus) => void,
): Promise<Watched> {
  let followed: LedgerView | undefined;
  while (!interrupt.aborted) {
    // Before the ledger is read: what was written by a process that is gone is then read, too.
    const holder = await lockHolder(folder.lock);
    const isHeld = holder !== undefined;
    if (followed !== undefined) await followed.readOn();
    else {
      const file = await readPlannedFile(folder.path);
      if (file !== undefined) {
        const opened = await LedgerView.open(folder, file);
        show(() => statusOf(folder, file, { view: opened.view(), pid: holder?.pid }));
        followed = opened;
      } else if (!isHeld) return (await exists(folder.path)) ? { died: 'planning' } : 'given up';
    }
    if (followed !== undefined) {
      const { standing, ended, stopped } = followed.fold;
      if (standing.stage === 'finished' && ended !== undefined) return { exitCode: ended.exit_code };
      if (!isHeld && stopped !== undefined) return { exitCode: stopExitCode(stopped.reason) };
      if (!isHeld) return { died: standing.stage };
    }
    await delay(EVERY_MS, undefined, { signal: interrupt }).catch(() => {});
  }
  return 'left';
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
