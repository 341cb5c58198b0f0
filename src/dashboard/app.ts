import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import { readBatchFile } from '../batch/ledger/batch-file.ts';
import { adviceFor } from '../codes/code.ts';
import { HostrollError, SECOND } from '../terms.ts';
import type { Asset } from './assets.ts';
import { CONTROL, type ReadWord, sayByPage } from './control.ts';
import { type Guard, SESSION_PATH } from './guard.ts';
import type { OpenBatches } from './open-batches.ts';
import { pendingRows } from './pending.ts';
import { ROW_QUERY } from './row-query.ts';

/** How often a page is told where a batch stands. */
const EVERY_MS = SECOND;

export interface AppParts {
  batches: OpenBatches;
  guard: Guard;
  assets: ReadonlyMap<string, Asset>;
  version: string;
  readOnly: boolean;
  readWord: ReadWord;
}

/** Everything that the page asks for. Answers tell of batches and hostnames, never of credentials. */
export function dashboardApp({ batches, guard, assets, version, readOnly, readWord }: AppParts): Hono {
  const app = new Hono();
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
    if (view === undefined) return context.json({ batch: folder.batch, view: null, files: [] });
    const { created_at, manifest, by, options, zones, wait_ms, kind } = await readBatchFile(folder.path);
    const errors = view.errors.map(({ code, count }) => ({ code, count, advice: adviceFor(code) }));
    const about = {
      created_at,
      by,
      options,
      zones,
      wait_ms,
      kind,
      manifest: { path: manifest.path, rows: manifest.rows },
    };
    return context.json({ batch: folder.batch, about, view: { ...view, errors }, files: await batches.files(folder) });
  });

  app.get('/api/batches/:batch/events', async (context) => {
    const folder = await batches.folder(context.req.param('batch'));
    return streamSSE(context, async (stream) => {
      while (!stream.aborted) {
        const view = await batches.view(folder);
        if (view !== undefined) await stream.writeSSE({ event: 'view', data: JSON.stringify(view) });
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
    return context.json(book.find(query.data));
  });

  app.get('/api/batches/:batch/rows/:row', async (context) => {
    const book = await batches.book(context.req.param('batch'));
    const row = Number(context.req.param('row'));
    if (!book.fold.rows.has(row) || !book.fold.rows.planned.has(row))
      return context.json({ error: 'There is no such row.' }, 404);
    const { details } = book;
    const [planned, decided, settled] = [
      await details.planned(row),
      await details.decided(row),
      await details.settled(row),
    ];
    const code = decided?.code ?? planned.code;
    const advice = code === undefined ? null : adviceFor(code);
    return context.json({ planned, decided: decided ?? null, settled: settled ?? null, advice });
  });

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
    return context.json({ text: await sayByPage(folder, given.data, readWord) });
  });

  // Every place in the page has an address that can be opened again.
  app.get('/batch/*', (context) =>
    context.body(assets.get('/')?.body ?? '', 200, { 'content-type': 'text/html; charset=utf-8' }),
  );
  app.notFound((context) => context.json({ error: 'There is nothing here.' }, 404));
  app.onError((error, context) => {
    if (!(error instanceof HostrollError))
      return context.json({ error: 'This failed in a way that was not expected.' }, 500);
    const status = error.code === 'BATCH_UNKNOWN' || error.code === 'BATCH_NOT_FOUND' ? 404 : 409;
    return context.json({ error: `${error.message} [${error.code}]`, code: error.code }, status);
  });
  return app;
}
