import type { Logger } from 'pino';
import { appendWord, wordsFrom } from '../batch/control/control-file.ts';
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
    const known = words.length === 0 ? [] : (await wordsFrom(path, 0)).map(({ word }) => word.id);
    for (const word of words) {
      if (word !== undefined && !known.includes(word.id)) await appendWord(path, word);
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
