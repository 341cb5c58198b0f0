import { LONGEST_ASKED_MS } from '../../cloudflare/asked-wait.ts';
import type { Code } from '../../codes/code.ts';
import { SECOND } from '../../terms.ts';
import type { BatchLaneQueue } from './batch-lane-queue.ts';
import type { LaneListener } from './lane-listener.ts';

/** Two tellings of one cooling differ by less: clocks of machines do, and a look at the queue takes its time. */
const SAME_COOLING_MS = 2 * SECOND;
/** Why a lane cools that a call of somebody else has stopped. */
const COOLED_BY_OTHERS: Code = 'LANE_COOLING';

/** Keeps until when each lane of a batch cools, and tells its listener, once for each cooling. */
export class LaneCooling {
  readonly #lanes: ReadonlyMap<string, BatchLaneQueue>;
  readonly #now: () => number;
  readonly #listener: Pick<LaneListener, 'cooling'>;
  /** As far as the listener knows. */
  readonly #until = new Map<string, number>();

  constructor(lanes: ReadonlyMap<string, BatchLaneQueue>, listener: Pick<LaneListener, 'cooling'>, now: () => number) {
    this.#lanes = lanes;
    this.#listener = listener;
    this.#now = now;
  }

  /** Looks which lanes cool, whoever has met the limit: another batch, or a command that has ended since. */
  async look(): Promise<void> {
    for (const [name, lane] of this.#lanes) {
      const left = await lane.coolingLeft();
      const known = this.#until.get(name) ?? 0;
      // One that is over in a moment nobody has to hear of: a pause hushes its lanes for as long.
      if (this.#now() + left > Math.max(known, this.#now()) + SAME_COOLING_MS)
        await this.begins(name, left, COOLED_BY_OTHERS);
    }
  }

  /** A lane cools for so many milliseconds; one that the batch does not have is left out. */
  async begins(name: string, left: number, reason: string, asked?: string): Promise<void> {
    const lane = this.#lanes.get(name);
    if (lane === undefined) return;
    const until = this.#now() + Math.min(Math.max(0, left), LONGEST_ASKED_MS);
    this.#until.set(name, until);
    lane.watch.coolingUntil(until);
    await this.#listener.cooling(new Date(until).toISOString(), reason, name, asked);
  }
}
