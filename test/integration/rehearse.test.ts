import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type SnapshotHeader, writeSnapshotFile } from '../../src/batch/plan/snapshot-file.ts';
import { parseHostnameResult } from '../../src/cloudflare/wire.ts';
import type { Rehearsal } from '../../src/rehearsal/rehearsal.ts';
import { seedHostnames } from '../../src/sandbox/seed-hostnames.ts';
import type { ZoneId } from '../../src/terms.ts';
import { FAST, outcomesOf, until, type Workspace, workspaceWith } from '../support/workspace.ts';

const SEED = { count: 150, seed: 9 };
const names = [...seedHostnames(SEED)].map(({ hostname }) => hostname);
const migration = `hostname,ssl.certificate_authority\n${names.map((name) => `${name},lets_encrypt`).join('\n')}\ngone.acme-store.net,google\n`;

const noEdit = ({ api }: Workspace) => {
  const { edit, create, delete: removed, other } = api.judge().calls;
  expect({ edit, create, removed, other }).toEqual({ edit: 0, create: 0, removed: 0, other: 0 });
};
/** The snapshot file of the workspace's zone, written as the command writes it. */
const stored = async (workspace: Workspace, name: string): Promise<void> => {
  const [zone = { id: '', name: '' }] = workspace.api.zones;
  const lines = [...workspace.api.hostnames()].map((wire) =>
    JSON.stringify(parseHostnameResult(wire, zone.id as ZoneId)),
  );
  const path = await workspace.file('lines.jsonl', `${lines.join('\n')}\n`);
  const header: SnapshotHeader = {
    hostroll_snapshot: 1,
    zone_id: zone.id as ZoneId,
    zone_name: zone.name,
    taken_at: new Date().toISOString(),
    hostnames: lines.length,
    base_url: workspace.api.url,
    version: '0.1.0',
  };
  await writeSnapshotFile(join(workspace.folder, name), header, path);
};
const rehearsed = async (
  workspace: Workspace,
  args: string[],
  env: Record<string, string> = {},
): Promise<Rehearsal> => {
  const { code, stdout, stderr } = await workspace.run(['rehearse', ...args, '--json'], { env });
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as Rehearsal;
};

/** Every row orders a certificate; how fast that may be is not what this is about. */
const UNBOUND = ['--issuance', 'none'];

describe('hostroll rehearse', () => {
  it('sends only reads, leaves nothing behind, and foresees what apply then does', async () => {
    const workspace = await workspaceWith({ seeds: [SEED] });
    await workspace.file('m.csv', migration);
    const foreseen = await rehearsed(workspace, ['m.csv', '--wait', '2s']);
    noEdit(workspace);
    expect(workspace.batches()).toEqual([]);
    expect(readdirSync(join(workspace.folder, '.hostroll')).filter((name) => name.startsWith('rehearsal'))).toEqual([]);
    const { code } = await workspace.run(['apply', 'm.csv', ...FAST, '--wait', '0', '--yes', ...UNBOUND]);
    const { counts, errors, exit_code } = workspace.report();
    expect(foreseen.rows).toEqual(counts);
    expect(foreseen.would_fail.codes).toEqual(errors);
    expect(foreseen.would_fail.hostnames).toHaveLength(foreseen.would_fail.rows);
    expect([foreseen.exit_code, code]).toEqual([exit_code, exit_code]);
  });

  it('predicts a duration by the budget, whatever the machine', async () => {
    const workspace = await workspaceWith({ seeds: [SEED] });
    await workspace.file('m.csv', migration);
    await stored(workspace, 'zone.jsonl');
    const { rows, calls, phases, duration_ms, budget } = await rehearsed(workspace, [
      'm.csv',
      '--from',
      'zone.jsonl',
      '--wait',
      '2h',
      ...UNBOUND,
    ]);
    expect(budget.calls_per_second).toBeCloseTo(3.2, 1);
    expect(phases.editing_ms).toBeCloseTo((rows.edited / budget.calls_per_second) * 1_000, 0);
    expect(phases.settling_ms).toBeGreaterThanOrEqual(7_200_000);
    expect(duration_ms).toBeCloseTo(phases.snapshot_ms + phases.editing_ms + phases.settling_ms, 3);
    expect(calls.total).toBe(calls.list + calls.read + calls.edit);
    expect(calls.edit).toBe(rows.edited);
  });

  it('says whom customers keep waiting, by what they are taken to do', async () => {
    const active = (hostname: string, ssl: object) => ({ hostname, ssl });
    const workspace = await workspaceWith({
      hostnames: [
        active('plain.acme-store.net', { method: 'http' }),
        active('wild.acme-store.net', { method: 'txt', wildcard: true }),
        { hostname: 'waits.acme-store.net', status: 'pending', ssl: { method: 'http', status: 'pending_validation' } },
      ],
    });
    const rows = ['plain', 'wild', 'waits'].map((label) => `${label}.acme-store.net,lets_encrypt`).join('\n');
    await workspace.file('m.csv', `hostname,ssl.certificate_authority\n${rows}\n`);
    await stored(workspace, 'zone.jsonl');
    const given = ['m.csv', '--from', 'zone.jsonl', '--wait', '10m'];
    const range = await rehearsed(workspace, given);
    const none = await rehearsed(workspace, [...given, '--customers', 'none']);
    expect(none.customers_to_act.hostnames).toEqual([
      { row: 2, hostname: 'wild.acme-store.net', action: 'publish_txt', active_before: true },
      { row: 3, hostname: 'waits.acme-store.net', action: 'point_hostname', active_before: false },
    ]);
    expect(none.settled).toMatchObject({ active: 1, needs_customers: 2 });
    expect(none.pending_validations).toMatchObject({ before: 1, at_end: 2 });
    expect(none.pending_validations.peak).toBeGreaterThanOrEqual(2);
    const delegated = await rehearsed(workspace, [...given, '--customers', 'delegated']);
    expect(delegated.customers_to_act.hostnames.map(({ row }) => row)).toEqual([3]);
    const all = await rehearsed(workspace, [...given, '--customers', 'all']);
    expect(all.customers_to_act.rows).toBe(0);
    expect(all.settled.active_later.reduce((sum, { rows: later }) => sum + later, 0)).toBe(2);
    // One run in two worlds says what a run in each of them says.
    const { settled, customers_to_act, rows: counts, pending_validations } = none;
    expect(range).toMatchObject({ customers: 'range', settled, customers_to_act, rows: counts, pending_validations });
    expect([none.settled_if_all_act, range.settled_if_all_act]).toEqual([null, all.settled]);
    expect(range.timeline.at(-1)).toMatchObject({ active: 1, active_if_all_act: 1 });
  });

  it('needs no credential from a stored snapshot, and says that it predicts', async () => {
    const workspace = await workspaceWith({ hostnames: [{ hostname: 'shop.acme-store.net', ssl: {} }] });
    await workspace.file('m.csv', 'hostname,ssl.method\nshop.acme-store.net,txt\n');
    await stored(workspace, 'zone.jsonl');
    const calls = workspace.api.judge().calls.all;
    const { code, stdout } = await workspace.run(['rehearse', 'm.csv', '--from', 'zone.jsonl'], {
      env: { CLOUDFLARE_API_TOKEN: '', CLOUDFLARE_ZONE_ID: '' },
    });
    expect(code).toBe(0);
    expect(stdout).toContain('This is a prediction');
    expect(stdout).toContain('Assumptions');
    expect(stdout.split('\n').every((line) => line.length <= 100)).toBe(true);
    expect(workspace.api.judge().calls.all).toBe(calls);
  });

  it('refuses bad input before anything is read', async () => {
    const workspace = await workspaceWith({ hostnames: [{ hostname: 'shop.acme-store.net', ssl: {} }] });
    await workspace.file('m.csv', 'hostname,ssl.method\nshop.acme-store.net,txt\n');
    await workspace.file('bad.csv', 'hostname,ssl.method\nshop.acme-store.net,dns\n');
    await workspace.file('none.jsonl', '{"hostname":"shop.acme-store.net"}\n');
    const refused = async (...args: string[]) => {
      const { code, stderr } = await workspace.run(['rehearse', ...args]);
      return { code, stderr: stderr.trim() };
    };
    expect(await refused('bad.csv')).toMatchObject({ code: 64, stderr: expect.stringContaining('ssl.method') });
    expect(await refused('m.csv', '--from', 'none.jsonl')).toMatchObject({ code: 65 });
    expect(await refused('m.csv', '--from', 'missing.jsonl')).toMatchObject({ code: 64 });
    expect(await refused('m.csv', '--customers', 'some')).toMatchObject({ code: 64 });
    expect(workspace.api.judge().calls.all).toBe(0);
  });

  it('names a zone that no snapshot holds', async () => {
    const workspace = await workspaceWith({ hostnames: [{ hostname: 'shop.acme-store.net', ssl: {} }] });
    await workspace.file('m.csv', `hostname,zone_id,ssl.method\nshop.acme-store.net,${'a'.repeat(32)},txt\n`);
    await stored(workspace, 'zone.jsonl');
    const { code, stderr } = await workspace.run(['rehearse', 'm.csv', '--from', 'zone.jsonl']);
    expect(code).toBe(64);
    expect(stderr).toContain('a'.repeat(32));
  });
});

describe('hostroll snapshot', () => {
  it('writes the whole zone, and prints where', async () => {
    const workspace = await workspaceWith({
      seeds: [{ count: 1_200 }],
      knobs: { per_page_max: 500, per_page_over: 'cap' },
    });
    const { code, stdout } = await workspace.run([
      'snapshot',
      workspace.api.zones[0]?.name ?? '',
      ...FAST,
      '--out',
      'a/z.jsonl',
    ]);
    expect(code).toBe(0);
    expect(stdout.trim()).toBe('a/z.jsonl');
    const [head = '', ...lines] = readFileSync(join(workspace.folder, 'a/z.jsonl'), 'utf8').trim().split('\n');
    expect(JSON.parse(head)).toMatchObject({ zone_name: workspace.api.zones[0]?.name, hostnames: 1_200 });
    expect(lines).toHaveLength(1_200);
    expect(readFileSync(join(workspace.folder, 'a/z.jsonl'), 'utf8')).not.toContain(workspace.api.token);
    noEdit(workspace);
  });

  it('sends no edit that a killed batch left in the queue', async () => {
    const workspace = await workspaceWith({ seeds: [{ count: 150 }] });
    const rows = [...seedHostnames({ count: 150 })].map(({ hostname }) => `${hostname},4`).join('\n');
    await workspace.file('m.csv', `hostname,custom_metadata.wave\n${rows}\n`);
    const batch = workspace.start(['apply', 'm.csv', '--quota', '15000/300', '--wait', '0', '--yes']);
    await until(() => outcomesOf(workspace) > 20, 'twenty outcomes');
    batch.child.kill('SIGKILL');
    await batch.finished;
    const { edit } = workspace.api.judge().calls;
    expect(edit).toBeLessThan(140);
    const { code } = await workspace.run(['snapshot', workspace.api.zones[0]?.id ?? '', '--out', 'zone.jsonl']);
    expect(code).toBe(0);
    expect(workspace.api.judge().calls.edit).toBe(edit);
    expect(existsSync(join(workspace.folder, 'zone.jsonl'))).toBe(true);
  });
});

describe('hostroll sandbox', () => {
  it('begins with a snapshot and what a scenario says, and prints the exports to copy', async () => {
    const workspace = await workspaceWith({ hostnames: [{ hostname: 'shop.acme-store.net', ssl: { method: 'txt' } }] });
    await stored(workspace, 'zone.jsonl');
    await workspace.file('scenario.json', '{"token": "another-token-of-some-length", "seeds": [{"count": 5}]}');
    const args = ['sandbox', '--port', '0', '--from', 'zone.jsonl', '--scenario', 'scenario.json'];
    const { child, finished } = workspace.start(args);
    let printed = '';
    child.stdout?.on('data', (text: string) => {
      printed += text;
    });
    await until(() => printed.includes('CLOUDFLARE_ZONE_ID'), 'the exports');
    const [, url = ''] = /CLOUDFLARE_BASE_URL=(\S+)/.exec(printed) ?? [];
    const [, zone] = /CLOUDFLARE_ZONE_ID=(\S+)/.exec(printed) ?? [];
    const answer = await fetch(`${url}/zones/${zone}/custom_hostnames?hostname=shop.acme-store.net`, {
      headers: { authorization: 'Bearer another-token-of-some-length' },
    });
    expect(await answer.json()).toMatchObject({ result: [{ ssl: { method: 'txt', status: 'active' } }] });
    child.kill('SIGINT');
    expect((await finished).code).toBe(0);
  });

  it('refuses flags that contradict each other, and a port that is taken', async () => {
    const workspace = await workspaceWith({});
    const both = await workspace.run(['sandbox', '--from', 'zone.jsonl', '--hostnames', '3']);
    expect([both.code, both.stderr]).toEqual([64, expect.stringContaining('--hostnames')]);
    const port = new URL(workspace.api.url).port;
    const taken = await workspace.run(['sandbox', '--port', port]);
    expect([taken.code, taken.stderr]).toEqual([64, expect.stringContaining(port)]);
  });
});
