import { describe, expect, test } from 'vitest';
import type { FaultRule } from '../../src/sandbox/fault-rule.ts';
import type { WireHostname } from '../../src/sandbox/wire-hostname.ts';
import { call, hostnamesPath } from './call.ts';
import { SHOP, start } from './running.ts';

const BODY = { custom_metadata: { plan: 'pro' } };
const OTHER = { id: '66666666-7777-4888-9999-000000000000', hostname: 'app.acme-store.net', ssl: {} };

const edit = (effect: FaultRule['effect'], more: Partial<FaultRule> = {}): FaultRule => ({
  match: { kind: 'edit' },
  times: 1,
  effect,
  ...more,
});

/** Whether the edit of BODY took effect. */
const applied = (hostname: WireHostname | undefined): boolean => hostname?.custom_metadata?.plan === 'pro';

describe('a fault', () => {
  test.each<[string, FaultRule['effect'], number, boolean]>([
    ['500 before the effect', { type: 'status', status: 500 }, 500, false],
    ['503 after the effect', { type: 'status', status: 503, when: 'after' }, 503, true],
    ['429 with a long wait', { type: 'rate_limit', retry_after: 300 }, 429, false],
    ['200 that says it failed', { type: 'refuse', code: 1500 }, 200, false],
    ['API error 1421', { type: 'api_error', code: 1421 }, 400, false],
    ['hostname deleted by somebody else', { type: 'delete' }, 404, false],
    ['token revoked', { type: 'revoke' }, 403, false],
    ['slow answer', { type: 'hang', when: 'after', ms: 5 }, 202, true],
  ])('%s', async (_name, effect, status, takesEffect) => {
    const sandbox = await start({ hostnames: [SHOP], faults: [edit(effect)] });
    const reply = await call(sandbox, 'PATCH', hostnamesPath(sandbox, SHOP.id), BODY);
    expect(reply.status).toBe(status);
    expect(reply.envelope.success).toBe(status === 202);
    expect(applied(sandbox.hostname(SHOP.id))).toBe(takesEffect);
    expect(sandbox.judge().applied.get(SHOP.hostname) ?? 0).toBe(takesEffect ? 1 : 0);
  });

  test.each<[string, FaultRule['effect'], boolean]>([
    ['before the effect', { type: 'reset', when: 'before' }, false],
    ['after the effect', { type: 'reset', when: 'after' }, true],
    ['in the middle of the answer', { type: 'truncate' }, true],
  ])('can break the connection %s', async (_name, effect, takesEffect) => {
    const sandbox = await start({ hostnames: [SHOP], faults: [edit(effect)] });
    await expect(call(sandbox, 'PATCH', hostnamesPath(sandbox, SHOP.id), BODY)).rejects.toThrow();
    expect(applied(sandbox.hostname(SHOP.id))).toBe(takesEffect);
    expect(sandbox.calls(SHOP.hostname)).toMatchObject([{ kind: 'edit', applied: takesEffect, delivered: false }]);
  });

  test('can be a page of HTML in place of JSON', async () => {
    const sandbox = await start({ hostnames: [SHOP], faults: [edit({ type: 'status', status: 502, body: 'html' })] });
    await expect(call(sandbox, 'PATCH', hostnamesPath(sandbox, SHOP.id), BODY)).rejects.toThrow(SyntaxError);
  });

  test('can show statuses nobody has heard of', async () => {
    const effect = { type: 'statuses', status: 'sleeping', ssl_status: 'dreaming' } as const;
    const sandbox = await start({ hostnames: [SHOP], faults: [{ match: { kind: 'list' }, effect }] });
    const { result } = await call<WireHostname[]>(sandbox, 'GET', hostnamesPath(sandbox));
    expect(result).toMatchObject([{ status: 'sleeping', ssl: { status: 'dreaming' } }]);
  });

  test('can make somebody else edit another hostname in the middle of a run', async () => {
    const effect = { type: 'edit', hostname: OTHER.hostname, body: { custom_metadata: { plan: 'stolen' } } } as const;
    const sandbox = await start({ hostnames: [SHOP, OTHER], faults: [edit(effect)] });
    await call(sandbox, 'PATCH', hostnamesPath(sandbox, SHOP.id), BODY);
    expect(sandbox.hostname(OTHER.id)?.custom_metadata).toEqual({ plan: 'stolen' });
    expect(sandbox.judge().applied.has(OTHER.hostname)).toBe(false);
  });

  test('can make rows slide between pages while somebody lists', async () => {
    const drift = { match: { kind: 'list', nth: 2 }, effect: { type: 'drift', remove: 3, create: 2 } } as const;
    const sandbox = await start({ seeds: [{ count: 40 }], faults: [drift] });
    const seen = new Set<string>();
    for (const page of [1, 2, 3, 4, 5]) {
      const path = `${hostnamesPath(sandbox)}?page=${page}&per_page=10`;
      for (const { id } of (await call<WireHostname[]>(sandbox, 'GET', path)).result) seen.add(id);
    }
    const missed = [...sandbox.hostnames()].filter(({ id }) => !seen.has(id));
    expect(missed.length).toBeGreaterThan(0);
    expect([...sandbox.hostnames()]).toHaveLength(39);
  });

  test('strikes by chance the same calls in every run of one seed', async () => {
    const struck = async (seed: number): Promise<number[]> => {
      const faults = [
        { match: { kind: 'read' }, probability: 0.3, effect: { type: 'api_error', code: 1436 } },
      ] as const;
      const sandbox = await start({ hostnames: [SHOP], faults: [...faults], seed });
      const statuses: number[] = [];
      for (let n = 0; n < 30; n += 1)
        statuses.push((await call(sandbox, 'GET', hostnamesPath(sandbox, SHOP.id))).status);
      return statuses;
    };
    const first = await struck(1);
    expect(new Set(first)).toEqual(new Set([200, 404]));
    expect(await struck(1)).toEqual(first);
    expect(await struck(2)).not.toEqual(first);
  });

  test('of a share of the hostnames strikes the same ones each time, until it is cleared', async () => {
    const rule: FaultRule = { match: { kind: 'edit', share: 0.2 }, effect: { type: 'api_error', code: 1421 } };
    const sandbox = await start({ seeds: [{ count: 60, mix: { active_http: 1 } }], faults: [rule] });
    const struck = async (): Promise<string[]> => {
      const refused: string[] = [];
      for (const { id } of sandbox.hostnames()) {
        if ((await call(sandbox, 'PATCH', hostnamesPath(sandbox, id), BODY)).code === 1421) refused.push(id);
      }
      return refused;
    };
    const first = await struck();
    expect(first.length).toBeGreaterThan(0);
    expect(await struck()).toEqual(first);
    sandbox.clearFaults();
    expect(await struck()).toEqual([]);
  });

  test('that never answers has no effect; a late one has it, also when nobody waits any more', async () => {
    const sandbox = await start({ hostnames: [SHOP], faults: [edit({ type: 'hang', when: 'before' })] });
    const url = `${sandbox.url}${hostnamesPath(sandbox, SHOP.id)}`;
    const init = { method: 'PATCH', headers: { authorization: `Bearer ${sandbox.token}` }, body: JSON.stringify(BODY) };
    const giveUp = () => fetch(url, { ...init, signal: AbortSignal.timeout(50) });
    await expect(giveUp()).rejects.toThrow();
    await expect.poll(() => sandbox.calls(SHOP.hostname)).toMatchObject([{ applied: false, delivered: false }]);
    sandbox.addFaults(edit({ type: 'hang', when: 'before', ms: 150 }));
    await expect(giveUp()).rejects.toThrow();
    await expect.poll(() => sandbox.calls(SHOP.hostname).at(1)).toMatchObject({ applied: true, delivered: false });
  });
});
