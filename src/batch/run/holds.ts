import { changedPaths } from '../../hostname/compare.ts';
import { DAY } from '../../terms.ts';
import type { ControlChange } from '../control/control-state.ts';
import { type Held, type Hold, inForce, type Slice } from '../control/hold.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type KindRow, kindOf, NONE } from '../waves/row-kind.ts';
import { Waiting } from './waiting.ts';

/** What is known of a row when it is asked whether it is held; a job of a lane has the same. */
export type Holdable = KindRow;

/** A hold as its maker states it. */
export type NewHold = Omit<Extract<ControlChange, { type: 'hold' }>, 'type'>;

interface Parts {
  ledger: Pick<Ledger, 'fold' | 'record'>;
  now(): number;
  sleep(ms: number, stop: AbortSignal): Promise<void>;
}

/**
 * What the run may not begin now, whoever holds it (see `Hold`). All of it is in the ledger, so that a batch that dies while
 * it is held is still held when it is resumed; this only adds waiting, and the clock.
 *
 * A gate or a rule that is to hold calls `place`. From then on nothing that is held is handed over, and what waits in the lanes
 * is taken back. What holds the whole batch (`ofBatch`) makes the stage `paused`, until no such hold is left; other holds let
 * the stage go on with the rows that are free, and it does not end before the others are free again and done. A `go` of an
 * operator lifts all but what a lane's trouble holds: that is lifted by `lift`, or by its `until`.
 */
export class Holds {
  readonly #ledger: Pick<Ledger, 'fold' | 'record'>;
  readonly #now: () => number;
  readonly #sleep: Parts['sleep'];
  readonly #waiting = new Waiting();
  #handing: Promise<unknown> = Promise.resolve();
  #free = new AbortController();
  #changes = 0;

  constructor({ ledger, now, sleep }: Parts) {
    this.#ledger = ledger;
    this.#now = now;
    this.#sleep = sleep;
  }

  get inForce(): Hold[] {
    return inForce(this.#ledger.fold.control.holds, this.#now());
  }

  /** What holds the whole batch, at the wave it is at. */
  get ofBatch(): Hold | undefined {
    return this.inForce.find(({ of }) => isOfAll(of, this.#ledger.fold.standing.wave));
  }

  /** What holds a row of the wave that the batch is at. */
  on(row: Holdable): Hold | undefined {
    return this.inForce.find(({ of }) => covers(of, row, this.#ledger.fold.standing.wave));
  }

  /** Resolves when it is on disk, and holds; what is in the lanes is taken back after that. */
  async place(hold: NewHold): Promise<void> {
    const told = this.#ledger.record({ type: 'hold', ...hold });
    this.changed();
    await told;
  }

  async lift(by: NewHold['by'], of: Held): Promise<void> {
    const told = this.#ledger.record({ type: 'lifted', by, of });
    this.changed();
    await told;
  }

  /** The ledger's holds have changed. */
  changed(): void {
    this.#changes++;
    if (this.ofBatch !== undefined) this.#free.abort();
    this.#waiting.wake();
  }

  /** Lets every waiter go, for the run is to stop. */
  release(): void {
    this.#free.abort();
    this.#waiting.release();
  }

  get released(): boolean {
    return this.#waiting.released;
  }

  /** Aborts when the whole batch is held, or the run stops; at once, where it is. */
  whileFree(): AbortSignal {
    if (this.ofBatch !== undefined) this.#free.abort();
    else if (this.#free.signal.aborted && !this.#waiting.released) this.#free = new AbortController();
    return this.#free.signal;
  }

  /** Does `hand` with those of the rows that are free, and resolves with them. `handedOver` waits for it. */
  async handOver<Row extends Holdable>(rows: readonly Row[], hand: (free: Row[]) => Promise<void>): Promise<Row[]> {
    const free = rows.filter((row) => this.on(row) === undefined);
    const handed = hand(free);
    const before = this.#handing;
    this.#handing = handed.catch(() => {}).then(() => before);
    await handed;
    return free;
  }

  /** Resolves when nothing that was free a moment ago is being handed over. */
  async handedOver(): Promise<void> {
    await this.#handing;
  }

  /** Stands for what holds now: it is another after anything was placed, lifted, or has run out. */
  get mark(): string {
    return `${this.#changes} ${this.inForce.length}`;
  }

  /** Resolves when it is so, or the run stops. Looks whenever a hold is placed, is lifted, or runs out. */
  async until(isSo: () => boolean): Promise<void> {
    while (!isSo() && !this.#waiting.released) {
      const ends = this.inForce.flatMap(({ until }) => (until === undefined ? [] : Date.parse(until) - this.#now()));
      const changes = this.#changes;
      const changed = this.#waiting.until(() => this.#changes > changes);
      if (ends.length === 0) await changed;
      else {
        const woken = new AbortController();
        // Longer than a timer can be, a wait would be none.
        await Promise.race([changed, this.#sleep(Math.min(DAY, ...ends), woken.signal)]);
        woken.abort();
      }
    }
  }
}

const isOfAll = (of: Held, wave: number): boolean =>
  of === 'batch' || (typeof of === 'object' && 'wave' in of && of.wave <= wave);

/** Whether a row of a batch that is at `wave` is held by that. */
export function covers(of: Held, row: Holdable, wave: number): boolean {
  if (isOfAll(of, wave)) return true;
  if (typeof of === 'string' || 'wave' in of) return false;
  return 'lane' in of ? of.lane === row.lane : isIn(of.slice, row);
}

/** Whether a row is of a slice. */
function isIn({ changes, ...slice }: Slice, row: Holdable): boolean {
  const kind = kindOf(row);
  const isAlike = Object.entries(slice).every(([name, value]) => (kind[name as keyof typeof kind] ?? NONE) === value);
  if (!isAlike || changes === undefined) return isAlike;
  return changedPaths(row.before ?? {}, row.body ?? {}).some((path) => path.startsWith(changes));
}
