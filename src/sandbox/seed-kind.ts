import { HOUR, MINUTE } from '../terms.ts';
import type { SandboxHostname } from './load-hostname.ts';

/** What a kind of seeded hostname says beyond its name. */
type Kind = Pick<SandboxHostname, 'status' | 'ssl' | 'dns'>;

const POINTS_HERE = { routed_after_ms: 0 };
const NOTHING_DONE = { routed_after_ms: null };

/** The kinds of hostname a seeded zone is mixed from. */
export const SEED_KINDS = {
  active_http: { status: 'active', ssl: { method: 'http' }, dns: POINTS_HERE },
  active_txt: { status: 'active', ssl: { method: 'txt' }, dns: POINTS_HERE },
  wildcard: { status: 'active', ssl: { method: 'txt', wildcard: true }, dns: POINTS_HERE },
  wildcard_delegated: {
    status: 'active',
    ssl: { method: 'txt', wildcard: true },
    dns: { ...POINTS_HERE, delegated: true },
  },
  custom_certificate: {
    status: 'active',
    ssl: { method: 'http', serial_number: '', settings: {} },
    dns: POINTS_HERE,
  },
  without_ssl: { status: 'active', dns: POINTS_HERE },
  issuing: { status: 'active', ssl: { method: 'http', status: 'pending_issuance' }, dns: POINTS_HERE },
  redeploying: { status: 'active_redeploying', ssl: { method: 'http' }, dns: POINTS_HERE },
  pending_http: {
    status: 'pending',
    ssl: { method: 'http', status: 'pending_validation' },
    dns: NOTHING_DONE,
  },
  pending_txt: { status: 'pending', ssl: { method: 'txt', status: 'pending_validation' }, dns: NOTHING_DONE },
  pending_wildcard: {
    status: 'pending',
    ssl: { method: 'txt', wildcard: true, status: 'pending_validation' },
    dns: NOTHING_DONE,
  },
  pending_soon: {
    status: 'pending',
    ssl: { method: 'http', status: 'pending_validation' },
    dns: { routed_after_ms: 10 * MINUTE },
  },
  blocked_by_caa: {
    status: 'active',
    ssl: { method: 'http', status: 'pending_validation' },
    dns: { ...POINTS_HERE, dcv_error: 'CAA records block issuance by the certificate authority' },
  },
  timed_out: { status: 'active', ssl: { method: 'http', status: 'validation_timed_out' }, dns: POINTS_HERE },
  expired: { status: 'active', ssl: { method: 'txt', wildcard: true, status: 'expired' }, dns: POINTS_HERE },
  moved: { status: 'moved', ssl: { method: 'http', status: 'validation_timed_out' }, dns: NOTHING_DONE },
  moved_back: {
    status: 'moved',
    ssl: { method: 'http', status: 'validation_timed_out' },
    dns: { routed_after_ms: 0 },
  },
  leaving: { status: 'active', ssl: { method: 'http' }, dns: { ...POINTS_HERE, leaves_after_ms: 6 * HOUR } },
  blocked: { status: 'blocked', ssl: { method: 'http', status: 'pending_validation' }, dns: { held: true } },
  deleted: { status: 'deleted', ssl: { method: 'http', status: 'deleted' }, dns: NOTHING_DONE },
} as const satisfies Record<string, Kind>;

export type SeedKind = keyof typeof SEED_KINDS;

/** How many of a thousand hostnames are of each kind, unless said otherwise. */
export const DEFAULT_MIX: Partial<Record<SeedKind, number>> = {
  active_http: 530,
  active_txt: 140,
  wildcard: 50,
  wildcard_delegated: 40,
  custom_certificate: 50,
  without_ssl: 20,
  issuing: 5,
  redeploying: 5,
  pending_http: 30,
  pending_txt: 30,
  pending_wildcard: 10,
  pending_soon: 20,
  blocked_by_caa: 5,
  timed_out: 15,
  expired: 5,
  moved: 20,
  moved_back: 5,
  leaving: 5,
  blocked: 5,
  deleted: 10,
};
