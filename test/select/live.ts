import type { LiveHostname, LiveSsl } from '../../src/hostname/live.ts';

export const NOW = Date.parse('2026-11-25T12:00:00Z');

/** A hostname as the API shows it; without `ssl` where that is not given. */
export const live = (more: Partial<LiveHostname> = {}, ssl?: Partial<LiveSsl>): LiveHostname =>
  ({
    id: '11111111-2222-4333-8444-555555555555',
    zone_id: '0123456789abcdef0123456789abcdef',
    hostname: 'shop.acme-store.net',
    status: 'active',
    ...(ssl === undefined ? {} : { ssl: { status: 'active', method: 'txt', certificate_authority: 'google', ...ssl } }),
    ...more,
  }) as LiveHostname;
