import { settlementOf } from '../hostname/settlement.ts';
import { Clock, type ClockOptions } from '../sandbox/clock.ts';
import type { Control } from '../sandbox/control.ts';
import type { CustomHostnameId } from '../terms.ts';
import type { Moment, Rehearsal } from './rehearsal.ts';

/** Moments a timeline shows, the first and the last included. */
const SHOWN = 9;

const isPendingValidation = (status: string | undefined): boolean =>
  status === 'initializing' || status === 'pending_validation';

/** Whether a hostname of these statuses, which need not be there, is active. */
export const isActive = (seen: ReturnType<Control['statuses']>): boolean =>
  seen !== undefined && settlementOf(seen.status, seen.ssl_status) === 'active';

/** Looks at the hostnames of a plan again and again while a clock goes on, and keeps what it saw. */
export class StateWatch {
  readonly #statuses: Control['statuses'];
  readonly #ifAllAct: Control['statuses'] | undefined;
  readonly #ids: readonly CustomHostnameId[];
  readonly #rowsDone: () => number;
  readonly #everyMs: number;
  readonly #start: number;
  readonly #moments: Moment[] = [];
  #next = Number.NEGATIVE_INFINITY;

  /** `start` is what times are counted from, `everyMs` the virtual time between two looks. */
  constructor(parts: {
    statuses: Control['statuses'];
    /** Of the same hostnames where all customers act. */
    ifAllAct?: Control['statuses'] | undefined;
    ids: readonly CustomHostnameId[];
    rowsDone: () => number;
    everyMs: number;
    start: number;
  }) {
    this.#statuses = parts.statuses;
    this.#ifAllAct = parts.ifAllAct;
    this.#ids = parts.ids;
    this.#rowsDone = parts.rowsDone;
    this.#everyMs = parts.everyMs;
    this.#start = parts.start;
  }

  /** The clock stands at `now`: looks, where it is time for it. */
  reached(now: number): void {
    if (now >= this.#next) this.look(now);
  }

  look(now: number): void {
    this.#next = now + this.#everyMs;
    const ifAllAct = this.#ifAllAct;
    this.#moments.push({
      at_ms: now - this.#start,
      rows_done: this.#rowsDone(),
      active: this.#ids.filter((id) => isActive(this.#statuses(id))).length,
      ...(ifAllAct && { active_if_all_act: this.#ids.filter((id) => isActive(ifAllAct(id))).length }),
      pending_validation: this.#ids.filter((id) => isPendingValidation(this.#statuses(id)?.ssl_status)).length,
    });
  }

  pending(): Rehearsal['pending_validations'] {
    const count = (moment: Moment | undefined): number => moment?.pending_validation ?? 0;
    let peak = this.#moments[0];
    for (const moment of this.#moments) if (count(moment) > count(peak)) peak = moment;
    return {
      before: count(this.#moments[0]),
      peak: count(peak),
      peak_at_ms: peak?.at_ms ?? 0,
      at_end: count(this.#moments.at(-1)),
    };
  }

  /** The moments in a few: those nearest to equal steps of time. */
  timeline(): Moment[] {
    const all = this.#moments;
    const [first, last] = [all[0], all.at(-1)];
    if (first === undefined || last === undefined) return [];
    const shown = new Set<Moment>();
    let at = 0;
    for (let step = 0; step < SHOWN; step += 1) {
      const wanted = first.at_ms + ((last.at_ms - first.at_ms) * step) / (SHOWN - 1);
      while ((all[at]?.at_ms ?? Number.POSITIVE_INFINITY) < wanted) at += 1;
      shown.add(all[at] ?? last);
    }
    return [...shown];
  }
}

/** A clock that tells `reached` each time it has been moved. */
export class WatchedClock extends Clock {
  readonly #reached: (now: number) => void;

  constructor(options: ClockOptions, reached: (now: number) => void) {
    super(options);
    this.#reached = reached;
  }

  override advance(ms: number): void {
    super.advance(ms);
    this.#reached(this.now());
  }

  override called(): void {
    super.called();
    this.#reached(this.now());
  }
}
