import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BatchFile } from '../../src/batch/ledger/batch-file.ts';
import { serversFor } from '../support/servers/found-servers.ts';
import { REDIS } from '../support/servers/server-kinds.ts';
import { FAST, outcomesOf, until, type Workspace, workspaceWith } from '../support/workspace.ts';

const EMEA = { id: 'a'.repeat(32), name: 'saas-emea.net', token: 'emea-token-0123456789' };
const APAC = { id: 'b'.repeat(32), name: 'saas-apac.net', token: 'apac-token-0123456789' };
const TOKENS = { CF_EMEA: EMEA.token, CF_APAC: APAC.token };
const CONFIG = JSON.stringify({
  credentials: [
    { name: 'emea', token: { env: 'CF_EMEA' }, zones: [EMEA.id] },
    { name: 'apac', token: { env: 'CF_APAC' }, zones: [APAC.name] },
  ],
});
/** No token of the account: only those of the two zones are any good. */
const ENV = { CLOUDFLARE_API_TOKEN: '', CLOUDFLARE_ZONE_ID: '', ...TOKENS };

const ROWS = 40;
const names = (zone: string, rows: number) =>
  Array.from({ length: rows }, (_, at) => `shop-${at + 1}.${zone}-store.net`);

/** A workspace with a simulator of two zones, of which each answers its own token alone. */
async function twoZones(rows: { emea: number; apac: number }): Promise<Workspace> {
  const hostnames = Object.entries(rows).flatMap(([zone, count]) =>
    names(zone, count).map((hostname) => ({ hostname, ssl: {}, zone_id: zone === 'emea' ? EMEA.id : APAC.id })),
  );
  const workspace = await workspaceWith({ zones: [EMEA, APAC], hostnames });
  await workspace.file('hostroll.config.json', CONFIG);
  const lines = hostnames.map(({ hostname, zone_id }) => `${hostname},${zone_id},gold`);
  await workspace.file('m.csv', `hostname,zone_id,custom_metadata.tier\n${lines.join('\n')}\n`);
  return workspace;
}

describe('rows of several credentials in one manifest', () => {
  it('each go to the lane of their own credential', { timeout: 120_000 }, async () => {
    const workspace = await twoZones({ emea: ROWS, apac: ROWS });
    const { code, stderr } = await workspace.run(['apply', 'm.csv', ...FAST, '--wait', '0', '--yes'], { env: ENV });
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('hostroll:')]);
    const { applied, rejected } = workspace.api.judge();
    expect([applied.size, rejected]).toEqual([2 * ROWS, {}]);
    const { lanes } = JSON.parse(workspace.batchFile('batch.json')) as BatchFile;
    expect(lanes.map(({ name, zones }) => [name, zones])).toEqual([
      ['emea', [EMEA.id]],
      ['apac', [APAC.id]],
    ]);
    for (const token of Object.values(TOKENS)) {
      for (const file of ['batch.json', 'plan.jsonl', 'ledger.jsonl'])
        expect(workspace.batchFile(file)).not.toContain(token);
    }
  });

  it('may name no zone: they are looked for in all zones of the example’s credentials', async () => {
    const workspace = await twoZones({ emea: 1, apac: 1 });
    await workspace.file('hostroll.config.json', await readFile('examples/two-credentials.jsonc', 'utf8'));
    await mkdir(join(workspace.folder, 'secrets'));
    await workspace.file('secrets/cf-apac', APAC.token);
    await workspace.file(
      'm.csv',
      'hostname,custom_metadata.tier\nshop-1.emea-store.net,gold\nshop-1.apac-store.net,gold\n',
    );
    const env = { ...ENV, CF_EMEA_TOKEN: EMEA.token };
    const end = await workspace.run(['apply', 'm.csv', ...FAST, '--wait', '0', '--yes'], { env });
    expect([end.code, workspace.api.judge().applied.size], end.stderr).toEqual([0, 2]);
  });

  it('that are all bad make a batch all the same, with an outcome for each', async () => {
    const workspace = await twoZones({ emea: 1, apac: 1 });
    await workspace.file('m.csv', `hostname,zone_id,ssl.method\nshop-1.emea-store.net,${EMEA.id},htp\n`);
    const { code } = await workspace.run(
      ['apply', 'm.csv', ...FAST, '--skip-invalid', '--force', 'rejected', '--yes'],
      {
        env: ENV,
      },
    );
    expect([code, workspace.report().counts.rejected, workspace.report().counts.unprocessed]).toEqual([2, 1, 0]);
  });

  it('are refused together, before anything is sent, where one of them has no credential', async () => {
    const workspace = await twoZones({ emea: 1, apac: 1 });
    const apply = ['apply', 'm.csv', ...FAST, '--yes'];
    expect(await workspace.run(apply, { env: { ...ENV, CF_APAC: '' } })).toMatchObject({
      code: 64,
      stderr: expect.stringMatching(
        /^hostroll: The credential "apac" is needed for zone .*, but the environment variable CF_APAC is not set\. \[CREDENTIAL_MISSING\]$/m,
      ),
    });
    const elsewhere = 'c'.repeat(32);
    await workspace.file('m.csv', `hostname,zone_id,custom_metadata.tier\nshop-1.emea-store.net,${elsewhere},gold\n`);
    expect(await workspace.run(apply, { env: ENV })).toMatchObject({
      code: 64,
      stderr: expect.stringContaining(`hostroll: Zone ${elsewhere} is of none of the credentials (emea, apac); add it`),
    });
    expect(workspace.api.judge().applied.size).toBe(0);
  });

  it('stop with the credential named that the API refuses, and go on when it is fixed', {
    timeout: 120_000,
  }, async () => {
    const workspace = await twoZones({ emea: ROWS, apac: ROWS });
    const apac = names('apac', ROWS);
    workspace.api.addFaults({ match: { kind: 'edit', hostname: apac }, effect: { type: 'api_error', code: 10_000 } });
    const stopped = await workspace.run(['apply', 'm.csv', '--quota', '3000/60', '--wait', '0', '--yes'], { env: ENV });
    expect(stopped.code).toBe(3);
    expect(stopped.stdout).toMatch(/\(credential\s+"apac"\)/);
    workspace.api.clearFaults();
    expect(await workspace.run(['resume', 'latest'], { env: ENV })).toMatchObject({ code: 0 });
    const { applied, unread_repeats } = workspace.api.judge();
    expect([applied.size, [...applied.values()].every((count) => count === 1), unread_repeats]).toEqual([80, true, []]);
  });
});

for (const { startPrivate } of serversFor('Lanes of several credentials', [REDIS], { mayShare: false })) {
  describe('a worker', () => {
    it('takes jobs only for the credentials it holds, and others wait for whoever does', {
      timeout: 120_000,
    }, async () => {
      const server = await startPrivate?.();
      if (server === undefined) throw new Error('There is no Redis here.');
      const workspace = await twoZones({ emea: ROWS, apac: ROWS });
      const queue = ['--queue', server.url];
      try {
        // The coordinator holds one token itself, a worker the other.
        const env = { ...ENV, CF_APAC: '' };
        const applying = workspace.start(['apply', 'm.csv', ...queue, ...FAST, '--wait', '0', '--yes'], { env });
        let said = '';
        applying.child.stderr?.on('data', (text: string) => {
          said += text;
        });
        await until(() => said.includes('no worker on lane apac'), 'the lane to be missed');
        expect(await workspace.run(['work', ...queue, '--state', 'w', '--lane', 'apac'], { env })).toMatchObject({
          code: 64,
          stderr:
            'hostroll: Lane apac is not worked on: the environment variable CF_APAC is not set. [CREDENTIAL_MISSING]\n',
        });
        const working = workspace.start(['work', ...queue, '--state', 'w'], { env: { ...ENV, CF_EMEA: '' } });
        expect(await applying.finished).toMatchObject({ code: 0 });
        working.child.kill('SIGTERM');
        expect(await working.finished).toMatchObject({
          code: 0,
          stderr: expect.stringContaining('Lane emea is not worked on: the environment variable CF_EMEA is not set.'),
        });
        expect(outcomesOf(workspace)).toBe(2 * ROWS);
        const { applied, rejected } = workspace.api.judge();
        expect([applied.size, rejected]).toEqual([2 * ROWS, {}]);
      } finally {
        await server.remove();
      }
    });
  });
}
