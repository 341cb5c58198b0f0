import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SettledRow } from '../../../src/batch/ledger/ledger-event.ts';
import type { Cause } from '../../../src/dcv/causes.ts';
import { ACTORS } from '../../../src/hostname/actor.ts';
import { readReport } from '../../../src/report/files/write-report.ts';
import type { Report } from '../../../src/report/report.ts';
import { renderText } from '../../../src/report/text/report-text.ts';
import {
  batchFolder,
  finished,
  hostnameOf,
  outcome,
  planRow,
  settled,
  started,
} from '../../batch/ledger/batch-folder.ts';

const waiting = (row: number, more: Partial<SettledRow> = {}): SettledRow => ({
  row,
  settlement: 'pending',
  status: 'active',
  ssl_status: 'pending_validation',
  phase: 'waiting_for_customer',
  deadlines: {
    token_dies: { at: `2026-03-18T12:00:${String(60 - row).padStart(2, '0')}.000Z`, estimate: true },
    next_check: { at: '2026-03-04T12:03:00.000Z', estimate: false },
  },
  method: 'txt',
  records: [
    { txt_name: `_acme-challenge.${hostnameOf(row)}`, txt_value: 'kq8Ff2sVn0yXvJ1cT7bWm3RzHd9LpEoA5uGiQwSxNj4' },
  ],
  ...more,
});

async function mixedBatch() {
  const folder = await batchFolder({
    plan: [
      planRow(1),
      planRow(2),
      planRow(3),
      planRow(4),
      planRow(5, { decision: 'reject', code: 'HOSTNAME_NOT_FOUND', message: 'No zone of this run has it.' }),
      planRow(6, { decision: 'skip', code: 'ALREADY_SO', message: 'It already is so.' }),
    ],
    ledger: [
      started(),
      { at: '2026-03-04T12:00:00.500Z', type: 'calls', purpose: 'snapshot', calls: { list: 1_200, read: 0, edit: 0 } },
      outcome(1, { status: 'active', ssl_status: 'active' }),
      outcome(2),
      outcome(3, {
        outcome: 'failed',
        code: 'CF_1434',
        message: 'The SSL attribute is invalid. Please refer to the API documentation, check your input and try again.',
      }),
      outcome(4, { not_shown: ['ssl.method'] }),
      {
        ...{ at: '2026-03-04T12:01:00.000Z', type: 'cooling', until: '2026-03-04T12:06:00.000Z' },
        ...{ reason: 'CF_RATE_LIMITED', lane: 'default' },
      },
      settled([
        waiting(2, {
          ownership_verification: { type: 'txt', name: '_cf-custom-hostname.a.net', value: '5cc07c04' },
          errors: ['SERVFAIL looking up CAA'],
        }),
        { row: 4, settlement: 'active', status: 'active', ssl_status: 'active', not_shown: ['ssl.method'] },
      ]),
      finished(400, 3),
    ],
  });
  return readReport(folder);
}

test('the text reads well at 80 columns, piped', async () => {
  const text = renderText(await mixedBatch(), { color: false });
  await expect(text).toMatchFileSnapshot('golden/report.txt');
  expect(
    text
      .split('\n')
      .slice(1)
      .filter((line) => line.length > 80),
  ).toEqual([]);
});

test('colour is added only when asked for, and changes no word', async () => {
  const report = await mixedBatch();
  const coloured = renderText(report, { color: true });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours are what is looked for
  const bare = coloured.replace(/\u001b\[\d+m/g, '');
  expect(coloured).not.toBe(bare);
  expect(bare).toBe(renderText(report, { color: false }));
});

test('a check that is over by the time of reading is not said to come', async () => {
  const report = await mixedBatch();
  const at = (now: string) => renderText(report, { color: false, now: Date.parse(now) }).replace(/\s+/g, ' ');
  expect(at('2026-03-04T12:02:59Z')).toContain('Cloudflare checks 2026-03-04 12:03:00 UTC');
  expect(at('2026-03-05T07:00:00Z')).not.toContain('Cloudflare checks');
  expect(at('2026-03-05T07:00:00Z')).toContain('records expire about');
});

test('a batch where all is as asked says so and asks for nothing', async () => {
  const folder = await batchFolder({ plan: [planRow(1)], ledger: [started(), outcome(1), finished()] });
  const text = renderText(await readReport(folder), { color: false });
  expect(text.split('\n')[0]).toBe('1 of 1 edited');
  expect(text).toContain('Nothing: every row is as asked.');
  expect(text).not.toContain('Errors');
});

test('a stopped batch says why, and how to carry on', async () => {
  const folder = await batchFolder({
    plan: [planRow(1), planRow(2)],
    ledger: [
      started(),
      outcome(1),
      {
        at: '2026-03-04T12:00:09.000Z',
        type: 'stopped',
        reason: 'stop_rule',
        code: 'CF_UNAUTHORIZED',
        message: 'The token was refused.',
        in_doubt: [2],
      },
    ],
  });
  const text = renderText(await readReport(folder), { color: false });
  expect(text.split('\n')[0]).toBe('Stopped: 1 of 2 edited, 1 unprocessed');
  expect(text.replace(/\s+/g, ' ')).toContain(
    'Stopped by a stop rule; CF_UNAUTHORIZED: The token was refused.; 1 row in doubt',
  );
  expect(text.replace(/\s+/g, ' ')).toContain(
    'renew the token in CLOUDFLARE_API_TOKEN, then resume. 1 row may have been sent: each is read before',
  );
  expect(text).toContain('hostroll resume 20260304-120000-ab12');
});

test('of many pending hostnames those with the nearest deadlines are named, and the rest counted', async () => {
  const plan = Array.from({ length: 32 }, (_, index) => planRow(index + 1));
  const ledger = [
    started(),
    ...plan.map(({ row }) => outcome(row)),
    settled(plan.map(({ row }) => waiting(row))),
    finished(),
  ];
  const text = renderText(await readReport(await batchFolder({ plan, ledger })), { color: false });
  expect(text.split('\n')[0]).toBe('32 of 32 edited; 32 wait for DCV');
  // The nearest deadlines are those of the last rows.
  const names = [32, 31, 30].map(hostnameOf).join(', ');
  expect(text.replace(/\s+/g, ' ')).toContain(`${names}, and 29 more`);
  expect(text).not.toContain(hostnameOf(29));
});

test('where we must act, all are named up to twenty, and come before all others', async () => {
  const plan = Array.from({ length: 60 }, (_, index) => planRow(index + 1));
  const ledger = [
    started(),
    ...plan.map(({ row }) => (row > 20 ? outcome(row) : outcome(row, { outcome: 'failed', code: 'CF_1434' }))),
    settled(plan.filter(({ row }) => row > 20).map(({ row }) => waiting(row))),
    finished(),
  ];
  const text = renderText(await readReport(await batchFolder({ plan, ledger })), { color: false });
  for (let row = 1; row <= 20; row += 1) expect(text).toContain(hostnameOf(row));
  expect(text.indexOf('You must act')).toBeLessThan(text.indexOf('The customer must act'));
  expect(text).toContain('40 hostnames: waiting for the customer');
});

const texts = fc.string({ unit: 'grapheme', maxLength: 400 });
const actors = fc.constantFrom(...ACTORS);
const deadlines = fc.constantFrom({}, { hostname_lost: { at: '2026-12-04T12:00:00.000Z', estimate: true } });
const names = fc.array(fc.domain(), { maxLength: 20 });
const causes: fc.Arbitrary<Cause[]> = fc.array(
  fc.record({
    ...{ who: actors, what: texts, code: fc.option(fc.constant('CF_1434')), todo: texts, deadlines },
    ...{ count: fc.integer({ min: 1, max: 1_000_000 }), examples: names },
    domains: fc.array(fc.record({ domain: fc.domain(), count: fc.nat() }), { maxLength: 3 }),
  }),
  { maxLength: 60 },
);

test('no report has more than 40 lines, whatever has happened', async () => {
  const report = await mixedBatch();
  const at = '2026-03-04T12:00:00.000Z';
  const said = { at, by: { user: 'ann', host: 'ops' }, word: 'pause' as const };
  const codes = fc.array(fc.record({ code: fc.constant('ALREADY_SO'), count: fc.nat(), advice: texts }), {
    maxLength: 30,
  });
  fc.assert(
    fc.property(causes, texts, codes, fc.nat(30), (some, text, counts, many) => {
      const withSample = counts.map((one) => ({
        ...one,
        sample: { row: 1, hostname: null, message: text, cf_ray: null },
      }));
      const full: Report = {
        ...report,
        ...{ causes: some, skips: withSample, remarks: withSample, state: 'stopped', resume: 'hostroll resume latest' },
        stopped: { reason: 'stop_rule', code: 'CF_UNAUTHORIZED', message: text, in_doubt: Array(many).fill(1) },
        control: Array(many).fill({ ...said, reason: text }),
        cooling: Array(many).fill({ at, until: at, reason: text }),
        manifest: { ...report.manifest, path: text },
      };
      const lines = renderText(full, { color: false, files: '/srv/batches/1' }).trimEnd().split('\n');
      expect(lines.length).toBeLessThanOrEqual(40);
      expect(lines.at(-3)).toBe('Files in /srv/batches/1');
    }),
  );
});

test('what comes from outside cannot steer the terminal', async () => {
  const folder = await batchFolder({
    plan: [planRow(1)],
    ledger: [started(), outcome(1, { outcome: 'failed', code: 'CF_1434', message: 'a\u001b[2Jb\u009bc\u202ed' })],
  });
  const text = renderText(await readReport(folder), { color: false });
  expect(text).toContain('a\\u001b[2Jb\\u009bc\\u202ed');
});
