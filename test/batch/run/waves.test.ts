import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { LedgerEvent } from '../../../src/batch/ledger/ledger-event.ts';
import type { PlanRow } from '../../../src/batch/ledger/plan-row.ts';
import { DEFAULT_RULES, type Rollout, type Waves } from '../../../src/batch/ledger/rollout.ts';
import { WavePlan } from '../../../src/batch/waves/wave-plan.ts';
import { readJsonLines } from '../../../src/disk/json-lines.ts';
import type { RowJob } from '../../../src/lane/lane-job.ts';
import { planRow } from '../ledger/batch-folder.ts';
import { batchOf, edited, lanesThat, ONE_EDIT, told } from './batch-in-memory.ts';

type Hears = Parameters<Parameters<typeof lanesThat>[0] & object>[1];

const WAVES: Waves = {
  sizes: [{ rows: 2 }, { share: 0.5 }, { share: 1 }],
  wait_ms: 0,
  max_pending: 0.5,
  confirm: false,
};
const rollout = (more: Partial<Waves> = {}, rules = DEFAULT_RULES): { rollout: Rollout } => ({
  rollout: { waves: { ...WAVES, ...more }, rules: [...rules] },
});

/** Ten rows in waves of two, three and five; every other is to be of SSL.com. */
const inWaves = (more: Partial<Waves> = {}) =>
  batchOf(10, [], {
    of: (row): PlanRow => {
      const certificate_authority = row % 2 === 0 ? 'ssl_com' : 'google';
      return planRow(row, { body: { ssl: { method: 'txt', type: 'dv', certificate_authority } } });
    },
    file: rollout(more),
  });

async function failed(job: RowJob, hears: Hears, code: 'CF_1434' | 'CF_1413' = 'CF_1434') {
  hears.called(ONE_EDIT, true);
  const row = { kind: 'row', key: job.key, row: job.row, calls: ONE_EDIT } as const;
  await hears.rowDone({
    ...row,
    outcome: 'failed',
    code,
    message: 'No.',
    change: { zone_id: job.zone_id, paths: job.paths },
  });
}
const stages = (events: LedgerEvent[]) => told(events).filter((word) => !['fed', 'outcome', 'control'].includes(word));
const rowsOf = (events: LedgerEvent[]) => events.flatMap((event) => (event.type === 'outcome' ? [event.row] : []));

describe('a batch in waves', () => {
  it('sends one wave after the other, each when the one before has settled, and every row once', async () => {
    const { run, events, path } = await inWaves();
    expect(await run(lanesThat())).toBe(0);
    expect(stages(await events())).toEqual([
      ...['started', 'editing 1', 'settling 1', 'gate', 'editing 2', 'settling 2', 'gate'],
      ...['editing 3', 'settling 3', 'reporting 3', 'finished'],
    ]);
    const plan = await WavePlan.of(readJsonLines(join(path, 'plan.jsonl')), 10, WAVES.sizes);
    const rows = rowsOf(await events());
    expect(rows.map((row) => plan.waveOf(row))).toEqual([1, 1, 2, 2, 2, 3, 3, 3, 3, 3]);
    expect(new Set(rows).size).toBe(10);
  });

  it('of which one does not come out well goes no further, until somebody says go', async () => {
    const { run, events, say } = await inWaves();
    const bad = lanesThat(failed);
    expect(await run(bad)).toBe(3);
    expect(rowsOf(await events())).toHaveLength(2);
    expect((await events()).at(-1)).toMatchObject({
      ...{ type: 'stopped', code: 'WAVE_HELD', in_doubt: [] },
      message: expect.stringMatching(/^wave 1 of 3: 2 rows, 0 edited .*2 failed; .*CF_1434/),
    });
    // A resume alone accepts nothing.
    expect(await run(lanesThat())).toBe(3);
    expect(rowsOf(await events())).toHaveLength(2);
    await say('go');
    expect(await run(lanesThat())).toBe(2);
    expect(rowsOf(await events())).toHaveLength(10);
  });

  it('waits behind each for a word, where that is asked for, and is not judged anew by what was accepted', async () => {
    const { run, events, say } = await inWaves({ confirm: true });
    const ended = run(lanesThat());
    for (const gate of [1, 2]) {
      await expect.poll(async () => told(await events()).at(-1)).toBe(`paused ${gate + 1}`);
      await say('go');
      await expect
        .poll(async () => told(await events()).filter((word) => word === 'gate').length)
        .toBeGreaterThan(gate - 1);
      if (gate === 1) await expect.poll(async () => told(await events()).includes('editing 2')).toBe(true);
    }
    expect(await ended).toBe(0);
  });

  it('asks the person who watches', async () => {
    const { run, events } = await inWaves({ confirm: true });
    const asked: string[] = [];
    const ask = async ({ reason }: { reason: string }) => {
      asked.push(reason);
      return true;
    };
    expect(await run(lanesThat(), { ask })).toBe(0);
    expect(asked).toEqual([
      'wave 1 of 3: 2 rows, 2 edited (2 active, 0 pending, 0 in error), 0 failed',
      'wave 2 of 3: 3 rows, 3 edited (3 active, 0 pending, 0 in error), 0 failed',
    ]);
    expect(rowsOf(await events())).toHaveLength(10);
  });

  it('that is interrupted or dies at a gate is held there when it is resumed', async () => {
    const { run, events } = await inWaves({ confirm: true });
    const interrupt = new AbortController();
    const ended = run(lanesThat(), { interrupt: interrupt.signal });
    await expect.poll(async () => told(await events()).at(-1)).toBe('paused 2');
    const dead = (await events()).slice();
    interrupt.abort();
    expect(await ended).toBe(130);
    for (const ledger of [await events(), dead]) {
      const again = await batchOf(10, ledger, { file: rollout({ confirm: true }) });
      const stop = new AbortController();
      const resumed = again.run(lanesThat(), { interrupt: stop.signal });
      await expect
        .poll(async () => told(await again.events()).slice(ledger.length))
        .toEqual(expect.arrayContaining(['started', 'paused 2']));
      stop.abort();
      expect(await resumed).toBe(130);
      expect(rowsOf(await again.events())).toHaveLength(2);
    }
  });

  it('that dies in a later wave reads again only what may have been sent of it', async () => {
    const { run, events } = await inWaves();
    const steps: string[] = [];
    const interrupt = new AbortController();
    const second = lanesThat(async (job, hears) => {
      if (rowsOf(await events()).length < 2) return edited(job, hears);
      interrupt.abort();
    });
    await run(second, { interrupt: interrupt.signal });
    const dead = (await events()).filter(({ type }) => type !== 'stopped');
    const again = await batchOf(10, dead, { file: rollout() });
    await again.run(
      lanesThat(async (job, hears) => {
        steps.push(`${job.step} ${job.in_doubt}`);
        await edited(job, hears);
      }),
    );
    // Three rows of the second wave, then five that nobody had handed over.
    expect(steps.filter((step) => step === 'read true')).toHaveLength(3);
    expect(steps).toHaveLength(8);
  });

  it.each([
    [0.5, 3],
    [1, 0],
  ])('of which no hostname becomes active goes on only where so many may be pending: %d', async (max_pending, code) => {
    const { run } = await inWaves({ max_pending });
    const pending = { status: 'pending', ssl_status: 'pending_validation' };
    expect(await run(lanesThat((job, hears) => edited(job, hears, pending)))).toBe(code);
  });
});

describe('a slice that comes to grief', () => {
  const many = (code: 'CF_1434' | 'CF_1413', of: (row: number) => PlanRow) => {
    const sent: number[] = [];
    const batch = batchOf(60, [], { of });
    const answer = async (job: RowJob, hears: Hears) => {
      sent.push(job.row);
      const isPoisoned = code === 'CF_1413' ? job.body.custom_metadata !== undefined : job.row % 3 === 0;
      await (isPoisoned ? failed(job, hears, code) : edited(job, hears));
    };
    return { batch, sent, answer };
  };
  const alike = (row: number): PlanRow => {
    const certificate_authority = row % 3 === 0 ? 'ssl_com' : 'google';
    return planRow(row, { body: { ssl: { method: 'txt', type: 'dv', certificate_authority } } });
  };

  it('is held while the others go on to their end, and then ends the run; after go it fires only anew', async () => {
    const { batch, sent, answer } = many('CF_1434', alike);
    const { run, events, say } = await batch;
    expect(await run(lanesThat(answer))).toBe(3);
    const poisoned = sent.filter((row) => row % 3 === 0);
    expect(sent.length - poisoned.length).toBe(40);
    expect(poisoned.length).toBeLessThan(20);
    expect((await events()).at(-1)).toMatchObject({ type: 'stopped', code: 'RULE_FIRED' });
    const hold = (await events()).find(({ type }) => type === 'hold');
    expect(hold).toMatchObject({ by: 'rule', of: { slice: { certificate_authority: 'ssl_com', method: 'txt' } } });
    await say('go');
    expect(await run(lanesThat())).toBe(2);
    expect(new Set(rowsOf(await events())).size).toBe(60);
  });

  it('for what its zone lacks is held with all that change the same, and nothing else', async () => {
    const { batch, sent, answer } = many('CF_1413', (row) =>
      row % 2 === 0
        ? planRow(row, { body: { custom_metadata: { plan: 'a' } }, before: { custom_metadata: null } })
        : planRow(row),
    );
    const { run, events } = await batch;
    expect(await run(lanesThat(answer))).toBe(3);
    expect(sent.filter((row) => row % 2 === 1)).toHaveLength(30);
    expect(sent.filter((row) => row % 2 === 0).length).toBeLessThan(12);
    expect((await events()).find(({ type }) => type === 'hold')).toMatchObject({
      of: { slice: { changes: 'custom_metadata' } },
      reason: expect.stringContaining('CF_1413: No'),
    });
  });
});

it('rows beyond --max-failures hold the whole batch', async () => {
  const rule = { name: 'max_failures', trouble: 'failed', per: [], count: 3, action: 'hold' } as const;
  const { run, events, say } = await batchOf(40, [], { file: { rollout: { rules: [rule as never] } } });
  const ended = run(lanesThat((job, hears) => (job.row <= 3 ? failed(job, hears) : edited(job, hears))));
  await expect.poll(async () => told(await events()).at(-1)).toBe('paused 1');
  expect(rowsOf(await events()).length).toBeLessThan(40);
  await say('go');
  expect(await ended).toBe(2);
});

it('what an operator tunes of them counts what has failed before', async () => {
  const { run, events, say } = await batchOf(40);
  const tuned: Promise<void>[] = [];
  const ended = run(
    lanesThat(async (job, hears) => {
      if (job.row === 20) tuned.push(say('tune', { tune: { max_failures: 2 } }));
      await tuned[0];
      await (job.row <= 3 ? failed(job, hears) : edited(job, hears));
    }),
  );
  await expect.poll(async () => told(await events()).at(-1)).toBe('paused 1');
  await say('go');
  expect(await ended).toBe(2);
});

it('a run that is killed again and again counts on', async () => {
  const rule = { name: 'r', trouble: 'failed', per: [], count: 4, action: 'stop' } as const;
  const file = { rollout: { rules: [rule as never] } };
  const two = await batchOf(40, [], { file });
  const interrupt = new AbortController();
  await two.run(
    lanesThat(async (job, hears) => (job.row <= 3 ? failed(job, hears) : interrupt.abort())),
    { interrupt: interrupt.signal },
  );
  const dead = (await two.events()).filter(({ type }) => type !== 'stopped');
  const again = await batchOf(40, dead, { file });
  expect(await again.run(lanesThat((job, hears) => (job.row === 4 ? failed(job, hears) : edited(job, hears))))).toBe(3);
  expect((await again.events()).at(-1)).toMatchObject({ message: expect.stringContaining('4 of 4 rows') });
});
