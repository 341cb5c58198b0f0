import { KeyIndex } from '../disk/key-index.ts';
import type { ZoneId } from '../terms.ts';
import { addProblem, type RowDraft } from './row-draft.ts';

/** A zone number and a line share one value: lines are below 2^32, which leaves 21 bits (two million) for zones. */
const LINES = 2 ** 32;
/** Stands for "no zone_id given", which may be any zone. */
const ANY_ZONE = 0;

/**
 * Finds rows that speak of a custom hostname that an earlier row, good or bad, spoke of. Without a `zone_id` a hostname
 * may be in any zone, so it matches the same name with any zone; with one, only the same zone or none. Memory: about
 * 35 bytes per name or id.
 */
export class Duplicates {
  readonly #index = new KeyIndex();
  readonly #zones = new Map<ZoneId, number>();

  /** Notes a problem for each name of the row that was given before. */
  check(draft: RowDraft): void {
    const { hostname, custom_hostname_id: id } = draft;
    if (hostname !== undefined) {
      const line = this.#hostnameLine(hostname, draft.zone_id, draft.line);
      if (line !== undefined) {
        const message = `${hostname} was already given on line ${line}; keep one of the two rows`;
        addProblem(draft, 'MANIFEST_DUPLICATE_HOSTNAME', message, 'hostname');
      }
    }
    if (id !== undefined) {
      const line = this.#index.setIfAbsent(id, draft.line);
      if (line !== undefined) {
        const message = `${id} was already given on line ${line}; keep one of the two rows`;
        addProblem(draft, 'MANIFEST_DUPLICATE_ID', message, 'custom_hostname_id');
      }
    }
  }

  /** The line that gave this hostname before; remembers it where there is none. */
  #hostnameLine(hostname: string, zone: ZoneId | undefined, line: number): number | undefined {
    const number = zone === undefined ? ANY_ZONE : this.#zoneNumber(zone);
    const first = this.#index.setIfAbsent(hostname, number * LINES + line);
    if (first === undefined) return undefined;
    const firstZone = Math.floor(first / LINES);
    if (firstZone === number || firstZone === ANY_ZONE || number === ANY_ZONE) return first % LINES;
    // The same name in a further zone; rare, so only these pay for a key of their own.
    return this.#index.setIfAbsent(`${hostname} ${zone}`, line);
  }

  #zoneNumber(zone: ZoneId): number {
    const known = this.#zones.get(zone);
    if (known !== undefined) return known;
    const number = this.#zones.size + 1;
    this.#zones.set(zone, number);
    return number;
  }
}
