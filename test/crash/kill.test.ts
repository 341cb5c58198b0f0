import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { outcomesOf, until, type Workspace, workspaceWith } from '../support/workspace.ts';
import { diesOf } from './dies-of.ts';

const ROWS = 600;
const names = Array.from({ length: ROWS }, (_, at) => `shop-${at + 1}.acme-store.net`);
/** Faster than the embedded queue is here, so that many calls are in flight at any moment. */
const QUOTA = ['--quota', '150000/300'];

/** Outcomes by row, read from the ledger's own lines. */
function outcomesByRow(desk: Workspace): Map<number, number> {
  const counts = new Map<number, number>();
  for (const line of desk.batchFile('ledger.jsonl').trimEnd().split('\n')) {
    const event = JSON.parse(line) as { type: string; row: number };
    if (event.type === 'outcome') counts.set(event.row, (counts.get(event.row) ?? 0) + 1);
  }
  return counts;
}

it('kill -9 at any moment costs no row and sends none twice: a resumed batch ends with one outcome for each', {
  timeout: 180_000,
}, async () => {
  const desk = await workspaceWith({
    hostnames: names.map((hostname) => ({ hostname, ssl: {} })),
    latency: { min_ms: 5, max_ms: 40 },
  });
  await desk.file('m.csv', `hostname,custom_metadata.tier\n${names.map((name) => `${name},gold`).join('\n')}\n`);

  const killAt = async (args: string[], outcomes: number) => {
    const { child, finished } = desk.start(args);
    await until(() => outcomesOf(desk) >= outcomes || child.exitCode !== null, `${outcomes} outcomes`);
    child.kill('SIGKILL');
    return finished;
  };
  await killAt(['apply', 'm.csv', ...QUOTA, '--wait', '0', '--yes'], 1);
  const dead = await desk.run(['status', 'latest']);
  expect(dead.stdout).toContain('unfinished');
  await killAt(['resume', 'latest', ...QUOTA], 150);
  await killAt(['resume', 'latest', ...QUOTA], 350);
  const end = await desk.run(['resume', 'latest', ...QUOTA]);

  expect(end.code).toBe(0);
  const counts = outcomesByRow(desk);
  expect(counts.size).toBe(ROWS);
  expect([...counts.values()].every((count) => count === 1)).toBe(true);
  expect(desk.report().counts).toMatchObject({ rows: ROWS, edited: ROWS, unprocessed: 0 });
  const { applied, blind_repeats, unread_repeats } = desk.api.judge();
  expect(applied.size).toBe(ROWS);
  expect(blind_repeats).toEqual([]);
  expect(unread_repeats).toEqual([]);
  // Three processes died, each with at most its concurrency (50) of calls in flight and one chunk (100) on its way into
  // the queue: only those rows were read.
  expect(desk.report().calls.read).toBeLessThanOrEqual(3 * (50 + 100));
  for (const [hostname, times] of applied) {
    if (times > 1)
      expect(
        desk.api.calls(hostname).map(({ kind }) => kind),
        hostname,
      ).toContain('read');
  }
});

it('a row that kills every process which takes it is given up after five deaths, and costs no other row', {
  timeout: 120_000,
}, async () => {
  const some = names.slice(0, 40);
  const desk = await workspaceWith({ hostnames: some.map((hostname) => ({ hostname, ssl: {} })) });
  await desk.file('m.csv', `hostname,custom_metadata.tier\n${some.map((name) => `${name},gold`).join('\n')}\n`);
  const fatal = some[20] ?? '';
  const env = diesOf(desk.api.hostname(fatal)?.id ?? '');
  const quota = ['--quota', '6000/300'];
  expect((await desk.start(['apply', 'm.csv', ...quota, '--wait', '0', '--yes'], { env }).finished).code).toBeNull();
  for (let death = 2; death <= 5; death++)
    expect((await desk.start(['resume', 'latest', ...quota], { env }).finished).code).toBeNull();
  const end = await desk.run(['resume', 'latest', ...quota], { env });

  expect(end.code, end.stderr).toBe(2);
  expect(desk.report().counts).toMatchObject({ rows: 40, edited: 39, gave_up: 1, unprocessed: 0 });
  expect(desk.batchFile('failed.csv')).toMatch(new RegExp(`^${fatal},gold,WORKERS_DIED,`, 'm'));
  // Its edit took effect the first time; after that it was only read.
  expect(desk.api.calls(fatal).map(({ kind }) => kind)).toEqual(['edit', 'read', 'read', 'read', 'read']);
  expect(desk.api.judge().unread_repeats).toEqual([]);
});

it('a batch whose embedded queue is lost with the power is resumed, and reads what it may have sent', {
  timeout: 120_000,
}, async () => {
  const some = names.slice(0, 100);
  const desk = await workspaceWith({
    hostnames: some.map((hostname) => ({ hostname, ssl: {} })),
    latency: { min_ms: 5, max_ms: 40 },
  });
  await desk.file('m.csv', `hostname,custom_metadata.tier\n${some.map((name) => `${name},gold`).join('\n')}\n`);
  const { child, finished } = desk.start(['apply', 'm.csv', ...QUOTA, '--wait', '0', '--yes']);
  await until(() => outcomesOf(desk) >= 20 || child.exitCode !== null, '20 outcomes');
  child.kill('SIGKILL');
  await finished;
  await desk.file('.hostroll/queue/pgdata.unsynced', 'of an earlier start of the machine');

  const end = await desk.run(['resume', 'latest', ...QUOTA]);
  expect(end.code, end.stderr).toBe(0);
  expect(readFileSync(join(desk.folder, '.hostroll/hostroll.log'), 'utf8')).toContain('queue_set_aside');
  expect([...outcomesByRow(desk).values()]).toEqual(some.map(() => 1));
  const { applied, blind_repeats, unread_repeats } = desk.api.judge();
  expect([applied.size, blind_repeats, unread_repeats]).toEqual([100, [], []]);
  expect(desk.report().calls.read).toBeGreaterThan(0);
});

it('no file of a batch, of its queue or of the log holds the credential, also after a crash', {
  timeout: 120_000,
}, async () => {
  const desk = await workspaceWith({
    hostnames: names.slice(0, 300).map((hostname) => ({ hostname, ssl: {} })),
    token: 'planted-token-Zq83hFkw0dLmX7pVb2',
  });
  await desk.file(
    'm.csv',
    `hostname,ssl.method\n${names
      .slice(0, 300)
      .map((name) => `${name},txt`)
      .join('\n')}\n`,
  );
  const { child, finished } = desk.start(['apply', 'm.csv', ...QUOTA, '--wait', '0', '--yes', '--log-level', 'debug']);
  await until(() => outcomesOf(desk) >= 50 || child.exitCode !== null, 'some outcomes');
  child.kill('SIGKILL');
  const { stdout, stderr } = await finished;
  const files = readdirSync(join(desk.folder, '.hostroll'), { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
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
