import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FAST, type Workspace, workspaceWith } from '../support/workspace.ts';

const NAMES = Array.from({ length: 10 }, (_, at) => `shop-${at + 1}.acme-store.net`);
const ssl = { method: 'http', certificate_authority: 'google', settings: { min_tls_version: '1.0' } } as const;

/** A plan of ten edits in a file, and two hostnames that have drifted since. */
async function reviewed(): Promise<{
  workspace: Workspace;
  path: string;
  edit(name: string, body: object): Promise<void>;
}> {
  const workspace = await workspaceWith({ hostnames: NAMES.map((hostname) => ({ hostname, ssl })) });
  await workspace.file(
    'm.csv',
    `hostname,ssl.settings.min_tls_version\n${NAMES.map((name) => `${name},1.2\n`).join('')}`,
  );
  const planned = await workspace.run([
    'plan',
    'm.csv',
    ...FAST,
    '--wait',
    '0',
    '--out',
    'rollout.plan',
    '--format',
    'markdown',
  ]);
  expect(planned).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^### hostroll: 10 of 10 rows to send.*<details>/s),
  });
  expect(planned.stderr).toContain('holds no credential and no private key');
  expect(workspace.batches()).toEqual([]);
  const edit = async (name: string, body: object) => {
    const { url, zones, token } = workspace.api;
    const answer = await fetch(`${url}/zones/${zones[0]?.id}/custom_hostnames/${workspace.api.hostname(name)?.id}`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });
    expect(answer.status).toBe(202);
  };
  return { workspace, path: join(workspace.folder, 'rollout.plan'), edit };
}

const levelOf = (workspace: Workspace, name = '') => workspace.api.hostname(name)?.ssl?.settings?.min_tls_version;

it('a reviewed plan is applied row by row: what has drifted is held back and listed, the others go on', async () => {
  const { workspace, edit } = await reviewed();
  const [drifted = '', done = '', aside = ''] = NAMES;
  await edit(drifted, { ssl: { type: 'dv', method: 'http', settings: { min_tls_version: '1.1' } } });
  await edit(done, { ssl: { type: 'dv', method: 'http', settings: { min_tls_version: '1.2' } } });
  await edit(aside, { custom_metadata: { tier: 'gold' } });
  const applied = await workspace.run(['apply', 'rollout.plan', ...FAST, '--yes']);
  expect(applied).toMatchObject({
    code: 2,
    stdout: expect.stringMatching(/1 row has changed since the plan was\s+reviewed/),
  });
  expect(workspace.report().counts).toMatchObject({ edited: 8, skipped: 1, rejected: 1 });
  expect(workspace.report().errors).toMatchObject([
    {
      code: 'CHANGED_SINCE_REVIEW',
      sample: { hostname: drifted, message: expect.stringContaining('min_tls_version') },
    },
  ]);
  expect(NAMES.map((name) => levelOf(workspace, name))).toEqual(['1.1', ...NAMES.slice(1).map(() => '1.2')]);
  expect(workspace.batchFile('failed.csv')).toContain(drifted);
  expect(JSON.parse(workspace.batchFile('batch.json')).options.plan).toMatch(/^[0-9a-f]{16}$/);

  const taken = await workspace.run([
    'apply',
    'rollout.plan',
    ...FAST,
    '--yes',
    '--take-drifted',
    '--expect',
    'edit=1,skip=9',
  ]);
  expect(taken).toMatchObject({ code: 0, stdout: expect.stringContaining('(--take-drifted)') });
  expect(levelOf(workspace, drifted)).toBe('1.2');
});

it('a plan that cannot be applied as it was reviewed sends nothing, and says why in one sentence', async () => {
  const { workspace, path } = await reviewed();
  const refused = async (says: string, code: number, ...flags: string[]) => {
    const { stderr, ...left } = await workspace.run(['apply', 'rollout.plan', ...FAST, '--yes', ...flags]);
    expect({
      code: left.code,
      lines: stderr
        .trim()
        .split('\n')
        .filter((line) => line.startsWith('hostroll: ')),
    }).toEqual({
      code,
      lines: [expect.stringContaining(says)],
    });
  };
  const whole = await readFile(path, 'utf8');
  for (const touch of [
    whole.replace('1.2', '1.3'),
    whole.replace('"skip"', '"skep"'),
    whole.slice(0, -9),
    whole.slice(0, 90),
  ]) {
    await writeFile(path, touch);
    await refused('rollout.plan is not as it was written', 65);
  }
  await writeFile(path, whole);
  await refused('--wait', 64, '--wait', '5m');
  await refused('old, more than the 0.0 s of --max-age', 64, '--max-age', '0');
  await appendFile(join(workspace.folder, 'm.csv'), 'another.acme-store.net,1.2\n');
  await refused('m.csv is not the manifest that rollout.plan was made of', 64);
  expect(workspace.batches()).toEqual([]);
  expect(workspace.api.judge().calls.edit).toBe(0);
});

it('nobody watching, a manifest for another zone is refused with its numbers, until that is forced by name', async () => {
  const workspace = await workspaceWith({ hostnames: NAMES.slice(0, 7).map((hostname) => ({ hostname, ssl: {} })) });
  await workspace.file('m.csv', `hostname,custom_metadata.tier\n${NAMES.map((name) => `${name},gold\n`).join('')}`);
  const apply = ['apply', 'm.csv', ...FAST, '--wait', '0', '--yes'];
  const held = await workspace.run(apply);
  expect(held.code).toBe(3);
  expect(held.stderr).toContain('rejected: 3 of 10 rows (30%) are rejected, more than 20%');
  expect(workspace.batches()).toEqual([]);
  expect(await workspace.run([...apply, '--force', 'rejected'])).toMatchObject({ code: 2 });
  expect(workspace.report().counts).toMatchObject({ edited: 7, rejected: 3 });
});
