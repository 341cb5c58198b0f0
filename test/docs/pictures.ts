import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished, test } from 'vitest';
import { batchFolder } from '../../src/batch/ledger/batch-folder.ts';
import type { LedgerEvent } from '../../src/batch/ledger/ledger-event.ts';
import type { PlanRow } from '../../src/batch/ledger/plan-row.ts';
import { takeProcessLock } from '../../src/disk/process-lock.ts';
import { writeReport } from '../../src/report/files/write-report.ts';
import type { BatchId, Hostname } from '../../src/terms.ts';
import { at, fillBatchFolder, finished, outcome, planRow, settled, started } from '../batch/ledger/batch-folder.ts';
import { pageInBrowser } from '../support/browser.ts';
import { tempFolder } from '../support/temp-folder.ts';

const FIRST = '20260304-120000-ab12' as BatchId;
const RETRY = '20260304-180000-cd34' as BatchId;
const RUNNING = '20260305-080000-ef56' as BatchId;
const BY = { user: 'ada', host: 'ops-1' };
const ROWS = 1_200;

const SHOPS = ['acme-store.net', 'blue-otter.com', 'teahouse.co.uk', 'north-wind.io', 'cyclery.de', 'lamplight.fr'];
const nameOf = (row: number): Hostname =>
  `${row % 3 === 0 ? 'www' : 'shop'}${Math.ceil(row / SHOPS.length)}.${SHOPS[row % SHOPS.length]}` as Hostname;

const rows = (count: number): PlanRow[] =>
  Array.from({ length: count }, (_, index) =>
    planRow(index + 1, {
      hostname: nameOf(index + 1),
      lane: 'default',
      body: { ssl: { method: 'txt', type: 'dv', certificate_authority: index % 4 === 0 ? 'lets_encrypt' : 'google' } },
      before: { ssl: { method: 'http', type: 'dv', certificate_authority: 'digicert' } },
    }),
  );

const FAULTS = [
  { code: 'CF_1434', message: 'The CNAME target of the zone is not known.', http_status: 400 },
  { code: 'CF_1413', message: 'Custom metadata is not enabled for this zone.', http_status: 403 },
] as const;

function outcomes(from: number, to: number): LedgerEvent[] {
  return Array.from({ length: to - from + 1 }, (_, index) => {
    const row = from + index;
    if (row % 50 === 7) {
      const fault = FAULTS[row % 3 === 0 ? 0 : 1];
      return outcome(row, { outcome: 'failed', ...fault, cf_ray: `8f00d${row}-AMS` }, row);
    }
    const isActive = row % 9 !== 0;
    const ssl_status = isActive ? 'active' : 'pending_validation';
    return outcome(row, { status: isActive ? 'active' : 'pending', ssl_status }, row);
  });
}

const waiting = (to: number): LedgerEvent =>
  settled(
    Array.from({ length: Math.floor(to / 9) }, (_, index) => {
      const row = 9 * (index + 1);
      const isStuck = row % 7 === 0;
      return {
        ...{ row, settlement: isStuck ? ('errored' as const) : ('pending' as const), status: 'pending', method: 'txt' },
        ssl_status: isStuck ? 'validation_timed_out' : 'pending_validation',
        phase: isStuck ? ('stuck' as const) : ('waiting_for_customer' as const),
        certificate_authority: 'google',
        deadlines: { hostname_lost: { at: at(90_000 + 700 * row), estimate: false } },
        ...(isStuck && { errors: ['No TXT record was found at _acme-challenge before the order ran out.'] }),
        records: [{ txt_name: `_acme-challenge.${nameOf(row)}`, txt_value: `k9Xr-${row}-vQ2mB7pLw4TzJdN0sEyHc` }],
      };
    }),
    to + 5,
  );

const say = (seconds: number, said: object): LedgerEvent =>
  ({
    at: at(seconds),
    type: 'control',
    up_to: seconds,
    said: { v: 1, id: `w${seconds}`, at: at(seconds), by: BY, ...said },
  }) as LedgerEvent;

async function demo(): Promise<string> {
  const state = await tempFolder();
  const fill = async (batch: BatchId, fixture: Parameters<typeof fillBatchFolder>[1]) => {
    const folder = batchFolder(state, batch);
    await mkdir(folder.path, { recursive: true });
    await fillBatchFolder(folder.path, { ...fixture, file: { batch, by: BY, ...fixture.file } });
    return folder;
  };
  const first = await fill(FIRST, {
    plan: rows(ROWS),
    manifest: { path: 'migrate-to-google.csv' },
    ledger: [
      { ...started(), ...BY } as LedgerEvent,
      { at: at(0), type: 'stage', stage: 'editing', wave: 1 },
      ...outcomes(1, 400),
      say(401, { word: 'pause', reason: 'the dashboard is slow' }),
      say(460, { word: 'go', reason: 'it is well again' }),
      { at: at(500), type: 'cooling', lane: 'default', until: at(560), reason: 'CF_RATE_LIMITED' },
      ...outcomes(401, ROWS),
      { at: at(ROWS + 1), type: 'stage', stage: 'settling', wave: 1, until: at(ROWS + 900) },
      waiting(ROWS),
      finished(ROWS + 900, 2),
    ],
  });
  await writeReport(first.path);
  await fill(RETRY, {
    plan: rows(24),
    manifest: { path: `retry of ${FIRST}` },
    file: { follows: { batch: FIRST, as: 'retry' }, created_at: at(21_600) },
    ledger: [
      started(),
      ...outcomes(8, 31).map((event, index) => ({ ...event, row: index + 1 })),
      finished(60),
    ] as LedgerEvent[],
  });
  const running = await fill(RUNNING, {
    plan: rows(8_000),
    manifest: { path: 'metadata-march.csv' },
    file: {
      created_at: at(72_000),
      rollout: {
        waves: {
          sizes: [{ rows: 10 }, { share: 0.05 }, { share: 1 }],
          wait_ms: 900_000,
          confirm: false,
          max_pending: 0.2,
        },
        rules: [],
      },
    },
    ledger: [
      { ...started(), ...BY } as LedgerEvent,
      { at: at(0), type: 'stage', stage: 'editing', wave: 3 },
      ...outcomes(1, 3_100),
      {
        at: at(3_200),
        type: 'hold',
        by: 'gate',
        of: { slice: { certificate_authority: 'lets_encrypt' } },
        reason: '12 of 300 rows failed with CF_1434, at most 2 %',
      } as LedgerEvent,
    ],
  });
  const lock = await takeProcessLock(running.lock, 'batch', 'hostroll apply');
  onTestFinished(() => lock.release());
  return state;
}

const open = pageInBrowser('pictures of the page');

test.runIf(open !== undefined)('pictures of docs/ui.md', async () => {
  const state = await demo();
  const views = [
    { name: 'wide-light', width: 880, colorScheme: 'light' },
    { name: 'wide-dark', width: 880, colorScheme: 'dark' },
    { name: 'narrow-light', width: 390, colorScheme: 'light' },
    { name: 'narrow-dark', width: 390, colorScheme: 'dark' },
  ] as const;
  const pages = {
    batches: '/',
    overview: `/batch/${FIRST}`,
    running: `/batch/${RUNNING}`,
    rows: `/batch/${FIRST}/rows?outcome=failed`,
    row: `/batch/${FIRST}/rows?row=7`,
    pending: `/batch/${FIRST}/pending`,
  };
  const folder = process.env.PICTURES ?? 'docs/pictures';
  await mkdir(folder, { recursive: true });
  for (const { name, width, colorScheme } of views) {
    const opened = await open?.(state, { width });
    if (opened === undefined) return;
    const { page } = opened;
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 600 });
    await page.waitForSelector(`text=${FIRST}`);
    const origin = new URL(page.url()).origin;
    const take = async (what: string) => {
      await page.evaluate('document.fonts.ready');
      const path = join(folder, `${what}-${name}.png`);
      await page.screenshot({ path, fullPage: what === 'overview' });
    };
    for (const [what, path] of Object.entries(pages)) {
      await page.goto(origin + path);
      await page.waitForSelector('main table, main summary');
      if (what === 'pending') await page.click('summary >> nth=0');
      if (what === 'running') await page.waitForSelector('canvas');
      await take(what);
    }
    await page.goto(`file://${join(batchFolder(state, FIRST).path, 'report.html')}`);
    await take('report');
  }
});
