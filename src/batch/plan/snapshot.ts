import { IndexedLines } from '../../disk/indexed-lines.ts';
import { JsonLinesWriter } from '../../disk/json-lines.ts';
import { isDeleted, type LiveHostname } from '../../hostname/live.ts';
import type { CustomHostnameId, Hostname, ZoneId } from '../../terms.ts';

/** What a zone holds under a name: nothing, one hostname (to be read by its number), or several. */
export type Found = { kind: 'none' } | { kind: 'one'; number: number } | { kind: 'several' };

/**
 * The live hostnames as they were read before planning: on disk, with a small index in memory (about 125 bytes per
 * hostname). Filled first, then looked up. The same hostname met twice while pages shifted counts once. Deleted ones have no name
 * here, only an id.
 */
export class Snapshot {
  readonly #writer: JsonLinesWriter;
  readonly #lines: IndexedLines<LiveHostname>;
  readonly #severalTimes = new Set<string>();

  private constructor(path: string, writer: JsonLinesWriter) {
    this.#writer = writer;
    this.#lines = new IndexedLines(path);
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
    return this.#lines.size;
  }

  /** Adds a hostname; several callers may add at the same time, and await each other's writes. */
  async add(live: LiveHostname): Promise<void> {
    const id = idKey(live.zone_id, live.id);
    if (this.#lines.find(id) !== undefined) return;
    const name = nameKey(live.zone_id, live.hostname);
    const names = isDeleted(live) ? [] : [name];
    if (names.length > 0 && this.#lines.find(name) !== undefined) this.#severalTimes.add(name);
    this.#lines.add(this.#writer.write(live), id, ...names);
    await this.#writer.room();
  }

  byName(zone: ZoneId, hostname: Hostname): Found {
    const key = nameKey(zone, hostname);
    if (this.#severalTimes.has(key)) return { kind: 'several' };
    return found(this.#lines.find(key));
  }

  byId(zone: ZoneId, id: CustomHostnameId): Found {
    return found(this.#lines.find(idKey(zone, id)));
  }

  read(number: number): Promise<LiveHostname> {
    return this.#lines.read(number);
  }

  close(): Promise<void> {
    return this.#lines.close();
  }
}

const found = (number: number | undefined): Found =>
  number === undefined ? { kind: 'none' } : { kind: 'one', number };
const nameKey = (zone: ZoneId, hostname: Hostname): string => `${zone} ${hostname}`;
const idKey = (zone: ZoneId, id: CustomHostnameId): string => `${zone}/${id}`;
