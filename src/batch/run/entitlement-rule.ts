import { adviceFor, type Code } from '../../codes/code.ts';
import type { RowResult } from '../../lane/lane-result.ts';
import type { StopReason } from '../ledger/stop.ts';

/** Rows of a zone refused for the same lack, with no edit of the kind taken in between, before all of them will be. */
export const REFUSED_ROWS = 3;

/** What a zone lacks when it refuses with these codes, and so every row that changes such a path; all rows where there is none. */
const LACKS = new Map<Code | undefined, RegExp | undefined>([
  ['CF_1404', undefined],
  ['CF_1405', undefined],
  ['CF_1456', undefined],
  ['CF_1413', /^custom_metadata/],
  ['CF_1414', /^custom_origin_/],
  ['CF_1448', /^ssl\.wildcard$/],
  ['CF_1459', /^ssl\.certificate_authority$/],
  ['CF_2005', /^ssl\.certificates$/],
]);

/**
 * Stops a batch in whose zone an entitlement is missing: every further row that changes the same would be refused, too, and
 * is better left unprocessed until the zone has it, or the manifest does without.
 */
export class EntitlementRule {
  readonly #refused = new Map<string, number>();

  /** Is told every result; returns a reason to stop, or undefined. */
  judge({ outcome, code, message = '', change }: RowResult): StopReason | undefined {
    if (change === undefined) return undefined;
    const { zone_id: zone, paths } = change;
    if (outcome === 'edited') {
      for (const [lack, path] of LACKS) {
        if (path === undefined || paths.some((one) => path.test(one))) this.#refused.delete(`${zone} ${lack}`);
      }
    }
    if (outcome !== 'failed' || code === undefined || !LACKS.has(code)) return undefined;
    const rows = (this.#refused.get(`${zone} ${code}`) ?? 0) + 1;
    this.#refused.set(`${zone} ${code}`, rows);
    if (rows < REFUSED_ROWS) return undefined;
    return {
      reason: 'stop_rule',
      code,
      message: `Zone ${zone} refused ${rows} rows for the same reason, and would refuse all like them: ${message.replace(/\.$/, '')}. ${adviceFor(code)}`,
    };
  }
}
