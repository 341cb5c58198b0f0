import type { IssuanceLimit } from './rollout.ts';

/**
 * What Cloudflare documents for certificates of new hostnames (then 30 s of refusals; 2026-04). Whether edits count, and for whom it
 * is counted, nobody knows: this holds for all the edits of a credential, which does least harm.
 */
export const ISSUANCE_DEFAULT: IssuanceLimit = { orders: 15, window_seconds: 60 };
