import { getDomain } from 'tldts';

/**
 * The domain that somebody registered, and whose DNS zone therefore holds the records: `acme.co.uk` of
 * `shop.acme.co.uk`. Suffixes under which companies let others register count, too. A name without one stands for itself.
 */
export const registrableDomain = (hostname: string): string => {
  const name = hostname.replace(/^\*\./, '');
  return getDomain(name, { allowPrivateDomains: true }) ?? name;
};
