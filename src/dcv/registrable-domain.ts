import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/**
 * The registrable domain of a hostname by the public suffix list: `shop.acme.co.uk` → `acme.co.uk`. The list takes 50 ms of
 * processor time to load, so that it is not loaded before it is asked.
 */
export function registrableDomain(host: string): string | undefined {
  const { getDomain } = require('tldts') as typeof import('tldts');
  return getDomain(host) ?? undefined;
}
