import { describe, expect, it } from 'vitest';
import type { LiveHostname, LiveSsl } from '../../src/hostname/live.ts';
import { changesSince } from '../../src/inventory/changes.ts';
import { InventoryTaker } from '../../src/inventory/inventory.ts';
import { inventoryHtml, inventoryText } from '../../src/inventory/render.ts';
import { csvRows } from '../../src/inventory/tables.ts';
import { DAY, type Hostname, type ZoneId } from '../../src/terms.ts';
import { live, NOW } from '../select/live.ts';

const [ONE, TWO] = ['a', 'b'].map((id) => id.repeat(32) as ZoneId) as [ZoneId, ZoneId];
const inDays = (days: number) => new Date(NOW + days * DAY).toISOString();
const own = (expires_on: string, fingerprint: string): Partial<LiveSsl> => ({
  uploaded: true,
  certificates: [{ fingerprint_sha256: fingerprint, issuer: 'Sectigo', expires_on }],
});
const at = (hostname: string, ssl: Partial<LiveSsl>, more: Partial<LiveHostname> = {}) =>
  live({ hostname: hostname as Hostname, id: `id-${hostname}` as never, zone_id: ONE, ...more }, ssl);

function taken(...hostnames: LiveHostname[]) {
  const taker = new InventoryTaker({ now: NOW, withinMs: 30 * DAY });
  taker.addZone({ zone_id: ONE, name: 'one.net', quota: { allocated: 100, used: 3 } });
  taker.addZone({ zone_id: TWO });
  for (const each of hostnames) taker.add(each);
  return taker.end();
}

const FINE = at('fine.net', { certificates: [{ expires_on: inDays(60), serial_number: '1' }] });

describe('an inventory', () => {
  it('of a zone where all is well needs nobody', () => {
    const { needs, ending, deadlines, counts, zones } = taken(FINE);
    expect({ needs, ending, deadlines }).toEqual({ needs: [], ending: [], deadlines: [] });
    expect(counts).toMatchObject({ phase: { serving: 1 }, method: { txt: 1 }, certificate: { managed: 1 } });
    expect(zones).toMatchObject([
      { name: 'one.net', hostnames: 1 },
      { zone_id: TWO, hostnames: 0 },
    ]);
  });

  it('tells own certificates that end, with all their hostnames, and no other', () => {
    const soon = [at('a.net', own(inDays(29), 'f1')), at('b.net', own(inDays(29), 'f1'))];
    const { ending, certificates, needs } = taken(FINE, ...soon, at('c.net', own(inDays(31), 'f2')));
    expect(ending).toEqual([{ id: 'f1', issuer: 'Sectigo', expires_on: inDays(29), hostnames: ['a.net', 'b.net'] }]);
    expect(certificates).toHaveLength(2);
    expect(needs).toEqual([
      '1 certificate of your own ends within 30 days, on 2 hostnames; nobody renews them but you.',
    ]);
  });

  it('tells what should have been renewed, what is stuck, and what two zones have', () => {
    const late = at('late.net', { certificates: [{ expires_on: inDays(10), serial_number: '2' }] });
    const stuck = at('stuck.net', { status: 'validation_timed_out' });
    const { deadlines, duplicates, needs } = taken(FINE, { ...FINE, zone_id: TWO }, late, stuck);
    expect(deadlines).toMatchObject([{ hostname: 'late.net', what: 'renewal_overdue', at: inDays(10) }]);
    expect(duplicates).toEqual([{ hostname: 'fine.net', zones: [ONE, TWO] }]);
    expect(needs).toHaveLength(2);
  });

  it('needs somebody where a quota is used up', () => {
    const taker = new InventoryTaker({ now: NOW, withinMs: DAY });
    taker.addZone({ zone_id: ONE, quota: { allocated: 5, used: 5, hard_cap: true } });
    expect(taker.end().needs).toEqual([`Zone ${ONE} has 5 of 5 custom hostnames; no more can be added.`]);
  });

  it('tells what has changed since another, and nothing where nothing has', () => {
    const before = taken(FINE, at('a.net', own(inDays(40), 'f1')));
    expect(changesSince(before, taken(FINE, at('a.net', own(inDays(40), 'f1'))))).toEqual([]);
    const changes = changesSince(
      before,
      taken(FINE, at('a.net', own(inDays(20), 'f2')), at('c.net', { method: 'http' })),
    );
    expect(changes).toEqual([
      'Zone one.net: 3 hostnames (+1).',
      'phase serving: 3 (+1).',
      'method http: 1 (+1).',
      'certificate authority google: 2 (+1).',
      'min tls version -: 3 (+1).',
      'wildcard false: 3 (+1).',
      'certificate managed: 2 (+1).',
      `Certificate f2 (until ${inDays(20).slice(0, 10)}, 1 hostname) is a new certificate of your own.`,
      `Certificate f1 (until ${inDays(40).slice(0, 10)}, 1 hostname) is no longer served.`,
      `Certificate f2 (until ${inDays(20).slice(0, 10)}, 1 hostname) ends soon now.`,
    ]);
  });

  it('is the same in every form, and hides no character of other people', () => {
    const evil = at('a.net', own(inDays(5), '<script>'));
    const inventory = taken(evil);
    const [text, page, rows] = [inventoryText(inventory), inventoryHtml(inventory), [...csvRows(inventory)]];
    expect(text).toContain('a.net');
    expect(page).toContain('&lt;script&gt;');
    expect(page).not.toContain('<script');
    expect(rows).toContainEqual(['ending', '', 'a.net', '<script>', inDays(5), 'Sectigo']);
  });
});
