import { describe, expect, it } from 'vitest';
import { FAST, outcomesOf, until, type Workspace, workspaceWith } from '../support/workspace.ts';

const hostnames = (count: number) =>
  Array.from({ length: count }, (_, number) => ({
    hostname: `shop-${number + 1}.acme-store.net`,
    ssl: { status: 'pending_validation', method: 'txt' },
    dns: { routed_after_ms: null, token_after_ms: null },
  }));

interface Listed {
  last_run: { cause: string; exit_code?: number; batch?: string; code?: string } | null;
  running: boolean;
}

async function listed(workspace: Workspace): Promise<Listed> {
  const { stdout } = await workspace.run(['schedule', 'list', '--json']);
  return (JSON.parse(stdout) as Listed[])[0] ?? { last_run: null, running: false };
}

const add = (workspace: Workspace, cron: string, ...flags: string[]) =>
  workspace.run([
    'schedule',
    'add',
    'nightly',
    '--cron',
    cron,
    '--tz',
    'UTC',
    '--',
    'sweep',
    workspace.api.zones[0]?.id ?? '',
    '--all',
    '--wait',
    '0',
    ...flags,
  ]);

/** Resolves when a coordinator has taken over the schedules. */
async function serving({ child }: ReturnType<Workspace['start']>): Promise<void> {
  let said = '';
  child.stderr?.on('data', (text: string) => {
    said += text;
  });
  await until(() => said.includes('runs schedules'), 'the coordinator to serve');
}

const YEARLY = '0 0 1 1 *';

// Each test runs many processes.
describe('hostroll schedule, with hostroll serve on the embedded queue', { timeout: 180_000 }, () => {
  it('adds, runs, lists and removes from another terminal while the queue is held', async () => {
    const workspace = await workspaceWith({ hostnames: hostnames(3) });
    const serve = workspace.start(['serve', ...FAST]);
    await serving(serve);
    await until(async () => (await add(workspace, YEARLY, '--max-calls', '4')).code === 0, 'the schedule to be added');
    const { code, stdout } = await workspace.run(['schedule', 'run', 'nightly']);
    expect(code).toBe(0);
    expect(stdout.trim()).toMatch(/^\d{8}-\d{6}-[a-z0-9]{4}$/);
    await until(async () => (await listed(workspace)).last_run?.exit_code !== undefined, 'the run to end');
    expect((await listed(workspace)).last_run).toMatchObject({ cause: 'asked', exit_code: 0, batch: stdout.trim() });
    expect(workspace.report().counts).toMatchObject({ edited: 2, skipped: 1 });
    expect((await workspace.run(['status'])).stdout).toMatch(
      /Schedules\nnightly: sweep .+\n {2}when {6}0 0 1 1 \* \(UTC\)/,
    );
    const refused = await workspace.run(['submit', 'm.csv', '--queue', 'embedded:.hostroll/queue']);
    expect(refused).toMatchObject({ code: 64 });
    expect(refused.stderr).toContain('The embedded queue belongs to one process');
    expect((await workspace.run(['schedule', 'remove', 'nightly'])).code).toBe(0);
    expect((await workspace.run(['schedule', 'list'])).stdout).toContain('No schedules');
    serve.child.kill('SIGTERM');
    expect((await serve.finished).code).toBe(0);
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'carries a run on after %s, each hostname sent once',
    async (signal) => {
      const workspace = await workspaceWith({ hostnames: hostnames(60) });
      await add(workspace, YEARLY);
      const first = workspace.start(['serve', '--quota', '3000/300']);
      await serving(first);
      const asked = workspace.run(['schedule', 'run', 'nightly']);
      await until(() => outcomesOf(workspace) >= 5, 'five outcomes');
      expect((await asked).code).toBe(0);
      first.child.kill(signal);
      await first.finished;
      const second = workspace.start(['serve', ...FAST]);
      await until(async () => (await listed(workspace)).last_run?.exit_code === 0, 'the run to end');
      expect((await listed(workspace)).last_run?.cause).toBe('resumed');
      second.child.kill('SIGTERM');
      expect((await second.finished).code).toBe(0);
      expect(workspace.batches()).toHaveLength(1);
      expect(workspace.report().counts).toMatchObject({ rows: 60, edited: 60 });
      // A call that was on its way when the process died may have been made, and is made again after a read.
      expect(workspace.api.judge().calls.edit).toBeGreaterThanOrEqual(60);
      if (signal === 'SIGTERM') expect(workspace.api.judge().calls.edit).toBe(60);
    },
    180_000,
  );

  it('runs here where no coordinator is running', async () => {
    const workspace = await workspaceWith({ hostnames: hostnames(2) });
    await add(workspace, YEARLY);
    expect((await workspace.run(['schedule', 'run', 'nightly', ...FAST])).code).toBe(0);
    expect((await listed(workspace)).last_run).toMatchObject({ cause: 'asked', exit_code: 0 });
    expect(workspace.api.judge().calls.edit).toBe(2);
  });

  it.each([
    [['--cron', '61 * * * *'], ['sweep', 'acme-store.net'], 'is not a cron expression'],
    [['--cron', YEARLY, '--tz', 'Mars/Base'], ['sweep', 'acme-store.net'], 'is not a time zone'],
    [['--cron', YEARLY], ['report', 'latest'], "unknown command 'report'"],
    [['--cron', YEARLY], ['sweep', 'acme-store.net', '--queue', 'redis://q'], "unknown option '--queue'"],
    [['--cron', YEARLY], ['apply', '-'], 'standard input cannot be read again'],
    [['--cron', YEARLY], ['sweep', 'acme-store.net', '--until', 'dawn'], '--until must be a time of day'],
  ])('refuses %s -- %s in one sentence', async (flags, command, sentence) => {
    const workspace = await workspaceWith({});
    const { code, stderr } = await workspace.run(['schedule', 'add', 'nightly', ...flags, '--', ...command]);
    expect(code).toBe(64);
    expect(stderr).toContain(sentence);
    expect((await workspace.run(['schedule', 'list'])).stdout).toContain('No schedules');
  });
});
