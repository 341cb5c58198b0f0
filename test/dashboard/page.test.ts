import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { LedgerEvent } from '../../src/batch/ledger/ledger-event.ts';
import { servePage } from '../../src/dashboard/serve-page.ts';
import { writeReport } from '../../src/report/files/write-report.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import {
  at,
  type BatchFixture,
  fillBatchFolder,
  finished,
  outcome,
  planRow,
  settled,
  started,
} from '../batch/ledger/batch-folder.ts';
import { actsByPage } from '../support/acts-by-page.ts';
import { pageInBrowser, REBOUND } from '../support/browser.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { workspaceWith } from '../support/workspace.ts';

const BATCH = '20260304-120000-ab12';

async function stateWith(fixture: BatchFixture): Promise<string> {
  const state = await tempFolder();
  const folder = join(state, 'batches', BATCH);
  await mkdir(folder, { recursive: true });
  await fillBatchFolder(folder, fixture);
  return state;
}

const MARKUP = '<img src=x onerror="document.title=1">';

const HOSTILE = { custom_metadata: { tier: MARKUP }, custom_origin_server: MARKUP };
const BY = { user: MARKUP, host: MARKUP };

/** A batch of three rows: one that waits for its customer, one that failed, both saying hostile things, and one that is well. */
const FEW: BatchFixture = {
  plan: [
    planRow(1),
    planRow(2, { hostname: MARKUP as never, before: { custom_metadata: {} }, body: HOSTILE, source: ['', MARKUP] }),
    planRow(3),
  ],
  manifest: { path: MARKUP, header: ['hostname', 'note.owner'], notes: ['note.owner'] },
  file: { by: BY },
  ledger: [
    { ...started(), ...BY } as LedgerEvent,
    {
      ...{ at: at(1), type: 'control', up_to: 1 },
      said: { v: 1, id: 'w1', at: at(1), by: BY, word: 'pause', reason: MARKUP },
    } as LedgerEvent,
    { at: at(1), type: 'hold', by: 'rule', of: {}, reason: MARKUP } as unknown as LedgerEvent,
    outcome(1, { status: 'pending', ssl_status: 'pending_validation' }),
    outcome(2, { outcome: 'failed', code: 'CF_1434', message: `refused: ${MARKUP}`, cf_ray: '8f00d-AMS' }),
    outcome(3, { status: 'active', ssl_status: 'active' }),
    settled([
      {
        ...{ row: 1, settlement: 'pending', status: 'pending', ssl_status: 'pending_validation', method: 'txt' },
        phase: 'waiting_for_customer',
        errors: [MARKUP],
        records: [{ txt_name: '_acme-challenge.shop1.acme-store.net', txt_value: 'ca3-token' }],
      },
    ]),
    finished(3, 2),
  ],
};

/** Whether what is shown as text was taken for more; `complaints` tells of scripts that the policy has refused. */
async function expectUnharmed(
  { page, complaints }: { page: Page; complaints: string[] },
  title: string,
): Promise<void> {
  expect(await page.evaluate('document.querySelectorAll("img").length')).toBe(0);
  expect(await page.title()).toBe(title);
  expect(complaints).toEqual([]);
}

/** What a screen reader would stumble over. Evaluated by the test, not by the page, whose policy forbids that. */
async function stumbles(page: Page): Promise<unknown> {
  await page.evaluate(axe.source);
  return page.evaluate(
    'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + " " + nodes[0].html))',
  );
}

/** What another site's script tries on the page, with its visitor's cookies where the browser sends them. */
const attack = (target: string): string => `(async () => {
  const refused = () => 'refused';
  const put = (name, more) => Object.assign(document.createElement(name), more);
  const read = await fetch('${target}/api/batches', { credentials: 'include' }).then((answer) => answer.text(), refused);
  const blind = await fetch('${target}/api/batches', { mode: 'no-cors', credentials: 'include' }).then((answer) => answer.text(), refused);
  const streamed = await new Promise((done) => {
    const events = new EventSource('${target}/api/batches/latest/events', { withCredentials: true });
    events.addEventListener('view', () => done('told'));
    events.onerror = () => done('refused');
  });
  const ran = await new Promise((done) => {
    document.body.append(put('script', { src: '${target}/live.js', onload: () => done('ran'), onerror: () => done('refused') }));
  });
  const form = put('form', { method: 'post', enctype: 'text/plain', target: 'sink', action: '${target}/api/batches/latest/control' });
  form.append(put('input', { name: '{"word":"cancel","reason":"', value: '"}' }));
  document.body.append(form, put('iframe', { name: 'sink' }), put('iframe', { src: '${target}/' }));
  return { read, blind, streamed, ran };
})()`;

describe('the page', () => {
  const open = pageInBrowser('the page in a browser');
  if (open === undefined) return;

  it('shows a batch, its rows and their history, with hostile text as text, and gives records to copy', async () => {
    // The customers' DNS, where nothing is published yet.
    const dns = await startSandbox({ serve_customers: true, hostnames: [{ hostname: 'shop1.acme-store.net' }] });
    onTestFinished(() => dns.close());
    const { port } = new URL(dns.url);
    const look = { roots: [`127.0.0.1:${port}`], httpPort: Number(port), allowPrivate: true };
    const opened = await open(await stateWith(FEW), { look });
    const { page, complaints } = opened;
    await page.waitForSelector(`td:has-text('${MARKUP}')`);
    await expectUnharmed(opened, 'hostroll');
    await page.click(`text=${BATCH}`);
    await page.waitForSelector(`.wait:has-text('${MARKUP}')`);
    await page.waitForSelector(`.log:has-text('said pause: ${MARKUP}')`);
    await expectUnharmed(opened, 'hostroll');
    await page.click('a:text-is("CF_1434")');
    await page.waitForSelector(`td >> nth=-1 >> text=${MARKUP}`);
    await page.click('tbody a');
    await page.waitForSelector('.log:has-text("8f00d-AMS")');
    for (const text of [`refused: ${MARKUP}`, 'custom_metadata', 'custom_origin_server'])
      expect(await page.textContent('main')).toContain(text);
    await expectUnharmed(opened, 'hostroll');
    // The filter is in the address.
    expect(page.url()).toContain('code=CF_1434');
    expect(page.url()).not.toContain('token');
    await page.click('text=Pending DCV');
    await page.click('summary');
    await page.click('button:text-is("Copy")');
    await page.waitForSelector('text=Copied');
    const copied = () => page.evaluate('navigator.clipboard.readText()');
    expect(await copied()).toBe('_acme-challenge.shop1.acme-store.net TXT ca3-token');
    await page.click('text=Copy all as Markdown');
    await page.waitForSelector('button:text-is("Copied")');
    expect(await copied()).toContain('| TXT | `_acme-challenge.shop1.acme-store.net` | `ca3-token` |');
    await page.click('text=Look again');
    await page.waitForSelector(
      '.look [role=status] li:has-text("_acme-challenge.shop1.acme-store.net"):has-text("missing")',
    );
    await expectUnharmed(opened, 'hostroll');
    expect(complaints).toEqual([]);
  });

  it('follows a batch that another process runs, pauses it with a reason, and lets it go on to its end', async () => {
    const hostnames = Array.from({ length: 60 }, (_, row) => ({ hostname: `shop-${row}.acme-store.net`, ssl: {} }));
    const refused = { match: { kind: 'edit' as const, hostname: 'shop-7.acme-store.net' }, times: 1 };
    const faults = [{ ...refused, effect: { type: 'api_error' as const, code: 1434 } }];
    const workspace = await workspaceWith({ hostnames, faults });
    await workspace.file(
      'm.csv',
      `hostname,custom_metadata.tier\n${hostnames.map(({ hostname }) => `${hostname},gold`).join('\n')}\n`,
    );
    const start = async (words: readonly string[], input = '') =>
      (await workspace.run([...words], { input: Buffer.from(input) })).stderr;
    const { page, complaints } = await open(join(workspace.folder, '.hostroll'), { start });
    await page.waitForSelector('text=There is no batch yet');
    const ran = workspace.run(['apply', 'm.csv', '--yes', '--wait', '0', '--quota', '6000/300']);
    await page.click('tbody a');
    await page.click('button:text-is("Pause")');
    await page.fill('input[name=reason]', 'the shop is slow');
    await page.click('dialog button[type=submit]');
    await page.waitForSelector('[role=status]:has-text("is paused")');
    await page.waitForSelector('.wait:has-text("the shop is slow")');
    await page.click('button:text-is("Go on")');
    await page.fill('input[name=reason]', 'it is well again');
    await page.click('dialog button[type=submit]');
    await page.waitForSelector('strong:text-is("finished")');
    await page.waitForSelector('li:has-text("edited"):has-text("59")');
    await page.waitForSelector('.log:has-text("said go: it is well again")');
    expect((await ran).code).toBe(2);
    await page.click('a:text-is("failed")');
    await page.click('text=Retry what matches');
    await page.fill('input[name=reason]', 'the cause is gone');
    await page.click('dialog button[type=submit]');
    // It is asked for twice.
    await page.click('text=Yes, send them');
    await page.click('header a');
    await page.click('tr:has-text("retry of"):has-text("finished") a');
    await page.waitForSelector('li:has-text("edited"):has-text("1")');
    expect(workspace.report().counts).toMatchObject({ rows: 1, edited: 1 });
    expect(complaints).toEqual([]);
  });

  it('finds one of 200,000 rows by a part of its name', async () => {
    const rows = Array.from({ length: 200_000 }, (_, at) => ({
      ...{ row: at + 1, decision: 'skip' as const, effects: [], hostname: `shop${at + 1}.acme-store.net` as never },
    }));
    const { page } = await open(await stateWith({ plan: rows }));
    await page.waitForSelector(`text=${BATCH}`);
    await page.goto(`${new URL(page.url()).origin}/batch/${BATCH}/rows`);
    await page.fill('input[type=search]', 'shop123456');
    await page.waitForSelector('text=1 of 200,000 rows');
    expect(await page.textContent('tbody')).toContain('shop123456.acme-store.net');
  });

  it('says that hostroll is gone, and goes on by itself when it is back', async () => {
    // One that is not finished: of others nothing more is awaited.
    const state = await stateWith({ ...FEW, ledger: [started(), outcome(1)] });
    const { page, port, end } = await open(state);
    await page.click(`text=${BATCH}`);
    await page.waitForSelector('text=Rows by outcome');
    await end();
    await page.waitForSelector('[role=alert]:has-text("cannot be reached")');
    const again = await servePage({ state, port, readOnly: false, version: '1.2.3', acts: actsByPage(), look: {} });
    // Another process knows nothing of the cookie: what is to be done is said.
    await page.waitForSelector('[role=alert]:has-text("hostroll ui")');
    await again.close();
  });

  it('keeps other sites out: by a rebound name, forms, streams, scripts and frames', async () => {
    const state = await stateWith({ ...FEW, ledger: [started(), outcome(1)] });
    const { page, context, port } = await open(state);
    // Its visitor is let in.
    await page.waitForSelector(`text=${BATCH}`);
    const target = `http://127.0.0.1:${port}`;
    const other = createServer(
      (_, answer) => void answer.setHeader('content-type', 'text/html').end('<!doctype html>'),
    );
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    onTestFinished(() => void other.close());
    const theirs = await context.newPage();
    expect((await theirs.goto(`http://${REBOUND}:${port}/`))?.status()).toBe(421);
    // Also where the browser sends the cookie along: to it all ports of a machine are one site.
    for (const host of [REBOUND, '127.0.0.1']) {
      await theirs.goto(`http://${host}:${(other.address() as AddressInfo).port}/`);
      expect(await theirs.evaluate(attack(target)), host).toEqual({
        ...{ read: 'refused', blind: 'refused', streamed: 'refused', ran: 'refused' },
      });
      const [changed] = await Promise.all([
        theirs.waitForResponse((answer) => answer.request().method() === 'POST'),
        theirs.evaluate('document.forms[0].submit()'),
      ]);
      expect(changed.status(), host).toBe(403);
      // Neither the page nor the answer to the form is shown within theirs.
      const shown = () =>
        theirs
          .mainFrame()
          .childFrames()
          .map((frame) => frame.url());
      await expect.poll(shown).toEqual(['chrome-error://chromewebdata/', 'chrome-error://chromewebdata/']);
    }
    expect(existsSync(join(state, 'batches', BATCH, 'control.jsonl'))).toBe(false);
  });

  it('fits a phone, is used by keyboard alone, and has nothing that a screen reader stumbles over', async () => {
    const { page } = await open(await stateWith(FEW), { width: 320 });
    await page.waitForSelector(`text=${BATCH}`);
    for (const tab of ['', '/rows?outcome=failed', '/rows?row=2', '/pending']) {
      await page.goto(`${new URL(page.url()).origin}/batch/${BATCH}${tab}`);
      await page.waitForSelector('h2:visible, table:visible');
      expect(await page.evaluate('document.documentElement.scrollWidth'), tab).toBe(320);
      expect(await stumbles(page), tab).toEqual([]);
    }
    await page.goto(`${new URL(page.url()).origin}/`);
    await page.waitForSelector(`text=${BATCH}`);
    for (let tabs = 0; tabs < 5 && (await page.evaluate('document.activeElement.textContent')) !== BATCH; tabs++)
      await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForSelector('text=Rows by outcome');
  });

  it('as report.html opens from disk, searches, copies and fits a phone, and is readable without its script', async () => {
    const state = await stateWith(FEW);
    const folder = join(state, 'batches', BATCH);
    await writeReport(folder);
    const opened = await open(state, { width: 320 });
    const { page, context } = opened;
    await page.goto(`file://${folder}/report.html`);
    await page.fill('input[type=search]', 'onerror');
    await page.waitForSelector('text=1 of 2 rows');
    await page.click('tbody a[href*="row=2"]');
    await page.waitForSelector('.panel:has-text("8f00d-AMS")');
    expect(page.url()).toContain('search=onerror');
    await page.click('summary');
    await page.click('.record button');
    await page.waitForSelector('text=Copied');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
    await expectUnharmed(opened, `hostroll ${BATCH}`);
    expect(await stumbles(page)).toEqual([]);
    // On paper nothing can be unfolded or pressed.
    await page.click('summary');
    await page.emulateMedia({ media: 'print' });
    expect(await page.isVisible('code:text-is("ca3-token")')).toBe(true);
    expect(await page.isVisible('button, input')).toBe(false);
    const plain = await (await context.browser()?.newContext({ javaScriptEnabled: false }))?.newPage();
    await plain?.goto(`file://${folder}/report.html`);
    await plain?.click('summary');
    await plain?.waitForSelector('code:text-is("ca3-token")');
    expect(await plain?.isVisible('input[type=search]')).toBe(false);
    await plain?.context().close();
  });
});
