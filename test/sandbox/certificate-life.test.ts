import { expect, test } from 'vitest';
import { certificateLife, renewalLead } from '../../src/sandbox/certificate-life.ts';
import { DAY } from '../../src/terms.ts';
import { call, hostnamesPath } from './call.ts';
import { start } from './running.ts';

test.each([
  ['lets_encrypt', '2027-02-09', 90],
  ['lets_encrypt', '2027-02-10', 64],
  ['lets_encrypt', '2028-02-16', 45],
  ['google', '2028-02-16', 90],
  ['google', '2029-03-15', 47],
])('a certificate of %s from %s lives %i days', (authority, day, days) => {
  const life = certificateLife(authority, Date.parse(day));
  expect(life).toBe(days * DAY);
  expect(renewalLead(life)).toBe((days * DAY) / 3);
});

test('e-mail proves nothing from its end on: it cannot be asked for, and what has it is not renewed', async () => {
  const clock = { start: Date.parse('2028-03-01'), speed: 0 };
  const hostnames = [
    { hostname: 'pending.net', ssl: {} },
    { hostname: 'active.net', ssl: { method: 'email', certificate_authority: 'google' } as const },
  ];
  const sandbox = await start({ clock, hostnames });
  const byEmail = { ssl: { method: 'email', type: 'dv' } };
  const edit = () => call(sandbox, 'PATCH', hostnamesPath(sandbox, sandbox.hostname('pending.net')?.id), byEmail);
  expect((await edit()).status).toBe(202);
  sandbox.clock.advance(Date.parse('2028-03-15') - sandbox.clock.now());
  expect(await edit()).toMatchObject({ status: 400, code: 1432 });
  sandbox.clock.advance(180 * DAY);
  expect(sandbox.hostname('active.net')?.ssl?.status).toBe('expired');
});

test('certificates of a simulator whose clock goes on get shorter', async () => {
  const sandbox = await start({ hostnames: [{ hostname: 'a.net', ssl: { certificate_authority: 'lets_encrypt' } }] });
  const lifeOf = () => {
    const [served] = sandbox.hostname('a.net')?.ssl?.certificates ?? [];
    return Math.round((Date.parse(served?.expires_on ?? '') - Date.parse(served?.issued_on ?? '')) / DAY);
  };
  for (const day of ['2026-12-01', '2027-06-01', '2028-08-01']) {
    sandbox.clock.advance(Date.parse(day) - sandbox.clock.now());
    expect([90, 64, 45]).toContain(lifeOf());
  }
  expect(lifeOf()).toBe(45);
});
