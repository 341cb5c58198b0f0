import { type FileHandle, open } from 'node:fs/promises';
import { JsonLinesWriter, readJsonLineAt } from '../../disk/json-lines.ts';
import { KeyIndex } from '../../disk/key-index.ts';
import type { LiveHostname } from '../../hostname/live.ts';
import type { CustomHostnameId, Hostname, ZoneId } from '../../terms.ts';

/** What a zone holds under a name: nothing, one hostname (to be read by its number), or several. */
export type Found = { kind: 'none' } | { kind: 'one'; number: number } | { kind: 'several' };

/**
 * The live hostnames as they were read before planning: on disk, with a small index in memory (about 130 bytes per
 * hostname). Filled first, then sealed, then looked up. The same hostname met twice while pages shifted counts once.
 */
export class Snapshot {
  readonly #path: string;
  readonly #writer: JsonLinesWriter;
  readonly #byName = new KeyIndex();
  readonly #byId = new KeyIndex();
  readonly #offsets: number[] = [];
  readonly #lengths: number[] = [];
  readonly #severalTimes = new Set<string>();
  #file: FileHandle | undefined;

  private constructor(path: string, writer: JsonLinesWriter) {
    this.#path = path;
    this.#writer = writer;
  }

  static async create(path: string): Promise<Snapshot> {
    return new Snapshot(path, await JsonLinesWriter.create(path));
  }

  /** Hostnames in it. */
  get size(): number {
    return this.#offsets.length;
  }

  /** Adds a hostname; several callers may add at the same time, and await each other's writes. */
  async add(live: LiveHostname): Promise<void> {
    const id = idKey(live.zone_id, live.id);
    if (this.#byId.get(id) !== undefined) return;
    const name = nameKey(live.zone_id, live.hostname);
    if (this.#byName.get(name) !== undefined) this.#severalTimes.add(name);
    const { offset, length } = this.#writer.write(live);
    const number = this.#offsets.push(offset) - 1;
    this.#lengths.push(length);
    this.#byId.set(id, number);
    this.#byName.set(name, number);
    await this.#writer.room();
  }

  /** Ends filling; `read` works from here on. */
  async seal(): Promise<void> {
    await this.#writer.close();
    this.#file = await open(this.#path, 'r');
  }

  byName(zone: ZoneId, hostname: Hostname): Found {
    const key = nameKey(zone, hostname);
    if (this.#severalTimes.has(key)) return { kind: 'several' };
    return found(this.#byName.get(key));
  }

  byId(zone: ZoneId, id: CustomHostnameId): Found {
    return found(this.#byId.get(idKey(zone, id)));
  }

  async read(number: number): Promise<LiveHostname> {
    const offset = this.#offsets[number];
    const length = this.#lengths[number];
    if (this.#file === undefined || offset === undefined || length === undefined) {
      throw new RangeError(`The snapshot has no hostname number ${number}.`);
    }
    return readJsonLineAt<LiveHostname>(this.#file, offset, length);
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }
}

const found = (number: number | undefined): Found =>
  number === undefined ? { kind: 'none' } : { kind: 'one', number };
const nameKey = (zone: ZoneId, hostname: Hostname): string => `${zone} ${hostname}`;
const idKey = (zone: ZoneId, id: CustomHostnameId): string => `${zone}/${id}`;
