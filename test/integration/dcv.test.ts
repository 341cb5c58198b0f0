import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../src/dcv/finding.ts';
import type { SandboxHostname } from '../../src/sandbox/load-hostname.ts';
import { customerZone, type DnsWorld, startDnsWorld } from '../dcv/dns-world.ts';
import { dnsProgramsFor } from '../support/servers/found-dns.ts';
import { startUnbound, type UnboundServer } from '../support/servers/unbound-server.ts';
import { FAST, until, type Workspace, workspaceWith } from '../support/workspace.ts';

const programs = dnsProgramsFor('hostroll dcv check and sweep against real name servers');

const ZONE = 'acme-store.net';
/** What customers have published for the hostnames of one workspace. */
const published = (workspace: number): string => `
ready-${workspace} A 198.51.100.7
_acme-challenge.ready-${workspace} TXT "token of ready-${workspace}"
late-${workspace} A 198.51.100.7
stale-${workspace} A 198.51.100.7
_acme-challenge.stale-${workspace} TXT "an old token"
`;
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

const waiting = (label: string): SandboxHostname => ({
  hostname: `${label}.acme-store.net`,
  status: 'active',
  dns: { routed_after_ms: null, token_after_ms: null },
  ssl: {
    status: 'pending_validation',
    method: 'txt',
    validation_records: [
      { status: 'pending', txt_name: `_acme-challenge.${label}.acme-store.net`, txt_value: `token of ${label}` },
    ],
  },
});

describe.runIf(programs)('pending hostnames of a zone, their records in real DNS', () => {
  let world: DnsWorld;
  let resolver: UnboundServer;
  beforeAll(async () => {
    if (programs === undefined) return;
    world = await startDnsWorld(programs, { [ZONE]: '' });
    resolver = await startUnbound(programs, world);
  });
  afterAll(async () => {
    await resolver?.remove();
    await world?.close();
  });

  let workspaces = 0;
  /** A workspace of its own names, which have waited for a day, so that Cloudflare looks every four hours; then they are published. */
  const workspace = async (): Promise<{ at: Workspace; name: (label: string) => string }> => {
    const number = ++workspaces;
    const name = (label: string) => `${label}-${number}.${ZONE}`;
    const at = await workspaceWith({
      zones: [{ id: 'a'.repeat(32), name: 'saas-platform.net' }],
      hostnames: ['ready', 'late', 'stale'].map((label) => waiting(`${label}-${number}`)),
      resolver: [resolver.at],
    });
    at.api.clock.advance(DAY_MS);
    await world.customers.publish(ZONE, customerZone(ZONE, published(number), number + 1));
    return { at, name };
  };
  const check = (at: Workspace, ...flags: string[]) =>
    at.run(['dcv', 'check', ...flags, ...FAST, '--root', world.root, '--allow-private']);

  it('are told apart by what is published, with what was expected and what was found', {
    timeout: 120_000,
  }, async () => {
    const { at, name } = await workspace();
    const { code, stdout, stderr } = await check(at, 'saas-platform.net', '--format', 'jsonl');
    expect(code, stderr).toBe(4);
    const findings = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Finding);
    expect(findings.map(({ hostname, verdict, who }) => [hostname, verdict, who])).toEqual([
      [name('ready'), 'ready', 'cloudflare'],
      [name('late'), 'missing', 'customer'],
      [name('stale'), 'wrong', 'customer'],
    ]);
    const txt = findings[2]?.evidence.find(({ looked_at }) => looked_at === 'txt');
    expect(txt).toMatchObject({ expected: [expect.stringMatching(/^token of stale-/)], found: ['an old token'] });
    const text = await check(at, 'saas-platform.net');
    expect(text.stdout).toMatch(/expected token of stale-\d+\n {4}found {4}an old token/);
    expect(text.stdout).toMatch(/3 hostnames looked at, 1 ready now/);
    expect(at.api.judge().calls.edit).toBe(0);
  });

  it('may be those of a manifest', { timeout: 120_000 }, async () => {
    const { at, name } = await workspace();
    await at.file('m.csv', `hostname,recheck\n${name('ready')},true\n`);
    const { code, stdout } = await check(at, 'm.csv', '--format', 'csv');
    expect(code).toBe(0);
    expect(stdout.split('\n')[0]).toBe('hostname,verdict,who,looked_at,name,found_verdict,note,expected,found');
    expect(stdout).toContain(`\n${name('ready')},ready,cloudflare,txt,`);
    expect(stdout).not.toContain('late-');
  });

  it('are sent by a sweep where they can pass now, and become active; the others cost no edit', {
    timeout: 120_000,
  }, async () => {
    const { at, name } = await workspace();
    const dns = ['--root', world.root, '--allow-private'];
    const sweep = () =>
      at.run(['sweep', 'saas-platform.net', ...FAST, ...dns, '--wait', '0', '--natural-within', '0', '--yes']);
    expect(await sweep()).toMatchObject({ code: 0 });
    expect([...at.api.judge().applied]).toEqual([[name('ready'), 1]]);
    const statusOf = (label: string) => at.api.statuses(name(label))?.ssl_status;
    await until(() => {
      at.api.clock.advance(MINUTE_MS);
      return statusOf('ready') === 'active';
    }, 'the ready one to be active');
    expect(['late', 'stale'].map(statusOf)).toEqual(['pending_validation', 'pending_validation']);
    // The report says who must publish what.
    const { pending_dcv } = at.report();
    const asked = pending_dcv.find(({ hostname }) => hostname === name('late'));
    expect(asked?.finding).toMatchObject({ verdict: 'missing', who: 'customer' });
  });
});
