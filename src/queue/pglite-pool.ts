import { EventEmitter } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { PGlite } from '@electric-sql/pglite';
import { HostrollError } from '../terms.ts';
import { PgliteStatements } from './pglite-statements.ts';

/** Rows as BullMQ's Postgres backend expects them from a `pg` client. */
interface QueryResult<Row> {
  rows: Row[];
  rowCount: number;
}

/** BullMQ asks again at once what failed; a database that takes nothing more is asked at this pace. */
const REST_MS = 200;
/** SQLSTATE disk_full, and the number of ENOSPC in WASI, which reaches us where PGlite had no time to make it an error. */
const DISK_FULL = '53100';
const WASI_ENOSPC = 51;
/** SQLSTATE class 58: what the system below Postgres refuses. */
const SYSTEM_ERRORS = /^58/;

/**
 * What a person is told where an error of the database in the folder `path` is that of its files: `DISK_FULL`, or
 * `DISK_REFUSED` where they are gone or cannot be used.
 */
export function diskTrouble(error: unknown, path: string): HostrollError | undefined {
  const { code, errno } = error as { code?: unknown; errno?: unknown };
  if (typeof code === 'string' && SYSTEM_ERRORS.test(code)) {
    const said = (error as Error).message;
    const message = `The files of the embedded queue ${path} cannot be used (${said}).`;
    return new HostrollError('DISK_REFUSED', message, { cause: error });
  }
  if (code !== DISK_FULL && errno !== WASI_ENOSPC) return undefined;
  const message = `The disk is full: the embedded queue ${path} cannot be written; make room and try again.`;
  return new HostrollError('DISK_FULL', message, { cause: error });
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
  readonly #statements: PgliteStatements;
  readonly #clients = new Set<PgliteClient>();
  readonly #path: string;
  readonly #lost = new AbortController();

  /** `path`: the folder of the database, for people. */
  constructor(database: PGlite, path: string) {
    super();
    this.setMaxListeners(0);
    this.#database = database;
    this.#statements = new PgliteStatements(database);
    this.#path = path;
    database.onNotification((channel, payload) => {
      for (const client of this.#clients) client.emit('notification', { channel, payload });
    });
  }

  /** Aborts with a `HostrollError` once the files of the database cannot be used. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /**
   * Runs one statement. Text without parameters may hold several statements (migrations, BEGIN, LISTEN); the last one's rows come
   * back. Rejects with `DISK_FULL` or `DISK_REFUSED` where its files
   * are at fault.
   */
  async query<Row>(text: string, parameters?: readonly unknown[]): Promise<QueryResult<Row>> {
    try {
      return await this.#run<Row>(text, parameters);
    } catch (error) {
      const trouble = diskTrouble(error, this.#path);
      if (trouble === undefined) throw error;
      this.#lost.abort(trouble);
      await delay(REST_MS);
      throw trouble;
    }
  }

  async #run<Row>(text: string, parameters?: readonly unknown[]): Promise<QueryResult<Row>> {
    if (parameters !== undefined) {
      const { rows, affectedRows } = await this.#statements.run(text, parameters);
      return { rows: rows as Row[], rowCount: affectedRows || rows.length };
    }
    const last = (await this.#database.exec(text)).at(-1);
    return { rows: (last?.rows ?? []) as Row[], rowCount: last?.affectedRows || (last?.rows.length ?? 0) };
  }

  async connect(): Promise<PgliteClient> {
    const client = new PgliteClient(this, () => this.#clients.delete(client));
    this.#clients.add(client);
    return client;
  }

  /** The database outlives its pool: its opener closes it. */
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
