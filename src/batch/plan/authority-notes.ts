import { methodEnd } from '../../certificate/calendar.ts';
import { AUTHORITY_PATH, changedPaths } from '../../hostname/compare.ts';
import { mayChooseAuthority } from '../../hostname/entitlements.ts';
import type { JsonObject, ZoneId } from '../../terms.ts';
import type { PlanRow } from '../ledger/plan-row.ts';

/** Certificates of new hostnames that are issued in a minute (documented for new ones; of edits nobody knows). */
const ISSUED_A_MINUTE = 15;

/**
 * Counts what a plan does about certificate authorities in zones that are not known to be free to choose them, which rows ask for
 * a method that ends, and how many order certificates.
 */
export class AuthorityNotes {
  readonly #zones = new Map<ZoneId, { plan: string | undefined; changed: number }>();

  readonly #ending = new Map<string, number>();
  #ordered = 0;

  /** `plan`: that of the row's zone, as the API names it. */
  add({ zone_id: zone, body, before, effects }: PlanRow, plan: string | undefined): void {
    const { method } = (body?.ssl ?? {}) as JsonObject;
    if (typeof method === 'string' && methodEnd(method) !== undefined) {
      this.#ending.set(method, (this.#ending.get(method) ?? 0) + 1);
    }
    if (effects.includes('reissues')) this.#ordered++;
    if (zone === undefined || body?.ssl === undefined || mayChooseAuthority(plan) === true) return;
    const entry = this.#zones.get(zone) ?? { plan, changed: 0 };
    if (changedPaths(before ?? {}, body).includes(AUTHORITY_PATH)) entry.changed++;
    this.#zones.set(zone, entry);
  }

  /** One sentence for each thing to be known, for people. */
  lines(): string[] {
    return [...this.#ofZones(), ...this.#ofMethods(), ...this.#ofOrders()];
  }

  #ofMethods(): string[] {
    return [...this.#ending].map(([method, rows]) => {
      const { from, says, source } = methodEnd(method) ?? {};
      return `${rows === 1 ? '1 row has' : `${rows} rows have`} ssl.method ${method}, which ends on ${from}: ${says} (${source}). Choose txt or http.`;
    });
  }

  #ofOrders(): string[] {
    if (this.#ordered <= ISSUED_A_MINUTE) return [];
    const minutes = Math.ceil(this.#ordered / ISSUED_A_MINUTE);
    return [
      `${this.#ordered} rows order certificates anew; where the limit of ${ISSUED_A_MINUTE} a minute for new hostnames holds for edits, too (nobody knows), issuing them takes ${minutes} minutes.`,
    ];
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
