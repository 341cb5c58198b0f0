import { describe, expect, it } from 'vitest';
import { MAX_READ_TRIES, MAX_TRIES } from '../../src/cloudflare/retry.ts';
import type { Planned } from '../../src/hostname/lay-over.ts';
import type { LiveSsl } from '../../src/hostname/live.ts';
import type { ReadJob, RowJob } from '../../src/lane/lane-job.ts';
import type { LaneResult, RowResult } from '../../src/lane/lane-result.ts';
import { RefusedAuthorities } from '../../src/lane/leave-out-authority.ts';
import { afterFailedCall, afterRowCall } from '../../src/lane/next-step.ts';
import { shop } from '../hostname/generate.ts';
import { failed, readJob, rowJob } from './jobs.ts';

const shown = (method: string, quotas: { remaining: number; reset_ms: number }[] = []) => ({
  ok: true as const,
  quotas,
  value: shop({ ssl: { status: 'pending_validation', method } }),
});

describe('a row after its call', () => {
  it('is edited once the edit is answered, with the statuses that came', () => {
    expect(afterRowCall(rowJob(), shown('txt'), 0)).toEqual({
      next: 'done',
      result: {
        ...{ kind: 'row', key: 'row-7', row: 7, calls: { list: 0, read: 0, edit: 0 }, outcome: 'edited' },
        change: { zone_id: rowJob().zone_id, paths: ['ssl.method'] },
        ...{ status: 'active', ssl_status: 'pending_validation' },
      },
    });
  });

  it('is edited also where the answer does not show it, and says what is not shown', () => {
    expect(afterRowCall(rowJob(), shown('http'), 0)).toMatchObject({
      next: 'done',
      result: { outcome: 'edited', not_shown: ['ssl.method'] },
    });
  });

  it.each([
    ['server', {}],
    ['network', {}],
    ['server', { code: 'CF_BAD_ANSWER', http_status: 202 }],
  ] as const)('that may have taken effect (%s %j) is read before anything else', (category, more) => {
    const next = afterRowCall(rowJob(), failed(category, more), 0);
    expect(next).toMatchObject({ next: 'again', job: { step: 'read', in_doubt: true, tries: 1 } });
  });

  it('that certainly did not take effect is edited again without a read', () => {
    const next = afterRowCall(rowJob(), failed('network', { perhaps_applied: false }), 0);
    expect(next).toMatchObject({ next: 'again', job: { step: 'edit', tries: 1 } });
  });

  it('stays in doubt through failing reads, whatever they fail with', () => {
    for (const perhaps_applied of [true, false]) {
      const next = afterRowCall(
        rowJob({ step: 'read', in_doubt: true, tries: 2 }),
        failed('network', { perhaps_applied }),
        0,
      );
      expect(next).toMatchObject({ next: 'again', job: { step: 'read', in_doubt: true, tries: 3 } });
    }
    expect(afterRowCall(rowJob({ step: 'read', in_doubt: true }), failed('rate_limited'), 0)).toMatchObject({
      job: { step: 'read', in_doubt: true },
    });
  });

  it('is edited without another edit where the read shows the change', () => {
    expect(afterRowCall(rowJob({ step: 'read', in_doubt: true, tries: 1 }), shown('txt'), 0)).toMatchObject({
      next: 'done',
      result: { outcome: 'edited' },
    });
  });

  it('is edited again at once where the read does not show it', () => {
    const next = afterRowCall(rowJob({ step: 'read', in_doubt: true, tries: 1 }), shown('http'), 0);
    expect(next).toMatchObject({ next: 'again', wait_ms: 0, job: { step: 'edit', tries: 1 } });
  });

  it('of which no read can tell, a recheck, is sent again', () => {
    const next = afterRowCall(rowJob({ step: 'read', in_doubt: true, paths: [] }), shown('txt'), 0);
    expect(next).toMatchObject({ next: 'again', job: { step: 'edit' } });
  });

  it('whose hostname is gone when it is read has failed', () => {
    expect(afterRowCall(rowJob({ step: 'read', in_doubt: true }), failed('final'), 0)).toMatchObject({
      next: 'done',
      result: { kind: 'row', row: 7, outcome: 'failed', code: 'CF_1436', http_status: 404, message: 'It failed.' },
    });
  });

  it('is given up at the last try, never sooner', () => {
    expect(afterRowCall(rowJob({ tries: MAX_TRIES - 2 }), failed('server'), 0)).toMatchObject({ next: 'again' });
    expect(afterRowCall(rowJob({ tries: MAX_TRIES - 1 }), failed('server'), 0)).toMatchObject({
      next: 'done',
      result: { outcome: 'gave_up', code: 'CF_SERVER_ERROR' },
    });
  });

  it('makes everyone wait for a 429, and loses neither its step nor a try', () => {
    const job = rowJob({ tries: MAX_TRIES - 1 });
    const cool = { wait_ms: 90_000, reason: 'CF_RATE_LIMITED' };
    expect(afterRowCall(job, failed('rate_limited'), 0)).toEqual({ next: 'cool', job, cool });
  });

  it('cools the lane after a good answer that says the quota is almost empty', () => {
    expect(afterRowCall(rowJob(), shown('txt', [{ remaining: 1, reset_ms: 12_000 }]), 0)).toMatchObject({
      next: 'done',
      cool: { wait_ms: 12_000 },
    });
  });
});

describe('a row that is read because its reading was old', () => {
  const planned: Planned = {
    change: { ssl: { method: 'txt' } },
    before: { ssl: { type: 'dv', method: 'http' } },
    ...{ untyped: false, inPack: false, choosesAuthority: false, overwriteDrift: false },
  };
  const read = (ssl: Partial<LiveSsl>, more: Partial<RowJob> = {}) =>
    afterRowCall(
      rowJob({ step: 'read', planned, ...more }),
      { ok: true, quotas: [], value: shop({ ssl: { status: 'active', type: 'dv', method: 'http', ...ssl } }) },
      0,
    );

  it('is sent with the change laid over what is live now, which is said', () => {
    const next = read({ wildcard: false, settings: { http2: 'off' } });
    expect(next).toMatchObject({ next: 'again', wait_ms: 0, job: { step: 'edit', paths: ['ssl.method'] } });
    const { job } = next as { job: RowJob };
    expect(job.body).toEqual({ ssl: { type: 'dv', method: 'txt', wildcard: false, settings: { http2: 'off' } } });
    expect(afterRowCall(job, shown('txt'), 0)).toMatchObject({
      result: {
        outcome: 'edited',
        code: 'CHANGED_ELSEWHERE',
        drift: ['ssl.settings.http2', 'ssl.wildcard'],
      },
    });
  });

  it('is skipped where the change is there, made by somebody else; edited where it may be ours', () => {
    expect(read({ method: 'txt' })).toMatchObject({ result: { outcome: 'skipped', code: 'ALREADY_SO' } });
    expect(read({ method: 'txt' }, { in_doubt: true })).toMatchObject({ result: { outcome: 'edited' } });
  });

  it('is held back where somebody else has changed the very same field, unless that is to be overwritten', () => {
    expect(read({ method: 'email' })).toMatchObject({
      result: { outcome: 'rejected', code: 'CHANGED_SINCE_PLAN', drift: ['ssl.method'] },
    });
    expect(read({ method: 'email' }, { planned: { ...planned, overwriteDrift: true } })).toMatchObject({
      job: { step: 'edit', body: { ssl: { method: 'txt' } } },
    });
  });

  it('is not in doubt after a read that failed, but after an edit that did', () => {
    const failing = (step: 'read' | 'edit') => afterRowCall(rowJob({ step, planned }), failed('network'), 0);
    expect(failing('read')).toMatchObject({ job: { step: 'read', in_doubt: false } });
    expect(failing('edit')).toMatchObject({ job: { step: 'read', in_doubt: true } });
  });
});

describe('an edit that repeats the certificate authority of its hostname', () => {
  const body = { ssl: { type: 'dv', method: 'txt', certificate_authority: 'google' } };
  const refused = failed('final', { code: 'CF_1459', http_status: 400 });

  it('goes again without it where the zone refuses it, and says so in the end', () => {
    const next = afterRowCall(rowJob({ body }), refused, 0);
    expect(next).toMatchObject({ next: 'again', wait_ms: 0, job: { step: 'edit', tries: 0 } });
    const { job } = next as { job: RowJob };
    expect(job.body).toEqual({ ssl: { type: 'dv', method: 'txt' } });
    expect(afterRowCall(job, shown('txt'), 0)).toMatchObject({
      result: { outcome: 'edited', code: 'AUTHORITY_LEFT_OUT' },
    });
    expect(afterRowCall(job, refused, 0)).toMatchObject({ result: { outcome: 'failed', code: 'CF_1459' } });
  });

  it('has failed where it is the change itself that is refused', () => {
    const job = rowJob({ body, paths: ['ssl.certificate_authority'] });
    expect(afterRowCall(job, refused, 0)).toMatchObject({ result: { outcome: 'failed', code: 'CF_1459' } });
  });

  it('leaves it out at once in a zone that has refused it already', () => {
    const zones = new RefusedAuthorities();
    expect(zones.ready(rowJob({ body })).body).toEqual(body);
    zones.learn(rowJob({ body, left_out: ['ssl.certificate_authority'] }));
    expect(zones.ready(rowJob({ body })).body).toEqual({ ssl: { type: 'dv', method: 'txt' } });
    const elsewhere = rowJob({ body, zone_id: 'f'.repeat(32) as RowJob['zone_id'] });
    expect(zones.ready(elsewhere).body).toEqual(body);
  });
});

describe('a refused credential', () => {
  const once = { times: 1, code: 'CF_UNAUTHORIZED', message: 'It failed.' } as const;
  const twice = { ...once, times: 2, cf_ray: 'ray-2' };
  const refused = { kind: 'refused', key: 'row-7', code: 'CF_UNAUTHORIZED', message: expect.stringContaining('row 7') };

  it('is asked once more before it is believed, a little later', () => {
    expect(afterRowCall(rowJob(), failed('stop'), 0)).toMatchObject({
      next: 'again',
      wait_ms: 3_000,
      job: { step: 'edit', refused: { times: 1, code: 'CF_UNAUTHORIZED' } },
    });
    expect(afterFailedCall(readJob(), failed('stop'), 0, asFailure)).toMatchObject({ next: 'again', wait_ms: 3_000 });
  });

  it('for an edit is asked for a read then', () => {
    const next = afterRowCall(rowJob({ refused: once }), failed('stop', { cf_ray: 'ray-2' }), 0);
    expect(next).toMatchObject({ next: 'again', wait_ms: 0, job: { step: 'read', refused: twice } });
  });

  it('for that, too, leaves the row without outcome, and names it', () => {
    const next = afterRowCall(rowJob({ step: 'read', refused: twice }), failed('stop'), 0);
    expect(next).toMatchObject({ next: 'done', result: refused });
    expect(next).not.toHaveProperty('result.row_in_doubt');
  });

  it('leaves a row in doubt whose edit was in doubt before', () => {
    const next = afterRowCall(rowJob({ step: 'read', in_doubt: true, refused: once }), failed('stop'), 0);
    expect(next).toMatchObject({ next: 'done', result: { ...refused, row_in_doubt: 7 } });
  });

  it('whose hostname may be read is the trouble of that row, in the words of its refusal', () => {
    expect(afterRowCall(rowJob({ step: 'read', in_doubt: true, refused: twice }), shown('http'), 0)).toMatchObject({
      next: 'done',
      result: { kind: 'row', outcome: 'failed', code: 'CF_UNAUTHORIZED', message: 'It failed.', cf_ray: 'ray-2' },
    });
    expect(afterRowCall(rowJob({ step: 'read', in_doubt: true, refused: twice }), shown('txt'), 0)).toMatchObject({
      result: { outcome: 'edited' },
    });
  });

  it('leaves no row in doubt where it was a look-up', () => {
    const next = afterFailedCall(readJob({ refused: once }), failed('stop'), 0, asFailure);
    expect(next).toMatchObject({ next: 'done', result: { kind: 'refused', key: 'look-up-7' } });
    expect(next).not.toHaveProperty('result.row_in_doubt');
  });
});

it('A failed row says by which ray it failed, and a cooling lane what was asked', () => {
  expect(afterRowCall(rowJob(), failed('final', { cf_ray: 'ray-1' }), 0)).toMatchObject({
    result: { cf_ray: 'ray-1' },
  });
  const asked = failed('rate_limited', { retry_after_ms: 3_600_000, retry_after_asked: '9999999999999 s' });
  expect(afterRowCall(rowJob(), asked, 0)).toMatchObject({ cool: { wait_ms: 3_600_000, asked: '9999999999999 s' } });
});

describe('a list page after a failed call', () => {
  const page = (per_page: number, tries: number) =>
    ({ ...readJob({ tries }), kind: 'page', page: 1, per_page }) as ReadJob;

  it('ends at the second try where a smaller one may do better', () => {
    expect(afterFailedCall(page(1_000, 0), failed('server'), 0, asFailure)).toMatchObject({ next: 'again' });
    expect(afterFailedCall(page(1_000, 1), failed('server'), 0, asFailure)).toMatchObject({ next: 'done' });
  });

  it('is asked for as often as any read where its size is not to blame', () => {
    expect(afterFailedCall(page(50, 1), failed('server'), 0, asFailure)).toMatchObject({ next: 'again' });
    const refused = failed('network', { code: 'CF_NETWORK' });
    expect(afterFailedCall(page(1_000, 1), refused, 0, asFailure)).toMatchObject({ next: 'again' });
  });
});

describe('a look-up after a failed call', () => {
  it('is made again as it was, and given up at the last try', () => {
    const again = afterFailedCall(readJob(), failed('server'), 0, asFailure);
    expect(again).toMatchObject({ next: 'again', job: { ...readJob(), tries: 1 } });
    const last = afterFailedCall(readJob({ tries: MAX_READ_TRIES - 1 }), failed('server'), 0, asFailure);
    expect(last).toMatchObject({ next: 'done', result: { kind: 'failure', code: 'CF_SERVER_ERROR' } });
  });
});

const asFailure = ({ key, calls, code = 'UNEXPECTED', message = '' }: Omit<RowResult, 'kind' | 'row'>): LaneResult => ({
  ...{ kind: 'failure', key, calls, code, message },
});
