import { z } from 'zod';
import type { Word } from '../batch/control/word.ts';
import type { BatchFolder } from '../batch/ledger/batch-folder.ts';
import type { SteerFlags } from '../config/steer-options.ts';
import { steer } from '../coordinator/steer.ts';
import { steeredText } from '../report/text/steered-text.ts';
import { SECOND } from '../terms.ts';

/** How long a page waits for a batch to do as it was told; the view shows what becomes of it later. */
const WAIT_MS = 5 * SECOND;

/** What the page sends: a word and its reason, with values as a person gives them to the commands of the same names. */
export const CONTROL = z.object({
  word: z.enum(['pause', 'go', 'cancel', 'tune']),
  reason: z.string().trim().min(1),
  for: z.string().optional(),
  share: z.string().optional(),
});
export type Control = z.infer<typeof CONTROL>;

/** Makes a word of what was given, by the person who started the page. Throws `CONFIG_INVALID`. */
export type ReadWord = (word: Word['word'], flags: SteerFlags) => Word;

/** Says it to the batch; resolves with what came of it, as a sentence. Throws what `steer` does, and `CONFIG_INVALID`. */
export async function sayByPage(folder: BatchFolder, given: Control, readWord: ReadWord): Promise<string> {
  const { word: kind, ...flags } = given;
  const word = readWord(kind, flags as SteerFlags);
  const came = await steer(folder, word, { interrupt: AbortSignal.timeout(WAIT_MS), resting: () => {} });
  return steeredText(folder.batch, word, came);
}
