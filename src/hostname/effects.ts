import { EFFECTS, type Effect, type JsonObject } from '../terms.ts';
import { CERTIFICATES_PATH, liveCertificates } from './certificates.ts';
import type { LiveHostname } from './live.ts';

/** A changed certificate authority, or names added to the certificate, make Cloudflare order a new certificate. */
const REISSUING = new Set(['ssl.certificate_authority', 'ssl.wildcard', 'ssl.cloudflare_branding']);

/**
 * Whether an edit with these effects has the authority issue a certificate. Whether that counts against Cloudflare's limit of
 * certificates a minute is documented for new hostnames alone; for edits nobody knows.
 */
export const ordersCertificate = (effects: readonly Effect[]): boolean =>
  effects.includes('reissues') || effects.includes('loses_upload');

/**
 * What a PATCH that changes `paths` does beyond those fields. `sendsSsl`: its body carries an `ssl` object, which always
 * restarts validation. `brings`: the certificates of one's own in it. `existsElsewhere`: the same hostname is live in another
 * zone, and the zone edited last takes the traffic. `losesUpload`: a managed certificate takes the place of an uploaded one, whose
 * key nobody hands back. Sources: section 2.5 of Cloudflare's behaviour as collected in docs/architecture.md.
 */
export function effectsOf(
  paths: readonly string[],
  live: LiveHostname,
  {
    sendsSsl,
    existsElsewhere,
    brings: certificates = [],
    losesUpload = false,
  }: { sendsSsl: boolean; existsElsewhere: boolean; brings?: readonly JsonObject[]; losesUpload?: boolean },
): Effect[] {
  const effects = new Set<Effect>();
  if (existsElsewhere || paths.some((path) => path.startsWith('custom_origin_'))) effects.add('moves_traffic');
  if (sendsSsl) effects.add('restarts_dcv');
  if (live.ssl !== undefined && paths.some((path) => REISSUING.has(path))) effects.add('reissues');
  const brings = live.ssl !== undefined && paths.includes(CERTIFICATES_PATH);
  if (brings || (sendsSsl && live.ssl?.uploaded === true)) effects.add('replaces_certificate');
  // One certificate in the place of two: clients that know the other kind of key alone are left without.
  const shown = live.ssl === undefined ? [] : liveCertificates(live.ssl);
  if (certificates.length === 1 && shown.length === 2)
    effects.add(certificates[0]?.key_type === 'rsa' ? 'drops_ecdsa' : 'drops_rsa');
  if (losesUpload) effects.add('loses_upload');
  if (effects.size === 0) effects.add('metadata_only');
  return EFFECTS.filter((effect) => effects.has(effect));
}
