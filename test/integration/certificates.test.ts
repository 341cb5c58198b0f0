import { expect, it } from 'vitest';
import { bundleFlags, makePair } from '../support/pair.ts';
import { FAST, workspaceWith } from '../support/workspace.ts';

const names = Array.from({ length: 40 }, (_, at) => `shop-${at + 1}.acme-store.net`);
const SETTINGS = { min_tls_version: '1.2', http2: 'on' } as const;
const hostnames = [...names, 'shop.elsewhere.net'].map((hostname) => ({ hostname, ssl: { settings: SETTINGS } }));
const manifest = `hostname,bundle\n${names.map((name) => `${name},acme`).join('\n')}\n`;
const NOW = { clock: { speed: 10_000 } };

it('rolls one pair onto many hostnames, keeps their settings, and skips them the second time', async () => {
  const workspace = await workspaceWith({ hostnames, ...NOW });
  await workspace.file('m.csv', manifest);
  const flags = await bundleFlags(workspace, 'acme', makePair('*.acme-store.net'));
  const plan = await workspace.run(['plan', 'm.csv', ...flags, ...FAST]);
  expect(plan.stdout).toContain('bundle acme: 40 rows, 40 to send');
  expect(plan.stdout).toMatch(/new: RSA 2048, until\s+\d{4}-\d\d-\d\d, sha256\s+[0-9a-f]{16}…/);
  expect(plan.stdout).toMatch(/the pack ends on \d{4}.*\n +now, on \d+ hostnames?: /);
  const end = await workspace.run(['apply', 'm.csv', ...flags, ...FAST, '--wait', '5s', '--yes']);
  expect(end.code, end.stderr + end.stdout).toBe(0);
  expect(workspace.report().bundles).toMatchObject([{ name: 'acme', rows: 40, serving: 40, another: 0, failed: 0 }]);
  expect(workspace.api.judge().applied.size).toBe(40);
  expect(workspace.batchFile('bundles.jsonl')).not.toContain('sealed');
  const again = await workspace.run(['apply', 'm.csv', ...flags, ...FAST, '--yes', '--wait', '0']);
  expect(again.code).toBe(0);
  expect(workspace.report().counts).toMatchObject({ skipped: 40, edited: 0 });
}, 170_000);

it('takes nothing for proven that the API does not show, and sends it again only where that is asked for', async () => {
  const workspace = await workspaceWith({
    hostnames: hostnames.slice(0, 2),
    ...NOW,
    knobs: { uploads_show: 'nothing' },
  });
  await workspace.file('m.csv', `hostname,bundle\n${names[0]},acme\n${names[1]},acme\n`);
  const flags = await bundleFlags(workspace, 'acme', makePair('*.acme-store.net'));
  const apply = (...more: string[]) => workspace.run(['apply', 'm.csv', ...flags, ...FAST, '--yes', ...more]);
  expect((await apply('--wait', '2s', '--wait-strict')).code).toBe(4);
  expect(workspace.report().bundles).toMatchObject([{ rows: 2, serving: 0, another: 0, not_shown: 2 }]);
  expect(workspace.batchFile('succeeded.csv')).toMatch(
    /,active,active,active,not_shown,\d+ \d+,[0-9a-f]{64} [0-9a-f]{64},\d+ /,
  );
  expect((await apply('--wait', '0')).code).toBe(0);
  expect(workspace.report()).toMatchObject({ counts: { skipped: 2 }, skips: [{ code: 'CERTIFICATE_SENT_BEFORE' }] });
  await apply('--wait', '0', '--resend');
  expect(workspace.report().counts.edited).toBe(2);
}, 170_000);

it('renews one half of a pack in its place, and touches nothing else', async () => {
  const workspace = await workspaceWith({ hostnames: hostnames.slice(0, 3), ...NOW });
  await workspace.file('m.csv', 'hostname,bundle\nshop-1.acme-store.net,acme\n');
  const [first, renewed] = [makePair('*.acme-store.net'), makePair('*.acme-store.net')];
  await workspace.run([
    'apply',
    'm.csv',
    ...(await bundleFlags(workspace, 'acme', first)),
    ...FAST,
    '--yes',
    '--wait',
    '0',
  ]);
  await bundleFlags(workspace, 'new', renewed);
  const flags = ['--bundle', 'acme=new-rsa.pem:new-rsa.key', '--in-pack'];
  const end = await workspace.run(['apply', 'm.csv', ...flags, ...FAST, '--yes', '--wait', '5s']);
  expect(end.code, end.stderr + end.stdout).toBe(0);
  expect(workspace.report().bundles).toMatchObject([{ rows: 1, serving: 1 }]);
  const shown = JSON.parse(workspace.batchFile('plan.jsonl')).body.ssl.certificates as { serial_number: string }[];
  expect(shown).toHaveLength(2);
  expect((await workspace.run(['apply', 'm.csv', ...flags, ...FAST, '--yes', '--wait', '0'])).code).toBe(0);
  expect(workspace.report().counts.skipped).toBe(1);
  // What is skipped is served already: old and new are the same.
  expect(workspace.batchFile('succeeded.csv')).toMatch(/,skipped,.*,new,(\d+,[0-9a-f]{64}),\1\n/);
}, 170_000);

it('leaves rows unprocessed where the sealing key is another, and goes on where it is right', async () => {
  const workspace = await workspaceWith({ hostnames, ...NOW, latency: { min_ms: 30, max_ms: 60 } });
  await workspace.file('m.csv', manifest);
  const flags = await bundleFlags(workspace, 'acme', makePair('*.acme-store.net'));
  const right = { HOSTROLL_SEAL_KEY: 'ab'.repeat(32) };
  const { child, finished } = workspace.start(
    ['apply', 'm.csv', ...flags, '--quota', '600/60', '--wait', '0', '--yes'],
    {
      env: right,
    },
  );
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      if (!workspace.batchFile('ledger.jsonl').includes('"fed"')) return;
      clearInterval(timer);
      resolve();
    }, 20);
  });
  child.kill('SIGINT');
  expect((await finished).code).toBe(130);
  const wrong = await workspace.run(['resume', 'latest', ...FAST], { env: { HOSTROLL_SEAL_KEY: 'cd'.repeat(32) } });
  expect(wrong.code).toBe(3);
  expect(wrong.stdout).toContain('SEAL_KEY_WRONG');
  expect(workspace.report().counts.failed).toBe(0);
  const end = await workspace.run(['resume', 'latest', ...FAST], { env: right });
  expect(end.code, end.stdout).toBe(0);
  expect(workspace.report().counts.edited).toBe(40);
}, 170_000);
