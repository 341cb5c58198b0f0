import type { Actor } from './actor.ts';

/**
 * What a complaint of the API is about.
 *
 * zone_hold             the owner of the domain keeps it from being activated anywhere else
 * abuse_block           Cloudflare has flagged the hostname
 * domain_on_cloudflare  the domain is on Cloudflare itself: no token counts, only that the hostname points at the target
 * fallback_origin       the SaaS zone has none that works
 * dns                   the domain's DNS fails, for the authority or from some places
 * caa                   CAA records forbid the authority
 * not_pointed           the hostname does not point at the target, and its ownership token is not there
 * rate_limit            the authority has had enough of these names for now
 * authority_error       the authority failed
 * authority_refuses     the authority will not issue for this name
 * other                 nothing that is documented
 */
export type Complaint =
  | 'zone_hold'
  | 'abuse_block'
  | 'domain_on_cloudflare'
  | 'fallback_origin'
  | 'dns'
  | 'caa'
  | 'not_pointed'
  | 'rate_limit'
  | 'authority_error'
  | 'authority_refuses'
  | 'other';

/**
 * The complaints Cloudflare documents, by a phrase each of them has; the first that fits decides. They come without codes
 * (`ssl.validation_errors[].message`, `verification_errors[]`), so that their text is all there is to go by. Sources:
 * https://developers.cloudflare.com/ssl/edge-certificates/changing-dcv-method/troubleshooting/ and, below
 * https://developers.cloudflare.com/cloudflare-for-platforms/cloudflare-for-saas/, domain-support/hostname-validation/error-codes/
 * and reference/troubleshooting/; that of a domain on Cloudflare is only seen in the field.
 */
const PHRASES: readonly (readonly [RegExp, Complaint])[] = [
  [/\bheld\b|\bzone hold\b/i, 'zone_hold'],
  [/\bblocked by cloudflare\b|\babuse\b/i, 'abuse_block'],
  [/\busing cloudflare\b|\balready on cloudflare\b|\bDNS target needs to point\b/i, 'domain_on_cloudflare'],
  [/\bfallback\b/i, 'fallback_origin'],
  // The customer's DNS as the authority sees it. Before the authority's own words, which some of these have, too.
  [/\bSERVFAIL\b|\bNXDOMAIN\b|\bDNSSEC\b|\bDNS (lookup|problem)\b/i, 'dns'],
  [/\bmulti(ple)?[- ]perspective\b|\bMPIC\b/i, 'dns'],
  [/\bCAA\b|\bcaa_error\b/i, 'caa'],
  [/\bCNAME\b|\btoken was not found\b/i, 'not_pointed'],
  [/\brate[- ]limit/i, 'rate_limit'],
  [/\binternal\b.*\berror\b/i, 'authority_error'],
  [/\bwill not issue\b|\bgoogle_safe_browsing\b|\brisky_keywords\b|\bphishtank\b/i, 'authority_refuses'],
];

/** URLs, and names of hosts with whatever is attached to them: a host may be called `fallback` or `caa`. */
const HOSTS = /\bhttps?:\/\/\S+|(?<![\p{L}\p{N}_-])(?:\*\.)?(?:[\p{L}\p{N}_-]+\.)+[\p{L}\p{N}-]{2,}\.?(?:[:/]\S*)?/giu;

const ADDRESSES = /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])|(?<![\w:])(?:[\da-f]{0,4}:){2,7}[\da-f]{0,4}(?![\w:])/gi;

/** `text` with an ellipsis for each host, URL and address in it: what is the same of many hostnames then reads the same. */
export const withoutHosts = (text: string): string => text.replace(ADDRESSES, '…').replace(HOSTS, '…');

/** What `text`, in the API's words, is about. */
export function complaintIn(text: string): Complaint {
  const words = text.replace(HOSTS, ' ');
  return PHRASES.find(([phrase]) => phrase.test(words))?.[1] ?? 'other';
}

/** Whom each complaint calls on. What nobody has heard of is the customer's: nearly all that fails to validate is their DNS. */
export const CALLED_ON = {
  zone_hold: 'owner',
  // Only the operator of the zone can ask Cloudflare to lift it, or set a fallback origin.
  abuse_block: 'operator',
  fallback_origin: 'operator',
  domain_on_cloudflare: 'customer',
  dns: 'customer',
  caa: 'customer',
  not_pointed: 'customer',
  rate_limit: 'authority',
  authority_error: 'authority',
  authority_refuses: 'authority',
  other: 'customer',
} as const satisfies Record<Complaint, Actor>;
