import type { LiveHostname, LiveSsl } from '../hostname/live.ts';
import { COMMON_NAME_MAX_CHARS } from '../hostname/stored-config.ts';

/** Longest name in DNS, without the dot of the root (RFC 1035, 2.3.4: 255 octets with length bytes). */
const NAME_MAX_CHARS = 253;

/**
 * Why no certificate can be issued for the very name of a hostname with `ssl`, as a clause; undefined where nothing is known
 * against it. Longer names than a common name may be (RFC 5280, 64) are Cloudflare's to name otherwise, where it is let; that
 * Google issues for none in punycode is in Cloudflare's reference of certificate authorities.
 */
export function nameBar(
  live: LiveHostname,
  ssl: Partial<LiveSsl> & { cloudflare_branding?: boolean },
): string | undefined {
  const host = live.hostname.replace(/^\*\./, '');
  const name = ssl.wildcard === true || live.hostname !== host ? `*.${host}` : host;
  const challenge = `_acme-challenge.${host}`;
  if (name.length > NAME_MAX_CHARS) return tooLong('on the certificate', name);
  if (ssl.method === 'txt' && challenge.length > NAME_MAX_CHARS) return tooLong('of the challenge', challenge);
  if (host.length > COMMON_NAME_MAX_CHARS && ssl.cloudflare_branding !== true) {
    return `${host.length} characters are more than the ${COMMON_NAME_MAX_CHARS} of a common name; cloudflare_branding has to be true`;
  }
  const isNew = ssl.certificate_authority !== live.ssl?.certificate_authority;
  if (isNew && ssl.certificate_authority === 'google' && /(^|\.)xn--/.test(host)) {
    return 'Google Trust Services issues for no name in punycode';
  }
  return undefined;
}

const tooLong = (which: string, name: string): string =>
  `the name ${which} would have ${name.length} characters, of which DNS takes ${NAME_MAX_CHARS}`;
