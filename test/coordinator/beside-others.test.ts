import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makePrivateFolder } from '../../src/disk/private-folder.ts';
import { takeProcessLock } from '../../src/disk/process-lock.ts';
import { FAST, workspaceWith } from '../support/workspace.ts';

it('what only reads goes on beside a process that has the embedded queue, and says how', async () => {
  const { run, folder, file } = await workspaceWith({ seeds: [{ count: 5, seed: 1 }] });
  const queue = join(folder, '.hostroll', 'queue');
  await makePrivateFolder(queue);
  const lock = await takeProcessLock(join(queue, 'lock'), 'The queue', 'hostroll apply');
  const select = await run(['select', '--count', ...FAST]);
  expect(select).toMatchObject({ code: 0, stderr: expect.stringContaining('hostroll apply (process') });
  expect(select.stderr).toContain('has the queue: this reads beside it, 19.8 calls a second');
  const rows = await file('rows.csv', 'hostname,ssl.method\nnone.shop-acme.net,txt\n');
  expect(await run(['plan', rows, ...FAST])).toMatchObject({ code: 0 });
  expect(await run(['apply', rows, '--yes', ...FAST])).toMatchObject({
    code: 75,
    stderr: expect.stringContaining('LOCK_HELD'),
  });
  await lock.release();
});
