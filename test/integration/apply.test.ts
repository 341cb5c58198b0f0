import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { seedHostnames } from '../../src/sandbox/seed-hostnames.ts';
import { FAST, workspaceWith } from '../support/workspace.ts';

const active = (hostname: string) => ({ hostname, ssl: {} });

describe('hostroll apply', () => {
  it('carries a CSV manifest out, each hostname patched once, and reports every row', async () => {
    const seeds = [{ count: 120, seed: 5 }];
    const workspace = await workspaceWith({ seeds });
    const names = [...seedHostnames({ count: 120, seed: 5 })].map(({ hostname }) => hostname);
    const manifest = `hostname,ssl.method,custom_metadata.wave\n${names.map((name) => `${name},txt,3`).join('\n')}\n`;
    await workspace.file('m.csv', manifest);
    const { code, stdout } = await workspace.run(['apply', 'm.csv', ...FAST, '--wait', '6s', '--yes']);
    const report = workspace.report();
    const { applied, settings_lost, needless_ssl, calls } = workspace.api.judge();
    expect(report.counts.rows).toBe(120);
    const { edited, skipped, rejected, failed, gave_up, unprocessed } = report.counts;
    expect(edited + skipped + rejected + failed + gave_up + unprocessed).toBe(120);
    expect(code).toBe(rejected + failed > 0 ? 2 : 0);
    expect(report.exit_code).toBe(code);
    expect(applied.size).toBe(edited);
    expect([...applied.values()].every((count) => count === 1)).toBe(true);
    expect(settings_lost).toEqual([]);
    expect(needless_ssl).toEqual([]);
    expect(report.calls.edit).toBe(calls.edit);
    expect(report.calls.total).toBe(calls.all);
    expect(report.pending_dcv.some(({ records }) => records.length > 0)).toBe(true);
    expect(stdout).toContain(`${edited} of 120 edited`);
    for (const name of report.files) expect(workspace.batchFile(name), name).not.toBe('');
  });

  it('takes gzipped JSON lines from standard input, with typed metadata and cleared keys', async () => {
    const hostname = 'shop.acme-store.net';
    const workspace = await workspaceWith({
      hostnames: [{ hostname, custom_metadata: { tier: 'old', trial: true, seats: 3 }, ssl: {} }],
    });
    const row = { hostname, custom_metadata: { tier: 'gold', seats: 12, trial: null } };
    const input = gzipSync(`${JSON.stringify(row)}\n`);
    const { code, stdout } = await workspace.run(['apply', '-', ...FAST, '--wait', '0', '--yes', '--json'], { input });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ counts: { rows: 1, edited: 1 }, exit_code: 0 });
    expect(workspace.api.hostname(hostname)?.custom_metadata).toEqual({ tier: 'gold', seats: 12 });
  });

  it('carries characters that a database refuses, from the manifest and from the API', async () => {
    const names = ['a.acme-store.net', 'b.acme-store.net'];
    const workspace = await workspaceWith({
      hostnames: names.map((hostname) => ({ hostname, ssl: {}, custom_metadata: { odd: 'x\u0000y\ud800' } })),
    });
    const rows = names.map((hostname) => JSON.stringify({ hostname, custom_metadata: { tier: 'g\u0001ld' } }));
    await workspace.file('m.jsonl', `${rows.join('\n')}\n`);
    expect((await workspace.run(['apply', 'm.jsonl', ...FAST, '--wait', '0', '--yes'])).code).toBe(0);
    expect(workspace.api.hostname('b.acme-store.net')?.custom_metadata).toEqual({
      odd: 'x\u0000y\ud800',
      tier: 'g\u0001ld',
    });
  });

  it('a second run of the same manifest sends nothing', async () => {
    const workspace = await workspaceWith({
      hostnames: ['a', 'b', 'c'].map((label) => active(`${label}.acme-store.net`)),
    });
    await workspace.file(
      'm.csv',
      'hostname,ssl.settings.min_tls_version\na.acme-store.net,1.2\nb.acme-store.net,1.2\nc.acme-store.net,1.2\n',
    );
    const args = ['apply', 'm.csv', ...FAST, '--wait', '0', '--yes'];
    expect((await workspace.run(args)).code).toBe(0);
    const edits = workspace.api.judge().calls.edit;
    expect((await workspace.run(args)).code).toBe(0);
    expect(workspace.report().counts).toMatchObject({ skipped: 3, edited: 0 });
    expect(workspace.api.judge().calls.edit).toBe(edits);
  });

  it('sends the good rows with --skip-invalid, and hands the bad ones back as a manifest that can be fixed and applied', async () => {
    const workspace = await workspaceWith({ hostnames: ['a', 'b'].map((label) => active(`${label}.acme-store.net`)) });
    await workspace.file('m.csv', 'hostname,ssl.method\na.acme-store.net,txt\nb.acme-store.net,txxt\n');
    const first = await workspace.run([
      'apply',
      'm.csv',
      ...FAST,
      '--wait',
      '0',
      '--yes',
      '--skip-invalid',
      '--force',
      'rejected',
    ]);
    expect(first.code).toBe(2);
    expect(workspace.report().counts).toMatchObject({ edited: 1, rejected: 1 });
    await workspace.file('again.csv', workspace.batchFile('failed.csv').replace('txxt', 'txt'));
    expect((await workspace.run(['apply', 'again.csv', ...FAST, '--wait', '0', '--yes'])).code).toBe(0);
    expect(workspace.api.hostname('b.acme-store.net')?.ssl).toMatchObject({ method: 'txt' });
  });

  it('--wait-strict exits 4 while a hostname is not active', async () => {
    const workspace = await workspaceWith({
      hostnames: [active('a.acme-store.net')],
      dns: { '*': { token_after_ms: null } },
    });
    await workspace.file('m.csv', 'hostname,ssl.method\na.acme-store.net,txt\n');
    const { code } = await workspace.run(['apply', 'm.csv', ...FAST, '--wait', '6s', '--wait-strict', '--yes']);
    expect(code).toBe(4);
    const [pending] = workspace.report().pending_dcv;
    expect(pending).toMatchObject({ hostname: 'a.acme-store.net', method: 'txt' });
    expect(pending?.records[0]).toMatchObject({ txt_name: '_acme-challenge.a.acme-store.net' });
    expect(
      readFileSync(
        join(workspace.folder, '.hostroll/batches', workspace.batches().at(-1) ?? '', 'pending-dcv.csv'),
        'utf8',
      ),
    ).toContain('_acme-challenge.a.acme-store.net');
  });

  it('refuses to send without --yes where nobody can be asked', async () => {
    const workspace = await workspaceWith({ hostnames: [active('a.acme-store.net')] });
    await workspace.file('m.csv', 'hostname,ssl.method\na.acme-store.net,txt\n');
    const { code, stderr } = await workspace.run(['apply', 'm.csv']);
    expect(code).toBe(64);
    expect(stderr).toContain('--yes');
    expect(workspace.api.judge().calls.all).toBe(0);
  });
});

describe('hostroll plan', () => {
  it('writes nothing to the API and leaves no batch behind', async () => {
    const workspace = await workspaceWith({ hostnames: [active('a.acme-store.net'), active('b.acme-store.net')] });
    await workspace.file(
      'm.csv',
      'hostname,ssl.certificate_authority\na.acme-store.net,lets_encrypt\nb.acme-store.net,google\n',
    );
    const { code, stdout } = await workspace.run(['plan', 'm.csv', ...FAST, '--no-look', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      counts: { edit: 1, skip: 1 },
      effects: { reissues: 1, restarts_dcv: 1 },
    });
    expect(workspace.api.judge().calls).toMatchObject({ edit: 0, create: 0, delete: 0 });
    expect(workspace.batches()).toEqual([]);
  });
});
