import type { ListFilter } from '../../cloudflare/client.ts';
import type { KnownPast } from '../../hostname/deadlines.ts';
import type { LiveHostname } from '../../hostname/live.ts';
import type { Outcome, ZoneId } from '../../terms.ts';
import type { Reads } from '../dispatch/list-pages.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { SettledRow } from '../ledger/ledger-event.ts';
import type { PlanRow } from '../ledger/plan-row.ts';
import { readUnsettled, type ZoneSize } from './read-unsettled.ts';
import { RowsToSettle } from './rows-to-settle.ts';
import { SettleMemory } from './settle-memory.ts';
import { firstWait, nextWait } from './settle-schedule.ts';
import { settledRow } from './settled-row.ts';

export interface SettleParts {
  planPath: string;
  /** Rows of the manifest. */
  rows: number;
  ledger: Pick<Ledger, 'outcomeOf' | 'settlementOf' | 'shows' | 'editedAt' | 'recordSettled'>;
  lane: Reads;
  waitMs: number;
  /** Of which rows the hostnames are read. */
  outcomes: readonly Outcome[];
  /** Of those, which; all where absent. */
  isWanted?: (row: number) => boolean;
  stop: AbortSignal;
  now(): number;
  sleep(ms: number, stop: AbortSignal): Promise<void>;
  /** Is told, before each pass, how many rows are not settled. */
  onPass(unsettled: number): Promise<void> | void;
}

/**
 * Reads the states of edited and skipped hostnames again until none is pending or the wait is over, the last reading at
 * its very end. Rows whose last answer already said active are not read. Writes what changed since the last reading.
 */
export async function settle(parts: SettleParts): Promise<void> {
  const { planPath, rows: count, ledger, waitMs, outcomes, isWanted = () => true, stop, now, sleep, onPass } = parts;
  if (waitMs <= 0) return;
  const rows = await RowsToSettle.open(planPath, count, ({ row }) => {
    const outcome = ledger.outcomeOf(row);
    return outcome !== undefined && outcomes.includes(outcome) && isWanted(row) && isUnsettled(ledger, row, 1);
  });
  const started = now();
  const end = started + waitMs;
  const settling = new Settling(parts, rows, started);
  let wait = firstWait(waitMs);
  try {
    for (let pass = 1; rows.size > 0 && !stop.aborted; pass++) {
      await sleep(wait, stop);
      const unsettled = countUnsettled(rows, ledger, pass);
      await onPass([...unsettled.values()].reduce((sum, zoneCount) => sum + zoneCount, 0));
      const began = now();
      const isLast = began >= end;
      for (const [zone, wanted] of unsettled) await settling.readZone({ zone, wanted, pass, isLast });
      const left = end - now();
      if (left <= 0 || countUnsettled(rows, ledger, pass + 1).size === 0) return;
      wait = nextWait(wait, now() - began, left);
    }
  } finally {
    await rows.close();
  }
}

/** Rows that a pass is for, by zone. */
function countUnsettled(rows: RowsToSettle, ledger: SettleParts['ledger'], pass: number): Map<ZoneId, number> {
  const counts = new Map<ZoneId, number>();
  for (const zone of rows.zones) {
    let count = 0;
    for (const _ of rows.of(zone, (row) => isUnsettled(ledger, row, pass))) count++;
    if (count > 0) counts.set(zone, count);
  }
  return counts;
}

/**
 * Whether a row is worth reading: it is pending, or its change does not show yet (lists lag behind edits), or, in the first
 * pass, it is in error, which its edit may have ended.
 */
function isUnsettled(ledger: SettleParts['ledger'], row: number, pass: number): boolean {
  const settlement = ledger.settlementOf(row) ?? 'pending';
  return settlement === 'pending' || !ledger.shows(row) || (settlement === 'errored' && pass === 1);
}

/** What the passes of one settling share. */
class Settling {
  readonly #parts: SettleParts;
  readonly #rows: RowsToSettle;
  /** Sets its reads apart from those of other runs of the batch. */
  readonly #tag: string;
  readonly #memory: SettleMemory;
  readonly #sizes = new Map<ZoneId, ZoneSize>();
  /** Per place: the pass that has seen the row. */
  readonly #seenIn: Uint16Array;

  constructor(parts: SettleParts, rows: RowsToSettle, started: number) {
    this.#parts = parts;
    this.#rows = rows;
    this.#tag = `settle-${started}`;
    this.#memory = new SettleMemory(rows.size);
    this.#seenIn = new Uint16Array(rows.size);
  }

  async readZone({ zone, wanted, pass, isLast }: { zone: ZoneId; wanted: number; pass: number; isLast: boolean }) {
    const { lane, ledger, stop } = this.#parts;
    const open = (row: number) => isUnsettled(ledger, row, pass);
    const tag = `${this.#tag}-${pass}`;
    let taken = 0;
    const size = await readUnsettled(lane, {
      ...{ tag, zone, wanted, stop },
      filters: this.#sizes.has(zone) ? this.#filtersOf(zone, open) : [],
      size: this.#sizes.get(zone),
      take: async (hostnames: LiveHostname[]) => {
        const settled: SettledRow[] = [];
        for (const live of hostnames) {
          const found = this.#rows.find(zone, live.id);
          if (found === undefined || this.#seenIn[found.place] === pass || !open(found.row)) continue;
          this.#seenIn[found.place] = pass;
          taken++;
          const state = await this.#see(found.place, live, isLast);
          if (state !== undefined) settled.push(state);
        }
        await ledger.recordSettled(settled);
        return taken;
      },
      missing: () => this.#missing(zone, open, tag, pass),
    });
    if (size !== undefined) this.#sizes.set(zone, size);
  }

  /** What is new of a hostname, or is to be said at the end. The row is not read from the plan for one that stands as it stood. */
  async #see(place: number, live: LiveHostname, isLast: boolean): Promise<SettledRow | undefined> {
    const { ledger, now } = this.#parts;
    const memory = this.#memory;
    const { changed, ...past } = memory.see(place, live, now());
    if (!changed && !isLast) return undefined;
    const row = await this.#rows.read(place);
    const state = settledRow(row, live, { ...past, ...restarted(ledger, row) }, now());
    // At the end the next checks are said again, too: they are what comes after this batch.
    return memory.isNews(place, state) || (isLast && state.deadlines?.next_check !== undefined) ? state : undefined;
  }

  /** The lists in which rows of the zone were seen last. */
  #filtersOf(zone: ZoneId, open: (row: number) => boolean): ListFilter[] {
    const filters = new Set<ListFilter>();
    for (const { place } of this.#rows.of(zone, open)) {
      const filter = this.#memory.filterOf(place);
      if (filter !== undefined) filters.add(filter);
    }
    return [...filters];
  }

  async *#missing(zone: ZoneId, open: (row: number) => boolean, tag: string, pass: number) {
    for (const { place, row } of this.#rows.of(zone, open)) {
      if (this.#seenIn[place] === pass) continue;
      const { custom_hostname_id: id } = await this.#rows.read(place);
      if (id !== undefined) yield { key: `${tag}-row-${row}`, id };
    }
  }
}

/** An edit with `ssl` begins the API's checks again; a row that was only skipped, or metadata alone, does not. */
function restarted(ledger: SettleParts['ledger'], { row, body }: PlanRow): Pick<KnownPast, 'restarted_at'> {
  const at = body?.ssl === undefined ? undefined : ledger.editedAt(row);
  return at === undefined ? {} : { restarted_at: at };
}
