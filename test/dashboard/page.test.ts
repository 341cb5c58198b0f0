import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { servePage } from '../../src/dashboard/serve-page.ts';
import { writeReport } from '../../src/report/files/write-report.ts';
import {
  type BatchFixture,
  fillBatchFolder,
  finished,
  outcome,
  planRow,
  settled,
  started,
} from '../batch/ledger/batch-folder.ts';
import { actsByPage } from '../support/acts-by-page.ts';
import { pageInBrowser } from '../support/browser.ts';
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

/** A batch of three rows: one that waits for its customer, one that failed, both saying hostile things, and one that is well. */
const FEW: BatchFixture = {
  plan: [planRow(1), planRow(2, { hostname: MARKUP as never }), planRow(3)],
  ledger: [
    started(),
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

/** What a screen reader would stumble over. Evaluated by the test, not by the page, whose policy forbids that. */
async function stumbles(page: Page): Promise<unknown> {
  await page.evaluate(axe.source);
  return page.evaluate(
    'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + " " + nodes[0].html))',
  );
}

describe('the page', () => {
  const open = pageInBrowser('the page in a browser');
  if (open === undefined) return;

  it('shows a batch, its rows and their history, with hostile text as text, and gives records to copy', async () => {
    const { page, complaints } = await open(await stateWith(FEW));
    await page.click(`text=${BATCH}`);
    await page.click('a:text-is("CF_1434")');
    await page.click('tbody a');
    await page.waitForSelector('.log:has-text("8f00d-AMS")');
    expect(await page.textContent('main')).toContain(`refused: ${MARKUP}`);
    expect(await page.title()).toBe('hostroll');
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
    expect(complaints).toEqual([]);
  });

  it('follows a batch that another process runs, pauses it with a reason, and lets it go on to its end', async () => {
    const hostnames = Array.from({ length: 60 }, (_, row) => ({ hostname: `shop-${row}.acme-store.net`, ssl: {} }));
    const workspace = await workspaceWith({ hostnames });
    await workspace.file(
      'm.csv',
      `hostname,custom_metadata.tier\n${hostnames.map(({ hostname }) => `${hostname},gold`).join('\n')}\n`,
    );
    const { page, complaints } = await open(join(workspace.folder, '.hostroll'));
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
    await page.waitForSelector('li:has-text("edited"):has-text("60")');
    await page.waitForSelector('.log:has-text("said go: it is well again")');
    expect((await ran).code).toBe(0);
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
    const { page, context, complaints } = await open(state, { width: 320 });
    await page.goto(`file://${folder}/report.html`);
    await page.fill('input[type=search]', 'onerror');
    await page.waitForSelector('text=1 of 2 rows');
    await page.click('tbody a[href*="row=2"]');
    await page.waitForSelector('.panel:has-text("8f00d-AMS")');
    expect(page.url()).toContain('search=onerror');
    await page.click('summary');
    await page.click('.record button');
    await page.waitForSelector('text=Copied');
    expect(await page.title()).toBe(`hostroll ${BATCH}`);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
    expect(await stumbles(page)).toEqual([]);
    expect(complaints).toEqual([]);
    const plain = await (await context.browser()?.newContext({ javaScriptEnabled: false }))?.newPage();
    await plain?.goto(`file://${folder}/report.html`);
    await plain?.click('summary');
    await plain?.waitForSelector('code:text-is("ca3-token")');
    expect(await plain?.isVisible('input[type=search]')).toBe(false);
    await plain?.context().close();
  });
});
