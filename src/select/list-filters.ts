import type { ListFilter } from '../cloudflare/client.ts';
import { HOSTNAME_STATUSES, type HostnamePhase, phaseOf, SSL_STATUSES } from '../hostname/phase.ts';
import type { Condition } from './condition.ts';
import type { Where } from './where.ts';

/**
 * Lists that together hold every hostname that is meant, each narrowed down by one status; undefined where only the whole
 * list does. A hostname may be in two of them. By statuses alone: whether the API's filter by certificate authority has
 * hostnames with uploaded certificates is not documented, and it has none for method, settings, metadata or age.
 */
export function listFilters(where: Where): ListFilter[] | undefined {
  const lists = where.map(filtersOf).filter((filters) => filters !== undefined);
  return lists.sort((a, b) => a.length - b.length)[0];
}

function filtersOf({ field, operator, values, orMissing }: Condition): ListFilter[] | undefined {
  if (operator !== '=' || orMissing) return undefined;
  switch (field.path) {
    case 'ssl.status':
      return values.map((ssl_status) => ({ ssl_status }));
    case 'status':
      return values.map((hostname_status) => ({ hostname_status }));
    case 'phase':
      return filtersOfPhases(values as readonly HostnamePhase[]);
    default:
      return undefined;
  }
}

function filtersOfPhases(phases: readonly HostnamePhase[]): ListFilter[] | undefined {
  // A status nobody knows cannot be asked for, and what serves is nearly the whole list.
  if (phases.includes('unrecognised') || phases.includes('serving')) return undefined;
  const ssl = SSL_STATUSES.filter((status) => mayBeIn(phases, 'active', status));
  const others = [undefined, ...SSL_STATUSES.filter((status) => !ssl.includes(status))];
  const hostname = HOSTNAME_STATUSES.filter((status) => others.some((other) => mayBeIn(phases, status, other)));
  return [...ssl.map((ssl_status) => ({ ssl_status })), ...hostname.map((hostname_status) => ({ hostname_status }))];
}

/** What a hostname that waits may turn out to be in, by what the API complains about and when validation began. */
const WAITS_BY_STATUS: readonly HostnamePhase[] = [
  'validating',
  'waiting_for_customer',
  'waiting_for_owner',
  'waiting_for_authority',
  'stuck',
];

function mayBeIn(phases: readonly HostnamePhase[], status: string, sslStatus: string | undefined): boolean {
  const phase = phaseOf(status, sslStatus, []);
  if (phase === 'waiting_for_customer') return WAITS_BY_STATUS.some((one) => phases.includes(one));
  // A zone hold shows as a block.
  if (status === 'blocked' && phase === 'stuck' && phases.includes('waiting_for_owner')) return true;
  return phases.includes(phase);
}
