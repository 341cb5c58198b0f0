import type { ListFilter } from '../../cloudflare/client.ts';
import type { KnownPast } from '../../hostname/deadlines.ts';
import type { LiveHostname } from '../../hostname/live.ts';
import type { Outcome, ZoneId } from '../../terms.ts';
import type { LaneDispatcher } from '../dispatch/lane-dispatcher.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { SettledRow } from '../ledger/ledger-event.ts';
import { PlanIndex } from '../ledger/plan-index.ts';
import type { PlanRow } from '../ledger/plan-row.ts';
import { readUnsettled, type ZoneSize } from './read-unsettled.ts';
import { SettleMemory } from './settle-memory.ts';
import { firstWait, nextWait } from './settle-schedule.ts';
import { settledRow } from './settled-row.ts';

export interface SettleParts {
  planPath: string;
  /** Rows of the manifest. */
  rows: number;
  ledger: Ledger;
  lane: LaneDispatcher;
  waitMs: number;
  /** Of which rows the hostnames are read. */
  outcomes: readonly Outcome[];
  stop: AbortSignal;
  now(): number;
  sleep(ms: number, stop: AbortSignal): Promise<void>;
  /** Hears, before each pass, how many rows are not settled. */
  onPass(unsettled: number): void;
}

/** What the looks of one settling share. */
interface Settling {
  index: PlanIndex;
  memory: SettleMemory;
  sizes: Map<ZoneId, ZoneSize>;
  pass: number;
  isLast: boolean;
}

/**
 * Reads the states of edited and skipped hostnames again until none is pending or the wait is over, the last look at its
 * very end. Rows whose last answer already said active are not read. Writes what changed since the last look.
 */
export async function settle(parts: SettleParts): Promise<void> {
  const { planPath, rows, ledger, waitMs, outcomes, stop, now, sleep, onPass } = parts;
  if (waitMs <= 0) return;
  const index = await PlanIndex.open(planPath, (row) => mayChange(ledger, row, outcomes));
  const settling = { index, memory: new SettleMemory(index.size === 0 ? 0 : rows), sizes: new Map<ZoneId, ZoneSize>() };
  const end = now() + waitMs;
  let wait = firstWait(waitMs);
  try {
    for (let pass = 1; index.size > 0 && !stop.aborted; pass++) {
      await sleep(wait, stop);
      const unsettled = await countUnsettled(index, ledger, pass);
      onPass([...unsettled.values()].reduce((sum, count) => sum + count, 0));
      const started = now();
      const isLast = started >= end;
      for (const [zone, wanted] of unsettled) await lookAt(parts, { ...settling, pass, isLast }, zone, wanted);
      const left = end - now();
      if (left <= 0 || (await countUnsettled(index, ledger, pass + 1)).size === 0) return;
      wait = nextWait(wait, now() - started, left);
    }
  } finally {
    await index.close();
  }
}

/** Only a row of those outcomes has a hostname to settle, unless it is known to be active with its change in effect. */
function mayChange(ledger: Ledger, row: PlanRow, outcomes: readonly Outcome[]): boolean {
  const outcome = ledger.outcomeOf(row.row);
  return outcome !== undefined && outcomes.includes(outcome) && isUnsettled(ledger, row.row, 1);
}

/** Rows that the next look is for, by zone. */
async function countUnsettled(index: PlanIndex, ledger: Ledger, pass: number): Promise<Map<ZoneId, number>> {
  const counts = new Map<ZoneId, number>();
  for await (const { row, zone_id } of index.rows()) {
    if (zone_id === undefined || !isUnsettled(ledger, row, pass)) continue;
    counts.set(zone_id, (counts.get(zone_id) ?? 0) + 1);
  }
  return counts;
}

/**
 * Whether a row is worth a look: it is pending, or its change does not show yet (lists lag behind edits), or, on the first
 * look, it is in error, which its edit may have ended.
 */
function isUnsettled(ledger: Ledger, row: number, pass: number): boolean {
  const settlement = ledger.settlementOf(row) ?? 'pending';
  return settlement === 'pending' || !ledger.shows(row) || (settlement === 'errored' && pass === 1);
}

async function lookAt(parts: SettleParts, settling: Settling, zone: ZoneId, wanted: number): Promise<void> {
  const { lane, ledger, stop, now } = parts;
  const { index, memory, pass, isLast } = settling;
  const seen = new Set<string>();
  const wantedRows = async function* () {
    for await (const row of index.rows()) {
      if (row.zone_id === zone && isUnsettled(ledger, row.row, pass)) yield row;
    }
  };
  const filters = new Map<string, ListFilter>();
  if (settling.sizes.has(zone)) {
    for await (const { row } of wantedRows()) {
      const filter = memory.filterOf(row);
      if (filter !== undefined) filters.set(JSON.stringify(filter), filter);
    }
  }
  const tag = `settle-${process.pid}-${pass}`;
  const size = await readUnsettled(lane, {
    tag,
    zone,
    wanted,
    filters: [...filters.values()],
    size: settling.sizes.get(zone),
    stop,
    take: async (hostnames: LiveHostname[]) => {
      const settled: SettledRow[] = [];
      for (const live of hostnames) {
        const row = await index.rowOf(live.id);
        if (row === undefined || !isUnsettled(ledger, row.row, pass)) continue;
        seen.add(live.id);
        const past = { ...memory.see(row.row, live, now()), ...restarted(ledger, row) };
        const state = settledRow(row, live, past, now());
        // At the end the next checks are said anew, too: they are what comes after this batch.
        if (memory.isNews(state) || (isLast && state.deadlines?.next_check !== undefined)) settled.push(state);
      }
      await ledger.recordSettled(settled);
      return seen.size;
    },
    missing: async function* () {
      for await (const { row, custom_hostname_id: id } of wantedRows()) {
        if (id !== undefined && !seen.has(id)) yield { key: `${tag}-row-${row}`, id };
      }
    },
  });
  if (size !== undefined) settling.sizes.set(zone, size);
}

/** An edit with `ssl` begins the API's checks anew; a row that was only skipped, or metadata alone, does not. */
function restarted(ledger: Ledger, { row, body }: PlanRow): Pick<KnownPast, 'restarted_at'> {
  const at = body?.ssl === undefined ? undefined : ledger.editedAt(row);
  return at === undefined ? {} : { restarted_at: at };
}
