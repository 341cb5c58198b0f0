import * as z from '../json/zod.ts';

/** Plans a zone can be on, as the API's `legacy_id` names them. */
export const PLANS = ['free', 'pro', 'business', 'enterprise'] as const;
export type Plan = (typeof PLANS)[number];

/** What the zone's plan allows. */
export const ENTITLEMENTS = z.strictObject({
  custom_metadata: z.boolean().exactOptional(),
  /** False for a zone that opted out of metadata on wildcard hostnames. */
  wildcard_metadata: z.boolean().exactOptional(),
  custom_origin: z.boolean().exactOptional(),
  wildcard: z.boolean().exactOptional(),
  /** To choose a certificate authority, and to upload certificates. */
  certificate_authority: z.boolean().exactOptional(),
  custom_certificate: z.boolean().exactOptional(),
});
export type Entitlements = Required<z.infer<typeof ENTITLEMENTS>>;

const ENTERPRISE: Entitlements = {
  custom_metadata: true,
  wildcard_metadata: true,
  custom_origin: true,
  wildcard: true,
  certificate_authority: true,
  custom_certificate: true,
};

/** Below Enterprise, custom origins are all there is beyond plain hostnames, since May 2025. */
const BELOW: Entitlements = {
  custom_metadata: false,
  wildcard_metadata: false,
  custom_origin: true,
  wildcard: false,
  certificate_authority: false,
  custom_certificate: false,
};

/**
 * What a plan includes:
 * https://developers.cloudflare.com/cloudflare-for-platforms/cloudflare-for-saas/plans/
 */
export const entitlementsOf = (plan: Plan): Entitlements => (plan === 'enterprise' ? ENTERPRISE : BELOW);

/** A plan as answers about zones show it. */
export const wirePlan = (plan: Plan): object => ({
  name: `${plan.charAt(0).toUpperCase()}${plan.slice(1)} Website`,
  legacy_id: plan,
  is_subscribed: plan !== 'free',
});
