import { Resolver } from 'node:dns/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { Doctor } from '../../src/dcv/doctor.ts';
import type { LiveHostname } from '../../src/hostname/live.ts';
import type { Dns } from '../../src/sandbox/dns.ts';
import type { SandboxHostname } from '../../src/sandbox/load-hostname.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/start-sandbox.ts';

const HOST = 'shop.acme-store.net';
const PENDING = { routed_after_ms: null, token_after_ms: null, ownership_after_ms: null };
const MINUTE = 60_000;

describe('a simulator that serves the DNS and the web servers of its customers', () => {
  let sandbox: Sandbox;
  afterEach(() => sandbox.close());
  const start = async (dns: Partial<Dns>, more: Partial<SandboxHostname> = {}) => {
    const hostname = {
      hostname: HOST,
      status: 'active',
      ssl: { method: 'txt', status: 'pending_validation' },
      ...more,
    };
    sandbox = await startSandbox({
      serve_customers: true,
      clock: { speed: 0 },
      hostnames: [{ ...hostname, dns: { ...PENDING, ...dns } } as SandboxHostname],
    });
  };
  const at = () => `127.0.0.1:${new URL(sandbox.url).port}`;
  const verdict = async (options: 'roots' | 'resolvers' = 'roots') => {
    const [live] = [...sandbox.hostnames()];
    const doctor = new Doctor({
      [options]: [at()],
      allowPrivate: true,
      httpPort: Number(new URL(sandbox.url).port),
      targets: ['customers.saas-platform.net'],
    });
    await doctor.probe();
    const finding = await doctor.examine({
      ...live,
      verification_errors: [],
      ssl: { ...live?.ssl, validation_errors: [] },
    } as unknown as LiveHostname);
    await doctor.close();
    return finding.verdict;
  };

  it.each<[string, Partial<Dns>, Partial<SandboxHostname>, string]>([
    ['nothing is published', {}, {}, 'missing'],
    ['the TXT token is', { token_after_ms: 0 }, {}, 'ready'],
    ['the delegation is', { delegated: true }, {}, 'ready'],
    ['it points at the target', { routed_after_ms: 0 }, {}, 'ready'],
    ['CAA forbids it', { routed_after_ms: 0, dcv_error: 'CAA records block issuance' }, {}, 'caa_blocked'],
    ['the file is served', { token_after_ms: 0 }, { ssl: { method: 'http', status: 'pending_validation' } }, 'ready'],
    ['only the ownership is proved', { ownership_after_ms: 0 }, { status: 'pending', ssl: {} }, 'ready'],
    ['both are to be proved, and one is', { token_after_ms: 0 }, { status: 'pending' }, 'points_elsewhere'],
    [
      'a wildcard has both its tokens',
      { token_after_ms: 0 },
      { hostname: '*.acme-store.net', ssl: { method: 'txt', wildcard: true, status: 'pending_validation' } },
      'ready',
    ],
  ])('shows the doctor what the scenario says: %s', async (_, dns, more, expected) => {
    await start(dns, more);
    expect(await verdict()).toBe(expected);
    expect(await verdict('resolvers')).toBe(expected);
  });

  it('goes by its clock', async () => {
    await start({ token_after_ms: MINUTE });
    expect(await verdict()).toBe('missing');
    sandbox.clock.advance(MINUTE);
    expect(await verdict()).toBe('ready');
  });

  it('answers any resolver, and serves pages by the host that is asked for', async () => {
    await start(
      { ownership_after_ms: 0, token_after_ms: 0 },
      { status: 'pending', ssl: { method: 'http', status: 'pending_validation' } },
    );
    const resolver = new Resolver();
    resolver.setServers([at()]);
    const [shown] = [...sandbox.hostnames()];
    const { ownership_verification: owner, ownership_verification_http: file, ssl } = shown ?? {};
    expect(await resolver.resolveTxt(owner?.name ?? '')).toEqual([[owner?.value]]);
    for (const [url = '', body] of [
      [file?.http_url, file?.http_body],
      [ssl?.validation_records?.[0]?.http_url, ssl?.validation_records?.[0]?.http_body],
    ]) {
      const { host, pathname } = new URL(url);
      expect(await pageOf(`http://${at()}${pathname}`, host)).toBe(body);
      expect(await pageOf(`http://${at()}${pathname}`, 'other.acme-store.net')).toBe('Not found.');
    }
  });
});

/** A page as a client gets it that was led to the simulator by DNS. */
const pageOf = async (url: string, host: string): Promise<string> => {
  const { request } = await import('undici');
  return (await request(url, { headers: { host } })).body.text();
};
