import { SECOND } from '../terms.ts';

/**
 * Cumulative times of the API's checks after they begin, in milliseconds. Delay i in seconds is floor(60 x 1.05^i) for
 * the first ten and min(floor(60 x 1.15^i), 14400) from then on.
 * https://developers.cloudflare.com/cloudflare-for-platforms/cloudflare-for-saas/domain-support/hostname-validation/backoff-schedule/
 */
const schedule = (attempts: number): readonly number[] => {
  const times: number[] = [];
  let total = 0;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    total += attempt < 10 ? Math.floor(60 * 1.05 ** attempt) : Math.min(Math.floor(60 * 1.15 ** attempt), 14_400);
    times.push(total * SECOND);
  }
  return times;
};

/** Checks of a hostname's ownership: 75, over 7.06 days. */
export const OWNERSHIP_CHECKS = schedule(75);
/** Checks of a certificate's domain control validation: 120, over 14.56 days. */
export const DCV_CHECKS = schedule(120);

/** The end of a schedule, in milliseconds after it began. */
export const scheduleEnd = (checks: readonly number[]): number => checks.at(-1) ?? 0;

/** When, after `begun`, the first check at or after `ready` takes place; undefined when the schedule ends before. */
export const firstCheckAfter = (checks: readonly number[], begun: number, ready: number): number | undefined => {
  const check = checks.find((time) => begun + time >= ready);
  return check === undefined ? undefined : begun + check;
};

/** What a check found shows a little later. Assumed: half of the least time between two checks. */
const SHOWS_AFTER_MS = 30 * SECOND;

/**
 * Whether no check that Cloudflare makes by itself can show yet at `now`, where validation was begun (by an edit, or the
 * creation) at `begun`; both in milliseconds since the epoch.
 */
export const isUnchecked = (begun: number, now: number): boolean => now < begun + (DCV_CHECKS[0] ?? 0) + SHOWS_AFTER_MS;
