import { describe, expect, it } from 'vitest';
import type { SandboxHostname } from '../../src/sandbox/load-hostname.ts';
import { FAST, workspaceWith } from '../support/workspace.ts';

const shop = (number: number, more: Partial<SandboxHostname> = {}): SandboxHostname => ({
  hostname: `shop-${number}.acme-store.net`,
  custom_metadata: { tenant: number % 2 === 0 ? 'acme-1' : 'other' },
  ssl: { method: number % 3 === 0 ? 'http' : 'txt', certificate_authority: 'google' },
  ...more,
});
const SHOPS = Array.from({ length: 12 }, (_, number) => shop(number));

describe('hostroll select', { timeout: 120_000 }, () => {
  it('writes a manifest of what is meant, which apply carries out without a second scan', async () => {
    const desk = await workspaceWith({ hostnames: SHOPS, quota: { allocated: 500, hard_cap: 500 } });
    const zone = desk.api.zones[0]?.id ?? '';
    const counted = await desk.run(['select', zone, ...FAST, '--by', 'ssl.method', '--format', 'jsonl']);
    expect(counted.stdout.trim().split('\n')).toEqual([
      '{"ssl.method":"txt","hostnames":8}',
      '{"ssl.method":"http","hostnames":4}',
    ]);
    const where = ['--where', 'ssl.method=http', '--where', 'custom_metadata.tenant~acme*'];
    const set = ['--set', 'custom_metadata.tier=gold', '--columns', 'ssl.method,custom_hostname_id'];
    const selected = await desk.run(['select', zone, ...FAST, ...where, ...set]);
    expect(selected.code, selected.stderr).toBe(0);
    const [header, ...rows] = selected.stdout.trim().split('\n');
    expect(header).toBe('hostname,custom_hostname_id,custom_metadata.tier,live.ssl.method');
    expect(rows.map((row) => row.replace(/,[^,]+,/, ',')).sort()).toEqual([
      'shop-0.acme-store.net,gold,http',
      'shop-6.acme-store.net,gold,http',
    ]);
    const before = desk.api.judge().calls;
    const flags = [...FAST, '--zone', zone, '--wait', '0', '--yes', '--where', 'hostname!=shop-6.acme-store.net'];
    const applied = await desk.run(['apply', '-', ...flags], { input: Buffer.from(selected.stdout) });
    expect(applied.code, applied.stderr).toBe(0);
    expect(applied.stdout).toContain('--fresh 0 reads it again');
    const { list, edit } = desk.api.judge().calls;
    expect([list - before.list, edit - before.edit]).toEqual([0, 1]);
    expect(desk.report().counts).toMatchObject({ edited: 1, skipped: 1 });
    expect(desk.batchFile('plan.jsonl')).toContain('"code":"NOT_MEANT"');
    const quota = /has 12 of 500 custom hostnames, 488 are left/;
    expect(applied.stdout.replace(/\s+/g, ' ')).toMatch(quota);
    expect((await desk.run(['status', 'latest'])).stdout).toMatch(quota);
    // What was edited is read anew.
    const again = await desk.run(['plan', '-', ...flags.slice(0, -3), '--json'], {
      input: Buffer.from(selected.stdout),
    });
    expect(JSON.parse(again.stdout)).toMatchObject({ counts: { skip: 1, edit: 1 } });
    expect(desk.api.judge().calls.list).toBe(list + 1);
  });

  it('takes every zone of the credential but those without custom hostnames, and of them a sample', async () => {
    const zones = ['a', 'b'].map((id) => ({ id: id.repeat(32), name: `${id}-store.net` }));
    const closed = [1404, 1456].map((refuses, at) => ({ id: `${at}`.repeat(32), name: `closed-${at}.net`, refuses }));
    const of = (id: string) =>
      Array.from({ length: 40 }, (_, at) => ({
        hostname: `shop-${at}.${id}-net.net`,
        zone_id: id.repeat(32),
        ssl: {},
      }));
    const desk = await workspaceWith({ zones: [...zones, ...closed], hostnames: ['a', 'b'].flatMap(of) });
    const flags = ['select', 'all', ...FAST, '--sample', '5', '--set', 'recheck=true', '--format', 'jsonl'];
    const first = await desk.run(flags);
    expect(first.code, first.stderr).toBe(0);
    const rows = first.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { zone_id?: string });
    expect(rows).toHaveLength(5);
    expect(rows.every(({ zone_id }) => zones.some(({ id }) => id === zone_id))).toBe(true);
    for (const { id, refuses } of closed) {
      expect(first.stderr).toMatch(new RegExp(`Zone ${id} cannot be read: .*${refuses}.* It is left out.`));
    }
    const named = await desk.run(['plan', '-', ...FAST, '--zone', 'closed-1.net'], {
      input: Buffer.from('hostname,recheck\nx.a-net.net,true\n'),
    });
    expect([named.code, named.stdout]).toEqual([64, '']);
    expect(named.stderr).toMatch(/^hostroll: Zone 1{32} cannot be read: .* \[ZONE_NO_ACCESS\]\n$/);
    const swept = await desk.run(['sweep', 'all', ...FAST, '--all', '--phase', 'serving', '--dry-run']);
    expect([swept.code, swept.stdout.match(/It is\s+left\s+out/g)?.length]).toEqual([0, 2]);
  });

  it.each([
    [['select', 'acme-store.net', '--where', 'ssl.methd=http'], 'did you mean "ssl.method"?'],
    [['select', 'acme-store.net', '--set', 'ssl.method=txtt'], 'did you mean "txt"?'],
    [['select', 'acme-store.net', '--set', 'hostname=x.net'], 'hostname cannot be set here'],
    [['select', 'acme-store.net', '--by', 'phse'], 'did you mean "phase"?'],
    [['plan', '-', '--where', 'phase=stuk'], 'did you mean "stuck"?'],
    [['snapshot', 'acme-store.net', '--where', 'nothing'], 'a condition is a field'],
    [['dcv', 'check', 'acme-store.net', '--where', 'created_at<soon'], 'cannot be compared'],
    [['select', 'nonsense'], '--zone must be'],
  ])('refuses in one sentence, and reads nothing: %s', async (args, sentence) => {
    const desk = await workspaceWith({});
    const { code, stderr } = await desk.run(args);
    expect([code, stderr.split('\n').length]).toEqual([64, 2]);
    expect(stderr).toContain(sentence);
    expect(desk.api.judge().calls.all).toBe(0);
  });
});
