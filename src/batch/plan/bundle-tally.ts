import { CERTIFICATES_PATH, certificatesIn } from '../../hostname/certificates.ts';
import { changedPaths } from '../../hostname/compare.ts';
import type { JsonObject } from '../../terms.ts';
import type { PlanRow } from '../ledger/plan-row.ts';

/** What a plan does with one bundle. */
export interface PlannedBundle {
  id: string;
  name: string;
  /** Rows that bring it, and how many of them are sent, skipped since it is there, and rejected. */
  rows: number;
  send: number;
  skip: number;
  reject: number;
  /** What the hostnames serve afterwards, and what they serve now with the number of them; cut after a few. */
  certificates: JsonObject[];
  replaces: { certificates: JsonObject[]; hostnames: number }[];
}

/** Bundles and kinds of replaced certificates that a summary shows, and how many are told apart at all. */
const SHOWN = 50;
const REPLACED_SHOWN = 5;
const TOLD_APART = 1_000;

/** Counts a plan by bundle; memory does not grow with the number of bundles. */
export class BundleTally {
  readonly #bundles = new Map<string, PlannedBundle>();
  readonly #others = new Set<string>();

  add({ bundle, decision, body, before }: PlanRow): void {
    if (bundle === undefined) return;
    const known = this.#bundles.get(bundle.id);
    if (known === undefined && this.#bundles.size >= TOLD_APART) {
      this.#others.add(bundle.id);
      return;
    }
    const { id, name } = bundle;
    const planned = known ?? { id, name, rows: 0, send: 0, skip: 0, reject: 0, certificates: [], replaces: [] };
    if (known === undefined) this.#bundles.set(id, planned);
    planned.rows += 1;
    if (decision === 'skip' || decision === 'reject') planned[decision] += 1;
    else planned.send += 1;
    if (body === undefined || before === undefined) return;
    const after = certificatesIn(body);
    if (planned.certificates.length === 0) planned.certificates = after;
    if (!changedPaths(before, body).includes(CERTIFICATES_PATH)) return;
    const replaced = certificatesIn(before);
    const text = JSON.stringify(replaced);
    const same = planned.replaces.find(({ certificates }) => JSON.stringify(certificates) === text);
    if (same !== undefined) same.hostnames += 1;
    else if (planned.replaces.length < REPLACED_SHOWN) planned.replaces.push({ certificates: replaced, hostnames: 1 });
  }

  /** The most used first. */
  shown(): PlannedBundle[] {
    return [...this.#bundles.values()].sort((a, b) => b.rows - a.rows).slice(0, SHOWN);
  }

  /** Bundles that are not shown. */
  more(): number {
    return Math.max(0, this.#bundles.size - SHOWN) + this.#others.size;
  }
}
