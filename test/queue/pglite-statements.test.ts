import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { openDatabase } from '../../src/queue/embedded-database.ts';
import type { PglitePool } from '../../src/queue/pglite-pool.ts';

let database: PGlite;
let pool: PglitePool;
let close: () => Promise<void>;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hostroll-statements-'));
  ({ database, pool, close } = await openDatabase(join(folder, 'pgdata')));
});
afterAll(async () => {
  await close();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  await database.exec(
    'DROP TABLE IF EXISTS seen; CREATE TABLE seen (id int PRIMARY KEY, list text[], made jsonb, by bigint)',
  );
});

const INSERT = 'INSERT INTO seen (id, list, made, by) VALUES ($1, $2, $3, $4) RETURNING id, list, made, by';
const insert = (id: number) => pool.query(INSERT, [id, ['a', null], { ok: true }, null]);
const all = async () => (await pool.query('SELECT id FROM seen WHERE id > $1 ORDER BY id', [0])).rows;

it('those that wait together bring each its own rows, in one transaction', async () => {
  const answers = await Promise.all([
    insert(1),
    insert(2),
    pool.query('SELECT count(*)::int AS n FROM seen WHERE id > $1', [0]),
  ]);
  expect(answers.map(({ rows }) => rows)).toEqual([
    [{ id: 1, list: ['a', null], made: { ok: true }, by: null }],
    [{ id: 2, list: ['a', null], made: { ok: true }, by: null }],
    [{ n: 2 }],
  ]);
  const { rows } = await database.query('SELECT count(DISTINCT xmin::text)::int AS n FROM seen');
  expect(rows).toEqual([{ n: 1 }]);
});

it('one that fails is told so, with its code, and costs none of the others theirs', async () => {
  await insert(2);
  const [first, second, third] = await Promise.allSettled([insert(1), insert(2), insert(3)]);
  expect([first?.status, third?.status]).toEqual(['fulfilled', 'fulfilled']);
  expect(second).toMatchObject({ status: 'rejected', reason: { code: '23505' } });
  expect(await all()).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
});

it('a text that cannot be understood is an error of whoever made it', async () => {
  const [good, bad] = await Promise.allSettled([insert(1), pool.query('SELEKT $1', [1])]);
  expect([good?.status, bad?.status]).toEqual(['fulfilled', 'rejected']);
});

it('several hundred of many texts are run in the order they came in', async () => {
  const many = Array.from({ length: 450 }, (_, at) =>
    at % 2 === 0 ? insert(at + 1) : pool.query(`UPDATE seen SET by = $1 WHERE id = ${at} RETURNING by`, [at]),
  );
  const answers = await Promise.all(many);
  expect(answers.every(({ rows }) => rows.length === 1)).toBe(true);
});
