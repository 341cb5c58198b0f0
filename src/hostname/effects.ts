import { EFFECTS, type Effect } from '../terms.ts';
import { CERTIFICATES_PATH } from './certificates.ts';
import type { LiveHostname } from './live.ts';

/** A changed certificate authority, or names added to the certificate, make Cloudflare order a new certificate. */
const REISSUING = new Set(['ssl.certificate_authority', 'ssl.wildcard', 'ssl.cloudflare_branding']);

/**
 * What a PATCH that changes `paths` does beyond those fields. `sendsSsl`: its body carries an `ssl` object, which always
 * restarts validation. `existsElsewhere`: the same hostname is live in another zone, and the zone edited last takes the
 * traffic. Sources: section 2.5 of Cloudflare's behaviour as collected in docs/architecture.md.
 */
export function effectsOf(
  paths: readonly string[],
  live: LiveHostname,
  { sendsSsl, existsElsewhere }: { sendsSsl: boolean; existsElsewhere: boolean },
): Effect[] {
  const effects = new Set<Effect>();
  if (existsElsewhere || paths.some((path) => path.startsWith('custom_origin_'))) effects.add('moves_traffic');
  if (sendsSsl) effects.add('restarts_dcv');
  if (live.ssl !== undefined && paths.some((path) => REISSUING.has(path))) effects.add('reissues');
  const brings = live.ssl !== undefined && paths.includes(CERTIFICATES_PATH);
  if (brings || (sendsSsl && live.ssl?.uploaded === true)) effects.add('replaces_certificate');
  if (effects.size === 0) effects.add('metadata_only');
  return EFFECTS.filter((effect) => effects.has(effect));
}
