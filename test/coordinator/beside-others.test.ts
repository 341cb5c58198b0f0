import { writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makePrivateFolder } from '../../src/disk/private-folder.ts';
import { FAST, workspaceWith } from '../support/workspace.ts';

it('what only reads goes on beside a process that has the embedded queue, and says how', async () => {
  const { run, folder, file } = await workspaceWith({ seeds: [{ count: 5, seed: 1 }] });
  const queue = join(folder, '.hostroll', 'queue');
  await makePrivateFolder(queue);
  // Any process that lives will do.
  const holder = { pid: process.ppid, host: hostname(), command: 'hostroll apply', since: new Date().toISOString() };
  await writeFile(join(queue, 'lock'), JSON.stringify(holder));
  const on = ['--queue', `embedded:${queue}?lock=10s`, ...FAST];
  const select = await run(['select', '--count', ...on]);
  expect(select).toMatchObject({ code: 0, stderr: expect.stringContaining('hostroll apply (process') });
  expect(select.stderr).toContain('has the queue: this reads beside it, 19.8 calls a second');
  // Started with more than what is configured here, it leaves less.
  await writeFile(join(queue, 'shares.json'), '{"default":0.95}');
  expect((await run(['select', '--count', ...on])).stderr).toContain('this reads beside it, 5.0 calls a second');
  const rows = await file('rows.csv', 'hostname,ssl.method\nnone.shop-acme.net,txt\n');
  expect(await run(['plan', rows, ...on])).toMatchObject({ code: 0 });
  expect(await run(['apply', rows, '--yes', ...on])).toMatchObject({
    code: 75,
    stderr: expect.stringContaining('LOCK_HELD'),
  });
});
