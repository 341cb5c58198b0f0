import { JsonLinesWriter } from '../../disk/json-lines.ts';
import type { ZoneId } from '../../terms.ts';
import type { PlanRow } from '../ledger/plan-row.ts';
import { type IntakeLine, intakeLines } from './intake.ts';
import { type PlanAgainst, planInvalidRow, planRowOf } from './plan-row-of.ts';
import { PlanCounter, type PlanTotals } from './plan-totals.ts';
import type { Snapshot } from './snapshot.ts';
import { ZoneNotes } from './zone-notes.ts';
import type { ZonePlans } from './zone-plans.ts';

interface PlanInput extends PlanAgainst {
  rowsPath: string;
  planPath: string;
  plans: ZonePlans;
  /** What becomes of a row that is planned, where that is not for the plan alone to say. */
  review?: ((row: PlanRow) => Promise<PlanRow>) | undefined;
  /** Name of the lane that a zone belongs to. */
  laneOf(zone: ZoneId): string;
}

/** Decides every row of the intake in its order and writes `plan.jsonl`, synced. `onRow` is told the rows done so far. */
export async function makePlan(
  { rowsPath, planPath, laneOf, review = async (row) => row, ...against }: PlanInput,
  onRow: (rows: number) => void,
): Promise<PlanTotals> {
  const counter = new PlanCounter();
  const planned = new Uint32Array(against.snapshot.size);
  const notes = new ZoneNotes();
  const writer = await JsonLinesWriter.create(planPath);
  let rows = 0;
  try {
    for await (const decided of inOrder(intakeLines(rowsPath), against)) {
      const row = inLane(await review(once(decided, planned, against.snapshot)), laneOf);
      writer.write(row);
      await writer.room();
      counter.count(row);
      if (row.body !== undefined && row.zone_id !== undefined) {
        const { plans } = against;
        notes.add(row, await (row.body.ssl === undefined ? plans.known(row.zone_id) : plans.of(row.zone_id)));
      }
      onRow(++rows);
    }
  } finally {
    await writer.close();
  }
  return { ...counter.totals(), notes: notes.lines() };
}

/** Rows that are looked at side by side. */
const LOOKED_AHEAD = 200;

/** Decides rows, and hands them on in their order; where they are looked at, many at a time. */
async function* inOrder(lines: AsyncIterable<IntakeLine>, against: PlanAgainst): AsyncGenerator<PlanRow> {
  const most = against.look === undefined ? 0 : LOOKED_AHEAD;
  const ahead: Promise<PlanRow>[] = [];
  for await (const line of lines) {
    const row = 'row' in line ? planRowOf(line.row, against) : Promise.resolve(decidedRow(line));
    row.catch(() => {});
    ahead.push(row);
    const first = ahead.length > most ? ahead.shift() : undefined;
    if (first !== undefined) yield await first;
  }
  for (const row of ahead) yield await row;
}

const decidedRow = (line: Exclude<IntakeLine, { row: unknown }>): PlanRow =>
  'planned' in line ? line.planned : planInvalidRow(line.invalid);

/**
 * Two rows may reach one hostname by different names (its hostname, its id): the second is refused. `planned` has, by the number of
 * each hostname in the snapshot, the row about it.
 */
function once(row: PlanRow, planned: Uint32Array, snapshot: Snapshot): PlanRow {
  const number = row.decision === 'reject' ? undefined : snapshot.numberOf(row);
  if (number === undefined) return row;
  const earlier = planned[number];
  if (!earlier) {
    planned[number] = row.row;
    return row;
  }
  const { body: _body, before: _before, change: _change, ...rest } = row;
  return {
    ...rest,
    decision: 'reject',
    effects: [],
    code: 'HOSTNAME_TWICE',
    message: `Row ${earlier} is already about ${row.hostname}.`,
  };
}

/** Names the lane of a row that is to be sent. */
export const inLane = (row: PlanRow, laneOf: (zone: ZoneId) => string): PlanRow =>
  row.body === undefined || row.zone_id === undefined ? row : { ...row, lane: laneOf(row.zone_id) };
