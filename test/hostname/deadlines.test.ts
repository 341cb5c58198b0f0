import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DCV_CHECKS, OWNERSHIP_CHECKS, scheduleEnd } from '../../src/hostname/check-schedule.ts';
import { deadlinesOf, type KnownPast } from '../../src/hostname/deadlines.ts';
import type { LiveHostname, LiveSsl } from '../../src/hostname/live.ts';
import { HOUR, MINUTE, SECOND } from '../../src/terms.ts';
import { liveHostname, shop } from './generate.ts';

const DAY = 24 * HOUR;
const CREATED = Date.parse('2026-11-01T00:00:00.000Z');
const at = (ms: number): string => new Date(ms).toISOString();
const RECORDS = [{ txt_name: '_acme-challenge.shop.acme-store.net', txt_value: 'xyz' }];

const pending = (ssl: Partial<LiveSsl> = {}, more: Partial<LiveHostname> = {}): LiveHostname =>
  shop({
    status: 'pending',
    created_at: at(CREATED),
    ssl: { status: 'pending_validation', certificate_authority: 'google', validation_records: RECORDS, ...ssl },
    ...more,
  });

describe('the documented schedules', () => {
  it('check a hostname 75 times in 7.06 days and a certificate 120 times in 14.56', () => {
    expect([OWNERSHIP_CHECKS.length, scheduleEnd(OWNERSHIP_CHECKS)]).toEqual([75, 610_263 * SECOND]);
    expect([DCV_CHECKS.length, scheduleEnd(DCV_CHECKS)]).toEqual([120, 1_258_263 * SECOND]);
    expect(OWNERSHIP_CHECKS.slice(0, 3)).toEqual([60 * SECOND, 123 * SECOND, 189 * SECOND]);
  });
});

describe('when the records expire', () => {
  it.each([
    ['lets_encrypt', 7],
    ['google', 14],
    ['ssl_com', 14],
  ])('is known of tokens seen when the hostname was created: %s, %d days', (certificate_authority, days) => {
    const known = { tokens_seen_at: CREATED + 5 * SECOND };
    const { token_dies } = deadlinesOf(pending({ certificate_authority }), known, CREATED + HOUR);
    expect(token_dies).toEqual({ at: at(CREATED + days * DAY), estimate: false });
  });

  it('is guessed from when they were first seen, and else from the edit or the creation', () => {
    const now = CREATED + 3 * DAY;
    const seen = CREATED + 2 * DAY;
    const dies = (known: KnownPast) => deadlinesOf(pending(), known, now).token_dies;
    expect(dies({ tokens_seen_at: seen, restarted_at: seen - HOUR })).toEqual({
      at: at(seen + 14 * DAY),
      estimate: true,
    });
    expect(dies({ restarted_at: seen })).toEqual({ at: at(seen + 14 * DAY), estimate: true });
    expect(dies({})).toEqual({ at: at(CREATED + 14 * DAY), estimate: true });
  });

  it('is the end of the method where that comes first', () => {
    const end = Date.parse('2028-03-15');
    const live = { ...pending({ method: 'email' }), created_at: at(end - 3 * DAY) };
    expect(deadlinesOf(live, {}, end - DAY).token_dies).toEqual({ at: at(end), estimate: false });
    const early = { ...live, created_at: at(end - 30 * DAY) };
    expect(deadlinesOf(early, {}, end - 29 * DAY).token_dies).toEqual({ at: at(end - 16 * DAY), estimate: true });
  });

  it('takes the shortest life for an authority that is not named', () => {
    const live = pending();
    delete live.ssl?.certificate_authority;
    const { token_dies } = deadlinesOf(live, { tokens_seen_at: CREATED }, CREATED + HOUR);
    expect(token_dies).toEqual({ at: at(CREATED + 7 * DAY), estimate: true });
  });

  it('is not said where the guess is already wrong, where there are no tokens, or where they have timed out', () => {
    expect(deadlinesOf(pending(), {}, CREATED + 20 * DAY).token_dies).toBeUndefined();
    expect(deadlinesOf(pending({ validation_records: [] }), {}, CREATED).token_dies).toBeUndefined();
    expect(deadlinesOf(pending({ status: 'validation_timed_out' }), {}, CREATED).token_dies).toBeUndefined();
  });
});

describe('when the hostname is lost', () => {
  const moves = scheduleEnd(OWNERSHIP_CHECKS);

  it('is known from our edit, and guessed from its creation', () => {
    const edited = CREATED + DAY;
    expect(deadlinesOf(pending(), { restarted_at: edited }, edited).hostname_lost).toEqual({
      at: at(edited + moves),
      estimate: false,
    });
    expect(deadlinesOf(pending(), {}, edited).hostname_lost).toEqual({ at: at(CREATED + moves), estimate: true });
  });

  it('is guessed from when it was first seen pending where the creation is too long ago', () => {
    const seen = CREATED + 30 * DAY;
    const lost = (known: KnownPast) => deadlinesOf(pending(), known, seen + HOUR).hostname_lost;
    expect(lost({ status_seen_at: seen })).toEqual({ at: at(seen + moves), estimate: true });
    expect(lost({})).toBeUndefined();
  });

  it('is the deletion, a week later, for one that has been moved', () => {
    const seen = CREATED + 10 * DAY;
    const moved = pending({}, { status: 'moved' });
    expect(deadlinesOf(moved, { status_seen_at: seen }, seen).hostname_lost).toEqual({
      at: at(seen + 7 * DAY),
      estimate: true,
    });
    expect(deadlinesOf(moved, {}, seen).hostname_lost).toBeUndefined();
  });

  it('does not threaten an active one', () => {
    expect(deadlinesOf(pending({}, { status: 'active' }), {}, CREATED + HOUR).hostname_lost).toBeUndefined();
  });
});

describe('when Cloudflare checks next', () => {
  it.each([
    [0, 60 * SECOND],
    [61 * SECOND, 123 * SECOND],
    [5 * DAY, undefined],
  ])('is the first check of the schedule from %d ms after our edit on', (sinceEdit, expected) => {
    const edited = CREATED + DAY;
    const check = deadlinesOf(pending(), { restarted_at: edited }, edited + sinceEdit).next_check;
    const next = expected ?? OWNERSHIP_CHECKS.find((time) => time >= sinceEdit);
    expect(check).toEqual({ at: at(edited + Number(next)), estimate: false });
  });

  it('follows the certificate where the hostname is active, also after the hostname schedule would have ended', () => {
    const edited = CREATED;
    const now = edited + 8 * DAY;
    const check = deadlinesOf(pending({}, { status: 'active' }), { restarted_at: edited }, now).next_check;
    expect(Date.parse(check?.at ?? '') - now).toBeLessThanOrEqual(4 * HOUR);
    expect(deadlinesOf(pending({ status: 'active' }), { restarted_at: edited }, now).next_check).toBeUndefined();
  });

  it('never comes once a schedule has ended', () => {
    expect(deadlinesOf(pending(), { restarted_at: CREATED }, CREATED + 15 * DAY).next_check).toBeUndefined();
  });
});

describe('deadlines of any hostname, whatever is known of it', () => {
  const instant = fc.integer({ min: CREATED - 400 * DAY, max: CREATED + 400 * DAY });
  const known: fc.Arbitrary<KnownPast> = fc.record(
    { restarted_at: instant, tokens_seen_at: instant, status_seen_at: instant },
    { requiredKeys: [] },
  );
  const live = fc
    .tuple(
      liveHostname,
      fc.oneof(instant.map(at), fc.string(), fc.constant('+275760-09-13T00:00:00.000Z')),
      fc.boolean(),
    )
    .map(([hostname, created_at, hasRecords]): LiveHostname => {
      if (hostname.ssl !== undefined && hasRecords) hostname.ssl.validation_records = RECORDS;
      return { ...hostname, created_at };
    });

  it('are instants; guesses and the next check lie ahead', () => {
    fc.assert(
      fc.property(live, known, instant, (hostname, past, now) => {
        for (const [name, instant] of Object.entries(deadlinesOf(hostname, past, now))) {
          expect(new Date(instant.at).toISOString()).toBe(instant.at);
          if (instant.estimate || name === 'next_check') expect(Date.parse(instant.at)).toBeGreaterThanOrEqual(now);
        }
      }),
    );
  });

  it('are the same an hour later unless that hour proved a guess wrong or a check was due', () => {
    const past = { restarted_at: CREATED, tokens_seen_at: CREATED + MINUTE };
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 6 * DAY }), (age) => {
        const { next_check: _, ...before } = deadlinesOf(pending(), past, CREATED + age);
        const { next_check: __, ...after } = deadlinesOf(pending(), past, CREATED + age + HOUR);
        expect(after).toEqual(before);
      }),
    );
  });
});
