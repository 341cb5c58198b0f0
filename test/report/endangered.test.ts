import { expect, it } from 'vitest';
import { batchPaths } from '../../src/batch/ledger/batch-folder.ts';
import type { LedgerEvent, SettledRow } from '../../src/batch/ledger/ledger-event.ts';
import { endangeredText } from '../../src/report/endangered.ts';
import type { BatchId } from '../../src/terms.ts';
import { at, batchFolder, outcome, planRow, settled, started } from '../batch/ledger/batch-folder.ts';

const HOUR_S = 3_600;
const NOW = Date.parse(at(10));
const waits = (row: number, seconds: number): SettledRow => ({
  ...{ row, settlement: 'pending', status: 'active', ssl_status: 'pending_validation' },
  deadlines: { token_dies: { at: at(seconds), estimate: false } },
});

async function said(rows: SettledRow[], limits?: { until: string }) {
  const ledger: LedgerEvent[] = [started(), ...[1, 2, 3].map((row) => outcome(row)), settled(rows)];
  const file = limits === undefined ? {} : { limits };
  const path = await batchFolder({ plan: [1, 2, 3].map((row) => planRow(row)), ledger, file });
  return endangeredText({ batch: '20260304-120000-ab12' as BatchId, path, ...batchPaths(path) }, NOW);
}

it('a pause that is forgotten names the nearest deadline that it endangers', async () => {
  const rows = [waits(1, 9 * HOUR_S), waits(2, 2 * HOUR_S), waits(3, 5)];
  expect(await said(rows)).toMatch(/ endangers: \S+ \(row 2\) loses its validation .*14:00/);
  // What is over already nobody can save; what nobody waits for is not endangered.
  expect(await said([waits(3, 5)])).toBeUndefined();
  expect(await said(rows, { until: at(HOUR_S) })).toMatch(/^The time of the batch ends .*13:00/);
});
