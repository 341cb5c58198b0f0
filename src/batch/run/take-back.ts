import { HostrollError } from '../../terms.ts';
import { rowsInDoubt } from './feed.ts';
import type { Run } from './run-parts.ts';

/**
 * Takes everything back that the lanes still have, and waits for calls in flight. Resolves with the rows without outcome
 * that were perhaps sent; of no row a call begins any more.
 */
export async function takeAllBack({ parts, ledger, lane, outstanding, waves, issuance, stop }: Run): Promise<number[]> {
  lane.abandonReads(new HostrollError('INTERRUPTED', 'The batch makes no further calls now.'));
  const { rows, perhapsSent } = await lane.takeBack(undefined, (calls, until) => {
    // Where the disk takes nothing more, what follows says so.
    ledger.record({ type: 'resting', in_flight: calls, until: new Date(until).toISOString() }).catch(() => {});
  });
  await lane.drained();
  // What is in no lane and has no outcome the queue has lost, or a rule holds its result back.
  for (const row of outstanding.clear()) if (rows.get(row) !== false) stop.rowsInDoubt.add(row);
  const ofEarlierRuns = await rowsInDoubt({ planPath: parts.folder.plan, ledger, waves, issuance });
  const doubtful = new Set([...perhapsSent, ...stop.rowsInDoubt, ...ofEarlierRuns]);
  return [...doubtful].filter((row) => ledger.outcomeOf(row) === undefined).sort((a, b) => a - b);
}

/** Brings a batch that is held to rest, before it is called paused; as `takeAllBack`. What was read of its rows is old after it. */
export async function rest(run: Run): Promise<number[]> {
  const inDoubt = await takeAllBack(run);
  await run.recordReads();
  run.hasRested = true;
  return inDoubt;
}

/** Whenever a part of the batch is held, takes back what of it waits in the lanes; until the run stops. Never throws. */
export async function keepBack(run: Run): Promise<void> {
  const { lane, outstanding, holds, stop } = run;
  while (!stop.signal.aborted && !holds.released) {
    const { mark } = holds;
    if (holds.inForce.length > 0 && holds.ofBatch === undefined) {
      try {
        await holds.handedOver();
        const { rows } = await lane.takeBack(
          (job, name) =>
            job.kind === 'row' && holds.on({ before: {}, ...job.planned, ...job, lane: name }) !== undefined,
        );
        run.tookBack ||= rows.size > 0;
        for (const [row, inDoubt] of rows) {
          if (inDoubt) stop.rowsInDoubt.add(row);
          outstanding.remove(row);
        }
      } catch (error) {
        stop.fail(error);
      }
    }
    await holds.until(() => holds.mark !== mark);
  }
}
