import type { LiveHostname, LiveSsl } from '../../src/hostname/live.ts';
import type { JsonObject } from '../../src/terms.ts';

/**
 * What the API makes of a PATCH, as it documents it: members that are absent stay, metadata is replaced as a whole, an
 * empty origin unsets it, and an `ssl` object restarts validation and resets every member it leaves out.
 */
export function patched(live: LiveHostname, body: JsonObject): LiveHostname {
  const next: Record<string, unknown> = { ...live, ...body };
  for (const origin of ['custom_origin_server', 'custom_origin_sni']) if (next[origin] === '') delete next[origin];
  if (body.ssl !== undefined) next.ssl = orderedAnew(body.ssl as JsonObject);
  return next as unknown as LiveHostname;
}

function orderedAnew({ cloudflare_branding: _neverShown, ...ssl }: JsonObject): LiveSsl {
  const defaults = { bundle_method: 'ubiquitous', wildcard: false, settings: {} };
  const next = { ...defaults, ...ssl, status: 'initializing' } as LiveSsl;
  if (!next.certificate_authority) next.certificate_authority = 'google';
  // The API may hand lists back in an order of its own.
  const ciphers = next.settings?.ciphers;
  if (Array.isArray(ciphers)) next.settings = { ...next.settings, ciphers: [...ciphers].reverse() };
  return next;
}
