import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PHASES, type Progress } from '../../../src/batch/view/progress.ts';
import { renderPlainProgress, renderProgress } from '../../../src/report/text/progress-line.ts';

const progress = (more: Partial<Progress> = {}): Progress => ({
  phase: 'editing',
  rows: { total: 5_000, done: 1_204 },
  outcomes: { edited: 1_190, skipped: 11, rejected: 0, failed: 3, gave_up: 0 },
  failed: 3,
  calls: { made: 1_230, perSecond: 3.14 },
  budgetPerSecond: 3.2,
  etaMs: 1_186_000,
  ...more,
});

const now = Date.parse('2026-03-04T12:00:00.000Z');
const cooling = { until: '2026-03-04T14:02:10.000Z', reason: 'API answered 429' };

test('the line says how far, how fast, how long still, and what failed', () => {
  expect(renderProgress(progress())).toBe('editing 1,204/5,000 24% | 3.1/3.2 calls/s | ETA 19 min 46 s | 3 failed');
});

test('where room is short, the reason why nothing moves stays longest', () => {
  const line = (width: number) => renderProgress(progress({ cooling }), { width, timeZone: 'UTC', now });
  expect(line(120)).toBe(
    'editing 1,204/5,000 24% | 3.1/3.2 calls/s | ETA 19 min 46 s | 3 failed | cooling until 14:02:10: API answered 429',
  );
  expect(line(80)).toBe('editing 1,204/5,000 24% | 3 failed | cooling until 14:02:10: API answered 429');
  expect(line(60)).toBe('editing 1,204/5,000 24% | 3 failed | cooling until 14:02:10…');
});

test('without a total there is no percentage to invent', () => {
  expect(renderProgress(progress({ phase: 'reading', rows: { total: 0, done: 12_000 }, failed: 0 }))).toMatch(
    /^reading 12,000 \|/,
  );
});

test('nearly all is not all', () => {
  expect(renderProgress(progress({ rows: { total: 100_000, done: 99_999 } }))).toContain(' 99%');
});

test('the line for a log is whole, and the same on every machine', () => {
  expect(renderPlainProgress(progress({ cooling, waiting: 'no worker on this lane' }), { timeZone: 'UTC', now })).toBe(
    'editing: 1,204 of 5,000 rows (24%), 1,190 edited, 11 skipped, 0 rejected, 3 failed, 1,230 calls at 3.1/3.2 a second, ' +
      '19 min 46 s left, cooling until 14:02:10: API answered 429; no worker on this lane',
  );
});

test('the line fits any width and stays one line, whatever it is told', () => {
  const snapshots = fc.record({
    phase: fc.constantFrom(...PHASES),
    rows: fc.record({ total: fc.nat(2_000_000), done: fc.nat(2_000_000) }),
    failed: fc.nat(100_000),
    waiting: fc.string({ unit: 'binary' }),
    cooling: fc.record({ until: fc.string(), reason: fc.string() }),
  });
  fc.assert(
    fc.property(snapshots, fc.integer({ min: 1, max: 200 }), (more, width) => {
      const line = renderProgress(progress(more), { width });
      expect(line.length).toBeLessThanOrEqual(width);
      expect(line).not.toMatch(/\p{Cc}/u);
    }),
  );
});
