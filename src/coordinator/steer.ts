import { setTimeout as delay } from 'node:timers/promises';
import { appendWord, wordsFrom } from '../batch/control/control-file.ts';
import type { Word } from '../batch/control/word.ts';
import { readPlannedFile } from '../batch/ledger/batch-file.ts';
import { type BatchFolder, resumeCommand } from '../batch/ledger/batch-folder.ts';
import { LedgerView } from '../batch/view/ledger-view.ts';
import type { Wait } from '../batch/view/wait.ts';
import { lockHolder } from '../disk/process-lock.ts';
import { HostrollError, SECOND, type Stage } from '../terms.ts';

const LOOK_EVERY_MS = 100;
/** A process that is there hears a word within a second; one that is planning, when its plan is made. */
const HEARD_WITHIN_MS = 5 * SECOND;

/** What came of a word. */
export type Steered =
  /** The process of the batch has heeded it; the batch is where it stands now, and waits for that. */
  | { heeded: true; stage: Stage; waits: readonly Wait[] }
  /** It is kept, and heeded when the batch goes on, or its process comes to it. `running`: there is a process. */
  | { heeded: false; running: boolean; resume: string };

/**
 * Says a word to a batch, by its folder alone, and waits until its process has heeded it. `resting` hears of calls that are
 * waited for. Throws `BATCH_ENDED` where the batch hears nothing any more, and is then left as it was.
 */
export async function steer(
  folder: BatchFolder,
  word: Word,
  { interrupt, resting }: { interrupt: AbortSignal; resting(calls: number, until: string): void },
): Promise<Steered> {
  const file = await readPlannedFile(folder.path);
  const running = (await lockHolder(folder.lock)) !== undefined;
  const followed = file === undefined ? undefined : await LedgerView.open(folder, file);
  const { stage } = followed?.fold.standing ?? {};
  if (stage === 'finished' || stage === 'cancelled' || stage === 'reporting') {
    const how = stage === 'cancelled' ? 'was cancelled' : 'is finished';
    throw new HostrollError('BATCH_ENDED', `Batch ${folder.batch} ${how}: no word changes it any more.`);
  }
  if (file === undefined && !running) {
    const message = `Batch ${folder.batch} has no plan and no process: there is nothing to steer.`;
    throw new HostrollError('BATCH_ENDED', message);
  }
  await appendWord(folder.control, word);
  const kept: Steered = { heeded: false, running, resume: resumeCommand(folder.batch, folder.path) };
  const place = (await wordsFrom(folder.control, 0)).find((heard) => heard.word.id === word.id);
  if (followed === undefined || !running || place === undefined) return kept;
  const { fold } = followed;
  const said = Date.now();
  for (let told = false; ; ) {
    await followed.readOn();
    const heard = fold.control.heardUpTo >= place.end;
    if (heard && (isHeeded(word, fold.standing.stage) || isOverruled(word, fold.control.said))) {
      return { heeded: true, stage: fold.standing.stage, waits: followed.view().waits };
    }
    if (heard && !told && fold.resting !== undefined) {
      told = true;
      resting(fold.resting.in_flight, fold.resting.until);
    }
    const gone = (await lockHolder(folder.lock)) === undefined;
    if (interrupt.aborted || gone || (!heard && Date.now() > said + HEARD_WITHIN_MS))
      return { ...kept, running: !gone };
    await delay(LOOK_EVERY_MS, undefined, { signal: interrupt }).catch(() => {});
  }
}

/** Whether somebody has said the contrary since. */
const isOverruled = ({ word, id }: Word, said: readonly Word[]): boolean =>
  word === 'pause' && said.findLastIndex((one) => one.word === 'go') > said.findIndex((one) => one.id === id);

/** Whether a batch that has heard a word does as it says. */
export function isHeeded(word: Word, stage: Stage): boolean {
  if (['finished', 'stopped', 'cancelled', 'reporting'].includes(stage)) return true;
  // The rest of the batch goes on.
  if (word.word === 'pause') return word.of !== undefined || stage === 'paused';
  return word.word !== 'cancel';
}
