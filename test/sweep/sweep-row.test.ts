import { describe, expect, it } from 'vitest';
import { type Finding, VERDICTS, type Verdict } from '../../src/dcv/finding.ts';
import type { LiveHostname } from '../../src/hostname/live.ts';
import { type RowFacts, sweepRow } from '../../src/sweep/sweep-row.ts';
import type { ZoneId } from '../../src/terms.ts';

const NOW = Date.parse('2026-11-25T12:00:00Z');
const OPTIONS = { naturalWithinMs: 600_000, now: NOW };
const LIVE = {
  id: 'id',
  zone_id: 'zone-a',
  hostname: 'shop.acme-store.net',
  status: 'pending',
  ssl: { status: 'pending_validation', type: 'dv', method: 'txt', settings: { http2: 'on' } },
} as unknown as LiveHostname;

const seen = (verdict: Verdict): Finding => ({
  hostname: LIVE.hostname,
  verdict,
  who: 'customer',
  evidence: [{ looked_at: 'txt', name: '_acme-challenge.shop.acme-store.net', verdict, note: 'as the test says' }],
  checked_at: '2026-11-25T12:00:00Z',
});
const row = (facts: Partial<RowFacts> = {}) =>
  sweepRow(1, { live: LIVE, finding: seen('ready'), force: false, ...facts }, OPTIONS);
const inMinutes = (minutes: number, estimate = false) => ({
  at: new Date(NOW + minutes * 60_000).toISOString(),
  estimate,
});

describe('a row of a sweep', () => {
  it('is sent where its check can pass, with the stored configuration whole', () => {
    const sent = row();
    expect(sent).toMatchObject({ decision: 'recheck', effects: ['restarts_dcv'], finding: { verdict: 'ready' } });
    expect(sent.body).toEqual({ ssl: { type: 'dv', method: 'txt', settings: { http2: 'on' } } });
  });

  it('is sent without a look, where none was wanted', () => {
    const { finding: _, ...unseen } = { live: LIVE, finding: undefined, force: false };
    expect(sweepRow(1, unseen, OPTIONS).decision).toBe('recheck');
  });

  it.each(VERDICTS.filter((verdict) => verdict !== 'ready'))('is skipped with a code of its own: %s', (verdict) => {
    const skipped = row({ finding: seen(verdict) });
    expect(skipped).toMatchObject({ decision: 'skip', code: `SWEEP_${verdict.toUpperCase()}`, finding: { verdict } });
    expect(skipped.message).toContain('as the test says');
    expect(skipped.body).toBeUndefined();
  });

  it.each([
    ['is left to a check that Cloudflare makes in 5 minutes', inMinutes(5), 'SWEEP_CHECKED_SOON'],
    ['is sent where that check is an hour off', inMinutes(60), undefined],
    ['is sent where the time of that check is guessed', inMinutes(5, true), undefined],
  ])('%s', (_, nextCheck, code) => expect(row({ nextCheck }).code).toBe(code));

  it.each([
    ['2028-03-14T23:59:59Z', undefined],
    ['2028-03-15T00:00:00Z', 'SWEEP_REFUSED'],
  ])('by e-mail, at %s, has the code %s', (now, code) => {
    const live = { ...LIVE, ssl: { ...LIVE.ssl, status: 'pending_validation', method: 'email' } };
    const options = { ...OPTIONS, now: Date.parse(now) };
    expect(sweepRow(1, { live, finding: seen('ready'), force: false }, options).code).toBe(code);
  });

  it('is never sent where another zone has the hostname, unless forced, which is shown', () => {
    const elsewhere = 'zone-b' as ZoneId;
    expect(row({ elsewhere })).toMatchObject({ decision: 'skip', code: 'SWEEP_IN_OTHER_ZONE' });
    expect(row({ elsewhere }).message).toContain('zone-b');
    expect(row({ elsewhere, force: true })).toMatchObject({
      decision: 'recheck',
      effects: ['moves_traffic', 'restarts_dcv'],
    });
  });

  it.each([
    ['has no certificate', { ...LIVE, status: 'active', ssl: undefined }, 'NO_CERTIFICATE_TO_RECHECK'],
    [
      'has an uploaded one',
      { ...LIVE, status: 'active', ssl: { ...LIVE.ssl, uploaded: true } },
      'UPLOADED_CERTIFICATE',
    ],
  ])('is skipped, and not held to be a failure, where it %s', (_, live, code) => {
    expect(row({ live: live as LiveHostname })).toMatchObject({ decision: 'skip', code });
  });
});
