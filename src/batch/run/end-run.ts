import { HostrollError } from '../../terms.ts';
import { resumeCommand } from '../ledger/batch-folder.ts';
import { dropSealed } from '../ledger/bundle-file.ts';
import { exitCodeOf } from '../ledger/exit-code.ts';
import type { Stop } from '../ledger/stop.ts';
import type { Run, RunParts } from './run-parts.ts';
import { takeAllBack } from './take-back.ts';

/** Leaves nothing in the queue and no sealed key: nothing happens to rows from here on. */
export async function endForGood({ parts, ledger, lane }: Run, wave: number): Promise<void> {
  await lane.clear();
  await dropSealed(parts.folder.bundles);
  await ledger.enter({ stage: 'reporting', wave }, { exit_code: exitCodeOf(ledger.fold, parts.file) });
}

/**
 * Takes back what the lanes still have, waits for calls in flight, and writes down which rows are in doubt. Throws what the
 * disk or the queue said, where that is why the run ends. Of a batch that is cancelled nothing stays in the queue.
 */
export async function endStopped(run: Run): Promise<void> {
  const { parts, ledger, lane, stop } = run;
  if (stop.failure !== undefined) {
    // Workers elsewhere must send nothing more that nobody would record; those of a queue of our own end with us.
    if (!parts.backend.exclusive) await lane.takeBack().catch(() => {});
    throw failureOf(parts, stop, stop.failure);
  }
  const inDoubt = await takeAllBack(run);
  await lane.clearBundles();
  // Calls that ended meanwhile.
  await run.recordReads();
  const { reason } = stop;
  if (reason?.reason === 'cancelled') {
    await lane.clear();
    await dropSealed(parts.folder.bundles);
  }
  await ledger.record({ type: 'stopped', ...(reason ?? { reason: 'interrupted' }), in_doubt: inDoubt });
}

/** Rows that a sentence names, at most. */
const ROWS_NAMED = 20;

/** What the disk or the queue said, with the rows that are worse off for it, and the way on. */
function failureOf({ folder }: RunParts, { unrecorded }: Stop, { code, message }: HostrollError): HostrollError {
  const rows = [...unrecorded].sort((a, b) => a - b);
  const more = rows.length > ROWS_NAMED ? ', …' : '';
  const sent =
    rows.length === 0
      ? ''
      : ` Sent, and not recorded: ${rows.length} (rows ${rows.slice(0, ROWS_NAMED).join(', ')}${more}).`;
  const next = `"${resumeCommand(folder.batch, folder.path)}" goes on, and reads first what may have been sent.`;
  return new HostrollError(code, `${message}${sent} Then ${next}`);
}
