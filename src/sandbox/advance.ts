import { nextHostnameStatus, routedFrom } from './hostname-machine.ts';
import { nextSslStatus } from './ssl-machine.ts';
import type { StoredHostname, StoredSsl } from './stored-hostname.ts';

/** The certificate of the current order goes into service. */
function serve(record: StoredHostname, ssl: StoredSsl, at: number): void {
  if (ssl.status === 'active') {
    // A renewal is a new order. The API renews by HTTP what it can reach, whatever method was chosen.
    ssl.order += 1;
    if (!ssl.wildcard && !record.dns.delegated && routedFrom(record) <= at) ssl.method = 'http';
  }
  ssl.served = ssl.order;
}

/**
 * Moves both state machines of a hostname on to `now` (virtual Unix milliseconds). Nothing runs between two looks at a
 * hostname: this is called before each, so that no timer is needed for any of them. `fallbackFrom` is when the zone has
 * a usable fallback origin.
 */
export function advance(record: StoredHostname, now: number, fallbackFrom = Number.NEGATIVE_INFINITY): void {
  for (;;) {
    const next = nextHostnameStatus(record, fallbackFrom);
    if (next === undefined || next.at > now) break;
    record.status = next.status;
    record.since = next.at;
  }
  const { ssl } = record;
  if (ssl === undefined) return;
  for (;;) {
    const next = nextSslStatus(record, ssl);
    if (next === undefined || next.at > now) return;
    if (next.status === 'active') serve(record, ssl, next.at);
    if (next.status === 'pending_validation') ssl.tokensAt = next.at;
    ssl.status = next.status;
    ssl.since = next.at;
  }
}
