import { readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FAST, until, workspaceWith } from '../support/workspace.ts';

const names = Array.from({ length: 20 }, (_, at) => `shop-${at + 1}.acme-store.net`);

it('a batch killed while it settles or writes its report loses neither, and edits nothing again', async () => {
  const dns = { '*': { token_after_ms: null, routed_after_ms: null } };
  const workspace = await workspaceWith({ hostnames: names.map((hostname) => ({ hostname, ssl: {} })), dns });
  await workspace.file('m.csv', `hostname,ssl.method\n${names.join(',txt\n')},txt\n`);
  const looks = () => workspace.batchFile('ledger.jsonl').split('"type":"settled"').length - 1;
  const { child, finished } = workspace.start(['apply', 'm.csv', ...FAST, '--wait', '6s', '--yes']);
  await until(() => looks() > 0 || child.exitCode !== null, 'the first look');
  child.kill('SIGKILL');
  expect((await finished).code).toBeNull();
  expect((await workspace.run(['status'])).stdout).toContain('unfinished');

  const before = looks();
  expect((await workspace.run(['resume', 'latest', ...FAST])).code).toBe(0);
  expect(looks()).toBeGreaterThan(before);
  expect(workspace.api.judge().calls.edit).toBe(names.length);
  expect(workspace.report().settled).toMatchObject({ pending: names.length });

  // A kill in the middle of writing leaves some of the files.
  const folder = join(workspace.folder, '.hostroll', 'batches', workspace.batches().at(-1) ?? '');
  const files = readdirSync(folder).sort();
  const pending = workspace.batchFile('pending-dcv.csv');
  for (const name of ['report.json', 'report.txt', 'pending-dcv.csv']) await rm(join(folder, name));
  expect((await workspace.run(['report', 'latest'])).code).toBe(0);
  expect(readdirSync(folder).sort()).toEqual(files);
  expect(workspace.batchFile('pending-dcv.csv')).toBe(pending);
  expect(workspace.report().counts).toMatchObject({ edited: names.length });
});
