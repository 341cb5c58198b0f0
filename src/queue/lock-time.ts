import { HostrollError, MINUTE, SECOND } from '../terms.ts';
import { parseDuration } from '../text/duration.ts';

/** Long enough for a machine that stands still for a moment, as in a snapshot or a long garbage collection. */
const LOCK_MS = 30 * SECOND;
/** A process that is busy for longer than it renews its locks would lose its jobs all the time. */
const LEAST_MS = 2 * SECOND;
const MOST_MS = 5 * MINUTE;

const LOCK = /([?&])lock=([^&]*)(&|$)/;

/**
 * Takes `lock=<duration>` out of the query of a queue URL: how long a worker that is not heard of keeps its jobs, 2 s to
 * 5 min, 30 s where the URL does not say. Throws `QUEUE_URL` for any other.
 */
export function takeLockTime(url: string): { url: string; lockMs: number } {
  const [, before, text] = LOCK.exec(url) ?? [];
  if (text === undefined) return { url, lockMs: LOCK_MS };
  const lockMs = parseDuration(text);
  if (lockMs === undefined || lockMs < LEAST_MS || lockMs > MOST_MS)
    throw new HostrollError('QUEUE_URL', 'lock= in the queue URL must be a duration from 2s to 5m, as in ?lock=10s.');
  return { url: url.replace(LOCK, (_, __, ___, after) => (after === '' ? '' : before) as string), lockMs };
}
