import type { ListFilter } from '../cloudflare/client.ts';
import type { LiveHostname } from '../hostname/live.ts';
import { phaseOfLive } from '../hostname/live-phase.ts';
import { HOSTNAME_STATUSES, type HostnamePhase, phaseOf, SSL_STATUSES } from '../hostname/phase.ts';

/** Which hostnames a sweep is about: those that pass every member. An empty list, or an absent member, lets all pass. */
export interface Selection {
  phases: readonly HostnamePhase[];
  hostnameStatuses: readonly string[];
  sslStatuses: readonly string[];
  /** `ssl.certificate_authority`, as the API spells it. */
  authorities: readonly string[];
  /** `ssl.method`. */
  methods: readonly string[];
  /** Part of the hostname, lower case. */
  contains?: string;
  /** Created at least this long ago, in milliseconds. A hostname that does not say when counts as old. */
  olderThanMs?: number;
}

/**
 * What a sweep is about where it is not told: hostnames that wait for a check, or that Cloudflare no longer checks. Those
 * that only their domain's owner can let go on are not sent, but told.
 */
export const SWEPT_PHASES: readonly HostnamePhase[] = [
  'validating',
  'waiting_for_customer',
  'waiting_for_owner',
  'stuck',
];

/** Why a hostname is not selected. */
export const NOT_SELECTED = ['SWEEP_PHASE', 'SWEEP_FILTER'] as const;
export type NotSelected = (typeof NOT_SELECTED)[number];

/** Why `live` is none of the selected hostnames at `now` (milliseconds since 1970), or undefined where it is one. */
export function notSelected(live: LiveHostname, selection: Selection, now: number): NotSelected | undefined {
  const { ssl } = live;
  if (!within(selection.phases, phaseOfLive(live, {}, now))) return 'SWEEP_PHASE';
  const passes =
    within(selection.hostnameStatuses, live.status) &&
    within(selection.sslStatuses, ssl?.status) &&
    within(selection.authorities, ssl?.certificate_authority) &&
    within(selection.methods, ssl?.method) &&
    live.hostname.includes(selection.contains ?? '') &&
    (selection.olderThanMs === undefined || !isYounger(live, now - selection.olderThanMs));
  return passes ? undefined : 'SWEEP_FILTER';
}

const within = (allowed: readonly string[], value: string | undefined): boolean =>
  allowed.length === 0 || (value !== undefined && allowed.includes(value));

const isYounger = ({ created_at }: LiveHostname, since: number): boolean =>
  created_at !== undefined && Date.parse(created_at) > since;

/**
 * Lists that together hold every selected hostname, each narrowed down by one status; undefined where only the whole list
 * does. A hostname may be in two of them.
 */
export function statusFilters({ phases, hostnameStatuses, sslStatuses }: Selection): ListFilter[] | undefined {
  if (sslStatuses.length > 0) return sslStatuses.map((ssl_status) => ({ ssl_status }));
  if (hostnameStatuses.length > 0) return hostnameStatuses.map((hostname_status) => ({ hostname_status }));
  // A status nobody knows cannot be asked for, and what serves is nearly the whole list.
  if (phases.length === 0 || phases.includes('unrecognised') || phases.includes('serving')) return undefined;
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
