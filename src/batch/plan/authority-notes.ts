import { methodEnd } from '../../certificate/calendar.ts';
import { AUTHORITY_PATH, changedPaths } from '../../hostname/compare.ts';
import { mayChooseAuthority } from '../../hostname/entitlements.ts';
import type { JsonObject, ZoneId } from '../../terms.ts';
import type { PlanRow } from '../ledger/plan-row.ts';

/**
 * Counts what a plan does about certificate authorities in zones that are not known to be free to choose them, and which
 * rows ask for a method that ends.
 */
export class AuthorityNotes {
  readonly #zones = new Map<ZoneId, { plan: string | undefined; changed: number }>();

  readonly #ending = new Map<string, number>();

  /** `plan`: that of the row's zone, as the API names it. */
  add({ zone_id: zone, body, before }: PlanRow, plan: string | undefined): void {
    const { method } = (body?.ssl ?? {}) as JsonObject;
    if (typeof method === 'string' && methodEnd(method) !== undefined) {
      this.#ending.set(method, (this.#ending.get(method) ?? 0) + 1);
    }
    if (zone === undefined || body?.ssl === undefined || mayChooseAuthority(plan) === true) return;
    const entry = this.#zones.get(zone) ?? { plan, changed: 0 };
    if (changedPaths(before ?? {}, body).includes(AUTHORITY_PATH)) entry.changed++;
    this.#zones.set(zone, entry);
  }

  /** One sentence for each thing to be known, for people. */
  lines(): string[] {
    return [...this.#ofZones(), ...this.#ofMethods()];
  }

  #ofMethods(): string[] {
    return [...this.#ending].map(([method, rows]) => {
      const { from, says, source } = methodEnd(method) ?? {};
      return `${rows === 1 ? '1 row has' : `${rows} rows have`} ssl.method ${method}, which ends on ${from}: ${says} (${source}). Choose txt or http.`;
    });
  }

  #ofZones(): string[] {
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
