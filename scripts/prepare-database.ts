import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { makeDatabase, PREPARED } from '../src/queue/embedded-database.ts';
import { packDatabase } from '../src/queue/prepared-database.ts';

/** A part of the build: makes the database that an embedded queue begins with, unless it is there. */
async function prepareDatabase(): Promise<void> {
  if (existsSync(PREPARED)) return;
  const folder = await mkdtemp(join(tmpdir(), 'hostroll-database-'));
  try {
    const data = join(folder, 'pgdata');
    await makeDatabase(data);
    await rm(dirname(PREPARED), { recursive: true, force: true });
    await mkdir(dirname(PREPARED));
    const packed = join(dirname(PREPARED), 'begun');
    await writeFile(packed, await packDatabase(data));
    await rename(packed, PREPARED);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

await prepareDatabase();
