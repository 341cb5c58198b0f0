import { expect, it } from 'vitest';
import { batchPaths } from '../../src/batch/ledger/batch-folder.ts';
import { steer } from '../../src/coordinator/steer.ts';
import { takeProcessLock } from '../../src/disk/process-lock.ts';
import { steeredText } from '../../src/report/text/steered-text.ts';
import type { BatchId } from '../../src/terms.ts';
import { word } from '../batch/control/words.ts';
import { batchOf, edited, lanesThat, told } from '../batch/run/batch-in-memory.ts';

it('who pauses a batch that another lets go on before it has come to rest is told so, and waits no longer', async () => {
  const { run, path, events, say } = await batchOf(1);
  const folder = { batch: 'b' as BatchId, path, ...batchPaths(path) };
  const lock = await takeProcessLock(folder.lock, 'batch b', 'hostroll apply');
  let rested = () => {};
  const resting = new Promise<void>((resolve) => {
    rested = resolve;
  });
  let begun = 0;
  const ended = run(
    lanesThat(async (job, hears) => void (++begun === 2 && (await edited(job, hears))), {
      takeBack: async () => {
        await resting;
        return { rows: new Map([[1, false]]), perhapsSent: new Set() };
      },
    }),
  );
  await expect.poll(() => begun).toBe(1);
  const pause = word('pause');
  const paused = steer(folder, pause, { interrupt: new AbortController().signal, resting: () => {} });
  await expect.poll(async () => told(await events()).includes('control')).toBe(true);
  await say('go');
  const came = await paused;
  expect(steeredText('b', pause, came)).toBe('Batch b is not paused: somebody has told it to go on since.');
  rested();
  expect(await ended).toBe(0);
  await lock.release();
});
