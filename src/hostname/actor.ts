/**
 * Who must move before a hostname goes on. `operator` is the person who runs hostroll, `owner` who holds the customer's domain at
 * Cloudflare, `authority` the certificate authority; `unknown` where nobody could see it.
 */
export const ACTORS = ['operator', 'customer', 'owner', 'authority', 'cloudflare', 'nobody', 'unknown'] as const;
export type Actor = (typeof ACTORS)[number];
