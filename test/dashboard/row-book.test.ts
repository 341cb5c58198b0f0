import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { batchFolder as placeOf } from '../../src/batch/ledger/batch-folder.ts';
import { RowBook } from '../../src/dashboard/row-book.ts';
import { ROW_QUERY } from '../../src/dashboard/row-query.ts';
import type { BatchId } from '../../src/terms.ts';
import {
  at,
  type BatchFixture,
  fillBatchFolder,
  lines,
  outcome,
  planRow,
  settled,
  started,
} from '../batch/ledger/batch-folder.ts';
import { tempFolder } from '../support/temp-folder.ts';

const BATCH = '20260304-120000-ab12' as BatchId;

async function bookOf(fixture: BatchFixture) {
  const folder = placeOf(await tempFolder(), BATCH);
  await mkdir(folder.path, { recursive: true });
  await fillBatchFolder(folder.path, fixture);
  const book = await RowBook.open(folder);
  onTestFinished(() => book.close());
  await book.atLeast(fixture.plan.length);
  return { book, folder };
}

const rowsOf = async (book: RowBook, query: Record<string, string>) => {
  const { matched, rows } = await book.find(ROW_QUERY.parse(query));
  return { matched, rows: rows.map(({ row }) => row) };
};

const ssl = (ca: string, method: string) => ({ ssl: { certificate_authority: ca, method } });

const THREE: BatchFixture = {
  plan: [
    planRow(1, { hostname: 'zoo.acme-store.net' as never, body: ssl('google', 'txt') }),
    planRow(2, { hostname: 'bar.other-shop.net' as never, body: ssl('lets_encrypt', 'http') }),
    planRow(3, {
      hostname: 'any.acme-store.net' as never,
      body: ssl('google', 'http'),
      decision: 'skip',
      code: 'ALREADY_SO',
    }),
  ],
  ledger: [
    started(),
    outcome(1),
    outcome(2, { outcome: 'failed', code: 'CF_1434' }),
    settled([
      {
        row: 1,
        settlement: 'pending',
        status: 'pending',
        phase: 'waiting_for_customer',
        deadlines: { hostname_lost: { at: at(60), guessed: false } as never },
      },
    ]),
  ],
};

describe('the rows of a batch', () => {
  it('are found by a part of the name, in any case', async () => {
    const { book } = await bookOf(THREE);
    expect(await rowsOf(book, { search: 'ACME' })).toEqual({ matched: 2, rows: [1, 3] });
    expect(await rowsOf(book, { search: 'nothing' })).toEqual({ matched: 0, rows: [] });
  });

  it.each([
    [{ outcome: 'failed' }, [2]],
    [{ outcome: 'failed,edited' }, [1, 2]],
    [{ code: 'ALREADY_SO' }, [3]],
    [{ phase: 'waiting_for_customer' }, [1]],
    [{ who: 'customer' }, [1]],
    [{ ca: 'google', method: 'http' }, [3]],
  ])('are found by %o', async (query, rows) => {
    const { book } = await bookOf(THREE);
    expect((await rowsOf(book, query)).rows).toEqual(rows);
  });

  it('are sorted by name and by deadline, and come in pages', async () => {
    const { book } = await bookOf(THREE);
    expect((await rowsOf(book, { sort: 'hostname' })).rows).toEqual([3, 2, 1]);
    expect((await rowsOf(book, { sort: 'deadline' })).rows[0]).toBe(1);
    expect(await rowsOf(book, { offset: '1', limit: '1' })).toEqual({ matched: 3, rows: [2] });
  });

  it('are found by what the manifest says of them in columns of the operator, which they show', async () => {
    const header = ['hostname', 'note.account'];
    const { book } = await bookOf({
      plan: [planRow(1, { source: ['a.net', 'ACC-17'] }), planRow(2, { source: ['b.net', 'ACC-2'] })],
      manifest: { header, notes: ['note.account'] },
    });
    expect(await rowsOf(book, { search: 'acc-17' })).toEqual({ matched: 1, rows: [1] });
    const { rows } = await book.find(ROW_QUERY.parse({ search: 'shop2' }));
    expect(rows).toMatchObject([{ row: 2, hostname: 'shop2.acme-store.net', notes: { 'note.account': 'ACC-2' } }]);
  });

  it('tell of certificates as they were and will be, uploaded ones by that name, and what there is to choose', async () => {
    const ours = { body: ssl('google', 'txt'), before: {}, effects: ['loses_upload' as const] };
    const { book } = await bookOf({
      plan: [
        planRow(1, ours),
        planRow(2, { body: {}, before: ssl('google', 'http'), bundle: { id: 'b1', name: 'own' } }),
      ],
    });
    expect(book.certificates().map(({ before, after, rows }) => [before, after, rows])).toEqual([
      ['uploaded', 'google, txt', 1],
      ['google, http', 'uploaded', 1],
    ]);
    const { choices } = await book.find(ROW_QUERY.parse({ ca: 'uploaded' }));
    expect(choices).toMatchObject({ ca: ['google', 'uploaded'], method: ['http', 'txt'] });
  });

  it('change as the ledger grows', async () => {
    const { book, folder } = await bookOf({ ...THREE, ledger: [started()] });
    expect((await rowsOf(book, { outcome: 'unprocessed' })).rows).toEqual([1, 2]);
    await appendFile(join(folder.path, 'ledger.jsonl'), lines([outcome(2)]));
    await book.readOn();
    expect((await rowsOf(book, { outcome: 'unprocessed' })).rows).toEqual([1]);
  });

  it('are the rows of the plan, one for each, whatever their names are', async () => {
    const odd = '<img src=x onerror=alert(1)>';
    const { book } = await bookOf({
      plan: [planRow(1, { hostname: odd as never }), planRow(2, { decision: 'reject', hostname: undefined as never })],
    });
    const { rows } = await book.find(ROW_QUERY.parse({}));
    expect(rows.map(({ hostname, outcome }) => [hostname, outcome])).toEqual([
      [odd, 'unprocessed'],
      ['', 'rejected'],
    ]);
  });
});
