import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FAST, workspaceWith } from '../support/workspace.ts';

const NAMES = Array.from({ length: 3 }, (_, at) => `shop-${at + 1}.acme-store.net`);

it('says who did what, and which line of a batch was changed afterwards', async () => {
  const workspace = await workspaceWith({ hostnames: NAMES.map((hostname) => ({ hostname, ssl: {} })) });
  await workspace.file('m.csv', `hostname,custom_metadata.tier\n${NAMES.map((name) => `${name},gold\n`).join('')}`);
  const env = { SUDO_USER: 'ada', SSH_CONNECTION: '192.0.2.7 50514 192.0.2.1 22' };
  const apply = ['apply', 'm.csv', ...FAST, '--wait', '0', '--yes', '--json'];
  expect(await workspace.run(apply, { env })).toMatchObject({ code: 0 });
  const who = { user: 'ada', from: '192.0.2.7', host: expect.any(String) };
  const { by, options } = JSON.parse(workspace.batchFile('batch.json'));
  expect({ by, options }).toMatchObject({ by: who, options: { yes: true, wait: '0', quota: '60000/300' } });
  const ledger = workspace.batchFile('ledger.jsonl');
  expect(ledger.split('\n').map((line) => line && JSON.parse(line))).toContainEqual(
    expect.objectContaining({ type: 'started', ...who }),
  );

  const whole = await workspace.run(['verify']);
  expect(whole).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/sealed by its last .*is as hostroll wrote it/s),
  });
  const touched = async (name: string, text: string) => {
    const before = workspace.batchFile(name);
    const path = join(workspace.folder, '.hostroll', 'batches', workspace.batches()[0] ?? '', name);
    writeFileSync(path, text);
    const { code, stdout } = await workspace.run(['verify']);
    writeFileSync(path, before);
    expect(code).toBe(65);
    return stdout;
  };
  const at = ledger.split('\n').findIndex((line) => line.includes('"outcome":"edited"')) + 1;
  expect(await touched('ledger.jsonl', ledger.replace('"outcome":"edited"', '"outcome":"failed"'))).toContain(
    `ledger.jsonl: line ${at} does not follow`,
  );
  expect(await touched('succeeded.csv', workspace.batchFile('succeeded.csv').replace('shop-2', 'shop-9'))).toMatch(
    /WRONG {2}succeeded\.csv: line [234] is not what the ledger says/,
  );
  expect(await touched('batch.json', workspace.batchFile('batch.json').replace('"ada"', '"eve"'))).toContain(
    'WRONG  batch.json',
  );
  expect(await touched('plan.jsonl', workspace.batchFile('plan.jsonl').replace('gold', 'lead'))).toContain(
    'WRONG  plan.jsonl',
  );
});
