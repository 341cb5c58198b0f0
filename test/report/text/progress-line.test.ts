import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BatchView } from '../../../src/batch/view/batch-view.ts';
import type { Wait } from '../../../src/batch/view/wait.ts';
import { renderPlainProgress, renderProgress } from '../../../src/report/text/progress-line.ts';
import { STAGES } from '../../../src/terms.ts';

const lane = (more: Partial<BatchView['lanes'][number]> = {}): BatchView['lanes'][number] => ({
  name: 'default',
  budget_per_second: 3.2,
  workers: null,
  ...more,
});

const progress = (more: Partial<BatchView> = {}): BatchView => ({
  stage: 'editing',
  wave: 1,
  until: null,
  rows: { total: 5_000, done: 1_204 },
  outcomes: { edited: 1_190, skipped: 11, rejected: 0, failed: 3, gave_up: 0, unprocessed: 3_796 },
  settled: { active: 0, pending: 0, errored: 0, unknown: 0 },
  errors: [{ code: 'CF_1434', count: 3, failed: 3 }],
  calls: { made: 1_230, per_second: 3.14 },
  budget_per_second: 3.2,
  lanes: [lane()],
  waits: [],
  eta_ms: 1_186_000,
  ...more,
});

const NONE_FAILED = { outcomes: { edited: 0, skipped: 0, rejected: 0, failed: 0, gave_up: 0, unprocessed: 0 } };
/** Of the same day. */
const now = Date.parse('2026-03-04T13:00:00Z');
const cooling = (lane = 'default'): Wait => ({
  ...{ what: 'cooling', lane, until: '2026-03-04T14:02:10.000Z', code: 'CF_RATE_LIMITED', reason: 'API answered 429' },
});

test('the line says how far, how fast, how long still, and what failed', () => {
  expect(renderProgress(progress(), { width: 90 })).toBe(
    'editing 1,204/5,000 24% | 3.1/3.2 calls/s | 19 min 46 s left | 3 failed (CF_1434)',
  );
});

test('where room is short, the reason why nothing moves stays longest', () => {
  const line = (width: number) => renderProgress(progress({ waits: [cooling()] }), { width, now });
  expect(line(130)).toBe(
    'editing 1,204/5,000 24% | 3.1/3.2 calls/s | 19 min 46 s left | 3 failed (CF_1434) | cooling until 14:02:10 UTC: API answered 429',
  );
  expect(line(82)).toBe('editing 1,204/5,000 24% | 3 failed | cooling until 14:02:10 UTC: API answered 429');
  expect(line(60)).toBe('editing 1,204/5,000 24% | 3 failed | cooling until 14:02:10…');
});

test('without a total there is no percentage to invent', () => {
  expect(renderProgress(progress({ stage: 'reading', rows: { total: 0, done: 12_000 }, ...NONE_FAILED }))).toMatch(
    /^reading 12,000 \|/,
  );
});

test('nearly all is not all', () => {
  expect(renderProgress(progress({ rows: { total: 100_000, done: 99_999 } }))).toContain(' 99%');
});

test('the line for a log is whole, and the same on every machine', () => {
  const waits: Wait[] = [cooling(), { what: 'worker', lane: 'default' }];
  expect(renderPlainProgress(progress({ waits }), { now })).toBe(
    'editing: 1,204 of 5,000 rows (24%), 1,190 edited, 11 skipped, 3 failed (CF_1434), 1,230 calls at 3.1/3.2 a second, ' +
      '19 min 46 s left, cooling until 14:02:10 UTC: API answered 429; no worker on lane default',
  );
});

test('the line fits any width and stays one line, whatever it is told', () => {
  const any = fc.string({ unit: 'binary' });
  const snapshots = fc.record({
    stage: fc.constantFrom(...STAGES),
    wave: fc.nat(20),
    rows: fc.record({ total: fc.nat(2_000_000), done: fc.nat(2_000_000) }),
    lanes: fc.array(fc.constant(lane())),
    waits: fc.array(
      fc.oneof(
        fc.record({ what: fc.constant('cooling' as const), lane: any, until: any, code: any, reason: any }),
        fc.record({ what: fc.constant('worker' as const), lane: any }),
        fc.record({ what: fc.constant('look' as const), until: any }),
      ),
    ),
  });
  fc.assert(
    fc.property(snapshots, fc.integer({ min: 1, max: 200 }), (more, width) => {
      const line = renderProgress(progress(more), { width });
      expect(line.length).toBeLessThanOrEqual(width);
      expect(line).not.toMatch(/\p{Cc}/u);
    }),
  );
});

test('each of several lanes says for itself what holds it up', () => {
  const lanes = ['emea', 'apac', 'amer'].map((name) => lane({ name }));
  const until = '2026-03-04T13:00:20.000Z';
  const waits: Wait[] = [
    cooling('emea'),
    { what: 'worker', lane: 'amer' },
    { what: 'retry', lane: 'apac', until, nth: 3, most: 5, reason: 'connection refused.' },
    { what: 'look', until },
  ];
  expect(renderPlainProgress(progress({ lanes, waits }), { now })).toMatch(
    /, lane emea cooling until 14:02:10 UTC: API answered 429; no worker on lane amer; lane apac retrying 3 of 5, next in 20 s: connection refused; next look at 13:00:20 UTC$/,
  );
});

test('a wave has its number where there are several', () => {
  expect(renderProgress(progress({ wave: 2 }))).toMatch(/^editing wave 2 1,204/);
});

test('beside the number of those that failed stands what most of them failed of, in red, not why rows were rejected', () => {
  const outcomes = { edited: 5, skipped: 0, rejected: 90, failed: 7, gave_up: 1, unprocessed: 10 };
  const errors = [
    { code: 'HOSTNAME_NOT_FOUND', count: 90, failed: 0 },
    { code: 'CF_1434', count: 7, failed: 7 },
    { code: 'CF_TIMEOUT', count: 1, failed: 1 },
  ];
  const red = (text: string) => `<${text}>`;
  expect(renderProgress(progress({ outcomes, errors }), { width: 120, red })).toContain('| <8 failed (CF_1434 7)>');
});

test('settling tells how many are active, how many are waited for, and how long at most', () => {
  const settled = { active: 1_308, pending: 692, errored: 0, unknown: 0 };
  const line = renderProgress(progress({ stage: 'settling', settled, eta_ms: 41_000, ...NONE_FAILED }));
  expect(line).toBe('settling 1,308 active, 692 waiting | 3.1/3.2 calls/s | 41 s left');
});

test('while calls are tried again the line says so instead of a rate and an end that nobody knows', () => {
  const waits: Wait[] = [
    {
      what: 'retry',
      lane: 'default',
      until: '2026-03-04T13:00:04.000Z',
      nth: 3,
      most: 5,
      reason: 'connection refused',
    },
  ];
  expect(renderProgress(progress({ waits, ...NONE_FAILED }), { now })).toBe(
    'editing 1,204/5,000 24% | retrying 3 of 5, next in 4.0 s: connection refused',
  );
});
