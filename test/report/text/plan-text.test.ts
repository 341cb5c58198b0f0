import { expect, test } from 'vitest';
import type { PlanSummary } from '../../../src/batch/plan/plan-summary.ts';
import { planDiff } from '../../../src/hostname/plan-diff.ts';
import { renderPlan } from '../../../src/report/text/plan-text.ts';
import type { Effect } from '../../../src/terms.ts';
import { hostnameOf, planRow } from '../../batch/ledger/batch-folder.ts';

const noEffects: Record<Effect, number> = {
  metadata_only: 0,
  moves_traffic: 0,
  restarts_dcv: 0,
  reissues: 0,
  replaces_certificate: 0,
  drops_rsa: 0,
  drops_ecdsa: 0,
  loses_upload: 0,
};

const plan = (more: Partial<PlanSummary> = {}): PlanSummary => ({
  counts: { edit: 280, recheck: 7, skip: 8, reject: 5 },
  effects: { ...noEffects, metadata_only: 12, restarts_dcv: 275, reissues: 268 },
  otherZones: 0,
  undo: { reversible: 0, needs_dcv: 0, needs_bundle: 0, not_reversible: 0 },
  samples: [
    planRow(1, {
      effects: ['restarts_dcv', 'reissues'],
      before: { ssl: { type: 'dv', method: 'http', settings: { min_tls_version: '1.0', http2: 'on' } } },
      body: { ssl: { type: 'dv', method: 'txt', settings: { min_tls_version: '1.2', http2: 'on' } } },
    }),
    planRow(2, {
      effects: ['metadata_only'],
      before: { custom_metadata: { tier: 'gold', old: 'x' } },
      body: { custom_metadata: { tier: 'silver' } },
    }),
    planRow(3, { decision: 'recheck' }),
  ],
  changes: [
    {
      path: 'ssl.certificate_authority',
      rows: 268,
      pairs: [
        { before: 'lets_encrypt', after: 'google', count: 250 },
        { before: null, after: 'google', count: 10 },
      ],
    },
    { path: 'custom_metadata.tier', rows: 12, pairs: [{ before: 'gold', after: 'silver', count: 12 }] },
  ],
  rejected: [
    {
      code: 'HOSTNAME_NOT_FOUND',
      count: 5,
      sample: planRow(9, { decision: 'reject', message: 'shop9.acme-store.net is in none of the zones.' }),
    },
  ],
  bundles: [],
  moreBundles: 0,
  notes: [],
  calls: { list: 6, edit: 287, settle: 18, total: 311 },
  ratePerSecond: 3.2,
  editMs: 90_000,
  durationMs: 150_000,
  ...more,
});

test('a plan reads well at 80 columns, piped', async () => {
  const text = renderPlan(plan(), { color: false });
  await expect(text).toMatchFileSnapshot('golden/plan.txt');
  expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
});

test('of each kind of effect one example is shown, the gravest first', () => {
  const samples = [
    ...Array.from({ length: 4 }, (_, index) => planRow(index + 1, { effects: ['metadata_only'] })),
    planRow(5, { effects: ['moves_traffic'] }),
  ];
  const text = renderPlan(plan({ samples, rejected: [] }), { color: false });
  expect(text.indexOf(hostnameOf(5))).toBeLessThan(text.indexOf(hostnameOf(1)));
  expect(text).not.toContain(hostnameOf(2));
});

test('a plan of which nothing is left says why', () => {
  const none = plan({ counts: { edit: 0, recheck: 0, skip: 1, reject: 2 }, samples: [], changes: [] });
  const text = renderPlan(none, { color: false, next: 'hostroll apply migrate.csv' });
  expect(text.split('\n')[0]).toBe('Nothing to send of 3 rows: 1 skipped, 2 rejected');
  expect(text).not.toContain('hostroll apply');
});

test('a plan ends in the command that carries it out, and says how long it takes', () => {
  const text = renderPlan(plan(), { color: false, next: 'hostroll apply migrate.csv --zone acme-store.net' });
  expect(text.trimEnd().split('\n').at(-1)).toBe('  hostroll apply migrate.csv --zone acme-store.net');
  expect(text.replace(/\s+/g, ' ')).toContain('at 3.2 a second. Then up to 1 min until hostnames have settled.');
  const quick = renderPlan(plan({ durationMs: 90_000 }), { color: false });
  expect(quick).not.toContain('have settled');
  expect(quick.split('\n')[0]).toBe('287 of 300 rows to send, 8 skipped, 5 rejected; it takes 1 min 30 s or more');
});

test('a plan with nothing to send says so', () => {
  const nothing = plan({ counts: { edit: 0, recheck: 0, skip: 3, reject: 0 }, samples: [], rejected: [] });
  expect(renderPlan(nothing, { color: false }).split('\n')[0]).toBe('None of 3 rows needs an edit');
});

test('a diff names only what differs, and what the API will drop because the body leaves it out', () => {
  const before = {
    custom_origin_server: null,
    custom_metadata: { keep: 1, gone: { deep: true } },
    ssl: { method: 'http', settings: { ciphers: ['A', 'B'], tls_1_3: 'on' } },
  };
  const body = {
    custom_origin_server: 'eu.acme-store.net',
    custom_metadata: { keep: 1 },
    ssl: { method: 'http', settings: { ciphers: ['B', 'A'] } },
  };
  expect(planDiff(before, body)).toEqual([
    { path: 'custom_origin_server', before: null, after: 'eu.acme-store.net' },
    { path: 'custom_metadata.gone', before: { deep: true }, after: undefined },
    { path: 'ssl.settings.tls_1_3', before: 'on', after: undefined },
  ]);
});

test('members the body does not touch are not in the diff', () => {
  expect(planDiff({ custom_metadata: { a: 1 }, ssl: { wildcard: true } }, { ssl: { method: 'txt' } })).toEqual([
    { path: 'ssl.method', before: undefined, after: 'txt' },
  ]);
});
