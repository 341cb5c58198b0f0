/** Whom a complaint of the API calls on: the customer's DNS or site, the certificate authority, or the operator. */
export type CalledOn = 'customer' | 'authority' | 'operator';

/**
 * The complaints Cloudflare documents, by a phrase each of them has; the first that fits decides. They come without codes
 * (`ssl.validation_errors[].message`, `verification_errors[]`), so that their text is all there is to go by. Sources:
 * https://developers.cloudflare.com/ssl/edge-certificates/changing-dcv-method/troubleshooting/ and
 * https://developers.cloudflare.com/cloudflare-for-platforms/cloudflare-for-saas/domain-support/hostname-validation/error-codes/
 */
const COMPLAINTS: readonly (readonly [RegExp, CalledOn])[] = [
  // Zone hold, abuse block, fallback origin: only whoever runs the zone can end them.
  [/\bheld\b|\bzone hold\b|\bblocked by cloudflare\b/i, 'operator'],
  [/\bfallback\b/i, 'operator'],
  // The customer's DNS as the authority sees it. Before the authority's own words, which some of these have, too.
  [/\bSERVFAIL\b|\bNXDOMAIN\b|\bDNSSEC\b|\bDNS lookup\b|\bCAA\b|\bcaa_error\b/i, 'customer'],
  [/\bmulti(ple)?[- ]perspective\b|\bMPIC\b/i, 'customer'],
  [/\brate[- ]limit/i, 'authority'],
  [/\binternal\b.*\berror\b/i, 'authority'],
  [/\bwill not issue\b/i, 'authority'],
  [/\bgoogle_safe_browsing\b|\brisky_keywords\b|\bphishtank\b/i, 'authority'],
];

/** Whom `text` calls on. What nobody has heard of is the customer's: nearly all that fails to validate is their DNS. */
export const calledOnBy = (text: string): CalledOn =>
  COMPLAINTS.find(([phrase]) => phrase.test(text))?.[1] ?? 'customer';
