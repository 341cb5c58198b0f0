import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { reportFile, writeReport } from '../../../src/report/files/write-report.ts';
import type { ReportPage } from '../../../src/report/html/page/values.ts';
import {
  at,
  type BatchFixture,
  batchFolder,
  finished,
  outcome,
  planRow,
  settled,
  started,
} from '../../batch/ledger/batch-folder.ts';

const MARKUP = '</script><img src=x onerror="document.title=1">';

async function htmlOf(fixture: BatchFixture): Promise<{ html: string; folder: string; page: ReportPage }> {
  const folder = await batchFolder(fixture);
  await writeReport(folder);
  const html = await readFile(join(folder, 'report.html'), 'utf8');
  const data = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(html)?.[1] ?? '';
  return { html, folder, page: JSON.parse(data) };
}

const waiting = (row: number, deadline: number, more: object = {}) => ({
  ...{ row, settlement: 'pending' as const, status: 'pending', ssl_status: 'pending_validation', method: 'txt' },
  ...{ phase: 'waiting_for_customer' as const, deadlines: { hostname_lost: { at: at(deadline), estimate: false } } },
  records: [{ txt_name: `_acme-challenge.shop${row}.acme-store.net`, txt_value: 'ca3-token' }],
  ...more,
});

test('report.html is readable before any script runs: verdict, counts, what to do, rows and records', async () => {
  const { html } = await htmlOf({
    plan: [planRow(1), planRow(2), planRow(3)],
    ledger: [
      started(),
      outcome(1),
      outcome(2, { outcome: 'failed', code: 'CF_1434', message: 'refused' }),
      outcome(3, { status: 'active', ssl_status: 'active' }),
      settled([waiting(1, 999)]),
      finished(9, 2),
    ],
  });
  const screen = html.slice(html.indexOf('<div id="page">'), html.indexOf('<script type="application/json"'));
  for (const text of ['2 of 3 edited, 1 failed; 1 waits for DCV', 'CF_1434', 'shop2.acme-store.net', 'ca3-token'])
    expect(screen).toContain(text);
  expect(screen).toContain('<a href="failed.csv">');
});

test('report.html loads nothing, runs only its own script, and shows hostile text as text', async () => {
  const { html, page } = await htmlOf({
    plan: [planRow(1, { hostname: MARKUP as never }), planRow(2)],
    ledger: [
      started(),
      outcome(1, { outcome: 'failed', code: 'CF_1434', message: MARKUP, cf_ray: MARKUP }),
      outcome(2),
      settled([waiting(2, 99, { errors: [MARKUP, 'moc.\u202eevil'] })]),
    ],
    manifest: { path: MARKUP },
  });
  expect(html).not.toContain('<img');
  expect(html.match(/<script/g)).toHaveLength(2);
  expect(html.match(/(src|href)="(?!data:,|#|[a-z-]+\.(csv|json|txt|html)")[^"]*"/g)).toBeNull();
  expect(html).not.toContain('\u202e');
  const script = /<script type="module">(.*)<\/script>/s.exec(html)?.[1] ?? '';
  const hash = createHash('sha256').update(script).digest('base64');
  expect(html).toContain(`script-src 'sha256-${hash}'`);
  expect(page.rows[0]).toMatchObject({ hostname: MARKUP, message: MARKUP });
});

test('report.html holds the rows that somebody must look at: what went wrong, then what waits, the soonest first', async () => {
  const plan = Array.from({ length: 7 }, (_, row) => planRow(row + 1));
  const { page } = await htmlOf({
    plan,
    ledger: [
      started(),
      outcome(1, { status: 'active', ssl_status: 'active' }),
      outcome(2),
      outcome(3),
      outcome(4),
      outcome(5, { outcome: 'gave_up', code: 'API_UNREACHABLE' }),
      outcome(6, { not_shown: ['ssl.method'], status: 'active', ssl_status: 'active' }),
      settled([waiting(2, 500), waiting(3, 100), waiting(4, 50, { phase: 'issuing' })]),
      { at: at(20), type: 'stopped', reason: 'interrupted', in_doubt: [7] },
    ],
  });
  expect(page.rows.map(({ row }) => row)).toEqual([5, 6, 7, 3, 2, 4]);
});

test('report.html stays small, says what it leaves out, and has room for both what went wrong and what waits', async () => {
  const plan = Array.from({ length: 1_400 }, (_, row) => planRow(row + 1));
  const long = 'x'.repeat(4_000);
  const { html, page } = await htmlOf({
    plan,
    ledger: [
      started(),
      ...plan.map(({ row }) =>
        row % 2 === 0 ? outcome(row, { outcome: 'failed', code: 'CF_1434', message: long }) : outcome(row),
      ),
      settled(plan.filter(({ row }) => row % 2 === 1).map(({ row }) => waiting(row, row, { errors: [long] }))),
      finished(99, 2),
    ],
  });
  expect(Buffer.byteLength(html)).toBeLessThan(5_000_000);
  expect(page.left_out).toBe(1_400 - page.rows.length);
  expect(page.left_out).toBeGreaterThan(100);
  const failed = page.rows.filter(({ outcome }) => outcome === 'failed').length;
  expect(failed).toBeGreaterThan(400);
  expect(page.rows.length - failed).toBeGreaterThan(400);
});

test('report.html is the same, byte for byte, printed or written', async () => {
  const { html, folder } = await htmlOf({ plan: [planRow(1)], ledger: [started(), outcome(1), finished()] });
  let printed = '';
  await reportFile(folder, 'report.html', async (text) => {
    printed += text;
  });
  expect(printed).toBe(html);
  // What a terminal would obey is taken out of all that is printed.
  expect(/[^\n\t\P{Cc}]|[\p{Cf}\u2028\u2029]/u.test(html)).toBe(false);
});
