import type { LiveHostname, LiveSsl } from '../hostname/live.ts';
import type { Dns } from '../sandbox/dns.ts';
import type { SandboxHostname } from '../sandbox/load-hostname.ts';
import type { WireRecord, WireSsl } from '../sandbox/wire-hostname.ts';
import { HOUR } from '../terms.ts';

/**
 * What a rehearsal takes customers to do:
 *
 * none       nothing new; hostnames that are active now go on pointing here
 * delegated  as none, but every hostname has its DCV delegation CNAME in place
 * all        whatever is asked of them, within an hour
 */
export type Customers = 'none' | 'delegated' | 'all';

/** What is asked for: one of these, or the range from the first to the last. */
export const CUSTOMERS_ASKED = ['range', 'none', 'delegated', 'all'] as const;
export type CustomersAsked = (typeof CUSTOMERS_ASKED)[number];

/** How long customers who do all take for it. */
const CUSTOMERS_TAKE_MS = HOUR;

/** A live hostname as the simulator begins with it, so that a plan against either comes out the same. */
export function sandboxHostname(live: LiveHostname, customers: Customers): SandboxHostname {
  const { id, zone_id, hostname, status, created_at, custom_metadata, custom_origin_server, custom_origin_sni } = live;
  return {
    id,
    zone_id,
    hostname,
    status,
    ...(created_at === undefined ? {} : { created_at }),
    ...(custom_metadata === undefined ? {} : { custom_metadata }),
    ...(custom_origin_server === undefined ? {} : { custom_origin_server }),
    ...(custom_origin_sni === undefined ? {} : { custom_origin_sni }),
    ...(live.ssl === undefined ? {} : { ssl: sandboxSsl(live.ssl, live.created_at) }),
    dns: factsOf(live, customers),
  };
}

/** An uploaded certificate is told by when it was uploaded; a snapshot does not know that, and nothing depends on it. */
function sandboxSsl(ssl: LiveSsl, createdAt = new Date(0).toISOString()): Partial<WireSsl> {
  const wire: Partial<WireSsl> = {
    status: ssl.status,
    certificate_authority: ssl.certificate_authority ?? '',
    settings: (ssl.settings ?? {}) as WireSsl['settings'],
    ...(ssl.method === undefined ? {} : { method: ssl.method }),
    ...(ssl.bundle_method === undefined ? {} : { bundle_method: ssl.bundle_method }),
    ...(ssl.wildcard === undefined ? {} : { wildcard: ssl.wildcard }),
    ...(ssl.validation_records === undefined ? {} : { validation_records: ssl.validation_records as WireRecord[] }),
  };
  if (ssl.uploaded !== true) return wire;
  return {
    ...wire,
    uploaded_on: createdAt,
    ...(ssl.issuer === undefined ? {} : { issuer: ssl.issuer }),
    ...(ssl.serial_number === undefined ? {} : { serial_number: ssl.serial_number }),
    ...(ssl.expires_on === undefined ? {} : { expires_on: ssl.expires_on }),
  };
}

/** Nothing is known of a customer's DNS but what the statuses tell; an error that the authority complains of stays. */
function factsOf({ status, ssl }: LiveHostname, customers: Customers): Partial<Dns> {
  if (customers === 'all') {
    const routed = status.startsWith('active') ? 0 : CUSTOMERS_TAKE_MS;
    return {
      routed_after_ms: routed,
      token_after_ms: CUSTOMERS_TAKE_MS,
      ownership_after_ms: CUSTOMERS_TAKE_MS,
    };
  }
  const complaint = ssl?.status === 'active' ? undefined : ssl?.validation_errors?.[0];
  return {
    ...(complaint === undefined ? {} : { dcv_error: complaint }),
    ...(customers === 'delegated' ? { delegated: true } : {}),
  };
}
