import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DCV_CHECKS, OWNERSHIP_CHECKS, scheduleEnd } from '../../src/hostname/check-schedule.ts';
import { advance } from '../../src/sandbox/advance.ts';
import type { Dns } from '../../src/sandbox/dns.ts';
import { loadHostname } from '../../src/sandbox/load-hostname.ts';
import { seedHostnames } from '../../src/sandbox/seed-hostnames.ts';
import { HOUR, MINUTE, SECOND } from '../../src/terms.ts';
import { call, hostnamesPath } from './call.ts';
import { SHOP, start } from './running.ts';

const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 0, 15);

describe('schedules', () => {
  test('ownership is checked for 610,263 s and DCV for 1,258,263 s, as the published tables add up', () => {
    expect(scheduleEnd(OWNERSHIP_CHECKS)).toBe(610_263 * SECOND);
    expect(scheduleEnd(DCV_CHECKS)).toBe(1_258_263 * SECOND);
    expect(OWNERSHIP_CHECKS[9]).toBe(751 * SECOND);
  });
});

describe('time', () => {
  test('looking often and looking once show the same: every state is a function of time alone', () => {
    const seeded = [...seedHostnames({ count: 300, seed: 5 })];
    const after = fc.option(fc.integer({ min: 0, max: 20 * DAY }), { nil: null });
    const facts: fc.Arbitrary<Partial<Dns>> = fc.record({
      routed_after_ms: after,
      token_after_ms: after,
      ownership_after_ms: after,
      leaves_after_ms: after,
      delegated: fc.boolean(),
      held: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.nat(seeded.length - 1),
        facts,
        fc.array(fc.integer({ min: 0, max: 15 * DAY }), { minLength: 1, maxLength: 8 }),
        (which, dns, steps) => {
          const given = { hostname: 'x', ...seeded[which], dns };
          const often = loadHostname(given, 0, 0, NOW);
          const once = loadHostname(given, 0, 0, NOW);
          let now = NOW;
          for (const step of steps) {
            now += step;
            advance(often, now);
          }
          advance(once, now);
          expect(often).toEqual(once);
        },
      ),
    );
  });
});

describe('the hostname', () => {
  const pending = { ...SHOP, status: 'pending', ssl: { status: 'pending_validation', method: 'txt' } };

  test('nobody takes care of is moved after 7 days and deleted 7 days later, and stays readable', async () => {
    const sandbox = await start({ hostnames: [pending] });
    sandbox.clock.advance(7 * DAY);
    expect(sandbox.hostname(SHOP.id)?.status).toBe('pending');
    sandbox.clock.advance(3 * HOUR);
    expect(sandbox.hostname(SHOP.id)).toMatchObject({ status: 'moved', verification_errors: [expect.any(String)] });
    sandbox.clock.advance(7 * DAY);
    expect(sandbox.hostname(SHOP.id)?.status).toBe('deleted');
  });

  test('is active at the first check after it points here, and its tokens vanish then', async () => {
    const sandbox = await start({ hostnames: [{ ...pending, dns: { routed_after_ms: 5 * MINUTE } }] });
    expect(sandbox.hostname(SHOP.id)?.ownership_verification?.name).toBe('_cf-custom-hostname.shop.acme-store.net');
    sandbox.clock.advance(5 * MINUTE - 1);
    expect(sandbox.hostname(SHOP.id)?.status).toBe('pending');
    sandbox.clock.advance(2 * MINUTE);
    const active = sandbox.hostname(SHOP.id);
    expect(active?.status).toBe('active');
    expect(active?.ownership_verification).toBeUndefined();
    expect(active?.ownership_verification_http).toBeUndefined();
  });

  test('that was moved comes back by a PATCH with its stored ssl once it points here', async () => {
    const moved = { ...SHOP, status: 'moved', ssl: { status: 'validation_timed_out' } };
    const sandbox = await start({ hostnames: [moved] });
    const path = hostnamesPath(sandbox, SHOP.id);
    await call(sandbox, 'PATCH', path, { custom_metadata: { plan: 'pro' } });
    expect(sandbox.hostname(SHOP.id)?.status).toBe('moved');
    sandbox.setDns(SHOP.hostname, { routed_after_ms: 0 });
    const { result } = await call(sandbox, 'PATCH', path, { ssl: { method: 'http', type: 'dv' } });
    expect(result).toMatchObject({ status: 'pending', ssl: { status: 'initializing' } });
    sandbox.clock.advance(10 * MINUTE);
    expect(sandbox.hostname(SHOP.id)).toMatchObject({ status: 'active', ssl: { status: 'active' } });
  });

  test('under a zone hold is blocked again until the hold is gone', async () => {
    const sandbox = await start({ hostnames: [{ ...SHOP, status: 'blocked' }] });
    const path = hostnamesPath(sandbox, SHOP.id);
    const recheck = { ssl: { method: 'http', type: 'dv' } };
    await call(sandbox, 'PATCH', path, recheck);
    sandbox.clock.advance(2 * MINUTE);
    expect(sandbox.hostname(SHOP.id)?.status).toBe('blocked');
    sandbox.setDns(SHOP.hostname, { held: false, routed_after_ms: 0 });
    await call(sandbox, 'PATCH', path, recheck);
    sandbox.clock.advance(2 * MINUTE);
    expect(sandbox.hostname(SHOP.id)?.status).toBe('active');
  });

  test('that stops pointing here is moved', async () => {
    const sandbox = await start({ hostnames: [{ ...SHOP, dns: { leaves_after_ms: HOUR } }] });
    sandbox.clock.advance(2 * HOUR);
    expect(sandbox.hostname(SHOP.id)?.status).toBe('moved');
  });

  test('of a zone without a fallback origin waits until there is one', async () => {
    const zones = [{ id: 'a'.repeat(32), name: 'saas-platform.net', fallback_origin: null }];
    const sandbox = await start({ zones, hostnames: [{ ...pending, dns: { routed_after_ms: 0 } }] });
    sandbox.clock.advance(10 * MINUTE);
    expect(sandbox.hostname(SHOP.id)?.verification_errors?.[0]).toContain('fallback origin');
    const path = `${hostnamesPath(sandbox)}/fallback_origin`;
    expect(await call(sandbox, 'GET', path)).toMatchObject({ status: 404, code: 1551 });
    const put = await call(sandbox, 'PUT', path, { origin: 'origin.saas-platform.net' });
    expect(put.result).toMatchObject({ status: 'initializing' });
    sandbox.clock.advance(10 * MINUTE);
    expect((await call(sandbox, 'GET', path)).result).toMatchObject({ status: 'active' });
    expect(sandbox.hostname(SHOP.id)?.status).toBe('active');
  });
});

describe('facts about the DNS', () => {
  test('that have come about already stay so when others change', async () => {
    const dns = { routed_after_ms: HOUR, dcv_error: 'CAA records block issuance' };
    const sandbox = await start({ hostnames: [{ ...SHOP, ssl: { status: 'pending_validation' }, dns }] });
    sandbox.clock.advance(2 * HOUR);
    sandbox.setDns(SHOP.hostname, { dcv_error: null });
    sandbox.clock.advance(HOUR);
    expect(sandbox.hostname(SHOP.id)?.ssl?.status).toBe('active');
  });
});

describe('the certificate', () => {
  const wildcard = {
    ...SHOP,
    ssl: { method: 'txt', wildcard: true, status: 'pending_validation', certificate_authority: 'google' },
    dns: { routed_after_ms: 0 },
  };

  test('of a wildcard needs two TXT records on one name, and is not validated by traffic', async () => {
    const sandbox = await start({ hostnames: [wildcard] });
    const records = sandbox.hostname(SHOP.id)?.ssl?.validation_records ?? [];
    expect(records.map(({ txt_name: name }) => name)).toEqual(Array(2).fill('_acme-challenge.shop.acme-store.net'));
    expect(new Set(records.map(({ txt_value: value }) => value)).size).toBe(2);
    sandbox.clock.advance(DAY);
    expect(sandbox.hostname(SHOP.id)?.ssl?.status).toBe('pending_validation');
  });

  test('of a wildcard is issued soon after the customer has published the records', async () => {
    const sandbox = await start({ hostnames: [{ ...wildcard, dns: { token_after_ms: HOUR } }] });
    sandbox.clock.advance(HOUR);
    expect(sandbox.hostname(SHOP.id)?.ssl?.status).toBe('pending_validation');
    sandbox.clock.advance(2 * HOUR);
    const { ssl } = sandbox.hostname(SHOP.id) ?? {};
    expect(ssl).toMatchObject({ status: 'active', certificates: [{}, {}] });
    expect(ssl?.validation_records).toBeUndefined();
  });

  test('of a delegated wildcard needs nobody', async () => {
    const sandbox = await start({ hostnames: [{ ...wildcard, dns: { delegated: true } }] });
    const [delegation] = sandbox.hostname(SHOP.id)?.ssl?.dcv_delegation_records ?? [];
    const uuid = await call<{ uuid: string }>(sandbox, 'GET', `/zones/${sandbox.zones[0]?.id}/dcv_delegation/uuid`);
    expect(delegation).toEqual({
      cname: '_acme-challenge.shop.acme-store.net',
      cname_target: `shop.acme-store.net.${uuid.result.uuid}.dcv.cloudflare.com`,
    });
    sandbox.clock.advance(5 * MINUTE);
    expect(sandbox.hostname(SHOP.id)?.ssl?.status).toBe('active');
  });

  test('of SSL.com has a record for each key type', async () => {
    const ssl = { method: 'txt', status: 'pending_validation', certificate_authority: 'ssl_com' };
    const sandbox = await start({ hostnames: [{ ...SHOP, ssl, dns: { routed_after_ms: null } }] });
    expect(sandbox.hostname(SHOP.id)?.ssl?.validation_records).toHaveLength(2);
  });

  test.each([
    ['lets_encrypt', 7],
    ['google', 14],
  ])('of %s times out after %d days, and a recheck brings new tokens', async (authority, days) => {
    const ssl = { ...wildcard.ssl, certificate_authority: authority };
    const sandbox = await start({ hostnames: [{ ...wildcard, ssl }] });
    const before = sandbox.hostname(SHOP.id)?.ssl?.validation_records;
    sandbox.clock.advance(days * DAY - 1);
    expect(sandbox.hostname(SHOP.id)?.ssl?.status).toBe('pending_validation');
    sandbox.clock.advance(1);
    expect(sandbox.hostname(SHOP.id)?.ssl?.status).toBe('validation_timed_out');
    const body = { ssl: { method: 'txt', type: 'dv', wildcard: true, certificate_authority: authority } };
    await call(sandbox, 'PATCH', hostnamesPath(sandbox, SHOP.id), body);
    sandbox.clock.advance(6 * SECOND);
    const after = sandbox.hostname(SHOP.id)?.ssl;
    expect(after?.status).toBe('pending_validation');
    expect(after?.validation_records).not.toEqual(before);
  });

  test('that the authority refuses says why, and gets new tokens with each refusal', async () => {
    const dns = { routed_after_ms: 0, dcv_error: 'CAA records block issuance' };
    const sandbox = await start({ hostnames: [{ ...SHOP, ssl: { status: 'pending_validation' }, dns }] });
    const first = sandbox.hostname(SHOP.id)?.ssl;
    expect(first?.validation_errors).toEqual([{ message: 'CAA records block issuance' }]);
    sandbox.clock.advance(2 * MINUTE);
    expect(sandbox.hostname(SHOP.id)?.ssl?.validation_records).not.toEqual(first?.validation_records);
    sandbox.setDns(SHOP.hostname, { dcv_error: null });
    sandbox.clock.advance(HOUR);
    expect(sandbox.hostname(SHOP.id)?.ssl?.status).toBe('active');
  });

  test('is renewed 30 days before its end by HTTP, whatever method was chosen, where traffic arrives', async () => {
    const sandbox = await start({ hostnames: [{ ...SHOP, ssl: { method: 'txt' } }] });
    const before = sandbox.hostname(SHOP.id)?.ssl;
    sandbox.clock.advance(61 * DAY);
    const after = sandbox.hostname(SHOP.id)?.ssl;
    expect(after).toMatchObject({ status: 'active', method: 'http' });
    expect(after?.certificates?.[0]?.serial_number).not.toBe(before?.certificates?.[0]?.serial_number);
  });

  test('of a wildcard without delegation expires', async () => {
    const sandbox = await start({ hostnames: [{ ...SHOP, ssl: { method: 'txt', wildcard: true } }] });
    sandbox.clock.advance(91 * DAY);
    expect(sandbox.hostname(SHOP.id)?.ssl?.status).toBe('expired');
  });
});
