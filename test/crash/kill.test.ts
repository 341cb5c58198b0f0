import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { outcomesByRow, outcomesOf, until, workspaceWith } from '../support/workspace.ts';

const names = Array.from({ length: 100 }, (_, at) => `shop-${at + 1}.acme-store.net`);
/** Faster than the embedded queue is here, so that many calls are in flight at any moment. */
const QUOTA = ['--quota', '150000/300'];

it('a batch whose embedded queue is lost with the power is resumed, and reads what it may have sent', {
  timeout: 120_000,
}, async () => {
  const workspace = await workspaceWith({
    hostnames: names.map((hostname) => ({ hostname, ssl: {} })),
    latency: { min_ms: 5, max_ms: 40 },
  });
  await workspace.file('m.csv', `hostname,custom_metadata.tier\n${names.map((name) => `${name},gold`).join('\n')}\n`);
  const { child, finished } = workspace.start(['apply', 'm.csv', ...QUOTA, '--wait', '0', '--yes']);
  await until(() => outcomesOf(workspace) >= 20 || child.exitCode !== null, '20 outcomes');
  child.kill('SIGKILL');
  await finished;
  await workspace.file('.hostroll/queue/pgdata.unsynced', 'of an earlier start of the machine');

  const end = await workspace.run(['resume', 'latest', ...QUOTA]);
  expect(end.code, end.stderr).toBe(0);
  expect(end.stderr).toContain('pgdata.damaged. No batch loses a row by it.');
  expect(readFileSync(join(workspace.folder, '.hostroll/hostroll.log'), 'utf8')).toContain('queue_set_aside');
  expect([...outcomesByRow(workspace).values()]).toEqual(names.map(() => 1));
  const { applied, blind_repeats, unread_repeats } = workspace.api.judge();
  expect([applied.size, blind_repeats, unread_repeats]).toEqual([100, [], []]);
  expect(workspace.report().calls.read).toBeGreaterThan(0);
});

it('no file of a batch, of its queue or of the log holds the credential, also after a crash', {
  timeout: 120_000,
}, async () => {
  const workspace = await workspaceWith({
    hostnames: names.map((hostname) => ({ hostname, ssl: {} })),
    token: 'planted-token-Zq83hFkw0dLmX7pVb2',
  });
  await workspace.file('m.csv', `hostname,ssl.method\n${names.map((name) => `${name},txt`).join('\n')}\n`);
  const { child, finished } = workspace.start([
    'apply',
    'm.csv',
    ...QUOTA,
    '--wait',
    '0',
    '--yes',
    '--log-level',
    'debug',
  ]);
  await until(() => outcomesOf(workspace) >= 50 || child.exitCode !== null, 'some outcomes');
  child.kill('SIGKILL');
  const { stdout, stderr } = await finished;
  const files = readdirSync(join(workspace.folder, '.hostroll'), { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile(),
  );
  expect(files.length).toBeGreaterThan(10);
  const holding = files.filter((file) => readFileSync(join(file.parentPath, file.name)).includes('planted-token'));
  expect(holding.map(({ name }) => name)).toEqual([]);
  expect(stdout + stderr).not.toContain('planted-token');
  // The search itself works: it finds a name that is there.
  expect(files.some((file) => readFileSync(join(file.parentPath, file.name)).includes('shop-1.acme-store.net'))).toBe(
    true,
  );
});
