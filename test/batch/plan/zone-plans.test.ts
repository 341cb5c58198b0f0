import { describe, expect, it } from 'vitest';
import type { PlanRow } from '../../../src/batch/ledger/plan-row.ts';
import { ZoneNotes } from '../../../src/batch/plan/zone-notes.ts';
import { ZonePlans } from '../../../src/batch/plan/zone-plans.ts';
import { isEnterprise } from '../../../src/hostname/entitlements.ts';
import type { ReadValue } from '../../../src/lane/lane-result.ts';
import type { BatchId, ZoneId } from '../../../src/terms.ts';

const ZONE = '0123456789abcdef0123456789abcdef' as ZoneId;
const asked: string[] = [];
const lane = (answer: ReadValue) => ({
  batch: 'b' as BatchId,
  read: async ({ key }: { key: string }) => {
    asked.push(key);
    return answer;
  },
});

describe('the plan of a zone', () => {
  it('is asked for once, and not at all where its name brought it', async () => {
    const plans = new ZonePlans(lane({ zones: [{ id: ZONE, name: 'acme-store.net', plan: 'pro' }] }));
    expect([await plans.choosesAuthority(ZONE), await plans.choosesAuthority(ZONE)]).toEqual([false, false]);
    expect(asked).toEqual([`plan-${ZONE}`]);
    const known = new ZonePlans(lane({}));
    known.learn({ id: ZONE, plan: 'enterprise' });
    expect(await known.choosesAuthority(ZONE)).toBe(true);
    expect(asked).toHaveLength(1);
  });

  it('is unknown where the credential may not see the zone', async () => {
    expect(await new ZonePlans(lane({})).choosesAuthority(ZONE)).toBeUndefined();
  });

  it.each([
    ['enterprise', true],
    ['Enterprise Website', true],
    ['partners_enterprise', true],
    ['pro', false],
    ['Business Website', false],
    ['free', false],
    ['something new', undefined],
    [undefined, undefined],
  ])('%s tells whether it may choose a certificate authority: %s', (plan, may) => {
    expect(isEnterprise(plan)).toBe(may);
  });
});

describe('the notes of a plan', () => {
  const row = (more: Partial<PlanRow>): PlanRow => ({ row: 1, decision: 'edit', effects: [], zone_id: ZONE, ...more });
  const changed = {
    before: { ssl: { certificate_authority: 'google' } },
    body: { ssl: { certificate_authority: 'ssl_com' } },
  };
  const kept = { before: { ssl: { method: 'http' } }, body: { ssl: { method: 'txt' } } };

  it('say once that authorities are left out, and how many rows change one in vain', () => {
    const notes = new ZoneNotes();
    for (const more of [kept, kept, changed, changed]) notes.add(row(more), 'pro');
    expect(notes.lines()).toEqual([
      expect.stringContaining('left out of the edits'),
      expect.stringContaining('2 rows change the certificate authority'),
    ]);
  });

  it('say nothing where the zone may choose, and of rows without either', () => {
    const notes = new ZoneNotes();
    notes.add(row(kept), 'enterprise');
    notes.add(row({ body: { custom_origin_server: 'origin.acme.net' } }), 'pro');
    expect(notes.lines()).toEqual([]);
  });

  const first = { before: { custom_metadata: null }, body: { custom_metadata: { tier: 'gold' } } };
  it.each([
    ['pro', [first, first], 1],
    ['pro', [first, { ...first, before: { custom_metadata: { tier: 'tin' } } }], 0],
    ['enterprise', [first], 0],
    [undefined, [first], 0],
  ])('foretell on the plan %s that first metadata may be refused: %j', (plan, rows, lines) => {
    const notes = new ZoneNotes();
    for (const more of rows) notes.add(row(more), plan);
    expect(notes.lines()).toEqual(Array(lines).fill(expect.stringMatching(/2 rows set custom_metadata.*1413/)));
  });

  it('foretell no refusal where the plan is not known', () => {
    const notes = new ZoneNotes();
    notes.add(row(changed), undefined);
    expect(notes.lines()).toEqual([expect.stringContaining('its plan cannot be seen')]);
  });
});
