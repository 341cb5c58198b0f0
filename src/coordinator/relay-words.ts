import type { Logger } from 'pino';
import { appendWord, wordsFrom } from '../batch/control/control-file.ts';
import type { Word } from '../batch/control/word.ts';
import { wordsTo } from '../batch/submit/submission.ts';
import type { QueueBackend } from '../queue/queue-backend.ts';
import { SECOND } from '../terms.ts';

const LOOK_EVERY_MS = SECOND;

/**
 * Hands the words that are said to a submission on to the file at `path`, where its batch hears them, each once, until the
 * returned function is called. What the queue does not tell now it tells at the next look.
 */
export function relayWords(
  { backend, log }: { backend: QueueBackend; log: Logger },
  submission: string,
  path: string,
): () => void {
  let seen = 0;
  let isLooking = false;
  const look = async () => {
    const words = await wordsTo(backend, submission, seen);
    for (const word of words) {
      if (word !== undefined) await hearOnce(path, word);
      seen++;
    }
  };
  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    look()
      .catch((error: Error) => log.warn({ event: 'words_not_read', submission, error: error.message }))
      .finally(() => {
        isLooking = false;
      });
  }, LOOK_EVERY_MS);
  return () => clearInterval(timer);
}

/** Keeps a word where a batch hears it, unless it is there. */
export async function hearOnce(path: string, word: Word): Promise<void> {
  const known = await wordsFrom(path, 0);
  if (!known.some((heard) => heard.word.id === word.id)) await appendWord(path, word);
}
