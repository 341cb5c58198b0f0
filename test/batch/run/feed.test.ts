import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { LaneDispatcher } from '../../../src/batch/dispatch/lane-dispatcher.ts';
import { Ledger } from '../../../src/batch/ledger/ledger.ts';
import type { PlanRow } from '../../../src/batch/ledger/plan-row.ts';
import { feed } from '../../../src/batch/run/feed.ts';
import { Outstanding } from '../../../src/batch/run/outstanding.ts';
import { RunLimits } from '../../../src/batch/run/run-limits.ts';
import type { RowJob } from '../../../src/lane/lane-job.ts';
import { tempFolder } from '../../disk/temp-folder.ts';
import { rowJob } from '../../lane/jobs.ts';

const LANE = 'default';
const { batch, zone_id, id, hostname, body } = rowJob();
const planRow = (row: number): PlanRow => ({
  row,
  decision: 'edit',
  effects: ['metadata_only'],
  zone_id,
  custom_hostname_id: id,
  hostname,
  body,
});

/**
 * Feeds three rows, all of which an earlier run that died had fed. `meanwhile` is called when the feed comes to a row of the
 * plan: the lane still works on what it was given. Resolves with the jobs handed over.
 */
async function fedAgain(meanwhile: (row: number, ledger: Ledger) => void, outstanding = new Outstanding()) {
  const folder = await tempFolder();
  const [planPath, ledgerPath] = [join(folder, 'plan.jsonl'), join(folder, 'ledger.jsonl')];
  await writeFile(planPath, [1, 2, 3].map((row) => `${JSON.stringify(planRow(row))}\n`).join(''));
  const dead = await Ledger.open(ledgerPath, 3, Date.now);
  await dead.record({ type: 'fed', lane: LANE, up_to: 3 });
  await dead.close();
  const ledger = await Ledger.open(ledgerPath, 3, Date.now);
  const handed: RowJob[] = [];
  let at = 0;
  const client = {
    laneOf: () => {
      meanwhile(++at, ledger);
      return LANE;
    },
    feed: async (_lane: string, jobs: RowJob[]) => void handed.push(...jobs),
  };
  await feed({
    batch,
    planPath,
    lanes: [LANE],
    ledger,
    client: client as unknown as LaneDispatcher,
    outstanding,
    window: 10,
    limits: new RunLimits(undefined, 0, Date.now),
    stop: new AbortController().signal,
  });
  await ledger.close();
  return handed.map(({ row, step }) => ({ row, step }));
}

it('reads every row first that an earlier run may have sent', async () => {
  expect(await fedAgain(() => {})).toEqual([1, 2, 3].map((row) => ({ row, step: 'read' })));
});

it('does not send a row again that the lane has done while the plan was being read', async () => {
  const handed = await fedAgain((row, ledger) => {
    if (row === 2) void ledger.recordOutcomes([{ type: 'outcome', row: 1, outcome: 'edited' }]);
  });
  expect(handed).toEqual([2, 3].map((row) => ({ row, step: 'read' })));
});

it('does not send a row again that the lane has done while the feed waited for room', async () => {
  const outstanding = new Outstanding();
  for (let row = 90; row < 100; row++) outstanding.add(row, LANE);
  const handed = await fedAgain((row, ledger) => {
    if (row < 3) return;
    setImmediate(() => {
      void ledger.recordOutcomes([{ type: 'outcome', row: 2, outcome: 'edited' }]);
      for (let done = 90; done < 100; done++) outstanding.remove(done);
    });
  }, outstanding);
  expect(handed).toEqual([1, 3].map((row) => ({ row, step: 'read' })));
});
