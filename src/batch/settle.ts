import { createHash } from 'node:crypto';
import pLimit from 'p-limit';
import type { LiveHostname } from '../hostname/live.ts';
import type { ZoneId } from '../terms.ts';
import type { LaneClient } from './lane-client.ts';
import type { Ledger } from './ledger.ts';
import { PlanIndex } from './plan-index.ts';
import type { PlanRow } from './plan-row.ts';
import { readZone } from './read-zone.ts';
import { firstWait, nextWait } from './settle-schedule.ts';
import { settledRow } from './settled-row.ts';

export interface SettleParts {
  planPath: string;
  zones: readonly ZoneId[];
  ledger: Ledger;
  lane: LaneClient;
  waitMs: number;
  stop: AbortSignal;
  now(): number;
  sleep(ms: number, stop: AbortSignal): Promise<void>;
  /** Hears, before each pass, how many rows are not settled. */
  onPass(unsettled: number): void;
}

const LOOK_UPS_AT_ONCE = 20;

/**
 * Reads the states of edited and skipped hostnames again until none is pending or the wait is over, the last look at its
 * very end. Rows whose last answer already said active are not read. Writes what changed since the last look.
 */
export async function settle(parts: SettleParts): Promise<void> {
  const { planPath, ledger, waitMs, stop, now, sleep, onPass } = parts;
  if (waitMs <= 0) return;
  const index = await PlanIndex.open(planPath, (row) => mayChange(ledger, row));
  const written = new Map<number, number>();
  const end = now() + waitMs;
  let wait = firstWait(waitMs);
  try {
    for (let pass = 1; index.size > 0 && !stop.aborted; pass++) {
      await sleep(wait, stop);
      const unsettled = await countUnsettled(index, ledger, pass);
      onPass([...unsettled.values()].reduce((sum, count) => sum + count, 0));
      const started = now();
      for (const [zone, wanted] of unsettled) await lookAt(parts, index, written, zone, wanted, pass);
      const left = end - now();
      if (left <= 0 || (await countUnsettled(index, ledger, pass + 1)).size === 0) return;
      wait = nextWait(wait, now() - started, left);
    }
  } finally {
    await index.close();
  }
}

/** Only an edited or skipped row has a hostname to settle, unless it is known to be active with its change in effect. */
function mayChange(ledger: Ledger, row: PlanRow): boolean {
  const outcome = ledger.outcomeOf(row.row);
  return (outcome === 'edited' || outcome === 'skipped') && isUnsettled(ledger, row.row, 1);
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

async function lookAt(
  { lane, ledger, stop }: SettleParts,
  index: PlanIndex,
  written: Map<number, number>,
  zone: ZoneId,
  wanted: number,
  pass: number,
): Promise<void> {
  const seen = new Set<string>();
  const take = async (hostnames: LiveHostname[]) => {
    const settled = [];
    for (const live of hostnames) {
      const row = await index.rowOf(live.id);
      if (row === undefined || !isUnsettled(ledger, row.row, pass)) continue;
      seen.add(live.id);
      const state = settledRow(row, live);
      const print = createHash('sha256').update(JSON.stringify(state)).digest().readUIntBE(0, 6);
      if (written.get(row.row) !== print) settled.push(state);
      written.set(row.row, print);
    }
    await ledger.recordSettled(settled);
  };
  const tag = `settle-${process.pid}-${pass}`;
  const lookUp = async () => {
    const rows: PlanRow[] = [];
    for await (const row of index.rows()) {
      const { custom_hostname_id: id, zone_id } = row;
      if (id !== undefined && zone_id === zone && !seen.has(id) && isUnsettled(ledger, row.row, pass)) rows.push(row);
    }
    await pLimit(LOOK_UPS_AT_ONCE).map(rows, async ({ row, custom_hostname_id: id }) => {
      if (id === undefined || stop.aborted) return;
      const key = `${tag}-row-${row}`;
      await take((await lane.read({ batch: lane.batch, key, kind: 'get', zone_id: zone, id })).hostnames ?? []);
    });
  };
  await readZone(lane, zone, { tag, wanted, take, lookUp });
}
