import { JsonLinesWriter } from '../disk/json-lines.ts';
import { HostnameIndex } from '../hostname/hostname-index.ts';
import { DECISIONS, type Decision, EFFECTS, type Effect, type ZoneId } from '../terms.ts';
import { BundleTally, type PlannedBundle } from './bundle-tally.ts';
import { intakeLines } from './intake.ts';
import type { PlanRow } from './plan-row.ts';
import { planInvalidRow, planRowOf } from './plan-row-of.ts';
import type { Snapshot } from './snapshot.ts';

/** A plan in numbers and examples, without what it costs. */
export interface PlanTotals {
  counts: Record<Decision, number>;
  effects: Record<Effect, number>;
  /** Rows to be sent, by zone. */
  editsByZone: Map<ZoneId, number>;
  samples: PlanRow[];
  rejected: { code: string; count: number; sample: PlanRow }[];
  bundles: PlannedBundle[];
  /** Bundles beyond those. */
  moreBundles: number;
}

interface PlanInput {
  rowsPath: string;
  planPath: string;
  snapshot: Snapshot;
  zones: ZoneId[];
  /** Bundles replace one certificate of a pack. */
  inPack: boolean;
}

/** Rows kept as examples of each combination of effects. */
const SAMPLES_PER_KIND = 5;

/** Decides every row of the intake in its order and writes `plan.jsonl`, synced. `onRow` hears the rows done so far. */
export async function makePlan(
  { rowsPath, planPath, ...against }: PlanInput,
  onRow: (rows: number) => void,
): Promise<PlanTotals> {
  const totals: PlanTotals = {
    counts: zeros(DECISIONS),
    effects: zeros(EFFECTS),
    editsByZone: new Map(),
    samples: [],
    rejected: [],
    bundles: [],
    moreBundles: 0,
  };
  const bundles = new BundleTally();
  const rejected = new Map<string, PlanTotals['rejected'][number]>();
  const samples = new Map<string, number>();
  const planned = new HostnameIndex();
  const writer = await JsonLinesWriter.create(planPath);
  let rows = 0;
  try {
    for await (const line of intakeLines(rowsPath)) {
      const row = 'row' in line ? once(planned, await planRowOf(line.row, against)) : planInvalidRow(line.invalid);
      writer.write(row);
      await writer.room();
      count(totals, rejected, samples, row);
      bundles.add(row);
      onRow(++rows);
    }
  } finally {
    await writer.close();
  }
  totals.rejected = [...rejected.values()].sort((a, b) => b.count - a.count);
  totals.bundles = bundles.shown();
  totals.moreBundles = bundles.more();
  return totals;
}

/** Two rows may reach one hostname by different names (its hostname, its id): the second is refused. */
function once(planned: HostnameIndex, row: PlanRow): PlanRow {
  if (row.decision === 'reject' || row.custom_hostname_id === undefined) return row;
  const earlier = planned.get(row.custom_hostname_id);
  if (earlier === undefined) {
    planned.set(row.custom_hostname_id, row.row);
    return row;
  }
  const { body: _body, before: _before, ...rest } = row;
  return {
    ...rest,
    decision: 'reject',
    effects: [],
    code: 'HOSTNAME_TWICE',
    message: `Row ${earlier} is already about ${row.hostname}.`,
  };
}

function count(
  totals: PlanTotals,
  rejected: Map<string, PlanTotals['rejected'][number]>,
  samples: Map<string, number>,
  row: PlanRow,
): void {
  totals.counts[row.decision]++;
  for (const effect of row.effects) totals.effects[effect]++;
  if (row.decision === 'reject') {
    const code = row.code ?? 'REJECTED';
    const entry = rejected.get(code) ?? { code, count: 0, sample: row };
    entry.count++;
    rejected.set(code, entry);
  }
  if (row.decision === 'edit' || row.decision === 'recheck') {
    if (row.zone_id !== undefined) totals.editsByZone.set(row.zone_id, (totals.editsByZone.get(row.zone_id) ?? 0) + 1);
    const kind = [row.decision, ...row.effects].join(' ');
    const kept = samples.get(kind) ?? 0;
    if (kept < SAMPLES_PER_KIND) totals.samples.push(row);
    samples.set(kind, kept + 1);
  }
}

const zeros = <K extends string>(keys: readonly K[]): Record<K, number> =>
  Object.fromEntries(keys.map((key) => [key, 0])) as Record<K, number>;
