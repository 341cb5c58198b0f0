import { SpanColumn, SpanReader } from '../../disk/indexed-lines.ts';
import { JsonLinesWriter } from '../../disk/json-lines.ts';
import { KeyIndex } from '../../disk/key-index.ts';
import { isDeleted, type LiveHostname } from '../../hostname/live.ts';
import type { CustomHostnameId, Hostname, ZoneId } from '../../terms.ts';
import type { PlanRow } from '../ledger/plan-row.ts';

/** What a zone holds under a name: nothing, one hostname (to be read by its number), or several. */
export type Found = { kind: 'none' } | { kind: 'one'; number: number } | { kind: 'several' };

/**
 * The live hostnames as they were read before planning: on disk, with a small index in memory (about 80 bytes per
 * hostname). Filled first, then looked up. The same hostname met twice while pages shifted counts once. Deleted ones have no name
 * here, only an id.
 */
export class Snapshot {
  readonly #writer: JsonLinesWriter;
  readonly #reader: SpanReader;
  /** By number: where its line stands. */
  readonly #spans = new SpanColumn();
  /** Numbers by id and by name, `SEVERAL` for a name that several have. */
  readonly #numbers = new KeyIndex();
  #size = 0;

  private constructor(path: string, writer: JsonLinesWriter) {
    this.#writer = writer;
    this.#reader = new SpanReader(path);
  }

  /** A snapshot in a new file, of what `fill` adds. */
  static async filled(path: string, fill: (snapshot: Snapshot) => Promise<void>): Promise<Snapshot> {
    const writer = await JsonLinesWriter.create(path);
    const snapshot = new Snapshot(path, writer);
    try {
      await fill(snapshot);
    } catch (error) {
      await writer.close().catch(() => {});
      throw error;
    }
    await writer.close();
    return snapshot;
  }

  /** Hostnames in it. */
  get size(): number {
    return this.#size;
  }

  /** Adds hostnames, which stand together in the file; several callers may add at the same time, and await each other's writes. */
  async add(...hostnames: readonly LiveHostname[]): Promise<void> {
    for (const live of hostnames) this.#add(live);
    await this.#writer.room();
  }

  #add(live: LiveHostname): void {
    if (this.#numbers.setIfAbsent(idKey(live.zone_id, live.id), this.#size) !== undefined) return;
    const number = this.#size++;
    this.#spans.set(number, this.#writer.write(live));
    const name = nameKey(live.zone_id, live.hostname);
    if (!isDeleted(live) && this.#numbers.setIfAbsent(name, number) !== undefined) this.#numbers.set(name, SEVERAL);
  }

  byName(zone: ZoneId, hostname: Hostname): Found {
    return found(this.#numbers.get(nameKey(zone, hostname)));
  }

  byId(zone: ZoneId, id: CustomHostnameId): Found {
    return found(this.#numbers.get(idKey(zone, id)));
  }

  /** The number of the hostname that a row of a plan has found; undefined where it has found none, or it is not here. */
  numberOf({ zone_id: zone, custom_hostname_id: id }: PlanRow): number | undefined {
    return zone === undefined || id === undefined ? undefined : this.#numbers.get(idKey(zone, id));
  }

  read(number: number): Promise<LiveHostname> {
    const span = this.#spans.at(number);
    if (span === undefined) throw new RangeError(`The snapshot has no hostname number ${number}.`);
    return this.#reader.json<LiveHostname>(span);
  }

  close(): Promise<void> {
    return this.#reader.close();
  }
}

const SEVERAL = -1;
const found = (number: number | undefined): Found =>
  number === undefined ? { kind: 'none' } : number === SEVERAL ? { kind: 'several' } : { kind: 'one', number };
const nameKey = (zone: ZoneId, hostname: Hostname): string => `${zone} ${hostname}`;
const idKey = (zone: ZoneId, id: CustomHostnameId): string => `${zone}/${id}`;
