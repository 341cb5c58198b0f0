import { SECOND } from '../terms.ts';

/** The origin of the hostnames of a zone that have none of their own; without an active one none can be validated. */
export interface FallbackOrigin {
  origin: string;
  /** What was last asked for; the status shown follows from it and the time since. */
  asked: 'put' | 'delete';
  /** Virtual Unix milliseconds. */
  askedAt: number;
  createdAt: number;
}

/** How long each step takes; the API names the steps but no times. */
const INITIALIZING_MS = 5 * SECOND;
const DEPLOYING_MS = 10 * SECOND;
const DELETING_MS = 10 * SECOND;

/** The status at `now`; undefined once a deletion is through. */
export function fallbackStatus(fallback: FallbackOrigin, now: number): string | undefined {
  const age = now - fallback.askedAt;
  if (fallback.asked === 'delete') return age < DELETING_MS ? 'pending_deletion' : undefined;
  if (age < INITIALIZING_MS) return 'initializing';
  return age < INITIALIZING_MS + DEPLOYING_MS ? 'pending_deployment' : 'active';
}

/** From when on hostnames can be validated against the fallback origin (virtual Unix milliseconds). */
export function usableFrom(fallback: FallbackOrigin | undefined): number {
  return fallback === undefined || fallback.asked === 'delete'
    ? Number.POSITIVE_INFINITY
    : fallback.askedAt + INITIALIZING_MS + DEPLOYING_MS;
}

/** A fallback origin that has been active since long before `now`. */
export function establishedFallback(origin: string, now: number): FallbackOrigin {
  return {
    origin,
    asked: 'put',
    askedAt: now - 24 * 3_600 * SECOND,
    createdAt: now - 24 * 3_600 * SECOND,
  };
}
