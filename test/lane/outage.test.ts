import { describe, expect, it } from 'vitest';
import type { Answer } from '../../src/cloudflare/client.ts';
import type { FailureCategory } from '../../src/cloudflare/failure.ts';
import type { RowJob } from '../../src/lane/lane-job.ts';
import { Outage, ROWS_WITHOUT_ANSWER } from '../../src/lane/outage.ts';
import { HOUR, MINUTE, SECOND } from '../../src/terms.ts';
import { rowJob } from './jobs.ts';

const jobOf = (row: number): RowJob => ({ ...rowJob(), row, key: `row-${row}` });
const good: Answer<unknown> = { ok: true, value: {}, quotas: [] } as unknown as Answer<unknown>;
const bad = (category: FailureCategory = 'server', perhaps_applied = true): Answer<unknown> =>
  ({
    ok: false,
    quotas: [],
    failure: { category, code: 'CF_SERVER_ERROR', message: 'No.', perhaps_applied },
  }) as unknown as Answer<unknown>;

/** An outage that has been seen at the instant 0. */
function away(): Outage {
  const outage = new Outage();
  for (let row = 1; row <= ROWS_WITHOUT_ANSWER; row++) outage.heard(jobOf(row), bad(), 0);
  return outage;
}

describe('calls that bring no answer', () => {
  it('hold the lane when so many rows in a row bring none, and cost the row no try', () => {
    const outage = new Outage();
    for (let row = 1; row < ROWS_WITHOUT_ANSWER; row++) expect(outage.heard(jobOf(row), bad(), 0)).toBeUndefined();
    expect(outage.heard(jobOf(9), bad('network'), 0)).toMatchObject({
      next: 'cool',
      job: { row: 9, tries: 0, step: 'read', in_doubt: true },
      cool: { wait_ms: 5 * SECOND, reason: 'API_UNREACHABLE' },
    });
  });

  it('of one row again and again are that row’s', () => {
    const outage = new Outage();
    for (let n = 0; n < 30; n++) expect(outage.heard(jobOf(1), bad(), n)).toBeUndefined();
  });

  it.each(['final', 'rate_limited', 'stop'] as const)('are none where the API answers at all: %s', (category) => {
    const outage = new Outage();
    for (let n = 1; n < 60; n++) {
      expect(outage.heard(jobOf(n), bad(n % ROWS_WITHOUT_ANSWER === 0 ? category : 'server'), n)).toBeUndefined();
    }
  });

  it('add no doubt to a row that certainly was not sent', () => {
    const outage = away();
    expect(outage.heard(jobOf(7), bad('network', false), 0)).toMatchObject({ job: { step: 'edit', in_doubt: false } });
  });
});

describe('an API that is away', () => {
  it('is tried by one call at a time, less often the longer it lasts, and goes on at the first answer', () => {
    const outage = away();
    let [now, calls] = [0, 0];
    const waits: number[] = [];
    while (now < 10 * MINUTE) {
      expect(outage.waits(jobOf(1), now)).toBeUndefined();
      calls++;
      expect(outage.waits(jobOf(2), now)).toMatchObject({ next: 'cool', job: { row: 2, tries: 0 } });
      const held = outage.heard(jobOf(1), bad(), now);
      const wait = held?.next === 'cool' ? held.cool.wait_ms : Number.NaN;
      waits.push(wait);
      now += wait;
    }
    expect([waits[0], waits.at(-1)]).toEqual([5 * SECOND, MINUTE]);
    expect(calls).toBeLessThan(25);
    expect(outage.waits(jobOf(1), now)).toBeUndefined();
    expect(outage.heard(jobOf(1), good, now)).toBeUndefined();
    for (let row = 1; row < 9; row++) expect(outage.waits(jobOf(row), now)).toBeUndefined();
  });

  it('is tried by another call where nothing more was heard of one', () => {
    const outage = away();
    expect(outage.waits(jobOf(1), 0)).toBeUndefined();
    expect(outage.waits(jobOf(2), MINUTE - 1)).toBeDefined();
    expect(outage.waits(jobOf(2), MINUTE)).toBeUndefined();
  });

  it('for a whole night holds nothing any more, so that a rule can end the batch', () => {
    const outage = away();
    expect(outage.heard(jobOf(1), bad(), 6 * HOUR - 1)).toBeDefined();
    expect(outage.heard(jobOf(1), bad(), 6 * HOUR)).toBeUndefined();
    expect(outage.waits(jobOf(1), 6 * HOUR)).toBeUndefined();
  });
});
