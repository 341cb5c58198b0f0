import { EventEmitter } from 'node:events';
import type pg from 'pg';
import { SECOND } from '../terms.ts';
import { patiently } from './patiently.ts';

/** An outage meets everyone who asks; once in this time it is told. */
const TELL_EVERY_MS = 5 * SECOND;

/**
 * The part of a `pg.Pool` that BullMQ's Postgres backend uses, waiting for a server that is away: all its statements can be
 * made again, as each is a transaction of its own that checks what it changes.
 */
export class PatientPool extends EventEmitter {
  /** Read by BullMQ: whether a silent drop of a connection is noticed. */
  readonly options: pg.PoolOptions;
  readonly #pool: pg.Pool;
  #ended = false;
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(pool: pg.Pool) {
    super();
    // Every queue and worker on it adds one of its own.
    this.setMaxListeners(0);
    this.options = pool.options;
    this.#pool = pool;
    pool.on('error', (error) => this.#tell(error));
  }

  query(text: string, parameters?: unknown[]): Promise<pg.QueryResult> {
    return this.#patiently(() => this.#pool.query(text, parameters));
  }

  connect(): Promise<pg.PoolClient> {
    return this.#patiently(() => this.#pool.connect());
  }

  async end(): Promise<void> {
    this.#ended = true;
    await this.#pool.end();
  }

  #patiently<T>(ask: () => Promise<T>): Promise<T> {
    return patiently(ask, { onAway: (error) => this.#tell(error), over: () => this.#ended });
  }

  #tell(error: Error): void {
    if (this.listenerCount('error') === 0 || performance.now() - this.#toldAt < TELL_EVERY_MS) return;
    this.#toldAt = performance.now();
    this.emit('error', error);
  }
}
