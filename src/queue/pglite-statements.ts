import { type PGlite, parse, protocol, type Results } from '@electric-sql/pglite';

const { serialize } = protocol;
type Message = Parameters<typeof parse.parseResults>[0][number];

/** A statement that the database knows by name. */
interface Prepared {
  name: string;
  /** Types of its parameters, as Postgres numbers them. */
  types: readonly number[];
  /** What its rows look like; empty where it brings none. */
  description: readonly Message[];
}

interface Waiting {
  text: string;
  parameters: readonly unknown[];
  resolve(results: Results<unknown>): void;
  reject(error: unknown): void;
}

/** Most statements of one transaction: what they do is known to none of their callers before all are done. */
const MOST = 100;
/** BullMQ has some fifty; more would be texts made up as they are needed, which are not worth keeping. */
const MOST_PREPARED = 200;

/**
 * Runs statements with parameters one after the other, each text parsed once. Those that wait at the same moment cross into
 * the database together, in one transaction: most of what a short statement costs is its crossing and its commit. Where one of
 * them fails, none has happened, and each is run again by itself.
 */
export class PgliteStatements {
  readonly #database: PGlite;
  readonly #prepared = new Map<string, Prepared>();
  #waiting: Waiting[] = [];
  #running = false;

  constructor(database: PGlite) {
    this.#database = database;
  }

  run(text: string, parameters: readonly unknown[]): Promise<Results<unknown>> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ text, parameters, resolve, reject });
      if (!this.#running) void this.#runWaiting();
    });
  }

  async #runWaiting(): Promise<void> {
    this.#running = true;
    // What one event has brought about, such as the end of a sync that many rows waited for, comes to this in one go.
    for (await undefined; this.#waiting.length > 0; await undefined) {
      const group = this.#waiting.splice(0, MOST);
      try {
        const results = await this.#database.runExclusive(() => this.#runGroup(group));
        for (const [at, { resolve }] of group.entries()) resolve(results[at] as Results);
      } catch {
        for (const one of group)
          await this.#database.query(one.text, [...one.parameters]).then(one.resolve, one.reject);
      }
    }
    this.#running = false;
  }

  /** One result for each of the group, or none at all. */
  async #runGroup(group: readonly Waiting[]): Promise<Results[]> {
    const prepared: Prepared[] = [];
    for (const { text } of group) prepared.push(await this.#prepare(text));
    const calls = group.flatMap(({ parameters }, at) => {
      const { name, types } = prepared[at] as Prepared;
      return [
        serialize.bind({ statement: name, values: parameters.map((value, i) => this.#asText(value, types[i])) }),
        serialize.execute({}),
      ];
    });
    const { messages } = await this.#database.execProtocol(Buffer.concat([...calls, serialize.sync()]));
    const results: Results[] = [];
    let from = 0;
    for (const [at, { name }] of messages.entries()) {
      if (name !== 'commandComplete') continue;
      const own = [...(prepared[results.length]?.description ?? []), ...messages.slice(from, at + 1)];
      results.push(...parse.parseResults(own, this.#database.parsers));
      from = at + 1;
    }
    return results;
  }

  async #prepare(text: string): Promise<Prepared> {
    const known = this.#prepared.get(text);
    if (known !== undefined) return known;
    if (this.#prepared.size >= MOST_PREPARED) throw new RangeError('No more statements are prepared.');
    const name = `s${this.#prepared.size}`;
    const asked = [serialize.parse({ name, text }), serialize.describe({ type: 'S', name }), serialize.sync()];
    const { messages } = await this.#database.execProtocol(Buffer.concat(asked));
    const description = messages.filter((message) => message.name === 'rowDescription');
    const prepared = { name, types: parse.parseDescribeStatementResults(messages), description };
    this.#prepared.set(text, prepared);
    return prepared;
  }

  #asText(value: unknown, type = 0): string | null {
    if (value === null || value === undefined) return null;
    return this.#database.serializers[type]?.(value) ?? String(value);
  }
}
