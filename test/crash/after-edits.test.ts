import { readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FAST, until, workspaceWith } from '../support/workspace.ts';

const names = Array.from({ length: 20 }, (_, at) => `shop-${at + 1}.acme-store.net`);

it('a batch killed while it settles or writes its report loses neither, and edits nothing again', async () => {
  const dns = { '*': { token_after_ms: null, routed_after_ms: null } };
  const desk = await workspaceWith({ hostnames: names.map((hostname) => ({ hostname, ssl: {} })), dns });
  await desk.file('m.csv', `hostname,ssl.method\n${names.join(',txt\n')},txt\n`);
  const looks = () => desk.batchFile('ledger.jsonl').split('"type":"settled"').length - 1;
  const { child, finished } = desk.start(['apply', 'm.csv', ...FAST, '--wait', '6s', '--yes']);
  await until(() => looks() > 0 || child.exitCode !== null, 'the first look');
  child.kill('SIGKILL');
  expect((await finished).code).toBeNull();
  expect((await desk.run(['status'])).stdout).toContain('unfinished');

  const before = looks();
  expect((await desk.run(['resume', 'latest', ...FAST])).code).toBe(0);
  expect(looks()).toBeGreaterThan(before);
  expect(desk.api.judge().calls.edit).toBe(names.length);
  expect(desk.report().settled).toMatchObject({ pending: names.length });

  // A kill in the middle of writing leaves some of the files.
  const folder = join(desk.folder, '.hostroll', 'batches', desk.batches().at(-1) ?? '');
  const files = readdirSync(folder).sort();
  const pending = desk.batchFile('pending-dcv.csv');
  for (const name of ['report.json', 'report.txt', 'pending-dcv.csv']) await rm(join(folder, name));
  expect((await desk.run(['report', 'latest'])).code).toBe(0);
  expect(readdirSync(folder).sort()).toEqual(files);
  expect(desk.batchFile('pending-dcv.csv')).toBe(pending);
  expect(desk.report().counts).toMatchObject({ edited: names.length });
});
