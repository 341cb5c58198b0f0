import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ReadCalls } from '../../../src/batch/dispatch/read-calls.ts';
import { Ledger } from '../../../src/batch/ledger/ledger.ts';
import { Stop } from '../../../src/batch/ledger/stop.ts';
import { Outstanding } from '../../../src/batch/run/outstanding.ts';
import { RunLimits } from '../../../src/batch/run/run-limits.ts';
import { runListener } from '../../../src/batch/run/run-listener.ts';
import { LiveView } from '../../../src/batch/view/live-view.ts';
import { tempFolder } from '../../support/temp-folder.ts';

it('a result that the ledger cannot take stays unacknowledged, and stops the batch', async () => {
  const ledger = await Ledger.open(join(await tempFolder(), 'ledger.jsonl'), 2, Date.now);
  const stop = new Stop(new AbortController().signal);
  const outstanding = new Outstanding();
  outstanding.add(1, 'default');
  const progress = new LiveView([], Date.now);
  const listener = runListener({
    ledger,
    outstanding,
    waves: { kindOf: () => undefined },
    rules: { judge: async () => {} },
    stop,
    reads: new ReadCalls(),
    limits: new RunLimits(undefined, 0, Date.now),
    progress,
  });
  await ledger.close();
  const calls = { list: 0, read: 0, edit: 1 };
  await expect(listener.rowDone({ kind: 'row', key: 'row-1', row: 1, calls, outcome: 'edited' })).rejects.toThrow();
  expect(stop.signal.aborted).toBe(true);
  expect(stop.failure).toMatchObject({ code: 'LEDGER_UNWRITABLE' });
  expect([...stop.unrecorded]).toEqual([1]);
  expect(outstanding.size).toBe(1);
});
