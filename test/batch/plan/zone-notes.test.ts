import { expect, it } from 'vitest';
import type { PlanRow } from '../../../src/batch/ledger/plan-row.ts';
import { ZoneNotes } from '../../../src/batch/plan/zone-notes.ts';
import type { ZoneId } from '../../../src/terms.ts';

const row = (method: string): PlanRow => ({
  row: 1,
  decision: 'edit',
  effects: [],
  zone_id: 'a'.repeat(32) as ZoneId,
  body: { ssl: { method, type: 'dv' } },
});

it('warns of a method that ends', () => {
  const notes = new ZoneNotes();
  notes.add(row('http'), 'enterprise');
  expect(notes.lines()).toEqual([]);
  notes.add(row('email'), 'enterprise');
  expect(notes.lines()).toMatchObject([expect.stringContaining('ssl.method email, which ends on 2028-03-15')]);
});
