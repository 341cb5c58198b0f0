import { describe, expect, it } from 'vitest';
import type { SandboxHostname } from '../../src/sandbox/load-hostname.ts';
import { FAST, outcomesOf, until, type Workspace, workspaceWith } from '../support/workspace.ts';

const NEVER = { routed_after_ms: null, token_after_ms: null };
const pending = (label: string, more: Partial<SandboxHostname> = {}): SandboxHostname => ({
  hostname: `${label}.acme-store.net`,
  ssl: { status: 'pending_validation', method: 'txt' },
  dns: NEVER,
  ...more,
});
const many = (count: number) => Array.from({ length: count }, (_, number) => pending(`shop-${number + 1}`));

const sweep = (workspace: Workspace, ...flags: string[]) =>
  workspace.run(['sweep', workspace.api.zones[0]?.id ?? '', ...FAST, '--wait', '0', '--yes', ...flags]);
const planOf = (workspace: Workspace) =>
  workspace
    .batchFile('plan.jsonl')
    .split('\n')
    .slice(0, -1)
    .map(
      (line) =>
        JSON.parse(line) as { hostname: string; decision: string; code?: string; finding?: { verdict: string } },
    );

// Each test runs several processes with a queue of their own.
describe('hostroll sweep', { timeout: 180_000 }, () => {
  it('says in one line that nothing can be seen from here, before any call', async () => {
    // Nobody answers there.
    const workspace = await workspaceWith({ hostnames: [pending('a'), { hostname: 'b.acme-store.net', ssl: {} }] });
    for (const command of [
      ['sweep', '--yes'],
      ['dcv', 'check'],
    ]) {
      const { code, stdout, stderr } = await workspace.run([
        ...command,
        'acme-store.net',
        ...FAST,
        '--resolver',
        '127.0.0.1:1',
      ]);
      expect({ code, stdout }).toEqual({ code: 68, stdout: '' });
      expect(stderr).toMatch(/^hostroll: 127\.0\.0\.1:1 cannot be reached[^\n]+\n$/);
    }
    expect(workspace.api.judge().calls.all).toBe(0);
    expect(workspace.batches()).toEqual([]);
  });

  it('looks before it sends: what cannot pass is not sent, and the report says what was seen', async () => {
    const published = pending('b', { dns: { ...NEVER, token_after_ms: 0 } });
    const workspace = await workspaceWith({
      serve_customers: true,
      hostnames: [pending('a'), published, { hostname: 'c.acme-store.net', ssl: {} }],
    });
    const at = `127.0.0.1:${new URL(workspace.api.url).port}`;
    const flags = ['--root', at, '--allow-private', '--natural-within', '0'];
    const { code, stderr } = await sweep(workspace, ...flags);
    expect(code, stderr).toBe(0);
    expect([...workspace.api.judge().applied]).toEqual([['b.acme-store.net', 1]]);
    expect(planOf(workspace)).toContainEqual(
      expect.objectContaining({ hostname: 'a.acme-store.net', decision: 'skip', code: 'SWEEP_MISSING' }),
    );
    const report = workspace.report();
    expect(report.counts).toMatchObject({ rows: 2, skipped: 1, edited: 1 });
    const waiting = report.pending_dcv.find(({ hostname }) => hostname === 'a.acme-store.net');
    expect(waiting).toMatchObject({ who_acts: 'customer', finding: { verdict: 'missing' } });
    expect(waiting?.records[0]?.txt_name).toBe('_acme-challenge.a.acme-store.net');
    expect(JSON.parse(workspace.batchFile('batch.json'))).toMatchObject({
      kind: 'sweep',
      sweep: { not_selected: { SWEEP_PHASE: 1 } },
    });
  });

  it('stops at --max-calls, carries the rest over, and begins with it the next night', async () => {
    const workspace = await workspaceWith({ hostnames: many(30) });
    expect((await sweep(workspace, '--all', '--max-calls', '12')).code).toBe(0);
    expect(workspace.api.judge().calls.all).toBe(12);
    const [first, left] = [planOf(workspace), workspace.report()];
    expect(left.counts).toMatchObject({ edited: 10, skipped: 20 });
    expect(left.skips).toMatchObject([{ code: 'SWEEP_CARRIED_OVER', count: 20 }]);
    const over = first.filter(({ code }) => code === 'SWEEP_CARRIED_OVER').map(({ hostname }) => hostname);
    await sweep(workspace, '--all', '--natural-within', '0', '--max-calls', '22');
    const next = planOf(workspace).filter(({ decision }) => decision === 'recheck');
    expect(next.map(({ hostname }) => hostname)).toEqual(over);
  });

  it('sends until --until, the next such time on the clock of --tz', async () => {
    const workspace = await workspaceWith({ hostnames: many(3) });
    const clock = new Date(Date.now() + 3_600_000).toISOString().slice(11, 16);
    expect((await sweep(workspace, '--all', '--until', clock, '--tz', 'UTC')).code).toBe(0);
    expect(workspace.report().counts).toMatchObject({ edited: 3 });
    const file = JSON.parse(workspace.batchFile('batch.json')) as { limits: { until: string } };
    expect(file.limits.until.slice(11, 16)).toBe(clock);
  });

  it('never touches a hostname that another known zone has, too, unless it is forced', async () => {
    const zones = [
      { id: 'a'.repeat(32), name: 'old-platform.net' },
      { id: 'b'.repeat(32), name: 'new-platform.net' },
    ];
    const twice = { zone_id: zones[1]?.id ?? '' };
    const workspace = await workspaceWith({
      zones,
      hostnames: [pending('a'), pending('b'), pending('b', { ...twice, ssl: {} })],
    });
    await workspace.file(
      'hostroll.config.json',
      JSON.stringify({
        credentials: [{ name: 'main', token: { env: 'CLOUDFLARE_API_TOKEN' }, zones: zones.map(({ name }) => name) }],
      }),
    );
    const args = ['sweep', 'old-platform.net', ...FAST, '--wait', '0', '--all', '--yes'];
    const env = { CLOUDFLARE_ZONE_ID: '' };
    expect((await workspace.run(args, { env })).code).toBe(0);
    expect(planOf(workspace)).toMatchObject([
      { hostname: 'a.acme-store.net', decision: 'recheck' },
      { hostname: 'b.acme-store.net', decision: 'skip', code: 'SWEEP_IN_OTHER_ZONE' },
    ]);
    expect(workspace.api.judge().calls.edit).toBe(1);
    expect((await workspace.run([...args, '--force', '--natural-within', '0'], { env })).code).toBe(0);
    expect(workspace.api.judge().calls.edit).toBe(3);
  });

  it('shows with --dry-run what it would send, and leaves nothing behind', async () => {
    const workspace = await workspaceWith({ hostnames: many(2) });
    const { code, stdout } = await sweep(workspace, '--all', '--dry-run', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ counts: { recheck: 2 }, calls: { list: 2, edit: 2 } });
    expect(workspace.batches()).toEqual([]);
    expect(workspace.api.judge().calls.edit).toBe(0);
  });

  it('is carried on by resume, each hostname sent once', async () => {
    const workspace = await workspaceWith({ hostnames: many(60) });
    const args = ['sweep', workspace.api.zones[0]?.id ?? '', '--quota', '3000/300', '--wait', '0', '--all', '--yes'];
    const running = workspace.start(args);
    await until(() => outcomesOf(workspace) >= 5, 'five outcomes');
    running.child.kill('SIGTERM');
    expect((await running.finished).code).toBe(130);
    expect((await workspace.run(['resume', 'latest', ...FAST])).code).toBe(0);
    expect(workspace.report().counts).toMatchObject({ rows: 60, edited: 60 });
    expect(workspace.api.judge().calls.edit).toBe(60);
  });

  it.each([
    [['--phase', 'stucc'], 'did you mean "stuck"?'],
    [['--until', '25:00'], '--until must be a time of day'],
    [['--ssl-status', 'pending_validaton'], 'did you mean "pending_validation"?'],
    [['--max-calls', '0'], '--max-calls must be a whole number'],
    [['--until', '06:00', '--tz', 'Mars/Base'], 'is not a time zone'],
    [['--older-than', 'long'], '--older-than must be a time'],
  ])('refuses %s in one sentence', async (flags, sentence) => {
    const workspace = await workspaceWith({});
    const { code, stderr } = await sweep(workspace, ...flags);
    expect(code).toBe(64);
    expect(stderr).toContain(sentence);
    expect(workspace.api.judge().calls.all).toBe(0);
  });
});
