import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DEFAULT_KNOBS } from '../../src/sandbox/knobs.ts';
import { entitlementsOf } from '../../src/sandbox/plans.ts';
import { parseScenario, readScenario } from '../../src/sandbox/scenario.ts';
import { HostrollError } from '../../src/terms.ts';
import { call, hostnamesPath } from './call.ts';
import { SHOP, start } from './running.ts';

const WHOLE = {
  port: 0,
  zones: [
    {
      id: 'a'.repeat(32),
      name: 'saas-platform.net',
      origins: ['o1.saas-platform.net'],
      fallback_origin: null,
      csrs: [],
    },
  ],
  token: 'token',
  email: 'a@acme-store.net',
  key: 'key',
  hostnames: [SHOP, { hostname: 'app.acme-store.net', dns: { delegated: true, dcv_error: null }, anything: 'else' }],
  seeds: [{ count: 5, seed: 7, mix: { moved: 1 }, zone_name: 'saas-platform.net' }],
  dns: { '*': { routed_after_ms: null }, 'shop.acme-store.net': { held: true } },
  clock: { start: 0, speed: 60 },
  rate_limit: { quota: 1200, window_ms: 300_000, block_ms: 300_000 },
  ip_limit: { quota: 200, window_ms: 1_000 },
  issuance_limit: { quota: 15, edits: true, code: 971 },
  quota: { allocated: 100, hard_cap: 200 },
  latency: { min_ms: 1, max_ms: 2, slow: { share: 0.01, ms: 50 } },
  faults: [
    { match: { kind: 'edit', nth: 100 }, effect: { type: 'revoke' } },
    {
      match: { hostname: ['shop.acme-store.net'], share: 0.5 },
      probability: 0.1,
      times: 3,
      effect: { type: 'truncate' },
    },
  ],
  knobs: DEFAULT_KNOBS,
  plan: 'pro',
  no_limits: false,
  entitlements: entitlementsOf('enterprise'),
  refuse_self_signed: false,
  seed: 3,
};

describe('a scenario', () => {
  test('can hold every option, and starts a simulator', async () => {
    const scenario = parseScenario(JSON.stringify(WHOLE), 'scenario.json');
    expect(scenario).toEqual(WHOLE);
    const sandbox = await start(scenario);
    expect([...sandbox.hostnames()]).toHaveLength(7);
  });

  test('with mistakes is refused with every place of them', () => {
    const wrong = { prot: 1, knobs: { metadata: 'blend' }, faults: [{ effect: { type: 'explode' } }], seeds: [{}] };
    const refuse = () => parseScenario(JSON.stringify(wrong), 'scenario.json');
    expect(refuse).toThrow(HostrollError);
    expect(refuse).toThrow(/scenario\.json.*seeds\.0\.count.*faults\.0\.effect.*knobs\.metadata.*prot/);
  });

  test('is read from a file; a file that is not there, or no JSON, is said so', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hostroll-scenario-'));
    const path = join(folder, 'scenario.json');
    try {
      await expect(readScenario(path)).rejects.toMatchObject({ code: 'SANDBOX_SCENARIO' });
      await writeFile(path, '{');
      await expect(readScenario(path)).rejects.toThrow(/not JSON/);
      await writeFile(path, '{"seed": 4}');
      expect(await readScenario(path)).toEqual({ seed: 4 });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('the control paths', () => {
  test('let another process judge, look, wait and interfere', async () => {
    const sandbox = await start({ hostnames: [{ ...SHOP, status: 'pending' }] });
    const control = async (method: string, path: string, body?: unknown): Promise<unknown> => {
      const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
      return (await fetch(`${sandbox.controlUrl}/${path}`, init)).json();
    };
    const path = hostnamesPath(sandbox, SHOP.id);
    await call(sandbox, 'PATCH', path, { custom_metadata: { plan: 'pro' } });
    expect(await control('GET', 'judge?window_ms=1000')).toMatchObject({
      calls: { edit: 1 },
      applied: { [SHOP.hostname]: 1 },
      window_ms: 1000,
    });
    expect(await control('GET', `calls?hostname=${SHOP.hostname}`)).toMatchObject([{ kind: 'edit', status: 202 }]);
    expect(await control('POST', 'dns', { hostname: SHOP.hostname, routed_after_ms: 0 })).toEqual({ known: true });
    const { now } = (await control('GET', 'clock')) as { now: number };
    expect(await control('POST', 'clock', { advance_ms: 120_000 })).toEqual({ now: now + 120_000 });
    expect(await control('GET', 'state')).toMatchObject([{ hostname: SHOP.hostname, status: 'active' }]);
    await control('POST', 'faults', { effect: { type: 'api_error', code: 1421 } });
    expect(await call(sandbox, 'GET', path)).toMatchObject({ code: 1421 });
    await control('DELETE', 'faults');
    expect(await call(sandbox, 'GET', path)).toMatchObject({ status: 200 });
    await control('POST', 'revoke-token');
    expect(await call(sandbox, 'GET', path)).toMatchObject({ status: 403 });
    expect(await control('POST', 'faults', { effect: { type: 'explode' } })).toHaveProperty('error');
    expect(await control('GET', 'nothing')).toHaveProperty('error');
    expect(sandbox.judge().calls.all).toBe(4);
  });
});
