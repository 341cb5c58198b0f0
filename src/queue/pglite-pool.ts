import { EventEmitter } from 'node:events';
import type { PGlite } from '@electric-sql/pglite';

/** Rows as BullMQ's Postgres backend expects them from a `pg` client. */
interface QueryResult<Row> {
  rows: Row[];
  rowCount: number;
}

/**
 * The part of a `pg.Pool` that BullMQ's Postgres backend uses, over one PGlite database. There is only one session:
 * every client is that session, PGlite runs its statements one after the other, and a notification goes to all clients,
 * as nothing tells who asked for it.
 */
export class PglitePool extends EventEmitter {
  /** Read by BullMQ: there is no socket that could go away unnoticed, so a worker may wait for a notification for long. */
  readonly options = { keepAlive: true };
  readonly #database: PGlite;
  readonly #clients = new Set<PgliteClient>();

  constructor(database: PGlite) {
    super();
    this.setMaxListeners(0);
    this.#database = database;
    database.onNotification((channel, payload) => {
      for (const client of this.#clients) client.emit('notification', { channel, payload });
    });
  }

  /** Text without parameters may hold several statements (migrations, BEGIN, LISTEN); the last one's rows come back. */
  async query<Row>(text: string, parameters?: readonly unknown[]): Promise<QueryResult<Row>> {
    if (parameters !== undefined) {
      const { rows, affectedRows } = await this.#database.query<Row>(text, [...parameters]);
      return { rows, rowCount: affectedRows || rows.length };
    }
    const last = (await this.#database.exec(text)).at(-1);
    return { rows: (last?.rows ?? []) as Row[], rowCount: last?.affectedRows || (last?.rows.length ?? 0) };
  }

  async connect(): Promise<PgliteClient> {
    const client = new PgliteClient(this, () => this.#clients.delete(client));
    this.#clients.add(client);
    return client;
  }

  /** The database outlives its pool: whoever opened it closes it. */
  async end(): Promise<void> {}
}

class PgliteClient extends EventEmitter {
  readonly #pool: PglitePool;
  readonly #released: () => void;

  constructor(pool: PglitePool, released: () => void) {
    super();
    this.setMaxListeners(0);
    this.#pool = pool;
    this.#released = released;
  }

  query<Row>(text: string, parameters?: readonly unknown[]): Promise<QueryResult<Row>> {
    return this.#pool.query<Row>(text, parameters);
  }

  release(): void {
    this.#released();
  }
}
