import { describe, expect, it } from 'vitest';
import { DEFAULT_RULES } from '../../../src/batch/ledger/rollout.ts';
import { RowTable } from '../../../src/batch/ledger/row-table.ts';
import { judgeWave } from '../../../src/batch/run/wave-verdict.ts';
import { WavePlan } from '../../../src/batch/waves/wave-plan.ts';
import type { Code } from '../../../src/codes/code.ts';
import type { Settlement } from '../../../src/terms.ts';
import { planRow } from '../ledger/batch-folder.ts';

type End = { code?: Code; settlement?: Settlement; notShown?: boolean; status?: string };

/** The verdict on a first wave whose ten rows came to these ends, in whatever order; the others of a hundred are not sent. */
async function verdictOn(ends: End[], maxPending = 0.5) {
  const rows = Array.from({ length: 100 }, (_, n) => planRow(n + 1, { ssl_status: ends[0]?.status ?? 'active' }));
  const plan = await WavePlan.of(
    rows.map((value) => ({ value })),
    rows.length,
    [{ rows: ends.length }, { share: 1 }],
  );
  const table = new RowTable(rows.length);
  const first = rows.filter(({ row }) => plan.waveOf(row) === 1);
  for (const [at, { row }] of first.entries()) {
    const { code, settlement = 'active', notShown = false } = ends[at] ?? {};
    if (code !== undefined) table.decide({ type: 'outcome', row, outcome: 'failed', code }, 0);
    else {
      table.decide({ type: 'outcome', row, outcome: 'edited' }, 0);
      const reading = {
        settlement,
        phase: 'serving',
        status: '',
        sslStatus: '',
        deadlines: {},
        notShown,
        certificate: undefined,
      } as const;
      table.read(row, reading, true);
    }
  }
  return judgeWave(1, plan, table, { waves: { max_pending: maxPending }, rules: DEFAULT_RULES });
}
const times = (count: number, end: End = {}): End[] => Array(count).fill(end);

describe('a wave', () => {
  it('that went well lets the next one begin, and says what it did', async () => {
    expect(await verdictOn(times(10))).toEqual({
      ...{ wave: 1, waves: 2, reasons: [] },
      did: { rows: 10, edited: 10, active: 10, pending: 0, errored: 0, failed: 0 },
    });
  });

  it('is judged whatever its size: most of ten rows that fail hold the next', async () => {
    const { reasons, did } = await verdictOn([...times(4), ...times(6, { code: 'CF_1434' })]);
    expect(did.failed).toBe(6);
    expect(reasons[0]).toContain('6 of 10 rows');
    expect(reasons[0]).toContain('CF_1434');
  });

  it('one of whose ten rows fails or is in error lets it begin', async () => {
    expect((await verdictOn([...times(9), { code: 'CF_1434' }])).reasons).toEqual([]);
    expect((await verdictOn([...times(9), { settlement: 'errored' }])).reasons).toEqual([]);
  });

  it('whose hostnames came into error, or whose edits do not take effect, does not', async () => {
    expect((await verdictOn([...times(8), ...times(2, { settlement: 'errored' })])).reasons).toHaveLength(1);
    expect((await verdictOn([...times(8), ...times(2, { notShown: true })])).reasons).toEqual([
      expect.stringContaining('2 of 10 rows are not in effect'),
    ]);
  });

  it('is not blamed for hostnames that were in error before', async () => {
    expect((await verdictOn(times(10, { settlement: 'errored', status: 'validation_timed_out' }))).reasons).toEqual([]);
  });
});

describe('pending hostnames', () => {
  it('are neither good nor bad, and have a limit of their own', async () => {
    const half = [...times(5), ...times(5, { settlement: 'pending' })];
    expect((await verdictOn(half)).reasons).toEqual([]);
    expect((await verdictOn(half, 0.4)).reasons).toEqual([
      '5 of 10 hostnames that were active are still pending; --max-pending lets pass 40%.',
    ]);
    expect((await verdictOn(times(10, { settlement: 'pending' }), 1)).reasons).toEqual([]);
  });

  it('count only where the hostname was active before', async () => {
    const before = { settlement: 'pending', status: 'pending_validation' } as const;
    expect((await verdictOn(times(10, before), 0)).reasons).toEqual([]);
  });

  it('do not hide those in error', async () => {
    const { reasons } = await verdictOn(
      [...times(8, { settlement: 'pending' }), ...times(2, { settlement: 'errored' })],
      1,
    );
    expect(reasons).toEqual([expect.stringContaining('2 of 2 rows have hostnames in error')]);
  });
});
