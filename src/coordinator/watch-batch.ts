import { stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { readBatchFile } from '../batch/ledger/batch-file.ts';
import type { BatchFolder } from '../batch/ledger/batch-folder.ts';
import { stopExitCode } from '../batch/ledger/exit-code.ts';
import { LedgerFold } from '../batch/ledger/ledger-fold.ts';
import { readLedger } from '../batch/ledger/read-ledger.ts';
import { RowTable } from '../batch/ledger/row-table.ts';
import type { BatchView } from '../batch/view/batch-view.ts';
import { LiveView } from '../batch/view/live-view.ts';
import { lockHolder } from '../disk/process-lock.ts';
import { callsPerSecond, laneLimit } from '../lane/budget.ts';
import { HostrollError, type Stage } from '../terms.ts';

const EVERY_MS = 500;

/** How watching ended: with the batch, because its process is gone, because the batch was given up, or by who watches. */
export type Watched = { exitCode: number } | { died: Stage } | 'given up' | 'left';

/**
 * Follows the ledger of a batch that another process runs, until the batch ends or `interrupt` says stop; the batch is left
 * alone. `show` is given its view once there is a plan. Throws `BATCH_DAMAGED`.
 */
export async function watchBatch(
  folder: BatchFolder,
  interrupt: AbortSignal,
  show: (view: () => BatchView) => void,
): Promise<Watched> {
  let fold: LedgerFold | undefined;
  let live: LiveView | undefined;
  let offset = 0;
  while (!interrupt.aborted) {
    // Before the ledger is read: what was written by a process that is gone is then read, too.
    const isHeld = (await lockHolder(folder.lock)) !== undefined;
    if (fold === undefined || live === undefined) {
      const file = await plannedFile(folder);
      if (file !== undefined) {
        fold = new LedgerFold(new RowTable(file.manifest.rows));
        offset = await readLedger(folder.ledger, fold);
        const lanes = file.lanes.map(({ name, share, quota: { calls, window_seconds: windowSeconds } }) => ({
          name,
          perSecond: callsPerSecond(laneLimit({ calls, windowSeconds }, share)),
        }));
        live = new LiveView(lanes, Date.now);
        live.follow(fold, file);
        const shown = live;
        show(() => shown.view());
      } else if (!isHeld) return (await exists(folder.path)) ? { died: 'planning' } : 'given up';
    } else {
      const before = { ...fold.calls };
      offset = await readLedger(folder.ledger, fold, offset);
      const { list, read, edit } = fold.calls;
      live.called({ list: list - before.list, read: read - before.read, edit: edit - before.edit });
    }
    if (fold !== undefined) {
      const { standing, ended, stopped } = fold;
      if (standing.stage === 'finished' && ended !== undefined) return { exitCode: ended.exit_code };
      if (!isHeld && stopped !== undefined) return { exitCode: stopExitCode(stopped.reason) };
      if (!isHeld) return { died: standing.stage };
    }
    await delay(EVERY_MS, undefined, { signal: interrupt }).catch(() => {});
  }
  return 'left';
}

/** `batch.json`, once there is a plan. */
const plannedFile = (folder: BatchFolder) =>
  readBatchFile(folder.path).catch((error: unknown) => {
    if (error instanceof HostrollError && error.code === 'BATCH_NOT_FOUND') return undefined;
    throw error;
  });

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
