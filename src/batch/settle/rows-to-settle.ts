import { IndexedLines } from '../../disk/indexed-lines.ts';
import type { CustomHostnameId, ZoneId } from '../../terms.ts';
import type { PlanRow } from '../ledger/plan-row.ts';

/** A row that is to be settled: its number in the manifest, and its place among those that are. */
export interface RowToSettle {
  place: number;
  row: number;
}

/**
 * The rows of a batch whose hostnames are read again, by zone and by custom hostname id, with about 50 bytes in memory
 * each. The plan is read through once; after that a row is read by its place, where more of it is needed.
 */
export class RowsToSettle {
  readonly zones: ZoneId[] = [];
  readonly #lines: IndexedLines<PlanRow>;
  /** Per place: the row, and where its zone stands in `zones`. */
  readonly #rows: Uint32Array;
  readonly #zones: Uint16Array;

  private constructor(lines: IndexedLines<PlanRow>, rows: Uint32Array, zones: Uint16Array) {
    this.#lines = lines;
    this.#rows = rows;
    this.#zones = zones;
  }

  /** Reads a plan of `rows` rows, and keeps those that are `wanted`. */
  static async open(planPath: string, rows: number, wanted: (row: PlanRow) => boolean): Promise<RowsToSettle> {
    const [numbers, zonePlaces] = [new Uint32Array(rows), new Uint16Array(rows)];
    const zones: ZoneId[] = [];
    const lines = await IndexedLines.open<PlanRow>(planPath, (row, place) => {
      const { zone_id: zone, custom_hostname_id: id } = row;
      if (zone === undefined || id === undefined || !wanted(row)) return undefined;
      const known = zones.indexOf(zone);
      zonePlaces[place] = known === -1 ? zones.push(zone) - 1 : known;
      numbers[place] = row.row;
      return id;
    });
    const found = new RowsToSettle(lines, numbers, zonePlaces);
    found.zones.push(...zones);
    return found;
  }

  get size(): number {
    return this.#lines.size;
  }

  /** The rows of a zone that `open` says are not settled yet, in manifest order. */
  *of(zone: ZoneId, open: (row: number) => boolean): Generator<RowToSettle> {
    const zonePlace = this.zones.indexOf(zone);
    for (let place = 0; place < this.size; place++) {
      const row = this.#rows[place] ?? 0;
      if (this.#zones[place] === zonePlace && open(row)) yield { place, row };
    }
  }

  /** The row about this custom hostname of the zone, or undefined where there is none. */
  find(zone: ZoneId, id: CustomHostnameId): RowToSettle | undefined {
    const place = this.#lines.find(id);
    if (place === undefined || this.zones[this.#zones[place] ?? 0] !== zone) return undefined;
    return { place, row: this.#rows[place] ?? 0 };
  }

  read(place: number): Promise<PlanRow> {
    return this.#lines.read(place);
  }

  close(): Promise<void> {
    return this.#lines.close();
  }
}
