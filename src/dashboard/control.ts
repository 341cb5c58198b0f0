import type { Word } from '../batch/control/word.ts';
import type { BatchFolder } from '../batch/ledger/batch-folder.ts';
import { rowListText } from '../config/row-list.ts';
import type { SteerFlags } from '../config/steer-options.ts';
import { steer } from '../coordinator/steer.ts';
import * as z from '../json/zod.ts';
import { steeredText } from '../report/text/steered-text.ts';
import { SECOND } from '../terms.ts';
import type { RowBook } from './row-book.ts';
import { ROW_FILTER } from './row-query.ts';

/** How long a page waits for a batch to do as it was told; the view shows what becomes of it later. */
const WAIT_MS = 5 * SECOND;

const reason = z.string().trim().min(1).max(500);

/** What the page sends: a word and its reason, with values as a person gives them to the commands of the same names. */
export const CONTROL = z.discriminatedUnion('word', [
  z.object({ word: z.enum(['go', 'cancel']), reason }),
  z.object({ word: z.literal('pause'), reason, for: z.string().optional(), only: z.string().optional() }),
  z.object({ word: z.literal('tune'), reason, share: z.string().optional() }),
  z.object({ word: z.literal('resume'), reason: reason.optional() }),
  /** `rows`: which, as the address of the page says it. */
  z.object({ word: z.literal('retry'), reason, rows: ROW_FILTER.optional() }),
]);
type Control = z.infer<typeof CONTROL>;

/** What the page can do beyond reading files; given by the command that serves it. */
export interface Acts {
  /** Makes a word of what was given, by the person who started the page. Throws `CONFIG_INVALID`. */
  readWord(word: Word['word'], flags: SteerFlags): Word;
  /**
   * Starts the command as a process of its own, which goes on when the page ends, with `input` as its standard input. Resolves
   * when it has got under way, or with what it said where it has ended well by then; rejects with that where it was refused.
   */
  start(words: readonly string[], input?: string): Promise<string | undefined>;
}

/** Does what a person asked for on the page; resolves with what came of it, as a sentence. Throws what `steer` and `start` do. */
export async function actByPage(
  folder: BatchFolder,
  given: Control,
  { acts, book }: { acts: Acts; book(): Promise<RowBook> },
): Promise<string> {
  if (given.word === 'resume') {
    const said = await acts.start(['resume', folder.batch]);
    return said ?? `A process goes on with batch ${folder.batch}.`;
  }
  if (given.word === 'retry') {
    const rows = given.rows === undefined ? undefined : rowListText((await book()).matching(given.rows).sort());
    const only = rows === undefined ? [] : ['--rows', '-'];
    const said = await acts.start(['retry', folder.batch, '--yes', '--reason', given.reason, ...only], rows);
    return said ?? 'The retry is being planned, as a batch of its own: it is among the batches.';
  }
  const { word: kind, ...flags } = given;
  const word = acts.readWord(kind, flags as SteerFlags);
  const came = await steer(folder, word, { interrupt: AbortSignal.timeout(WAIT_MS), resting: () => {} });
  return steeredText(folder.batch, word, came);
}
