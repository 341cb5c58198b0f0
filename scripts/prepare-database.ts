import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { makeDatabase } from '../src/queue/embedded-database.ts';
import { packDatabase, preparedPath } from '../src/queue/prepared-database.ts';

/** A part of the build: makes the database that an embedded queue begins with, unless it is there. */
async function prepareDatabase(): Promise<void> {
  const path = preparedPath();
  if (existsSync(path)) return;
  const folder = await mkdtemp(join(tmpdir(), 'hostroll-database-'));
  try {
    const data = join(folder, 'pgdata');
    await makeDatabase(data);
    await rm(dirname(path), { recursive: true, force: true });
    await mkdir(dirname(path));
    const packed = join(dirname(path), 'begun');
    await writeFile(packed, await packDatabase(data));
    await rename(packed, path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

await prepareDatabase();
