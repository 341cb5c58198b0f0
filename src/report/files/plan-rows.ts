import type { PlanRow } from '../../batch/ledger/plan-row.ts';
import { readJsonLines } from '../../disk/json-lines.ts';
import { planDiff } from '../../hostname/plan-diff.ts';
import { stringifyExact, textOfValue } from '../../json/exact-json.ts';
import { csvText, streamText } from './stream-file.ts';

const PLAN_COLUMNS = [
  ...['row', 'hostname', 'custom_hostname_id', 'zone_id'],
  ...['decision', 'code', 'message', 'effects', 'undo', 'changes'],
] as const;

/** Every row of a plan, in the form that the name of the file asks for: `.csv`, or `.jsonl`. */
export const isRowList = (path: string): boolean => /\.(csv|jsonl)$/i.test(path);

/** Writes every row of the plan at `planPath` with its decision and what it changes, private to its owner. */
export async function writePlanRows(path: string, planPath: string): Promise<void> {
  const rows = readJsonLines<PlanRow>(planPath);
  const text = /\.csv$/i.test(path) ? csvText(PLAN_COLUMNS, csvRows(rows)) : jsonLines(rows);
  await streamText(path, text);
}

async function* csvRows(rows: AsyncIterable<{ value: PlanRow }>): AsyncGenerator<string[]> {
  for await (const { value: row } of rows) {
    const changes = planDiff(row.before ?? {}, row.body ?? {});
    yield [
      ...[String(row.row), row.hostname ?? '', row.custom_hostname_id ?? '', row.zone_id ?? ''],
      ...[row.decision, row.code ?? '', row.message ?? '', row.effects.join(' '), row.undo ?? ''],
      changes
        .map(({ path, before = null, after = null }) => `${path}: ${textOfValue(before)} -> ${textOfValue(after)}`)
        .join('; '),
    ];
  }
}

async function* jsonLines(rows: AsyncIterable<{ value: PlanRow }>): AsyncGenerator<string> {
  for await (const { value } of rows) {
    const { row, hostname = null, custom_hostname_id = null, zone_id = null, decision, code = null } = value;
    const { message = null, effects, undo = null, before = {}, body = {} } = value;
    const changes = planDiff(before, body).map((one) => ({
      path: one.path,
      before: one.before ?? null,
      after: one.after ?? null,
    }));
    const told = { row, hostname, custom_hostname_id, zone_id, decision, code, message, effects, undo, changes };
    yield `${stringifyExact(told)}\n`;
  }
}
