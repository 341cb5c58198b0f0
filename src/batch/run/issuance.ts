import { ordersCertificate } from '../../hostname/effects.ts';
import type { SharedLimits } from '../../queue/shared-limits.ts';
import { SECOND } from '../../terms.ts';
import type { PlanRow } from '../ledger/plan-row.ts';
import type { IssuanceLimit } from '../ledger/rollout.ts';
import type { KeptPlaces } from './kept-places.ts';
import { Waiting } from './waiting.ts';

interface IssuanceParts {
  limit: IssuanceLimit;
  /** Batches on one lane share its limit. */
  limits: SharedLimits;
  /** Those of batches that have ended, or have more than their part, count for as long as any. */
  places: KeptPlaces;
  lanes: readonly string[];
  /** What an earlier run began a moment ago counts here, too. */
  hasFed: boolean;
  now(): number;
  sleep(ms: number, stop: AbortSignal): Promise<void>;
  /** Is told once a stage that a lane waits for it. */
  onWait(lane: string): void;
}

/**
 * The second budget: how many rows that order certificates may be begun on a lane in any window of time. A row holds one of so many
 * places until a whole window after its end, so that however long its call takes, and whatever holds the lane up meanwhile, no window
 * sees more of them.
 */
export class Issuance {
  readonly #parts: IssuanceParts;
  readonly #windowMs: number;
  /** Rows that are with a lane. */
  readonly #begun = new Map<number, string>();
  /** When the places that others have left are free again, by lane; Unix milliseconds, soonest first. */
  readonly #freeAt = new Map<string, number[]>();
  readonly #waiting = new Waiting();
  #ended = 0;
  /** Stand for this batch on each lane. */
  readonly #users: ReadonlyMap<string, object>;

  constructor(parts: IssuanceParts) {
    const { limit, limits, lanes, hasFed, now } = parts;
    this.#parts = parts;
    this.#windowMs = limit.window_seconds * SECOND;
    this.#users = new Map(lanes.map((lane) => [lane, {}]));
    for (const [lane, user] of this.#users) {
      limits.set(user, nameOf(lane), { max: limit.orders, durationMs: this.#windowMs });
      if (hasFed) this.#freeAt.set(lane, new Array(limit.orders).fill(now() + this.#windowMs));
    }
  }

  /** What a row waits in line with: rows that order certificates hold up no others of their lane. */
  streamOf(row: Pick<PlanRow, 'effects'>, lane: string): string {
    return ordersCertificate(row.effects) ? ordersOf(lane) : lane;
  }

  /** Resolves when one more row may be begun on the lane, or `stop` says so. */
  async room(lane: string, stop: AbortSignal): Promise<void> {
    const wake = () => this.#waiting.wake();
    stop.addEventListener('abort', wake, { once: true });
    for (let told = false; !stop.aborted; told = true) {
      const ended = this.#ended;
      const others = await this.#parts.places.others(lane, this.#parts.now());
      if (this.#isRoom(lane, others.length)) break;
      if (!told) this.#parts.onWait(lane);
      const soonest = Math.min(...(this.#freeAt.get(lane) ?? []), ...others);
      const woken = new AbortController();
      const left = this.#waiting.until(() => stop.aborted || this.#ended !== ended);
      // Others on the lane may leave it, which nobody tells of.
      const ms = Math.min(this.#windowMs, Math.max(1, soonest - this.#parts.now()));
      if (soonest === Number.POSITIVE_INFINITY) await left;
      else await Promise.race([left, this.#parts.sleep(ms, AbortSignal.any([stop, woken.signal]))]);
      woken.abort();
    }
    stop.removeEventListener('abort', wake);
  }

  /** The row is about to be handed over; resolves when other batches know. */
  async begun(row: number, lane: string): Promise<void> {
    this.#begun.set(row, lane);
    await this.#keep(lane);
  }

  /** The row is with no lane any more, whatever came of it. */
  ended(row: number): void {
    const lane = this.#begun.get(row);
    if (lane === undefined) return;
    this.#begun.delete(row);
    const free = this.#freeAt.get(lane) ?? [];
    free.push(this.#parts.now() + this.#windowMs);
    this.#freeAt.set(lane, free);
    this.#ended++;
    this.#waiting.wake();
    // What was kept when it was begun holds longer.
    this.#keep(lane).catch(() => {});
  }

  async close(): Promise<void> {
    for (const user of this.#users.values()) this.#parts.limits.drop(user);
    await this.#parts.places.close();
  }

  /** Rows that are with a lane keep their places for longer than they are likely to take, should nobody tell of their end. */
  #keep(lane: string): Promise<void> {
    const at = this.#parts.now() + 2 * this.#windowMs;
    return this.#parts.places.keep(lane, [...(this.#freeAt.get(lane) ?? []), ...this.#onLane(lane).map(() => at)]);
  }

  #onLane(lane: string): string[] {
    return [...this.#begun.values()].filter((one) => one === lane);
  }

  /** Whether the batch has less than its part of all places, which are shared evenly, and there is one that nobody has. */
  #isRoom(lane: string, others: number): boolean {
    const { limits, limit, now } = this.#parts;
    const free = (this.#freeAt.get(lane) ?? []).filter((at) => at > now());
    this.#freeAt.set(lane, free);
    const own = free.length + this.#onLane(lane).length;
    const { max = limit.orders } = limits.lowest(nameOf(lane)) ?? {};
    return own < Math.max(1, Math.floor(max / Math.max(1, limits.users(nameOf(lane))))) && own + others < max;
  }
}

const nameOf = (lane: string): string => `issuance-${lane}`;

/** The second stream of a lane; no lane has such a name. */
export const ordersOf = (lane: string): string => `${lane} orders`;
