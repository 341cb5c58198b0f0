import { AUTHORITY_PATH, changedPaths } from '../../hostname/compare.ts';
import { mayChooseAuthority } from '../../hostname/entitlements.ts';
import type { ZoneId } from '../../terms.ts';
import type { PlanRow } from '../ledger/plan-row.ts';

/** Counts what a plan does about certificate authorities in zones that are not known to be free to choose them. */
export class AuthorityNotes {
  readonly #zones = new Map<ZoneId, { plan: string | undefined; changed: number }>();

  /** `plan`: that of the row's zone, as the API names it. */
  add({ zone_id: zone, body, before }: PlanRow, plan: string | undefined): void {
    if (zone === undefined || body?.ssl === undefined || mayChooseAuthority(plan) === true) return;
    const entry = this.#zones.get(zone) ?? { plan, changed: 0 };
    if (changedPaths(before ?? {}, body).includes(AUTHORITY_PATH)) entry.changed++;
    this.#zones.set(zone, entry);
  }

  /** One sentence for each thing to be known, for people. */
  lines(): string[] {
    return [...this.#zones].flatMap(([zone, { plan, changed }]) => {
      const named = `Zone ${zone} ${plan === undefined ? '(its plan cannot be seen)' : `(plan ${plan})`}`;
      const left = `${named}: a certificate authority that stays the same is left out of the edits; below Enterprise naming one is refused.`;
      if (mayChooseAuthority(plan) !== false || changed === 0) return [left];
      return [
        left,
        `${named}: ${changed} ${changed === 1 ? 'row changes' : 'rows change'} the certificate authority, which Cloudflare will refuse (1459); take ssl.certificate_authority out of them, and Cloudflare chooses.`,
      ];
    });
  }
}
