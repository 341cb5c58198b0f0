import { describe, expect, it } from 'vitest';
import {
  authorityLifeAt,
  CALENDAR,
  comingWithin,
  distrusted,
  longestLifeAt,
  longestReuseAt,
  methodEnd,
  overlong,
  signatureEnded,
} from '../../src/certificate/calendar.ts';
import { DAY, HOUR } from '../../src/terms.ts';

const on = (date: string) => Date.parse(date);

describe('the calendar', () => {
  it('is in the order of time, and every entry says by what', () => {
    const days = CALENDAR.map(({ from }) => from);
    expect(days).toEqual([...days].sort());
    expect(CALENDAR.filter(({ source, says }) => source === '' || !says.endsWith('.'))).toEqual([]);
  });

  it.each([
    ['2026-03-14T23:59:59Z', 398],
    ['2026-03-15', 200],
    ['2027-03-14', 200],
    ['2027-03-15', 100],
    ['2029-03-14', 100],
    ['2029-03-15', 47],
    ['2031-01-01', 47],
  ])('knows how long a certificate issued on %s may be valid', (date, days) => {
    expect(longestLifeAt(on(date))?.rule.days).toBe(days);
  });

  it('counts the last second of a certificate', () => {
    const begin = on('2026-06-01');
    expect(overlong(begin, begin + 200 * DAY - 1_000)).toBeUndefined();
    expect(overlong(begin, begin + 200 * DAY)?.rule.days).toBe(200);
    expect(overlong(on('2019-01-01'), on('2022-01-01'))).toBeUndefined();
  });

  it("knows Let's Encrypt's lives and reuse, and claims nothing of others", () => {
    const le = (date: string) => authorityLifeAt('lets_encrypt', on(date))?.rule;
    expect(le('2027-02-09')).toMatchObject({ days: 90, reuseMs: 30 * DAY });
    expect(le('2027-02-10')).toMatchObject({ days: 64, reuseMs: 10 * DAY });
    expect(le('2028-02-16')).toMatchObject({ days: 45, reuseMs: 7 * HOUR });
    expect(authorityLifeAt('google', on('2028-02-16'))).toBeUndefined();
    expect(longestReuseAt(on('2029-03-15'))?.rule.ms).toBe(10 * DAY);
  });

  it('knows what ends: e-mail, SHA-1, roots', () => {
    expect(methodEnd('email')?.from).toBe('2028-03-15');
    expect(methodEnd('http')).toBeUndefined();
    expect(signatureEnded('SHA1WithRSA', on('2026-09-14'))).toBeUndefined();
    expect(signatureEnded('SHA1WithRSA', on('2026-09-15'))?.from).toBe('2026-09-15');
    expect(signatureEnded('SHA256WithRSA', on('2027-01-01'))).toBeUndefined();
    const entrust = ['Entrust Certification Authority - L1K', 'Entrust Root Certification Authority - G2'];
    expect(distrusted(entrust, on('2024-11-11'), on('2026-01-01'))).toBeUndefined();
    expect(distrusted(entrust, on('2024-11-12'), on('2026-01-01'))?.from).toBe('2024-11-12');
    const g1 = ['DigiCert TLS RSA SHA256 2020 CA1', 'DigiCert Global Root CA'];
    expect(distrusted(g1, on('2026-04-01'), on('2026-04-14'))).toBeUndefined();
    expect(distrusted(g1, on('2026-04-01'), on('2026-04-15'))?.from).toBe('2026-04-15');
    expect(distrusted(['DigiCert Global Root G2'], on('2026-04-01'), on('2026-06-01'))).toBeUndefined();
  });

  it('tells what is to come', () => {
    const coming = comingWithin(on('2026-11-27'), 120 * DAY).map(({ from, rule }) => `${from} ${rule.kind}`);
    expect(coming).toEqual(['2027-02-10 authority_life', '2027-03-15 longest_life', '2027-03-15 longest_reuse']);
  });
});
