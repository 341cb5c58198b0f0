import { existsSync } from 'node:fs';
import { open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { PGlite } from '@electric-sql/pglite';
import { onDisk } from '../disk/on-disk.ts';
import { replaceFileText } from '../disk/replace-file.ts';
import { HostrollError, SECOND } from '../terms.ts';
import { runMigrations } from './bullmq.ts';
import { diskTrouble, PglitePool } from './pglite-pool.ts';
import { preparedPath, unpackDatabase } from './prepared-database.ts';

/**
 * How much work in a WASM function makes V8 optimize it, in its own unit. Its default of 2 to 13 million makes it spend on
 * the database's start more than a command of seconds ever gets back: with this it starts with half the processor time, and
 * what a long run calls often is optimized all the same.
 */
const WASM_TIERING_BUDGET = 1_000_000_000;

/** V8 lets what a large batch leaves behind grow to three times what is in use before it looks; here it looks at a third more. */
const HEAP_GROWING_PERCENT = 30;

/**
 * Postgres' default of 128 MB of buffers is resident from the start; a window of rows needs a few. Whole pages in its log
 * would fix what a machine that stops leaves half written: here such a folder is set aside.
 */
const SETTINGS = ['shared_buffers=8MB', 'full_page_writes=off'];
const START = [...PGlite.defaultStartParams, ...SETTINGS.flatMap((setting) => ['-c', setting])];

/** Segments of its log of 1 MB, where 16 MB are the default: an idle queue keeps two or more of them on disk. */
const MAKE = ['--wal-segsize=1'];

/** Templates are there to be copied, which nobody does: half of the files. */
const MAKE_SMALL = [
  'UPDATE pg_database SET datistemplate = false',
  'DROP DATABASE template0',
  'DROP DATABASE template1',
];
const MAKE_READY = ['VACUUM FREEZE', 'CHECKPOINT'];

const start = (folder: string): Promise<PGlite> => {
  setFlagsFromString(`--wasm-tiering-budget=${WASM_TIERING_BUDGET}`);
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWING_PERCENT}`);
  return PGlite.create(folder, { startParams: START, initDbStartParams: MAKE });
};

interface Opened {
  database: PGlite;
  pool: PglitePool;
}

export interface EmbeddedDatabase extends Opened {
  /** Where the folder was put that could not be used. */
  setAside?: string;
  /** Ends with everything on disk. */
  close(): Promise<void>;
}

/**
 * Opens the database in `folder`; the first time it is made. PGlite does not sync: what a killed process wrote is there,
 * but a machine that stops leaves files cut short, or a queue as it was half a minute before, whose jobs have been done
 * since. So a folder that was open when the machine stopped, or that cannot be read, is set aside as `<folder>.damaged`
 * (replacing an earlier one) and made again: the ledger has all that counts.
 */
export async function openDatabase(folder: string): Promise<EmbeddedDatabase> {
  const asDiskFull = (error: unknown): never => {
    const trouble = diskTrouble(error, folder);
    // Files that are missing or damaged are set aside, which a full disk would only make worse.
    throw trouble?.code === 'DISK_FULL' ? trouble : error;
  };
  const unsynced = `${folder}.unsynced`;
  const boot = await readFile(BOOT_ID, 'utf8').catch(() => '');
  const openedIn = await readFile(unsynced, 'utf8').catch(() => boot);
  let setAside = existsSync(folder) && openedIn !== boot ? await putAside(folder) : undefined;
  await replaceFileText(unsynced, boot);
  const openedAt = Date.now();
  let opened: Opened | undefined;
  if (existsSync(folder)) {
    opened = await openChecked(folder)
      .catch(asDiskFull)
      .catch((error: unknown) => {
        if (error instanceof HostrollError) throw error;
        return undefined;
      });
    if (opened === undefined) setAside = await putAside(folder);
  }
  const { database, pool } = opened ?? (await openMade(folder).catch(asDiskFull));
  return {
    database,
    pool,
    ...(setAside === undefined ? {} : { setAside }),
    close: async () => {
      await database.close();
      // A folder that somebody took away is nobody's queue any more.
      if (existsSync(folder)) await syncChanged(folder, openedAt);
      await rm(unsynced, { force: true });
    },
  };
}

/** Names the time since the machine's start. Elsewhere than on Linux nothing does, and only what cannot be read is found. */
const BOOT_ID = '/proc/sys/kernel/random/boot_id';

async function putAside(folder: string): Promise<string> {
  const aside = `${folder}.damaged`;
  await rm(aside, { recursive: true, force: true });
  await onDisk(folder, () => rename(folder, aside));
  return aside;
}

/** Brings to the disk what was written since `openedAt`. */
async function syncChanged(folder: string, openedAt: number): Promise<void> {
  for (const path of await readdir(folder, { recursive: true })) {
    const file = await open(join(folder, path), 'r');
    try {
      if ((await file.stat()).mtimeMs >= openedAt - CLOCK_STEP_MS) await file.sync();
    } finally {
      await file.close();
    }
  }
}

/** File systems keep times in steps of up to 2 s. */
const CLOCK_STEP_MS = 2 * SECOND;

/** Made under another name, so that a death meanwhile leaves nothing half done. */
async function openMade(folder: string): Promise<Opened> {
  const begun = `${folder}.new`;
  await rm(begun, { recursive: true, force: true });
  const prepared = await readFile(PREPARED).catch(() => undefined);
  if (prepared === undefined) await makeDatabase(begun);
  else await onDisk(begun, () => unpackDatabase(prepared, begun));
  await rename(begun, folder);
  return openChecked(folder);
}

/**
 * Makes a database from nothing and closes it: what the build does, and a first start where none was built that fits. Takes
 * seconds, and 800 MB of memory.
 */
export async function makeDatabase(folder: string): Promise<void> {
  const database = await start(folder);
  for (const statement of MAKE_SMALL) await database.query(statement);
  await runMigrations(await new PglitePool(database, folder).connect());
  await database.exec(ONE_SESSION);
  for (const statement of MAKE_READY) await database.query(statement);
  await database.close();
}

async function openChecked(folder: string): Promise<Opened> {
  // PGlite would make a database between what is left of the old one.
  if (!existsSync(join(folder, 'PG_VERSION'))) throw new Error(`${folder} has no PG_VERSION.`);
  const database = await start(folder);
  try {
    const pool = new PglitePool(database, folder);
    await runMigrations(await pool.connect());
    await database.exec(`${ONE_SESSION} ${READ_ALL} ${BY_INDEX}`);
    return { database, pool };
  } catch (error) {
    await database.close().catch(() => {});
    throw error;
  }
}

/**
 * What BullMQ's functions do for databases with many sessions and listeners costs here, in WASM, a third of each job's time: to set
 * the search path at each call, which is this session's already, and to keep a line of each event, which nobody reads. A
 * migration of BullMQ brings functions that do so again.
 */
const ONE_SESSION = `
  SET search_path TO bullmq;
  DO $$
  DECLARE routine regprocedure;
  BEGIN
    IF NOT EXISTS (SELECT FROM pg_proc WHERE pronamespace = 'bullmq'::regnamespace AND proconfig IS NOT NULL) THEN
      RETURN;
    END IF;
    CREATE OR REPLACE FUNCTION publish_event(p_queue text, p_event text, p_data jsonb) RETURNS bigint
      LANGUAGE sql IMMUTABLE AS 'SELECT 0::bigint';
    CREATE OR REPLACE RULE nobody_reads AS ON INSERT TO event DO INSTEAD NOTHING;
    FOR routine IN SELECT oid FROM pg_proc WHERE pronamespace = 'bullmq'::regnamespace AND proconfig IS NOT NULL LOOP
      EXECUTE format('ALTER ROUTINE %s RESET ALL', routine);
    END LOOP;
  END $$;
`;

/** Reads every page of the queue's tables, each of which has a checksum; a window of rows takes milliseconds. */
const READ_ALL = `
  DO $$
  DECLARE name text;
  BEGIN
    FOR name IN SELECT relname FROM pg_class WHERE relnamespace = 'bullmq'::regnamespace AND relkind = 'r' LOOP
      EXECUTE format('SELECT count(*) FROM %I', name);
    END LOOP;
  END $$;
`;

/**
 * A plan is made once, and the one that is best for a table of a few rows, as after a start, reads the whole table each time: that
 * takes longer the more jobs there have been since the last vacuum. Every statement on the jobs has an index.
 */
const BY_INDEX = 'SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan;';

/** Where the build puts a database that is made as here. */
export const PREPARED = preparedPath([START, MAKE, MAKE_SMALL, ONE_SESSION, MAKE_READY]);
