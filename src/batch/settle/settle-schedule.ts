import { SECOND } from '../../terms.ts';

/** Validation records appear "after a few seconds" (Cloudflare's own words), so the first look waits that long. */
const FIRST_LOOK_MS = 5 * SECOND;
/** Each further wait is this much longer. */
const WIDENING = 1.6;
/** A look that takes long, as of many small pages, is followed by a wait at least this many times as long. */
const REST_PER_LOOK = 4;

/** Milliseconds before the first look of a settling that may take `waitMs`. */
export const firstWait = (waitMs: number): number => Math.min(FIRST_LOOK_MS, waitMs);

/** Milliseconds before the next look: wider each time, and never past the end, so that the last look is at the end. */
export const nextWait = (previousMs: number, lookMs: number, leftMs: number): number =>
  Math.min(Math.max(previousMs * WIDENING, lookMs * REST_PER_LOOK), leftMs);

/** How many looks a settling takes that never converges, when one look takes `lookMs`: what a plan is charged for. */
export function countLooks(waitMs: number, lookMs: number): number {
  let looks = 0;
  let left = waitMs;
  for (let wait = firstWait(waitMs); left > 0; wait = nextWait(wait, lookMs, left)) {
    looks++;
    left -= wait + lookMs;
  }
  return looks;
}
