import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Hono } from 'hono';
import { describe, expect, it, onTestFinished } from 'vitest';
import { dashboardApp } from '../../src/dashboard/app.ts';
import { readAssets } from '../../src/dashboard/assets.ts';
import type { Acts } from '../../src/dashboard/control.ts';
import { Guard } from '../../src/dashboard/guard.ts';
import { OpenBatches } from '../../src/dashboard/open-batches.ts';
import {
  type BatchFixture,
  fillBatchFolder,
  finished,
  lines,
  outcome,
  planRow,
  started,
} from '../batch/ledger/batch-folder.ts';
import { actsByPage } from '../support/acts-by-page.ts';
import { tempFolder } from '../support/temp-folder.ts';

const BATCH = '20260304-120000-ab12';
const HOST = '127.0.0.1:8123';
const ORIGIN = `http://${HOST}`;

interface PageOptions {
  readOnly?: boolean;
  start?: Acts['start'];
  fixture?: BatchFixture;
}

async function page({
  readOnly = false,
  start,
  fixture,
}: PageOptions = {}): Promise<{ app: Hono; guard: Guard; folder: string }> {
  const guard = new Guard({ readOnly });
  guard.servedOn(8123);
  const assets = new Map([['/', { type: 'text/html', body: '<!doctype html>' }]]);
  const state = await tempFolder();
  const folder = join(state, 'batches', BATCH);
  if (fixture !== undefined) {
    await mkdir(folder, { recursive: true });
    await fillBatchFolder(folder, fixture);
  }
  const batches = new OpenBatches(state);
  onTestFinished(() => batches.close());
  return {
    app: dashboardApp({ guard, batches, assets, version: '1.2.3', readOnly, acts: actsByPage(start), look: {} }),
    ...{ guard, folder },
  };
}

const get = (app: Hono, path: string, headers: Record<string, string> = {}) =>
  app.request(`${ORIGIN}${path}`, { headers: { host: HOST, ...headers } });

const begin = (app: Hono, token: string, headers: Record<string, string> = {}) =>
  app.request(`${ORIGIN}/api/session`, {
    method: 'POST',
    headers: { host: HOST, origin: ORIGIN, 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ token }),
  });

/** The cookie of the person who opened the link. */
async function letIn(app: Hono, guard: Guard): Promise<string> {
  const answer = await begin(app, guard.token);
  expect(answer.status).toBe(200);
  return (answer.headers.get('set-cookie') ?? '').split(';', 1)[0] ?? '';
}

describe('the page', () => {
  it('tells nothing to who has not opened the link, and everything to who has', async () => {
    const { app, guard } = await page();
    expect((await get(app, '/api/batches')).status).toBe(401);
    expect((await get(app, '/api/batches', { cookie: 'hostroll_8123=guess' })).status).toBe(401);
    expect((await get(app, '/api/batches', { cookie: await letIn(app, guard) })).status).toBe(200);
  });

  it('takes its token once, and hides the cookie from scripts and other sites', async () => {
    const { app, guard } = await page();
    expect((await begin(app, 'guess')).status).toBe(401);
    const answer = await begin(app, guard.token);
    expect(answer.headers.get('set-cookie')).toMatch(/; HttpOnly; SameSite=Strict/);
    expect((await begin(app, guard.token)).status).toBe(401);
  });

  it('is not found under another name that leads to this machine (DNS rebinding)', async () => {
    const { app, guard } = await page();
    const cookie = await letIn(app, guard);
    for (const host of ['attacker.net', 'attacker.net:8123', '127.0.0.1', '127.0.0.1:9999', ''])
      expect((await get(app, '/api/batches', { host, cookie })).status, host).toBe(421);
  });

  it('takes no change from a form or script of another site', async () => {
    const { app, guard } = await page();
    for (const origin of ['https://attacker.net', 'null', 'http://127.0.0.1:9999'])
      expect((await begin(app, guard.token, { origin })).status, origin).toBe(403);
    const none = await app.request(`${ORIGIN}/api/session`, { method: 'POST', headers: { host: HOST }, body: '{}' });
    expect(none.status).toBe(403);
  });

  it('streams and shows nothing to another site, though its visitor is let in', async () => {
    const { app, guard } = await page();
    const cookie = await letIn(app, guard);
    for (const site of ['cross-site', 'same-site'])
      for (const path of ['/api/batches/latest/events', '/api/batches', '/live.js'])
        expect((await get(app, path, { cookie, 'sec-fetch-site': site })).status, path).toBe(403);
  });

  it('cannot be framed, runs no inline script, and is shared with nobody', async () => {
    const { app } = await page();
    const { headers } = await get(app, '/');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('changes nothing where it is read only', async () => {
    const { app, guard } = await page({ readOnly: true });
    const cookie = await letIn(app, guard);
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const headers = { host: HOST, origin: ORIGIN, cookie };
      expect((await app.request(`${ORIGIN}/api/batches/latest/control`, { method, headers })).status, method).toBe(405);
    }
  });

  it('says nothing to a batch without a reason', async () => {
    const { app, guard } = await page();
    const headers = { host: HOST, origin: ORIGIN, cookie: await letIn(app, guard), 'content-type': 'application/json' };
    for (const given of [
      { word: 'pause' },
      { word: 'pause', reason: ' ' },
      { word: 'dance', reason: 'x' },
      undefined,
    ]) {
      const body = given === undefined ? 'no JSON' : JSON.stringify(given);
      const answer = await app.request(`${ORIGIN}/api/batches/latest/control`, { method: 'POST', headers, body });
      expect(answer.status, body).toBe(400);
    }
  });

  it('says in words what is not there', async () => {
    const { app, guard } = await page();
    const answer = await get(app, '/api/batches/20260101', { cookie: await letIn(app, guard) });
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ code: 'BATCH_UNKNOWN' });
  });

  it('gives away no file but those of a batch', async () => {
    const { app, guard } = await page();
    const cookie = await letIn(app, guard);
    for (const path of [
      '/api/batches/..%2f..%2fetc/files/passwd',
      '/page/..%2f..%2fpackage.json',
      '/..%2fpackage.json',
    ])
      expect((await get(app, path, { cookie })).status, path).toBe(404);
  });

  it('starts a retry of the rows that match, with the reason, as a command of its own', async () => {
    const begun: [string[], string | undefined][] = [];
    const { app, guard } = await page({
      start: async (words, input) => {
        begun.push([[...words], input]);
        return undefined;
      },
      fixture: {
        plan: Array.from({ length: 6 }, (_, row) => planRow(row + 1)),
        ledger: [
          ...[1, 2, 3, 5].map((row) => outcome(row, { outcome: 'failed', code: row === 5 ? 'CF_1413' : 'CF_1434' })),
          finished(9, 2),
        ],
      },
    });
    const headers = { host: HOST, origin: ORIGIN, cookie: await letIn(app, guard), 'content-type': 'application/json' };
    const body = JSON.stringify({ word: 'retry', reason: 'the hold is lifted', rows: { code: 'CF_1434' } });
    const answer = await app.request(`${ORIGIN}/api/batches/latest/control`, { method: 'POST', headers, body });
    expect(await answer.json()).toMatchObject({ text: expect.stringContaining('retry') });
    const words = ['retry', BATCH, '--yes', '--reason', 'the hold is lifted', '--rows', '-'];
    expect(begun).toEqual([[words, '1-3']]);
  });

  it('tells of a row what "why" says, what happened to it, and how its certificate changes', async () => {
    const { app, guard } = await page({
      fixture: {
        plan: [planRow(1, { lane: 'default' }), planRow(2, { lane: 'default' })],
        ledger: [started(), outcome(1, { status: 'active', ssl_status: 'active', cf_ray: '8f00d' })],
      },
    });
    const cookie = await letIn(app, guard);
    // biome-ignore lint/suspicious/noExplicitAny: what the page reads is compared below.
    const json = async (path: string): Promise<any> =>
      (await get(app, `/api/batches/${BATCH}${path}`, { cookie })).json();
    const open = await json('/rows/2');
    expect(open.why.waits.map(({ reason }: { reason: string }) => reason).join()).toContain(
      'no process is at the batch',
    );
    expect(open.why.changes).toEqual([{ path: 'ssl.method', before: 'http', after: 'txt' }]);
    expect(await json('/rows/1/told')).toMatchObject([{ text: expect.stringContaining('cf-ray 8f00d') }]);
    expect(await json('/told')).toMatchObject([{ text: 'began' }]);
    expect(await json('/certificates')).toMatchObject([{ before: 'http', after: 'txt', rows: 2, active: 1 }]);
  });

  it('reads a batch again whose files were damaged, and are fixed', async () => {
    const { app, guard, folder } = await page({ fixture: { plan: [planRow(1)], ledger: 'no event\n' } });
    const cookie = await letIn(app, guard);
    const statuses = async () => {
      const answers = ['', '/rows', '/told'].map((path) => get(app, `/api/batches/latest${path}`, { cookie }));
      return (await Promise.all(answers)).map(({ status }) => status);
    };
    // What happened is told as far as it can be read.
    expect(await statuses()).toEqual([409, 409, 200]);
    await writeFile(join(folder, 'ledger.jsonl'), lines([started(), outcome(1)]));
    expect(await statuses()).toEqual([200, 200, 200]);
  });

  it('loads less than 60 KB, compressed, all together', async () => {
    const all = [...(await readAssets()).values()].map(({ body }) => gzipSync(body).length);
    expect(all.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(60_000);
  });
});
