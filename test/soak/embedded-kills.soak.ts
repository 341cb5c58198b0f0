import { expect, it } from 'vitest';
import { diesOf } from '../support/dies-of.ts';
import { outcomesByRow, outcomesOf, until, workspaceWith } from '../support/workspace.ts';

const ROWS = 600;
const names = Array.from({ length: ROWS }, (_, at) => `shop-${at + 1}.acme-store.net`);
/** Faster than the embedded queue is here, so that many calls are in flight at any moment. */
const QUOTA = ['--quota', '150000/300'];

it('kill -9 at any moment costs no row and sends none twice: a resumed batch ends with one outcome for each', {
  timeout: 180_000,
}, async () => {
  const workspace = await workspaceWith({
    hostnames: names.map((hostname) => ({ hostname, ssl: {} })),
    latency: { min_ms: 5, max_ms: 40 },
  });
  await workspace.file('m.csv', `hostname,custom_metadata.tier\n${names.map((name) => `${name},gold`).join('\n')}\n`);

  const killAt = async (args: string[], outcomes: number) => {
    const { child, finished } = workspace.start(args);
    await until(() => outcomesOf(workspace) >= outcomes || child.exitCode !== null, `${outcomes} outcomes`);
    child.kill('SIGKILL');
    return finished;
  };
  await killAt(['apply', 'm.csv', ...QUOTA, '--wait', '0', '--yes'], 1);
  const dead = await workspace.run(['status', 'latest']);
  expect(dead.stdout).toContain('unfinished');
  await killAt(['resume', 'latest', ...QUOTA], 150);
  await killAt(['resume', 'latest', ...QUOTA], 350);
  const end = await workspace.run(['resume', 'latest', ...QUOTA]);

  expect(end.code).toBe(0);
  const counts = outcomesByRow(workspace);
  expect(counts.size).toBe(ROWS);
  expect([...counts.values()].every((count) => count === 1)).toBe(true);
  expect(workspace.report().counts).toMatchObject({ rows: ROWS, edited: ROWS, unprocessed: 0 });
  const { applied, blind_repeats, unread_repeats } = workspace.api.judge();
  expect(applied.size).toBe(ROWS);
  expect(blind_repeats).toEqual([]);
  expect(unread_repeats).toEqual([]);
  // Each row is read once, as a resume takes nothing of a dead process for fresh, what still lay in the queue included. Three
  // processes died, each with at most its concurrency (50) of calls in flight and as many results on their way: read again.
  expect(workspace.report().calls.read).toBeLessThanOrEqual(ROWS + 3 * (50 + 50));
  for (const [hostname, times] of applied) {
    if (times > 1)
      expect(
        workspace.api.calls(hostname).map(({ kind }) => kind),
        hostname,
      ).toContain('read');
  }
});

it('a row that kills every process which takes it is given up after five deaths, and costs no other row', {
  timeout: 120_000,
}, async () => {
  const some = names.slice(0, 40);
  const workspace = await workspaceWith({ hostnames: some.map((hostname) => ({ hostname, ssl: {} })) });
  await workspace.file('m.csv', `hostname,custom_metadata.tier\n${some.map((name) => `${name},gold`).join('\n')}\n`);
  const fatal = some[20] ?? '';
  const env = diesOf(workspace.api.hostname(fatal)?.id ?? '');
  const quota = ['--quota', '6000/300'];
  expect(
    (await workspace.start(['apply', 'm.csv', ...quota, '--wait', '0', '--yes'], { env }).finished).code,
  ).toBeNull();
  for (let death = 2; death <= 5; death++)
    expect((await workspace.start(['resume', 'latest', ...quota], { env }).finished).code).toBeNull();
  const end = await workspace.run(['resume', 'latest', ...quota], { env });

  expect(end.code, end.stderr).toBe(2);
  expect(workspace.report().counts).toMatchObject({ rows: 40, edited: 39, gave_up: 1, unprocessed: 0 });
  expect(workspace.batchFile('failed.csv')).toMatch(new RegExp(`^${fatal},gold,WORKERS_DIED,`, 'm'));
  // Its edit took effect the first time; after that it was only read.
  expect(workspace.api.calls(fatal).map(({ kind }) => kind)).toEqual(['edit', 'read', 'read', 'read', 'read']);
  expect(workspace.api.judge().unread_repeats).toEqual([]);
});
