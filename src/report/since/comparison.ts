import type { BatchFolder } from '../../batch/ledger/batch-folder.ts';
import type { PlanRow } from '../../batch/ledger/plan-row.ts';
import { SpanReader } from '../../disk/indexed-lines.ts';
import { WHO_ACTS } from '../../hostname/who-acts.ts';
import { type BatchId, HOUR, HostrollError } from '../../terms.ts';
import { ROWS_SHOWN } from '../summary.ts';
import { nightsBetween } from './calendar.ts';
import { readHistory } from './read-history.ts';
import { CHANGES, type ChangedHostname, type NearDeadline, type Since, type StateChange } from './since.ts';
import { StateHistory } from './state-history.ts';

/** Deadlines within this time are said first. */
const NEAR_MS = 48 * HOUR;

/** What is to be compared: instants in milliseconds since the epoch, `given` as a person said it. */
export interface ComparedTime {
  given: string;
  from: number;
  now: number;
  timeZone: string;
}

/** What all batches of a state folder know to have changed since an instant. Close it after use. */
export class Comparison {
  readonly #time: ComparedTime;
  readonly #history: StateHistory;
  readonly #folders: readonly BatchFolder[];
  readonly #plans: SpanReader[];

  private constructor(time: ComparedTime, history: StateHistory, folders: readonly BatchFolder[]) {
    this.#time = time;
    this.#history = history;
    this.#folders = folders;
    this.#plans = folders.map(({ plan }) => new SpanReader(plan));
  }

  /** Reads the batches in `folders`, oldest first; those without a plan yet are left out. Throws `BATCH_DAMAGED`. */
  static async open(folders: readonly BatchFolder[], time: ComparedTime): Promise<Comparison> {
    const history = new StateHistory(time.from);
    for (const [number, folder] of folders.entries()) {
      await readHistory(history, folder, number).catch((error: unknown) => {
        if (!(error instanceof HostrollError) || error.code !== 'BATCH_NOT_FOUND') throw error;
      });
    }
    return new Comparison(time, history, folders);
  }

  /** The whole comparison, its lists cut after `ROWS_SHOWN` hostnames: the longest pending, the nearest deadlines first. */
  async summary(): Promise<Since> {
    const { given, from, now, timeZone } = this.#time;
    const history = this.#history;
    const nights = new Map<number, number>();
    const batches = new Set<number>();
    for (let number = 0; number < history.size; number += 1) {
      if (history.readSince(number)) batches.add(history.place(number).batch);
      if (!this.#is(number, 'still_pending')) continue;
      const count = this.#nights(number) ?? 0;
      nights.set(count, (nights.get(count) ?? 0) + 1);
    }
    const lists = CHANGES.map((change) => {
      const numbers = [...this.#numbers(change)];
      const longest = (at: number): number => history.idleSince(numbers[at] ?? 0) ?? Number.POSITIVE_INFINITY;
      const order = Uint32Array.from(numbers.keys()).sort((a, b) => longest(a) - longest(b) || a - b);
      const first = [...order.subarray(0, ROWS_SHOWN)].map((at) => numbers[at] ?? 0);
      return { change, count: numbers.length, first };
    });
    const near = this.#near();
    const shown: Record<StateChange, ChangedHostname[]> = {
      newly_broken: [],
      flapping: [],
      still_pending: [],
      newly_active: [],
    };
    const counts: Record<StateChange, number> = { newly_broken: 0, flapping: 0, still_pending: 0, newly_active: 0 };
    for (const { change, count, first } of lists) {
      counts[change] = count;
      for (const number of first) shown[change].push(await this.#entry(number));
    }
    const deadlines: NearDeadline[] = [];
    for (const number of near.subarray(0, ROWS_SHOWN)) deadlines.push(await this.#deadlineEntry(number));
    return {
      given,
      from: new Date(from).toISOString(),
      now: new Date(now).toISOString(),
      time_zone: timeZone,
      batches: [...batches].sort((a, b) => a - b).map((number) => this.#batch(number)),
      counts,
      nights: [...nights].sort(([a], [b]) => b - a).map(([passed, count]) => ({ nights: passed, count })),
      deadlines_count: near.length,
      deadlines,
      ...shown,
    };
  }

  /** Every hostname of a kind, in the order in which they were met. */
  async *entries(change: StateChange): AsyncGenerator<ChangedHostname> {
    for (const number of this.#numbers(change)) yield await this.#entry(number);
  }

  /** Everything that is lost within 48 hours, the nearest first. */
  async *deadlines(): AsyncGenerator<NearDeadline> {
    for (const number of this.#near()) yield await this.#deadlineEntry(number);
  }

  async close(): Promise<void> {
    await Promise.all(this.#plans.map((plan) => plan.close()));
  }

  *#numbers(change: StateChange): Generator<number> {
    for (let number = 0; number < this.#history.size; number += 1) if (this.#is(number, change)) yield number;
  }

  #is(number: number, change: StateChange): boolean {
    const history = this.#history;
    if (!history.readSince(number)) return false;
    const [before, now] = [history.before(number), history.now(number)];
    const broken = now === 'errored' && before !== 'errored';
    switch (change) {
      case 'newly_active':
        return now === 'active' && before !== 'active';
      case 'newly_broken':
        return broken;
      case 'still_pending':
        return now !== 'active' && !broken;
      case 'flapping': {
        const { drops, recoveries } = history.changes(number);
        return drops > 0 && drops + recoveries > 1;
      }
    }
  }

  #near(): Uint32Array {
    const { now } = this.#time;
    const history = this.#history;
    const at = (number: number): number => history.deadline(number)?.at ?? Number.POSITIVE_INFINITY;
    const near: number[] = [];
    for (let number = 0; number < history.size; number += 1) {
      if (history.now(number) !== 'active' && at(number) > now && at(number) <= now + NEAR_MS) near.push(number);
    }
    return Uint32Array.from(near).sort((a, b) => at(a) - at(b) || a - b);
  }

  #nights(number: number): number | undefined {
    const since = this.#history.idleSince(number);
    return since === undefined ? undefined : nightsBetween(since, this.#time.now, this.#time.timeZone);
  }

  async #entry(number: number): Promise<ChangedHostname> {
    const history = this.#history;
    const { batch, span } = history.place(number);
    const row = await this.#plans[batch]?.json<PlanRow>(span);
    const idle = history.idleSince(number);
    const phase = history.phase(number);
    return {
      hostname: row?.hostname ?? null,
      custom_hostname_id: row?.custom_hostname_id ?? null,
      zone_id: row?.zone_id ?? null,
      batch: this.#batch(batch),
      read_at: new Date(history.readAt(number)).toISOString(),
      before: history.before(number) ?? null,
      now: history.now(number) ?? null,
      phase,
      who_acts: WHO_ACTS[phase],
      not_active_since: idle === undefined ? null : new Date(idle).toISOString(),
      nights: this.#nights(number) ?? null,
      ...history.changes(number),
    };
  }

  async #deadlineEntry(number: number): Promise<NearDeadline> {
    const { at = 0, kind = 'token_dies', estimate = true } = this.#history.deadline(number) ?? {};
    return { ...(await this.#entry(number)), kind, at: new Date(at).toISOString(), estimate };
  }

  #batch(number: number): BatchId {
    return this.#folders[number]?.batch ?? ('' as BatchId);
  }
}
