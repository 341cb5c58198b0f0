import { late } from '../disk/late.ts';

/** The public suffix list takes 50 ms of processor time to load, so that it is not loaded before it is asked. */
const suffixes = late<typeof import('tldts')>('tldts');

/**
 * The domain that somebody registered, and whose DNS zone therefore holds the records: `acme.co.uk` of
 * `shop.acme.co.uk`. Suffixes under which companies let others register count, too. A name without one stands for itself.
 */
export const registrableDomain = (hostname: string): string => {
  const name = hostname.replace(/^\*\./, '');
  return suffixes().getDomain(name, { allowPrivateDomains: true }) ?? name;
};

/** The domain of a hostname that a registry knows, and the suffix above it; undefined where the name has none. */
export function registeredDomain(host: string): { domain: string; suffix: string } | undefined {
  const { domain, publicSuffix } = suffixes().parse(host);
  return domain === null || publicSuffix === null ? undefined : { domain, suffix: publicSuffix };
}
