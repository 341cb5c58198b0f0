import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LoggedCall } from '../../src/sandbox/call-log.ts';
import { Judge } from '../../src/sandbox/judge.ts';
import { RateLimit } from '../../src/sandbox/rate-limit.ts';
import { call, hostnamesPath } from './call.ts';
import { SHOP, start } from './running.ts';

const BODY = { custom_metadata: { plan: 'pro' } };
const CALL: LoggedCall = { kind: 'read', at: 0, status: 200, code: 0, applied: false, delivered: true };

const judgeOf = (times: readonly number[]) => {
  const judge = new Judge(() => '');
  for (const at of times) judge.ended({ ...CALL, at }, { record: undefined, seen: [], knew: undefined });
  return judge;
};

describe('the judge', () => {
  test('finds the most calls in any window of time, as counting from every call on does', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1_000), { maxLength: 60 }), fc.integer({ min: 1, max: 400 }), (times, window) => {
        const counts = times.map((from) => times.filter((at) => at >= from && at < from + window).length);
        expect(judgeOf(times).judge(window).peak).toBe(Math.max(0, ...counts));
      }),
    );
  });

  test('keeps every call, also more than one chunk of them', () => {
    const judge = judgeOf(Array.from({ length: 140_000 }, (_, at) => at));
    expect(judge.judge(1_000)).toMatchObject({ calls: { read: 140_000, all: 140_000 }, peak: 1_000 });
  });

  const doubts = [
    { type: 'status', status: 502, body: 'html' },
    { type: 'status', status: 500, when: 'after' },
    { type: 'reset', when: 'before' },
    { type: 'reset', when: 'after' },
    { type: 'truncate' },
  ] as const;
  test.each(doubts)('notices a PATCH repeated blind after $type', async (effect) => {
    const sandbox = await start({ hostnames: [SHOP], faults: [{ match: { kind: 'edit' }, times: 2, effect }] });
    const path = hostnamesPath(sandbox, SHOP.id);
    await call(sandbox, 'PATCH', path, BODY).catch(() => undefined);
    await call(sandbox, 'GET', path);
    await call(sandbox, 'PATCH', path, BODY).catch(() => undefined);
    expect(sandbox.judge().blind_repeats).toEqual([]);
    await call(sandbox, 'PATCH', path, BODY);
    expect(sandbox.judge().blind_repeats).toMatchObject([{ hostname: SHOP.hostname }]);
  });

  test('takes a list that shows the hostname for a read', async () => {
    const faults = [{ match: { kind: 'edit', nth: 1 }, effect: { type: 'reset', when: 'after' } }] as const;
    const sandbox = await start({ hostnames: [SHOP], faults: [...faults] });
    const path = hostnamesPath(sandbox, SHOP.id);
    await expect(call(sandbox, 'PATCH', path, BODY)).rejects.toThrow();
    await call(sandbox, 'GET', `${hostnamesPath(sandbox)}?hostname=${SHOP.hostname}`);
    await call(sandbox, 'PATCH', path, BODY);
    expect(sandbox.judge().blind_repeats).toEqual([]);
  });

  test('does not mind a repeat after a refusal that cannot have had an effect', async () => {
    const faults = [{ match: { kind: 'edit', nth: 1 }, effect: { type: 'rate_limit', retry_after: 1 } }] as const;
    const sandbox = await start({ hostnames: [SHOP], faults: [...faults] });
    const path = hostnamesPath(sandbox, SHOP.id);
    await call(sandbox, 'PATCH', path, BODY);
    await call(sandbox, 'PATCH', path, BODY);
    expect(sandbox.judge()).toMatchObject({ blind_repeats: [], unread_repeats: [], rejected: { '971': 1 } });
  });

  test('tells a PATCH that was sent again though it had been answered as good', async () => {
    const sandbox = await start({ hostnames: [SHOP] });
    const path = hostnamesPath(sandbox, SHOP.id);
    await call(sandbox, 'PATCH', path, BODY);
    await call(sandbox, 'PATCH', path, BODY);
    expect(sandbox.judge()).toMatchObject({ unread_repeats: [{ hostname: SHOP.hostname }], blind_repeats: [] });
    expect(sandbox.judge().applied.get(SHOP.hostname)).toBe(2);
  });

  test('has the calls about a hostname in order', async () => {
    const sandbox = await start({ hostnames: [SHOP] });
    const path = hostnamesPath(sandbox, SHOP.id);
    await call(sandbox, 'GET', path);
    await call(sandbox, 'PATCH', path, { ssl: { method: 'http' } });
    await call(sandbox, 'PATCH', path, BODY);
    expect(sandbox.calls(SHOP.hostname)).toMatchObject([
      { kind: 'read', status: 200, applied: false },
      { kind: 'edit', status: 400, code: 1440, applied: false },
      { kind: 'edit', status: 202, code: 0, applied: true },
    ]);
  });

  test('notices traffic taken from another zone', async () => {
    const zones = ['a', 'b'].map((digit) => ({ id: digit.repeat(32), name: `saas-${digit}.net` }));
    const twins = zones.map(({ id }) => ({ hostname: SHOP.hostname, ssl: {}, zone_id: id }));
    const sandbox = await start({ zones, hostnames: twins });
    const [inOld] = sandbox.hostnames(zones[0]?.id);
    await call(sandbox, 'PATCH', hostnamesPath(sandbox, inOld?.id), BODY);
    expect(sandbox.judge().traffic_taken).toEqual([SHOP.hostname]);
  });
});

describe('the rate limit', () => {
  test('lets no window hold more than its quota, and blocks for as long as it says', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(500), { minLength: 1, maxLength: 80 }),
        fc.integer({ min: 1, max: 5 }),
        (gaps, quota) => {
          const limit = new RateLimit({ quota, window_ms: 1_000, block_ms: 2_000 });
          let now = 0;
          let blockedUntil = 0;
          let allowed = 0;
          for (const gap of gaps) {
            now += gap;
            const verdict = limit.count(now);
            if (verdict.allowed) {
              expect(now).toBeGreaterThanOrEqual(blockedUntil);
              allowed += 1;
            } else if (now >= blockedUntil) {
              expect(verdict.headers['retry-after']).toBe('2');
              blockedUntil = now + 2_000;
            }
          }
          expect(allowed).toBeLessThanOrEqual(quota * (Math.floor(now / 1_000) + 1));
        },
      ),
    );
  });

  test('answers 429 with code 971 and a wait; the headers say what is left', async () => {
    const sandbox = await start({ rate_limit: { quota: 2, window_ms: 60_000, block_ms: 60_000 } });
    const first = await call(sandbox, 'GET', '/zones');
    expect(first.headers.get('ratelimit')).toBe('"default";r=1;t=60');
    expect(first.headers.get('ratelimit-policy')).toBe('"default";q=2;w=60');
    expect(first.headers.get('retry-after')).toBeNull();
    await call(sandbox, 'GET', '/zones');
    const third = await call(sandbox, 'GET', '/zones');
    expect(third).toMatchObject({ status: 429, code: 971 });
    expect(third.headers.get('retry-after')).toBe('60');
    expect(sandbox.judge()).toMatchObject({ calls: { read: 3, all: 3 }, peak: 3, rejected: { '971': 1 } });
  });

  test('also counts by address, and certificates by order', async () => {
    const byAddress = await start({ ip_limit: { quota: 1, window_ms: 60_000, block_ms: 60_000 } });
    await call(byAddress, 'GET', '/zones');
    expect((await call(byAddress, 'GET', '/zones')).status).toBe(429);
    const byOrder = await start({ issuance_limit: { quota: 1 } });
    const create = (hostname: string) =>
      call(byOrder, 'POST', hostnamesPath(byOrder), { hostname, ssl: { method: 'http', type: 'dv' } });
    expect((await create('a.acme-store.net')).status).toBe(201);
    const refused = await create('b.acme-store.net');
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('30');
  });
});
