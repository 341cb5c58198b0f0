import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { type Context, Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import { readBatchFile } from '../batch/ledger/batch-file.ts';
import { adviceFor } from '../codes/code.ts';
import type { DoctorOptions } from '../dcv/doctor.ts';
import { lockHolder } from '../disk/process-lock.ts';
import { watchedRow } from '../report/html/watched-row.ts';
import { whyOf } from '../report/why.ts';
import { HostrollError, SECOND } from '../terms.ts';
import type { Asset } from './assets.ts';
import { type Acts, actByPage, CONTROL } from './control.ts';
import { type Guard, SESSION_PATH } from './guard.ts';
import { lookAgain } from './look-again.ts';
import type { OpenBatches } from './open-batches.ts';
import { pendingRows } from './pending.ts';
import { ROW_QUERY } from './row-query.ts';
import { toldOfRow } from './told.ts';

/** How often a page is told where a batch stands. */
const EVERY_MS = SECOND;

export interface AppParts {
  batches: OpenBatches;
  guard: Guard;
  assets: ReadonlyMap<string, Asset>;
  version: string;
  readOnly: boolean;
  acts: Acts;
  /** How hostnames are looked at, from here. */
  look: DoctorOptions;
}

/** Everything that the page asks for. Answers tell of batches and hostnames, never of credentials. */
export function dashboardApp({ batches, guard, assets, version, readOnly, acts, look }: AppParts): Hono {
  const app = new Hono();
  /** With all rows of the plan in it. */
  const wholeBook = async (batch: string) => {
    const book = await batches.book(batch);
    await book.whole();
    return book;
  };
  app.use(guard.everywhere);
  for (const [path, { type, body }] of assets)
    app.get(path, (context) => context.body(body, 200, { 'content-type': type }));
  app.use('/api/*', guard.withSession);
  app.post(SESSION_PATH, guard.begin);
  app.get('/api/about', (context) => context.json({ version, read_only: readOnly }));
  app.get('/api/batches', async (context) => context.json(await batches.list()));

  app.get('/api/batches/:batch', async (context) => {
    const folder = await batches.folder(context.req.param('batch'));
    const view = await batches.view(folder);
    if (view === undefined) return context.json({ batch: folder.batch, view: null, files: [], followers: [] });
    const { created_at, manifest, by, follows } = await readBatchFile(folder.path);
    const errors = view.errors.map(({ code, count }) => ({ code, count, advice: adviceFor(code) }));
    const about = { created_at, by, follows, manifest: { path: manifest.path, rows: manifest.rows } };
    const isRunning = (await lockHolder(folder.lock)) !== undefined;
    const [files, followers] = [await batches.files(folder), await batches.followers(folder)];
    return context.json({ batch: folder.batch, about, view: { ...view, errors, isRunning }, files, followers });
  });

  app.get('/api/batches/:batch/events', async (context) => {
    const folder = await batches.folder(context.req.param('batch'));
    return streamSSE(context, async (stream) => {
      while (!stream.aborted) {
        const view = await batches.view(folder);
        const isRunning = (await lockHolder(folder.lock)) !== undefined;
        if (view !== undefined) await stream.writeSSE({ event: 'view', data: JSON.stringify({ ...view, isRunning }) });
        if (view?.stage === 'finished' || view?.stage === 'cancelled') return;
        await delay(EVERY_MS);
      }
    });
  });

  app.get('/api/batches/:batch/rows', async (context) => {
    const query = ROW_QUERY.safeParse(context.req.query());
    if (!query.success) return context.json({ error: 'The address asks for rows in a way that is not known.' }, 400);
    const book = await batches.book(context.req.param('batch'));
    await book.atLeast(query.data.offset + query.data.limit);
    return context.json(await book.find(query.data));
  });

  /** The rows of a batch, and of them the one that the address names. Throws `ROW_UNKNOWN`. */
  const rowIn = async (context: Context) => {
    const folder = await batches.folder(context.req.param('batch') ?? '');
    const book = await batches.book(folder.batch);
    const row = Number(context.req.param('row'));
    if (book.fold.rows.has(row) && !book.fold.rows.planned.has(row)) await book.whole();
    if (book.fold.rows.has(row)) return { folder, book, row };
    throw new HostrollError('ROW_UNKNOWN', 'There is no such row.');
  };

  app.get('/api/batches/:batch/rows/:row', async (context) => {
    const { folder, book, row } = await rowIn(context);
    const { fold, details } = book;
    const planned = await details.planned(row);
    const view = await batches.view(folder);
    if (view === undefined) return context.json({ error: 'The batch is being planned.' }, 404);
    const isRunning = (await lockHolder(folder.lock)) !== undefined;
    const parts = { fold, details, view, isRunning, folder, ...book.ahead(row), now: Date.now() };
    const watched = await watchedRow(fold, details, row);
    const advice = watched.code ? adviceFor(watched.code) : null;
    return context.json({ watched, why: await whyOf(planned, parts), planned, advice });
  });

  app.get('/api/batches/:batch/rows/:row/told', async (context) => {
    const { folder, row } = await rowIn(context);
    return context.json(await toldOfRow(folder.ledger, row));
  });

  app.get('/api/batches/:batch/rows/:row/look', async (context) => {
    const { book, row } = await rowIn(context);
    return context.json(await lookAgain(book, row, look));
  });

  app.get('/api/batches/:batch/told', async (context) =>
    context.json(await batches.told(await batches.folder(context.req.param('batch')))),
  );

  app.get('/api/batches/:batch/pace', async (context) =>
    context.json((await wholeBook(context.req.param('batch'))).pace.points()),
  );

  app.get('/api/batches/:batch/certificates', async (context) =>
    context.json((await wholeBook(context.req.param('batch'))).certificates()),
  );

  app.get('/api/batches/:batch/pending', async (context) =>
    context.json(await pendingRows(await batches.book(context.req.param('batch')))),
  );

  app.get('/api/batches/:batch/files/:file', async (context) => {
    const folder = await batches.folder(context.req.param('batch'));
    const name = context.req.param('file');
    if (!(await batches.files(folder)).includes(name)) return context.json({ error: 'There is no such file.' }, 404);
    context.header('content-disposition', `attachment; filename="${folder.batch}-${name}"`);
    context.header('content-type', 'application/octet-stream');
    return context.body(Readable.toWeb(createReadStream(join(folder.path, name))) as ReadableStream);
  });

  app.post('/api/batches/:batch/control', async (context) => {
    const given = CONTROL.safeParse(await context.req.json().catch(() => undefined));
    if (!given.success) return context.json({ error: 'A word to a batch needs a reason.' }, 400);
    const folder = await batches.folder(context.req.param('batch'));
    const text = await actByPage(folder, given.data, { acts, book: () => wholeBook(folder.batch) });
    return context.json({ text });
  });

  // Every place in the page has an address that can be opened again.
  app.get('/batch/*', (context) =>
    context.body(assets.get('/')?.body ?? '', 200, { 'content-type': 'text/html; charset=utf-8' }),
  );
  app.notFound((context) => context.json({ error: 'There is nothing here.' }, 404));
  app.onError((error, context) => {
    if (!(error instanceof HostrollError))
      return context.json({ error: 'This failed in a way that was not expected.' }, 500);
    const isAbsent = ['BATCH_UNKNOWN', 'BATCH_NOT_FOUND', 'ROW_UNKNOWN'].includes(error.code);
    const status = isAbsent ? 404 : 409;
    return context.json({ error: `${error.message} [${error.code}]`, code: error.code }, status);
  });
  return app;
}
