import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LONGEST_ASKED_MS, waitAsked } from '../../src/cloudflare/asked-wait.ts';
import { coolingFor, parseRatelimit } from '../../src/cloudflare/ratelimit-header.ts';
import { afterFailure, MAX_TRIES } from '../../src/cloudflare/retry.ts';

const afterCall = (category: Parameters<typeof afterFailure>[0], tries: number, retryAfterMs?: number, random = 0) =>
  afterFailure(category, { tries, maxTries: MAX_TRIES, retryAfterMs, random });

describe('after a failed call', () => {
  it.each([
    ['server', 1, 500, 1_000],
    ['server', 3, 2_000, 4_000],
    ['network', 6, 16_000, 32_000],
    ['network', 7, 30_000, 60_000],
  ] as const)('of kind %s, try %i, the next follows after %i to %i ms', (category, tries, least, most) => {
    expect(afterCall(category, tries, undefined, 0)).toEqual({ next: 'again', wait_ms: least });
    const longest = afterCall(category, tries, undefined, 0.999999);
    expect(longest.next === 'again' && longest.wait_ms).toBeGreaterThanOrEqual(most - 1);
  });

  it('waits at least as long as the server asks, and never longer than a minute of its own', () => {
    const category = fc.constantFrom('server' as const, 'network' as const);
    const wait = fc.option(fc.nat(3_600_000), { nil: undefined });
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(category, fc.integer({ min: 1, max: 1_000 }), wait, random, (kind, tries, retryAfterMs, spread) => {
        const verdict = afterCall(kind, tries, retryAfterMs, spread);
        if (tries >= MAX_TRIES) {
          expect(verdict).toEqual({ next: 'final', outcome: 'gave_up' });
        } else {
          const waited = verdict.next === 'again' ? verdict.wait_ms : Number.NaN;
          expect(waited).toBeGreaterThanOrEqual(Math.max(500, retryAfterMs ?? 0));
          expect(waited).toBeLessThanOrEqual(Math.max(60_000, retryAfterMs ?? 0));
        }
      }),
    );
  });

  it('of too many calls everyone waits, however often it was tried', () => {
    for (const tries of [1, MAX_TRIES, 1_000]) {
      expect(afterCall('rate_limited', tries, 42_000)).toEqual({ next: 'cool', wait_ms: 42_000 });
      expect(afterCall('rate_limited', tries)).toEqual({ next: 'cool', wait_ms: 300_000 });
      expect(afterCall('rate_limited', tries, 0)).toEqual({ next: 'cool', wait_ms: 1_000 });
    }
  });

  it('that is final or about the credential, nothing is tried again', () => {
    expect(afterCall('final', 1, 5_000)).toEqual({ next: 'final', outcome: 'failed' });
    expect(afterCall('stop', 1, 5_000)).toEqual({ next: 'stop' });
  });
});

describe('the Ratelimit header', () => {
  it('may list several limits, each with its own policy', () => {
    expect(parseRatelimit('"burst";r=9;t=1, "default";r=50;t=30', '"default";q=1200;w=300,"burst";q=200;w=1')).toEqual([
      { remaining: 9, reset_ms: 1_000, quota: 200 },
      { remaining: 50, reset_ms: 30_000, quota: 1_200 },
    ]);
  });

  it('that cannot be read says nothing, and never fails', () => {
    expect(parseRatelimit(undefined, undefined)).toEqual([]);
    for (const header of ['', 'r=5', '"default";r=-1;t=3', '"default";r=x;t=3', '"default";r=5', ';;,,;r=1']) {
      expect(parseRatelimit(header, header)).toEqual([]);
    }
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(coolingFor(parseRatelimit(a, b)).ms).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('cools the lane for the longest of the quotas that are almost used up, and only then', () => {
    const low = { remaining: 60, reset_ms: 30_000, quota: 1_200 };
    expect(coolingFor([low])).toEqual({ ms: 30_000 });
    expect(coolingFor([{ ...low, remaining: 61 }])).toEqual({ ms: 0 });
    expect(coolingFor([low, { remaining: 0, reset_ms: 2_000 }, { remaining: 900, reset_ms: 90_000 }])).toEqual({
      ms: 30_000,
    });
    expect(coolingFor([{ remaining: 5, reset_ms: 7_000 }])).toEqual({ ms: 7_000 });
    expect(coolingFor([{ remaining: 6, reset_ms: 7_000 }])).toEqual({ ms: 0 });
    expect(coolingFor([])).toEqual({ ms: 0 });
  });
});

describe('what a peer asks to be waited for', () => {
  const now = Date.parse('2026-03-04T12:00:00Z');

  it.each([
    ['120', { ms: 120_000 }],
    ['0.5', { ms: 500 }],
    ['3600', { ms: LONGEST_ASKED_MS }],
    ['Wed, 04 Mar 2026 12:02:00 GMT', { ms: 120_000 }],
    ['Wed, 04 Mar 2026 11:00:00 GMT', { ms: 0 }],
  ])('is taken as %s says', (header, wait) => expect(waitAsked(header, now)).toEqual(wait));

  it.each(['9999999999999', '3601', '9'.repeat(400)])('is bounded, and kept as it was written: %s', (header) => {
    expect(waitAsked(header, now)).toEqual({ ms: LONGEST_ASKED_MS, asked: `${header} s` });
  });

  it('is bounded as a date years ahead, too', () => {
    const asked = 'Fri, 04 Mar 2039 12:00:00 GMT';
    expect(waitAsked(asked, now)).toEqual({ ms: LONGEST_ASKED_MS, asked });
  });

  it.each([undefined, '', 'soon', 'NaN', '1e300', 'Infinity', '-5', '0x10', '2026', '2039-03-04'.slice(0, 7)])(
    'is nothing that can be waited for longer than the bound: %j',
    (header) => expect(waitAsked(header, now)?.ms ?? 0).toBeLessThanOrEqual(LONGEST_ASKED_MS),
  );

  it('by a quota that is used up is bounded as well', () => {
    const quotas = parseRatelimit(`"default";r=0;t=99999999999999,"burst";r=0;t=${'9'.repeat(400)}`, undefined);
    expect(coolingFor(quotas)).toEqual({ ms: LONGEST_ASKED_MS, asked: '99999999999999 s' });
  });
});
