import { readBatchFile } from '../batch/ledger/batch-file.ts';
import type { BatchFolder } from '../batch/ledger/batch-folder.ts';
import { Ledger } from '../batch/ledger/ledger.ts';
import { withPlanningLane } from '../batch/plan/planning-lane.ts';
import { settle } from '../batch/settle/settle.ts';
import type { BatchId } from '../terms.ts';
import { sleep } from './engine.ts';
import { locked, type Session } from './session.ts';

/** Long enough for one look at every hostname, and no second one. */
const ONE_LOOK_MS = 1;

/**
 * Reads the states of a batch's hostnames that were not active again, by lists within the budget, and writes them to its
 * ledger: the same look that settling ends with. Throws as the locks and the calls do, `INTERRUPTED` where the caller's
 * signal says so.
 */
export async function refreshStates(session: Session, folder: BatchFolder): Promise<void> {
  const { manifest, lanes } = await readBatchFile(folder.path);
  const { interrupt } = session;
  await locked(session, folder, (progress) =>
    session.engine((engine) => {
      const parts = {
        ...engine,
        now: Date.now,
        progress,
        interrupt,
        interrupted: 'Interrupted; the states stand as they were.',
      };
      const reading = `refresh-${Date.now()}-${process.pid}` as BatchId;
      return withPlanningLane(parts, reading, async (lane, reads) => {
        for (const { name, zones } of lanes) for (const zone of zones) lane.assign(zone, name);
        const ledger = await Ledger.open(folder.ledger, manifest.rows, Date.now);
        try {
          progress.enter('settling', 0);
          await settle({
            ...{ planPath: folder.plan, rows: manifest.rows, ledger, lane, waitMs: ONE_LOOK_MS, sleep, now: Date.now },
            outcomes: ['edited', 'skipped'],
            stop: interrupt,
            onPass: (unsettled) => progress.through(0, unsettled),
          });
        } finally {
          await ledger.record({ type: 'calls', purpose: 'settle', calls: reads.take() });
          // A finished batch is known by the last line of its ledger.
          const { ended } = ledger.fold;
          if (ended !== undefined) await ledger.finish(ended.exit_code);
          await ledger.close();
        }
      });
    }),
  );
}
