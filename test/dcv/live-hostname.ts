import type { LiveHostname, LiveSsl } from '../../src/hostname/live.ts';
import type { CustomHostnameId, Hostname, ZoneId } from '../../src/terms.ts';

const ZONE = '0f1e2d3c4b5a69788796a5b4c3d2e1f0' as ZoneId;
export const DELEGATION = '0123456789abcdef.dcv.cloudflare.com';

/** A hostname whose certificate waits for TXT values, its ownership proved; `ssl` and `more` say otherwise. */
export function waiting(name: string, ssl: Partial<LiveSsl> = {}, more: Partial<LiveHostname> = {}): LiveHostname {
  const host = name.replace(/^\*\./, '');
  return {
    id: '3f1c0b52-7a54-4f4e-9d1f-6f6a0a7d6b11' as CustomHostnameId,
    zone_id: ZONE,
    hostname: name as Hostname,
    status: 'active',
    ssl: {
      status: 'pending_validation',
      method: 'txt',
      certificate_authority: 'google',
      validation_records: [{ status: 'pending', txt_name: `_acme-challenge.${host}`, txt_value: 'token' }],
      dcv_delegation_records: [{ cname: `_acme-challenge.${host}`, cname_target: `${host}.${DELEGATION}` }],
      ...ssl,
    },
    ...more,
  };
}

/** One whose certificate is there, and whose ownership is still to be proved. */
export const unproved = (host: string): LiveHostname => ({
  ...waiting(host, { status: 'active' }),
  status: 'pending',
  ownership_verification: { type: 'txt', name: `_cf-custom-hostname.${host}`, value: 'owner' },
  ownership_verification_http: {
    http_url: `http://${host}/.well-known/cf-custom-hostname-challenge/1`,
    http_body: 'owner',
  },
});
