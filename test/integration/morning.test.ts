import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { HandOff } from '../../src/handoff/hand-off.ts';
import type { Report } from '../../src/report/report.ts';
import type { SandboxHostname } from '../../src/sandbox/load-hostname.ts';
import { FAST, type Workspace, workspaceWith } from '../support/workspace.ts';

const NOBODY_ACTS = { token_after_ms: null, routed_after_ms: null, ownership_after_ms: null };
const customer = (hostname: string, tenant: string): SandboxHostname => ({
  hostname,
  status: 'active',
  ssl: { status: 'active', method: 'http', wildcard: false },
  custom_metadata: { tenant },
  dns: NOBODY_ACTS,
});

it('what a batch waits for goes to each customer, with who must act, until when, and what was found', async () => {
  const workspace = await workspaceWith({
    hostnames: [customer('shop.acme-store.net', 'Acme'), customer('www.other.co.uk', 'b')],
  });
  await workspace.file('m.csv', 'hostname,ssl.method\nshop.acme-store.net,txt\nwww.other.co.uk,txt\n');
  await workspace.run(['apply', 'm.csv', ...FAST, '--wait', '8s', '--yes']);
  const letters = await workspace.run([
    'dcv',
    'export',
    'latest',
    '--format',
    'markdown',
    '--group-by',
    'custom_metadata.tenant',
    '--out',
    'letters',
  ]);
  expect(letters.code).toBe(0);
  expect(letters.stdout.trim().split('\n')).toHaveLength(2);
  const letter = readFileSync(join(workspace.folder, 'letters', 'b.md'), 'utf8');
  expect(letter).toContain('_acme-challenge.www.other.co.uk');
  expect(letter).not.toContain('acme-store.net');

  await workspace.file(
    'findings.jsonl',
    `${JSON.stringify({ hostname: 'www.other.co.uk', verdict: 'ready', who: 'operator', evidence: [], checked_at: '2026-11-25T12:00:00Z' })}\n`,
  );
  const json = await workspace.run(['dcv', 'export', 'latest', '--format', 'jsonl', '--findings', 'findings.jsonl']);
  const handOffs = json.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as HandOff);
  expect(handOffs).toMatchObject([
    {
      hostname: 'shop.acme-store.net',
      who_acts: 'cloudflare',
      phase: 'validating',
      records: [{ type: 'CNAME' }],
    },
    { hostname: 'www.other.co.uk', who_acts: 'operator', finding: { verdict: 'ready' } },
  ]);
  expect(handOffs[0]?.deadlines.next_check).toMatchObject({ estimate: false });
  expect(workspace.report().pending_dcv).toMatchObject([{ phase: 'validating', who_acts: 'cloudflare' }, {}]);
});

it('a morning report says what has changed since a day, and names what it cannot compare with', async () => {
  const workspace = await workspaceWith({ hostnames: [customer('shop.acme-store.net', 'Acme')] });
  await workspace.file('m.csv', 'hostname,ssl.method\nshop.acme-store.net,txt\n');
  await workspace.run(['apply', 'm.csv', ...FAST, '--wait', '6s', '--yes']);
  const morning = await workspace.run(['report', '--since', 'yesterday', '--tz', 'Europe/Berlin', '--format', 'json']);
  const { since } = JSON.parse(morning.stdout) as Report;
  expect(since).toMatchObject({ given: 'yesterday', time_zone: 'Europe/Berlin', counts: { still_pending: 1 } });
  expect(since?.still_pending).toMatchObject([{ hostname: 'shop.acme-store.net', who_acts: 'cloudflare' }]);
  expect(since).toEqual(workspace.report().since);
  const text = await workspace.run(['report', 'latest', '--since', 'latest']);
  expect(text.stdout.replace(/\s+/g, ' ')).toMatch(/^Since \d{8}-\d{6}-\w{4} \(.* UTC\): 0 newly broken, 0 flapping/);
  for (const [since, words] of [
    ['2126-01-01', 'is yet to come'],
    ['2026-13-01', '--since must be a date such as'],
    ['nothing', 'There is no batch "nothing"'],
  ] as const) {
    const refused = await workspace.run(['report', '--since', since]);
    expect([refused.code, refused.stdout, refused.stderr]).toEqual([64, '', expect.stringContaining(words)]);
  }
});

it('a zone is read as it is now, active hostnames left out; several files need a folder', async () => {
  const pending = (hostname: string): SandboxHostname => ({ hostname, status: 'pending', dns: NOBODY_ACTS });
  const workspace = await workspaceWith({
    hostnames: [pending('shop.acme-store.net'), pending('www.other.co.uk'), customer('fine.acme-store.net', 'Acme')],
  });
  const zone = workspace.api.zones[0]?.id ?? '';
  const printed = await workspace.run(['dcv', 'export', zone, ...FAST, '--format', 'zone']);
  expect(printed).toMatchObject({ code: 64, stdout: '' });
  expect(printed.stderr).toContain('This makes 2 files; say with --out <folder> where to write them.');
  const written = await workspace.run(['dcv', 'export', zone, ...FAST, '--format', 'zone', '--out', 'zones']);
  expect(written.stdout).toBe('zones/acme-store.net.zone\nzones/other.co.uk.zone\n');
  const text = readFileSync(join(workspace.folder, 'zones', 'acme-store.net.zone'), 'utf8');
  expect(text).toMatch(/^_cf-custom-hostname\.shop\.acme-store\.net\. 300 IN TXT "[0-9a-f-]{36}"$/m);
  expect(text).not.toContain('fine');
  const bad = await workspace.run(['dcv', 'export', zone, '--findings', 'none.jsonl']);
  expect([bad.code, bad.stderr.includes('none.jsonl cannot be read')]).toEqual([64, true]);
});

it('states are read again on request, within the budget, and say as of when they are', async () => {
  const workspace = await workspaceWith({
    hostnames: [customer('shop.acme-store.net', 'Acme'), customer('www.other.co.uk', 'B')],
  });
  await workspace.file('m.csv', 'hostname,ssl.method\nshop.acme-store.net,txt\nwww.other.co.uk,txt\n');
  await workspace.run(['apply', 'm.csv', ...FAST, '--wait', '0', '--yes']);
  const before = workspace.report();
  expect(before).toMatchObject({ settled: { pending: 2 }, calls: { list: 1 } });
  workspace.api.setDns('shop.acme-store.net', { routed_after_ms: 0 });
  workspace.api.clock.advance(3_600_000);
  const { code, stdout, stderr } = await workspace.run(['report', 'latest', '--refresh', '--format', 'json', ...FAST]);
  expect(code, stderr).toBe(0);
  const after = JSON.parse(stdout) as Report;
  expect(after).toMatchObject({
    ...{ state: 'finished', finished_at: before.finished_at, exit_code: 0 },
    ...{ settled: { active: 1, pending: 1 }, calls: { list: 2, edit: 2 } },
  });
  expect(Date.parse(after.states_as_of ?? '')).toBeGreaterThan(Date.parse(before.states_as_of ?? ''));
  expect(after.calls.total).toBe(workspace.api.judge().calls.all);
  // It stays finished: there is nothing to carry on.
  expect((await workspace.run(['resume', 'latest', ...FAST])).stderr).toContain('has ended');
  const records = await workspace.run(['dcv', 'export', 'latest', '--refresh', ...FAST]);
  expect(records.stdout.trim().split('\n')[1]).toMatch(/^www\.other\.co\.uk,.*,2\d{3}-[^,]+Z$/);
  const text = await workspace.run(['report', 'latest']);
  expect(text.stdout).toContain(', as of 2');

  // An export reads them again by itself where they are older than an hour and it can.
  const calls = () => workspace.api.judge().calls.all;
  const exported = (...more: string[]) => workspace.run(['dcv', 'export', 'latest', ...FAST, ...more]);
  const made = calls();
  expect((await exported()).code).toBe(0);
  expect(calls()).toBe(made);
  ageLedger(workspace, 61 * MINUTE_MS);
  expect((await exported('--no-refresh')).stdout).toContain('www.other.co.uk,');
  expect(calls()).toBe(made);
  const blind = await workspace.run(['dcv', 'export', 'latest'], { env: { CLOUDFLARE_API_TOKEN: '' } });
  expect(blind).toMatchObject({ code: 0, stdout: expect.stringContaining('www.other.co.uk,') });
  expect(blind.stderr).toMatch(/states are older than an hour and could not be read again: .*CLOUDFLARE_API_TOKEN/);
  workspace.api.setDns('www.other.co.uk', { routed_after_ms: 0 });
  workspace.api.clock.advance(60 * MINUTE_MS);
  const fresh = await exported();
  expect([fresh.code, calls()]).toEqual([0, made + 1]);
  expect(fresh.stdout).not.toContain('www.other.co.uk');
});

const MINUTE_MS = 60_000;

/** Makes the newest batch's ledger older than it is. */
function ageLedger(workspace: Workspace, byMs: number): void {
  const path = join(workspace.folder, '.hostroll', 'batches', workspace.batches().at(-1) ?? '', 'ledger.jsonl');
  const older = readFileSync(path, 'utf8').replaceAll(
    /"at":"([^"]+)"/g,
    (_, at: string) => `"at":"${new Date(Date.parse(at) - byMs).toISOString()}"`,
  );
  writeFileSync(path, older);
}
