import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlanRow } from '../../../src/batch/ledger/plan-row.ts';
import type { WaveSize } from '../../../src/batch/ledger/rollout.ts';
import { WavePlan } from '../../../src/batch/waves/wave-plan.ts';
import { planRow } from '../ledger/batch-folder.ts';

const SIZES: WaveSize[] = [{ rows: 10 }, { share: 0.05 }, { share: 1 }];

const planned = (rows: PlanRow[], sizes = SIZES): Promise<WavePlan> =>
  WavePlan.of(
    rows.map((value) => ({ value })),
    rows.length,
    sizes,
  );

/** So many rows of each certificate authority, in the order given, and where a row is of a hostname by itself. */
const rowsOf = (counts: readonly number[]): PlanRow[] =>
  counts
    .flatMap((count, kind) => Array.from({ length: count }, (_, n) => `${kind}-${n}.acme-store.net`))
    .map((hostname, at) =>
      planRow(at + 1, {
        hostname: hostname as never,
        body: { ssl: { method: 'txt', type: 'dv', certificate_authority: `ca${hostname.split('-')[0]}` } },
      }),
    );

const counts = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 8 });

describe('the rows of a first wave', () => {
  it('are as many as were asked for, and of every kind that it has room for, the most numerous first', async () => {
    await fc.assert(
      fc.asyncProperty(counts, async (given) => {
        const rows = rowsOf(given);
        const plan = await planned(rows);
        const first = rows.filter(({ row }) => plan.waveOf(row) === 1);
        expect(first).toHaveLength(Math.min(10, rows.length));
        const kinds = new Set(first.map(({ row }) => plan.kindOf(row)?.certificate_authority));
        expect(kinds.size).toBe(Math.min(10, given.length));
        expect(plan.kindsInFirst).toBe(kinds.size);
        expect(plan.kinds).toHaveLength(given.length);
      }),
      { numRuns: 30 },
    );
  });

  it('are the same hostnames in whatever order the manifest has them', async () => {
    await fc.assert(
      fc.asyncProperty(counts, fc.infiniteStream(fc.nat()), async (given, keys) => {
        const rows = rowsOf(given);
        const order = rows.map((row) => ({ row, key: keys.next().value as number }));
        const shuffled = order.sort((a, b) => a.key - b.key).map(({ row }, at) => ({ ...row, row: at + 1 }));
        const waves = async (of: PlanRow[]) => {
          const plan = await planned(of);
          return new Map(of.map(({ row, hostname }) => [hostname, plan.waveOf(row)]));
        };
        expect(await waves(shuffled)).toEqual(await waves(rows));
      }),
      { numRuns: 20 },
    );
  });

  it('are of all kinds that most hang on, where it is too small for every one', async () => {
    const plan = await planned(rowsOf([1, 90, 50]), [{ rows: 2 }, { share: 1 }]);
    expect([plan.kinds.length, plan.kindsInFirst]).toEqual([3, 2]);
    expect(plan.waveOf(1)).toBe(2);
  });
});

describe('further waves', () => {
  it('have of each kind what it is of the whole, and every row is in one', async () => {
    const given = [1_600, 300, 100];
    const rows = rowsOf(given);
    const plan = await planned(rows);
    expect(plan.ends).toEqual([10, 100, 2_000]);
    const inSecond = given.map(
      (_, kind) =>
        rows.filter(({ row }) => plan.waveOf(row) <= 2 && plan.kindOf(row)?.certificate_authority === `ca${kind}`)
          .length,
    );
    expect(inSecond.reduce((sum, count) => sum + count, 0)).toBe(100);
    for (const [kind, count] of inSecond.entries()) {
      expect(Math.abs(count - (given[kind] ?? 0) / 20)).toBeLessThanOrEqual(2);
    }
    expect(new Set(rows.map(({ row }) => plan.waveOf(row)))).toEqual(new Set([1, 2, 3]));
  });
});

it('rows that are not sent are in no wave', async () => {
  const skip: PlanRow = { row: 1, decision: 'skip', effects: [] };
  const plan = await planned([skip, planRow(2)]);
  expect([plan.waveOf(1), plan.kindOf(1), plan.waveOf(2), plan.waves]).toEqual([0, undefined, 1, 1]);
  expect([(await planned([skip])).ends, (await planned([skip])).waves]).toEqual([[], 1]);
});

it('a row is of the kind that it is to be, its hostname as it was planned', async () => {
  const uploaded = { bundle: { id: 'b', name: 'b' }, body: { ssl: { wildcard: true } }, before: {} };
  const metadata = { body: { custom_metadata: {} }, before: { custom_metadata: null }, status: 'pending' };
  const plan = await planned([planRow(1), planRow(2, uploaded), planRow(3, metadata)]);
  expect(plan.kindOf(1)).toMatchObject({ method: 'txt', wildcard: false, phase: 'serving' });
  expect(plan.kindOf(2)).toMatchObject({ certificate_authority: 'uploaded', wildcard: true });
  expect(plan.kindOf(3)).toMatchObject({ method: undefined, phase: 'waiting_for_customer' });
});
