import { methodEnd } from '../../certificate/calendar.ts';
import { AUTHORITY_PATH, changedPaths } from '../../hostname/compare.ts';
import { isEnterprise } from '../../hostname/entitlements.ts';
import type { JsonObject, ZoneId } from '../../terms.ts';
import type { PlanRow } from '../ledger/plan-row.ts';

/**
 * Counts what rows ask for that their zones may refuse: another certificate authority, and first metadata, where Enterprise is
 * needed or an entitlement of its own; and methods that end.
 */
export class ZoneNotes {
  readonly #zones = new Map<ZoneId, { plan: string | undefined; changed: number }>();
  /** Rows that bring metadata below Enterprise, by zone; none any more where one had some before, as it is entitled. */
  readonly #metadata = new Map<ZoneId, { plan: string | undefined; rows: number; isEntitled: boolean }>();

  readonly #ending = new Map<string, number>();

  /** `plan`: that of the row's zone, as the API names it. */
  add({ zone_id: zone, body, before }: PlanRow, plan: string | undefined): void {
    const { method } = (body?.ssl ?? {}) as JsonObject;
    if (typeof method === 'string' && methodEnd(method) !== undefined) {
      this.#ending.set(method, (this.#ending.get(method) ?? 0) + 1);
    }
    if (zone === undefined || isEnterprise(plan) === true) return;
    if (body?.custom_metadata !== undefined && isEnterprise(plan) === false) {
      const { rows = 0, isEntitled = false } = this.#metadata.get(zone) ?? {};
      const had = Object.keys((before?.custom_metadata ?? {}) as JsonObject).length > 0;
      this.#metadata.set(zone, { plan, rows: rows + 1, isEntitled: isEntitled || had });
    }
    if (body?.ssl === undefined) return;
    const entry = this.#zones.get(zone) ?? { plan, changed: 0 };
    if (changedPaths(before ?? {}, body).includes(AUTHORITY_PATH)) entry.changed++;
    this.#zones.set(zone, entry);
  }

  /** One sentence for each thing to be known, for people. */
  lines(): string[] {
    return [...this.#ofZones(), ...this.#ofMetadata(), ...this.#ofMethods()];
  }

  #ofMetadata(): string[] {
    return [...this.#metadata]
      .filter(([, { isEntitled }]) => !isEntitled)
      .map(
        ([zone, { plan, rows }]) =>
          `Zone ${zone} (plan ${plan}): ${rows === 1 ? '1 row sets' : `${rows} rows set`} custom_metadata, and no hostname of theirs has any. Below Enterprise it wants an entitlement of its own, without which Cloudflare refuses it (1413); try one row first.`,
      );
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
      if (isEnterprise(plan) !== false || changed === 0) return [left];
      return [
        left,
        `${named}: ${changed} ${changed === 1 ? 'row changes' : 'rows change'} the certificate authority, which Cloudflare will refuse (1459); take ssl.certificate_authority out of them, and Cloudflare chooses.`,
      ];
    });
  }
}
