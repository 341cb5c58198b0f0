import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Ledger } from '../../../src/batch/ledger/ledger.ts';
import type { PlanRow } from '../../../src/batch/ledger/plan-row.ts';
import { type FeedParts, feed } from '../../../src/batch/run/feed.ts';
import { Holds } from '../../../src/batch/run/holds.ts';
import { Issuance } from '../../../src/batch/run/issuance.ts';
import { Outstanding } from '../../../src/batch/run/outstanding.ts';
import { RunLimits } from '../../../src/batch/run/run-limits.ts';
import type { RowJob } from '../../../src/lane/lane-job.ts';
import { SharedLimits } from '../../../src/queue/shared-limits.ts';
import { rowJob } from '../../lane/jobs.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const { batch, zone_id, id, hostname, body } = rowJob();
const edit = (row: number, lane = 'a'): PlanRow => ({
  ...{ row, decision: 'edit', effects: ['metadata_only'], lane },
  ...{ zone_id, custom_hostname_id: id, hostname, body },
});

/** A feed over `plan`, its ledger, and what it hands over; `onFeed` hears each handing over. */
async function feedOver(
  plan: readonly PlanRow[],
  more: Partial<FeedParts> & { onFeed?: (lane: string, rows: number[]) => void; fedBefore?: number } = {},
) {
  const folder = await tempFolder();
  const [planPath, ledgerPath] = [join(folder, 'plan.jsonl'), join(folder, 'ledger.jsonl')];
  await writeFile(planPath, plan.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const { onFeed = () => {}, fedBefore, ...given } = more;
  if (fedBefore !== undefined) {
    const dead = await Ledger.open(ledgerPath, plan.length, Date.now);
    await dead.record({ type: 'fed', lane: 'a', up_to: fedBefore });
    await dead.close();
  }
  const ledger = await Ledger.open(ledgerPath, plan.length, Date.now);
  onTestFinished(() => ledger.close());
  const handed: { lane: string; row: number; step: string }[] = [];
  const outstanding = given.outstanding ?? new Outstanding();
  const parts: FeedParts = {
    ...{ batch, planPath, lanes: ['a'], ledger, outstanding, window: () => 10 },
    ...{ waves: { waveOf: () => 1 }, wave: 1 },
    client: {
      feed: async (lane: string, jobs: readonly RowJob[]) => {
        handed.push(...jobs.map(({ row, step }) => ({ lane, row, step })));
        onFeed(
          lane,
          jobs.map(({ row }) => row),
        );
      },
    },
    holds: new Holds({ ledger, now: Date.now, sleep: async () => {} }),
    takenInDoubt: new Set(),
    limits: new RunLimits(undefined, 0, Date.now),
    freshUntil: Number.POSITIVE_INFINITY,
    overwriteDrift: false,
    stop: new AbortController().signal,
    ...given,
  };
  const rowsOf = (lane: string) => handed.filter((each) => each.lane === lane).map(({ row }) => row);
  return { fed: feed(parts), ledger, outstanding, handed, rowsOf };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('feeding again what an earlier run had fed', () => {
  const plan = [edit(1), edit(2), edit(3)];

  it('reads every row first that may have been sent', async () => {
    const { fed, handed } = await feedOver(plan, { fedBefore: 3 });
    await fed;
    expect(handed).toEqual([1, 2, 3].map((row) => ({ lane: 'a', row, step: 'read' })));
  });

  it('does not send a row that the lane has done while the feed waited for room', async () => {
    const outstanding = new Outstanding();
    for (let row = 90; row < 100; row++) outstanding.add(row, 'a');
    const { fed, ledger, rowsOf } = await feedOver(plan, { fedBefore: 3, outstanding });
    for (let n = 0; n < 20; n++) await turn();
    await ledger.recordOutcomes([{ type: 'outcome', row: 2, outcome: 'edited' }]);
    for (let done = 90; done < 100; done++) outstanding.remove(done);
    await fed;
    expect(rowsOf('a')).toEqual([1, 3]);
  });
});

describe('feeding several lanes', () => {
  it('hands each lane its own rows in their order, whatever the others do', async () => {
    const plan = Array.from({ length: 1_000 }, (_, n) => edit(n + 1, n % 3 === 0 ? 'a' : 'b'));
    const { fed, outstanding, rowsOf } = await feedOver(plan, {
      lanes: ['a', 'b'],
      window: () => 40,
      onFeed: (_lane, rows) => setImmediate(() => rows.forEach((row) => void outstanding.remove(row))),
    });
    await fed;
    for (const lane of ['a', 'b']) {
      expect(rowsOf(lane)).toEqual(plan.filter((row) => row.lane === lane).map(({ row }) => row));
    }
  });

  it('holds no lane up while another stands still, and goes on with that one when it moves', async () => {
    // The rows of the lane that stands still come first, and are many times what is kept of them.
    const plan = Array.from({ length: 4_000 }, (_, n) => edit(n + 1, n < 3_000 ? 'still' : 'quick'));
    let moves = false;
    let quick = 0;
    const taken: number[] = [];
    const { fed, outstanding, rowsOf } = await feedOver(plan, {
      lanes: ['still', 'quick'],
      window: () => 20,
      onFeed: (lane, rows) => {
        if (lane === 'quick') quick += rows.length;
        if (lane === 'still' && !moves) taken.push(...rows);
        else setImmediate(() => rows.forEach((row) => void outstanding.remove(row)));
      },
    });
    while (quick < 1_000) await turn();
    expect(rowsOf('still')).toHaveLength(10);
    moves = true;
    for (const row of taken) outstanding.remove(row);
    await fed;
    expect(rowsOf('still')).toEqual(Array.from({ length: 3_000 }, (_, n) => n + 1));
    expect(rowsOf('quick')).toEqual(Array.from({ length: 1_000 }, (_, n) => n + 3_001));
  });

  it('ends at once where the run stops, also while no lane moves', async () => {
    const stop = new AbortController();
    const plan = Array.from({ length: 1_000 }, (_, n) => edit(n + 1));
    const { fed, handed } = await feedOver(plan, { stop: stop.signal });
    while (handed.length < 10) await turn();
    stop.abort();
    await fed;
    expect(handed).toHaveLength(10);
  });
});

describe('rows that the plan decides', () => {
  it('have their outcome though every lane stands still, and go to none', async () => {
    const skip = (row: number): PlanRow => ({ row, decision: 'skip', effects: [], code: 'ALREADY_SO', message: 'So.' });
    const plan = [edit(1), edit(2), skip(3), ...Array.from({ length: 500 }, (_, n) => edit(n + 4))];
    const stop = new AbortController();
    const { fed, ledger, handed } = await feedOver(plan, { window: () => 1, stop: stop.signal });
    while (ledger.outcomeOf(3) === undefined || handed.length === 0) await turn();
    expect(handed).toHaveLength(1);
    stop.abort();
    await fed;
  });
});

it('a row that is to be sent and names no lane of the batch is damage, named by its number', async () => {
  const { fed } = await feedOver([edit(1), edit(2, 'elsewhere')]);
  await expect(fed).rejects.toMatchObject({ code: 'BATCH_DAMAGED', message: expect.stringContaining('row 2') });
});

describe('feeding rows that order certificates', () => {
  it('lets others of their lane go by, and says of each sort how far it was handed over', async () => {
    const orders = (row: number): PlanRow => ({ ...edit(row), effects: ['restarts_dcv', 'reissues'] });
    let free = 1;
    const issuance = new Issuance({
      limit: { orders: 1, window_seconds: 60 },
      ...{ limits: new SharedLimits(), lanes: ['a'], hasFed: false, now: Date.now, sleep: () => new Promise(() => {}) },
      places: { others: async () => [], keep: async () => {}, close: async () => {} },
      onWait: () => {
        free = 0;
      },
    });
    const stop = new AbortController();
    const plan = [orders(1), orders(2), edit(3), orders(4), edit(5)];
    const { fed, ledger, rowsOf } = await feedOver(plan, { issuance, stop: stop.signal });
    await expect.poll(() => [free, rowsOf('a').toSorted()]).toEqual([0, [1, 3, 5]]);
    await expect.poll(() => [...ledger.fold.fedUpTo.values()].toSorted()).toEqual([1, 5]);
    stop.abort();
    await fed;
  });
});
