/**
 * Whether a zone may do what Enterprise may, such as choosing certificate authorities: the plans that can be bought online may
 * not, and of others (`undefined`) nobody knows. `plan` as the API names it: its `legacy_id` (`pro`, `partners_enterprise`)
 * or its name (`Pro Website`). Source: code 1459, "only available on an Enterprise plan".
 */
export function isEnterprise(plan: string | undefined): boolean | undefined {
  if (plan === undefined) return undefined;
  if (/enterprise|_ent$/i.test(plan)) return true;
  return /free|pro|business/i.test(plan) ? false : undefined;
}
