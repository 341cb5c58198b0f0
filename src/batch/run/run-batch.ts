import { stopExitCode } from '../ledger/exit-code.ts';
import { checkIntact } from '../ledger/intact.ts';
import { Ledger } from '../ledger/ledger.ts';
import { openQueueLanes, throughLanes } from './lane-stages.ts';
import type { OpenLanes, RunParts } from './run-parts.ts';
import { after } from './stage.ts';

/**
 * Carries out a planned batch, or what is left of it, through the stages of `stage.ts`. The caller holds the batch's lock and
 * runs workers on its lanes. Resolves with the exit code; every row that has an outcome then has it in the ledger.
 */
export async function runBatch(parts: RunParts, open: OpenLanes = openQueueLanes): Promise<number> {
  await checkIntact(parts.folder, parts.file);
  const ledger = await Ledger.open(parts.folder.ledger, parts.file.manifest.rows, parts.now);
  try {
    const { standing, startedAt, ended } = ledger.fold;
    if (standing.stage === 'finished' && ended !== undefined) return ended.exit_code;
    if (standing.stage === 'cancelled') return stopExitCode('cancelled');
    parts.progress.follow(ledger.fold, parts.file);
    // Before any result can come.
    await ledger.record({ type: 'started', resumed: startedAt !== undefined, ...parts.process });
    const begun = after(standing, { type: 'begin' });
    if (begun.stage === 'reporting' && ended !== undefined)
      await ledger.enter({ stage: 'reporting', wave: begun.wave }, { exit_code: ended.exit_code });
    else await throughLanes(parts, ledger, begun, open);
    return await finish(parts, ledger);
  } finally {
    // What could not be written was told to its writer.
    await ledger.close().catch(() => {});
  }
}

/** Reports what came to its end; what was stopped is left to the next run of it. */
async function finish({ report }: RunParts, ledger: Ledger): Promise<number> {
  const { ended, stopped } = ledger.fold;
  if (ended === undefined) return stopExitCode(stopped?.reason ?? 'interrupted');
  await report();
  await ledger.finish(ended.exit_code);
  return ended.exit_code;
}
