import { LONGEST_ASKED_MS } from '../cloudflare/asked-wait.ts';
import type { Queue } from '../queue/bullmq.ts';

/** More than any limit's window counts (the largest number that the Postgres backend takes): a lane counts so many only where it was told to cool. */
const COOLED = 2 ** 31 - 1;

/** How long a lane makes no calls yet, in milliseconds, whoever told it so; 0 where it makes them. */
export const coolingLeft = async (lane: Pick<Queue, 'getRateLimitTtl'>): Promise<number> =>
  Math.max(0, await lane.getRateLimitTtl(COOLED));

/** Stops a lane for everybody on it, for `waitMs` or what is left of a longer wait. Resolves with how long that is. */
export async function coolLane(lane: Pick<Queue, 'getRateLimitTtl' | 'rateLimit'>, waitMs: number): Promise<number> {
  const wait = Math.min(waitMs, LONGEST_ASKED_MS);
  const left = await coolingLeft(lane);
  if (left >= wait) return left;
  await lane.rateLimit(wait);
  return wait;
}

/**
 * Ends a wait that is longer than any that is asked for here: an earlier version, or another hand, set it. Calls go on at
 * the lane's own pace, and the first that is refused cools it again. Resolves with how long it was.
 */
export async function endAbsurdCooling(
  lane: Pick<Queue, 'getRateLimitTtl' | 'removeRateLimitKey'>,
): Promise<number | undefined> {
  const left = await coolingLeft(lane);
  if (left <= LONGEST_ASKED_MS) return undefined;
  await lane.removeRateLimitKey();
  return left;
}
