import { expect, test } from 'vitest';
import { certificateLife, renewalLead } from '../../src/sandbox/certificate-life.ts';
import { DAY } from '../../src/terms.ts';
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
