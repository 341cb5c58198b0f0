import { join } from 'node:path';
import { expect, it } from 'vitest';
import { appendWord } from '../../src/batch/control/control-file.ts';
import { word } from '../batch/control/words.ts';
import { FAST, until, type Workspace, workspaceWith } from '../support/workspace.ts';

const names = (kind: string, count: number) => Array.from({ length: count }, (_, n) => `${kind}-${n}.acme-store.net`);
const [google = [], sslCom = []] = [names('google', 30), names('ssl', 60)];
const hostnames = [
  ...google.map((hostname) => ({ hostname, ssl: { certificate_authority: 'google' } })),
  ...sslCom.map((hostname) => ({ hostname, ssl: { certificate_authority: 'ssl_com' } })),
];
const manifest = `hostname,ssl.settings.min_tls_version\n${[...google, ...sslCom].map((name) => `${name},1.2`).join('\n')}\n`;
const APPLY = ['apply', 'm.csv', ...FAST, '--wait', '0', '--wave-wait', '0', '--max-pending', '100%', '--yes'];

const go = ({ folder, batches }: Workspace) =>
  appendWord(join(folder, '.hostroll', 'batches', batches().at(-1) ?? '', 'control.jsonl'), word('go'));
const gates = ({ batchFile }: Workspace) => batchFile('ledger.jsonl').split('"stage":"paused"').length - 1;
const applied = ({ api }: Workspace) => api.judge().applied;

it('a manifest that is wrong for one authority hurts the first wave, and not the others', async () => {
  const poison = { match: { kind: 'edit', hostname: sslCom }, effect: { type: 'api_error', code: 1434 } } as const;
  const workspace = await workspaceWith({ hostnames, faults: [poison] });
  await workspace.file('m.csv', manifest);
  const { code, stdout } = await workspace.run([...APPLY, '--waves', '10,100%']);
  expect(code).toBe(3);
  expect(stdout).toContain('wave 1  10');
  const { counts, stopped, waves } = workspace.report();
  expect(stopped).toMatchObject({ code: 'WAVE_HELD' });
  expect(waves).toMatchObject([{ wave: 1, waves: 2, did: { rows: 10 } }]);
  expect([counts.edited + counts.failed, counts.unprocessed]).toEqual([10, 80]);
  expect(applied(workspace).size).toBe(counts.edited);
  await go(workspace);
  // What is alike is held now, the others go on.
  expect((await workspace.run(['resume', 'latest', ...FAST, '--window', '5'])).code).toBe(3);
  expect(workspace.report().stopped).toMatchObject({ code: 'RULE_FIRED' });
  expect(applied(workspace).size).toBe(30);
});

it('a batch killed at a gate is still held there, and sends every row once', async () => {
  const workspace = await workspaceWith({ hostnames });
  await workspace.file('m.csv', manifest);
  const { child, finished } = workspace.start([...APPLY, '--waves', '5,50%,100%', '--confirm-waves']);
  await until(() => gates(workspace) === 1, 'the first gate');
  child.kill('SIGKILL');
  await finished;
  expect(applied(workspace).size).toBe(5);
  const resumed = workspace.run(['resume', 'latest', ...FAST]);
  for (const gate of [2, 3]) {
    await until(() => gates(workspace) === gate, `gate ${gate}`);
    expect(applied(workspace).size).toBe(gate === 2 ? 5 : 45);
    await go(workspace);
  }
  expect((await resumed).code).toBe(0);
  expect([...applied(workspace).values()]).toEqual(Array(90).fill(1));
});

it('rows that order certificates are sent no faster than the second budget, and hold up no others', async () => {
  const issuance = { quota: 5, window_ms: 1_000, block_ms: 60_000, edits: true };
  const workspace = await workspaceWith({ hostnames, issuance_limit: issuance });
  const others = sslCom.slice(0, 20).map((name) => `${name},,gold`);
  const orders = google.slice(0, 12).map((name) => `${name},ssl_com,`);
  await workspace.file(
    'm.csv',
    `hostname,ssl.certificate_authority,custom_metadata.tier\n${[...orders, ...others].join('\n')}\n`,
  );
  const { code, stdout } = await workspace.run([
    'apply',
    'm.csv',
    ...FAST,
    '--wait',
    '0',
    '--yes',
    '--issuance',
    '5/1s',
  ]);
  expect(code).toBe(0);
  expect(stdout).toContain('12 rows order certificates, and are begun at 5 in 1 s at most');
  expect(workspace.report().counts.edited).toBe(32);
  const events = workspace.batchFile('ledger.jsonl').trim().split('\n');
  expect(events.filter((line) => line.includes('"type":"issuance"'))).toHaveLength(1);
  expect(events.filter((line) => line.includes('"type":"cooling"'))).toEqual([]);
  // Those behind them did not wait for the last of them.
  const outcomes = events.flatMap((line) =>
    line.includes('"type":"outcome"') ? [JSON.parse(line).row as number] : [],
  );
  expect(Math.max(...outcomes.slice(0, 25))).toBe(32);
});
