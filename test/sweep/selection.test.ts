import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LiveHostname } from '../../src/hostname/live.ts';
import { HOSTNAME_PHASES, HOSTNAME_STATUSES, SSL_STATUSES } from '../../src/hostname/phase.ts';
import { notSelected, type Selection, SWEPT_PHASES, statusFilters } from '../../src/sweep/selection.ts';

const NOW = Date.parse('2026-11-25T12:00:00Z');
const ALL: Selection = { phases: [], hostnameStatuses: [], sslStatuses: [], authorities: [], methods: [] };
const SWEPT: Selection = { ...ALL, phases: SWEPT_PHASES };

const live = (status: string, sslStatus?: string, more: Partial<LiveHostname> = {}): LiveHostname =>
  ({
    id: 'id',
    zone_id: 'zone',
    hostname: 'shop.acme-store.net',
    status,
    ...(sslStatus === undefined ? {} : { ssl: { status: sslStatus, method: 'txt', certificate_authority: 'google' } }),
    ...more,
  }) as LiveHostname;

describe('a sweep selects', () => {
  it.each([
    ['pending', 'pending_validation'],
    ['active', 'pending_validation'],
    ['active', 'validation_timed_out'],
    ['moved', 'active'],
    ['pending', undefined],
  ])('what waits or is stuck: %s, %s', (status, ssl) => {
    expect(notSelected(live(status, ssl), SWEPT, NOW)).toBeUndefined();
  });

  it.each([
    ['active', 'active'],
    ['active', 'pending_issuance'],
    ['pending_deletion', 'pending_validation'],
    ['active', 'something_new'],
  ])('nothing else: %s, %s', (status, ssl) => {
    expect(notSelected(live(status, ssl), SWEPT, NOW)).toBe('SWEEP_PHASE');
  });

  it.each<[string, Partial<Selection>, boolean]>([
    ['its own authority', { authorities: ['google'] }, true],
    ['another authority', { authorities: ['ssl_com'] }, false],
    ['its method', { methods: ['txt'] }, true],
    ['another method', { methods: ['http'] }, false],
    ['a part of its name', { contains: 'acme' }, true],
    ['no part of its name', { contains: 'other' }, false],
    ['an age it has', { olderThanMs: 86_400_000 }, true],
    ['an age it has not', { olderThanMs: 3 * 86_400_000 }, false],
    ['its status', { hostnameStatuses: ['moved', 'pending'] }, true],
    ['another status', { sslStatuses: ['expired'] }, false],
  ])('by %s', (_, selection, selected) => {
    const hostname = live('pending', 'pending_validation', { created_at: '2026-11-23T12:00:00Z' });
    expect(notSelected(hostname, { ...SWEPT, ...selection }, NOW)).toBe(selected ? undefined : 'SWEEP_FILTER');
  });
});

describe('the lists narrowed down by status', () => {
  it('hold every hostname that is selected, whatever it complains about', () => {
    const phases = fc.uniqueArray(fc.constantFrom(...HOSTNAME_PHASES), { minLength: 1 });
    const complaints = fc.array(fc.constantFrom('rate limited', 'CAA records', 'zone hold', 'something else'));
    const statuses = fc.constantFrom(...HOSTNAME_STATUSES, 'a_new_status');
    const sslStatuses = fc.option(fc.constantFrom(...SSL_STATUSES, 'a_new_status'), { nil: undefined });
    fc.assert(
      fc.property(phases, statuses, sslStatuses, complaints, (chosen, status, ssl, errors) => {
        const selection = { ...ALL, phases: chosen };
        const filters = statusFilters(selection);
        const hostname = live(status, ssl, { verification_errors: errors });
        if (filters === undefined || notSelected(hostname, selection, NOW) !== undefined) return true;
        return filters.some(
          ({ hostname_status = status, ssl_status = ssl }) => hostname_status === status && ssl_status === ssl,
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it('are those of the statuses that were asked for, where some were', () => {
    expect(statusFilters({ ...SWEPT, sslStatuses: ['expired'] })).toEqual([{ ssl_status: 'expired' }]);
    expect(statusFilters({ ...SWEPT, hostnameStatuses: ['moved'] })).toEqual([{ hostname_status: 'moved' }]);
    expect(statusFilters({ ...SWEPT, phases: ['unrecognised'] })).toBeUndefined();
  });
});
