import { expect, test } from 'vitest';
import type { Rehearsal, Settled } from '../../src/rehearsal/rehearsal.ts';
import { renderRehearsal } from '../../src/rehearsal/rehearsal-text.ts';

const counts = { rows: 250, edited: 200, skipped: 47, rejected: 0, failed: 3, gave_up: 0, unprocessed: 0 };
const settledWith = (active: number, later: number): Settled => ({
  active,
  active_later: [{ within_ms: 3_600_000, rows: later }],
  needs_customers: 200 - active - later,
});

/** The text of a rehearsal with these ends, its lines joined. */
function textOf(settled: Settled, settled_if_all_act: Settled | null): string {
  const moment = { at_ms: 0, rows_done: 0, active: 30, pending_validation: 0 };
  const last = { ...moment, at_ms: 7_200_000, rows_done: 250, active: settled.active };
  const rehearsal: Rehearsal = {
    manifest: { path: 'm.csv', sha256: '', rows: 250, format: 'csv' },
    zones: [],
    customers: settled_if_all_act === null ? 'none' : 'range',
    budget: { calls_per_second: 3.2, lanes: [] },
    wait_ms: 7_200_000,
    duration_ms: 7_300_000,
    phases: { snapshot_ms: 0, editing_ms: 100_000, settling_ms: 7_200_000 },
    calls: { list: 5, read: 0, edit: 200, total: 205 },
    rows: counts,
    exit_code: 0,
    pending_validations: { before: 0, peak: 0, peak_at_ms: 0, at_end: 0 },
    timeline: [moment, settled_if_all_act === null ? last : { ...last, active_if_all_act: settled_if_all_act.active }],
    settled,
    settled_if_all_act,
    would_fail: { rows: 3, codes: [], hostnames: [] },
    customers_to_act: { rows: 160, active_before: 0, by_action: [], hostnames: [] },
    assumptions: [],
  };
  return renderRehearsal(rehearsal, { color: false }).replace(/\s+/g, ' ');
}

test('what depends on customers is said as a range, at every place', () => {
  const text = textOf(settledWith(40, 0), settledWith(190, 6));
  expect(text).toMatch(
    /^200 of 250 rows edited in .*; 3 would fail, between 40 \(no customer acts\) and 190 \(all do\) active when the wait is over/,
  );
  expect(text).toContain(
    'Of the hostnames edited, between 40 (no customer acts) and 190 (all do) are active when the wait is over; where all customers act: 6 within 1 h.',
  );
  expect(text).toMatch(/250 40 to 190 0/);
});

test('what comes out the same whatever customers do is one number', () => {
  const text = textOf(settledWith(200, 0), settledWith(200, 0));
  expect(text).toContain('3 would fail, 200 active when the wait is over');
  expect(text).not.toContain('between');
});

test('one end alone is told by what it leaves to customers', () => {
  expect(textOf(settledWith(40, 2), null)).toMatch(
    /3 would fail, 160 need customers .* 40 are active .* 2 within 1 h\./,
  );
});
