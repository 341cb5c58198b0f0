import pg from 'pg';
import { HostrollError, SECOND } from '../terms.ts';
import {
  assertSchemaCompatibility,
  createPostgresBackend,
  DEFAULT_SCHEMA,
  runMigrations,
  SchemaMigrationRequiredError,
  SchemaVersionMismatchError,
  UnsupportedPostgresVersionError,
} from './bullmq.ts';
import { PatientPool } from './patient-pool.ts';
import type { QueueServer } from './queue-backend.ts';
import { parseServerUrl } from './server-url.ts';
import { unreachable } from './unreachable.ts';

const POSTGRES_PORT = 5432;
const CONNECT_TIMEOUT_MS = 5 * SECOND;
/** Each worker keeps one connection to listen on; the rest serve queries, of which a lane needs few at a time. */
const CONNECTIONS = 16;

/** `postgres://user:password@host/database`. Throws `QUEUE_UNMIGRATED` where `hostroll migrate` has not been run. */
export async function openPostgres(url: string): Promise<QueueServer> {
  const { pool, display } = connect(url);
  try {
    await withClient(pool, (client) => assertSchemaCompatibility(client, DEFAULT_SCHEMA));
  } catch (error) {
    await pool.end();
    throw explained(error, display);
  }
  const patient = new PatientPool(pool);
  return {
    name: display,
    options: { connection: patient as never },
    factory: createPostgresBackend as never,
    close: () => patient.end(),
  };
}

/** Creates or upgrades BullMQ's schema in the database. Safe to run again, and by several at once. */
export async function migratePostgres(url: string): Promise<string> {
  const { pool, display } = connect(url);
  try {
    await withClient(pool, (client) => runMigrations(client, DEFAULT_SCHEMA));
    return display;
  } catch (error) {
    throw explained(error, display);
  } finally {
    await pool.end();
  }
}

function connect(url: string): { pool: pg.Pool; display: string } {
  const { user, password, hosts, path, display } = parseServerUrl(url.split('?')[0] ?? '', POSTGRES_PORT);
  const [node] = hosts;
  const pool = new pg.Pool({
    // Only what the URL says by itself (sslmode …) is left to pg's own reading of it.
    ...(url.includes('?') ? { connectionString: url } : { ...node, user, password, database: path || user }),
    options: `-c search_path=${DEFAULT_SCHEMA}`,
    max: CONNECTIONS,
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  // Lost idle connections are replaced when needed; without a listener one would end the process.
  pool.on('error', () => {});
  return { pool, display };
}

async function withClient(pool: pg.Pool, use: (client: pg.PoolClient) => Promise<unknown>): Promise<void> {
  const client = await pool.connect();
  try {
    await use(client);
  } finally {
    client.release();
  }
}

function explained(error: unknown, display: string): HostrollError {
  if (error instanceof SchemaMigrationRequiredError) {
    return new HostrollError(
      'QUEUE_UNMIGRATED',
      `The queue ${display} is not set up yet; run: hostroll migrate --queue <the same URL>`,
    );
  }
  if (error instanceof SchemaVersionMismatchError || error instanceof UnsupportedPostgresVersionError) {
    return new HostrollError('QUEUE_TOO_OLD', `The queue ${display} cannot be used: ${error.message}`);
  }
  return unreachable(display, error);
}
