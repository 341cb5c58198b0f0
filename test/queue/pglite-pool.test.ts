import type { PGlite } from '@electric-sql/pglite';
import { expect, it } from 'vitest';
import { PglitePool } from '../../src/queue/pglite-pool.ts';

/** A database that answers every statement with this error. */
const refusing = (error: unknown) =>
  ({
    query: () => Promise.reject(error),
    runExclusive: () => Promise.reject(error),
    exec: () => Promise.reject(error),
    onNotification: () => {},
  }) as unknown as PGlite;

it.each([
  ['in the words of Postgres', Object.assign(new Error('could not extend file "base/5/16384"'), { code: '53100' })],
  ['by the bare number of the file system, which is no Error', { name: 'ErrnoError', errno: 51 }],
])('a full disk, told %s, is one sentence, and ends the use of the queue', async (_, error) => {
  const pool = new PglitePool(refusing(error), '/state/queue');
  expect(pool.lost.aborted).toBe(false);
  const full = {
    code: 'DISK_FULL',
    message: expect.stringContaining('the embedded queue /state/queue cannot be written'),
  };
  await expect(pool.query('SELECT $1', [1])).rejects.toMatchObject(full);
  await expect(pool.query('BEGIN')).rejects.toMatchObject(full);
  expect(pool.lost.reason).toMatchObject(full);
});

it('files that are gone are one sentence, and end its use, too', async () => {
  const gone = Object.assign(new Error('could not open file "base/5/16384"'), { code: '58P01' });
  const pool = new PglitePool(refusing(gone), '/state/queue');
  await expect(pool.query('SELECT 1')).rejects.toMatchObject({ code: 'DISK_REFUSED' });
  expect(pool.lost.reason).toMatchObject({ code: 'DISK_REFUSED' });
});

it('any other error of a statement is left to whoever asked', async () => {
  const error = Object.assign(new Error('duplicate key'), { code: '23505' });
  const pool = new PglitePool(refusing(error), '/state/queue');
  await expect(pool.query('SELECT 1')).rejects.toBe(error);
  expect(pool.lost.aborted).toBe(false);
});
