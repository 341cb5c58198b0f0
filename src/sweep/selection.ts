import { isDeleted, type LiveHostname } from '../hostname/live.ts';
import type { HostnamePhase } from '../hostname/phase.ts';
import type { Where } from '../select/where.ts';

/**
 * What a sweep is about where it is not told: hostnames that wait for a check, or that Cloudflare no longer checks. Those
 * that only their domain's owner can let go on are not sent, but told.
 */
export const SWEPT_PHASES: readonly HostnamePhase[] = [
  'validating',
  'waiting_for_customer',
  'waiting_for_owner',
  'stuck',
];

/** Why a hostname is not selected. */
export const NOT_SELECTED = ['SWEEP_PHASE', 'SWEEP_FILTER'] as const;
export type NotSelected = (typeof NOT_SELECTED)[number];

/** Why `live` is none of the selected hostnames at `now` (milliseconds since 1970), or undefined where it is one. */
export function notSelected(live: LiveHostname, where: Where, now: number): NotSelected | undefined {
  if (isDeleted(live)) return 'SWEEP_PHASE';
  const failed = where.filter((condition) => !condition.holds(live, now));
  if (failed.length === 0) return undefined;
  return failed.some(({ field }) => field.path === 'phase') ? 'SWEEP_PHASE' : 'SWEEP_FILTER';
}
