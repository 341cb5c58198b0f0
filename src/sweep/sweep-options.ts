import type { Where } from '../select/where.ts';
import type { JsonObject } from '../terms.ts';

/** What a sweep is asked to do. */
export interface SweepOptions {
  /** Zones by id or name. */
  zones: readonly string[];
  selection: Where;
  /** Send to every selected hostname, without looking whether its check can pass. */
  all: boolean;
  /** Send also where another known zone has the same hostname. */
  force: boolean;
  /** A hostname that Cloudflare checks by itself within this long is left to it, in milliseconds. */
  naturalWithinMs: number;
  /** Most calls, list pages included. */
  maxCalls?: number;
  /** No call is begun after it, in milliseconds since 1970. */
  until?: number;
  /** The flags as given, for `batch.json`. */
  given: JsonObject;
}
