import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOSTNAME_PHASES, HOSTNAME_STATUSES, SSL_STATUSES } from '../../src/hostname/phase.ts';
import { listFilters } from '../../src/select/list-filters.ts';
import { isMeant, parseWhere } from '../../src/select/where.ts';
import { live, NOW } from './live.ts';

const filtersOf = (...texts: string[]) => listFilters(parseWhere(texts).where);

describe('the lists narrowed down by status', () => {
  it('hold every hostname that is meant, whatever it complains about', () => {
    const phases = fc.uniqueArray(fc.constantFrom(...HOSTNAME_PHASES), { minLength: 1 });
    const complaints = fc.array(fc.constantFrom('rate limited', 'CAA records', 'zone hold', 'something else'));
    const statuses = fc.constantFrom(...HOSTNAME_STATUSES, 'a_new_status');
    const sslStatuses = fc.option(fc.constantFrom(...SSL_STATUSES, 'a_new_status'), { nil: undefined });
    fc.assert(
      fc.property(phases, statuses, sslStatuses, complaints, (chosen, status, ssl, verification_errors) => {
        const { where } = parseWhere([`phase=${chosen.join(',')}`, 'hostname~*']);
        const filters = listFilters(where);
        const hostname = live({ status, verification_errors }, ssl === undefined ? undefined : { status: ssl });
        if (filters === undefined || !isMeant(where, hostname, NOW)) return true;
        return filters.some(
          ({ hostname_status = status, ssl_status = ssl }) => hostname_status === status && ssl_status === ssl,
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it('are those of the statuses that are asked for, and of the fewer', () => {
    const phases = 'phase=validating,waiting_for_customer,waiting_for_owner,stuck';
    expect(filtersOf(phases, 'ssl.status=expired')).toEqual([{ ssl_status: 'expired' }]);
    expect(filtersOf(phases, 'status=moved')).toEqual([{ hostname_status: 'moved' }]);
    expect(filtersOf('status=moved,blocked', 'ssl.method=http')).toHaveLength(2);
  });

  it.each(['phase=unrecognised', 'status!=active', 'ssl.status=<missing>', 'ssl.certificate_authority=google'])(
    'are none where only the whole list has all: %s',
    (text) => {
      expect(filtersOf(text)).toBeUndefined();
    },
  );
});
