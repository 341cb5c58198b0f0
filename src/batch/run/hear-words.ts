import { followWords } from '../control/follow-words.ts';
import type { Word } from '../control/word.ts';
import type { Run } from './run-parts.ts';
import { tunedLimit } from './tuned.ts';

/**
 * From here on the run hears what operators say: each word goes into the ledger and is heeded, those first that were said
 * while nobody was there.
 */
export async function hearWords(run: Run): Promise<{ close(): Promise<void> }> {
  const { parts, ledger, lane, holds, rules, stop } = run;
  const { folder, log } = parts;
  const heed = () => {
    const { cancelled } = ledger.fold.control;
    if (cancelled !== undefined) stop.because({ reason: 'cancelled', message: cancelledBy(cancelled) });
    const { quota, share } = ledger.fold.control.tuned;
    if (quota !== undefined || share !== undefined) {
      lane.tune((name) => tunedLimit(run, name)).catch((error: unknown) => stop.fail(error));
    }
    holds.changed();
  };
  // Of a run that died before it could heed it.
  heed();
  return followWords(folder.control, ledger.fold.control.heardUpTo, {
    async tell({ word, end }) {
      log.info({ event: 'word_heard', word: word.word, ...word.by, reason: word.reason });
      // The fold has it at once: what waits for the disk waits for nothing more.
      const told = ledger.record({ type: 'control', said: word, up_to: end });
      heed();
      await Promise.all([told, rules.heed(word)]).catch((error: unknown) => stop.fail(error));
    },
    onTrouble: (error) => log.error({ event: 'control_unreadable', error: error.message }),
  });
}

function cancelledBy({ by: { user, host }, reason }: Word): string {
  return `Cancelled by ${user}@${host}${reason === undefined ? '' : `: ${reason}`}`;
}
