import type { HandOff } from '../../src/handoff/hand-off.ts';
import { handOffOfLive } from '../../src/handoff/hand-off.ts';
import type { LiveHostname, LiveSsl } from '../../src/hostname/live.ts';
import type { Hostname } from '../../src/terms.ts';
import { shop } from '../hostname/generate.ts';

export const NOW = Date.parse('2026-11-25T12:00:00.000Z');

/** What the API shows of a hostname that waits for TXT records at its certificate; `ssl` and `more` laid over it. */
export const waitingLive = (
  hostname: string,
  ssl: Partial<LiveSsl> = {},
  more: Partial<LiveHostname> = {},
): LiveHostname =>
  shop({
    hostname: hostname as Hostname,
    status: 'pending',
    created_at: '2026-11-25T11:59:00.000Z',
    ssl: {
      status: 'pending_validation',
      method: 'txt',
      certificate_authority: 'google',
      validation_records: [{ txt_name: `_acme-challenge.${hostname}`, txt_value: `token of ${hostname}` }],
      ...ssl,
    },
    ownership_verification: { type: 'txt', name: `_cf-custom-hostname.${hostname}`, value: `owner of ${hostname}` },
    ownership_verification_http: { http_url: `http://${hostname}/.well-known/owner`, http_body: 'owner' },
    ...more,
  });

/** The hand-off of `live`, which must not be active. */
export function handedOff(live: LiveHostname, target?: string): HandOff {
  const handOff = handOffOfLive(live, { now: NOW, target });
  if (handOff === undefined) throw new Error(`${live.hostname} is active`);
  return handOff;
}
