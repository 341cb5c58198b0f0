import { describe, expect, it } from 'vitest';
import { type NamedZones, resolveZones } from '../../../src/batch/plan/resolve-zones.ts';
import type { Lane } from '../../../src/lane/lane.ts';
import type { ZoneId } from '../../../src/terms.ts';
import { FakeZones } from '../../support/fake-zones.ts';

const [A, B, C] = ['a', 'b', 'c'].map((letter) => letter.repeat(32)) as [ZoneId, ZoneId, ZoneId];
const lane = (name: string, zones: string[] = [], lacks?: string): Pick<Lane, 'name' | 'zones' | 'lacks'> => ({
  ...{ name, zones },
  ...(lacks === undefined ? {} : { lacks }),
});
const rows = (more: Partial<NamedZones> = {}): NamedZones => ({ rowsWithoutZone: 0, zones: new Set(), ...more });

/** Resolves zones where these names are known; tells which lane each id went to, and the reads it took. */
async function resolved(lanes: Parameters<typeof resolveZones>[1], given: string[], named = rows()) {
  const zones = new FakeZones([], { names: { 'a.net': [A], 'b.net': [B], 'two.net': [A, B] } });
  const assigned: Record<string, string> = {};
  const assign = (zone: ZoneId, to: string) => {
    assigned[zone] = to;
  };
  const client = Object.assign(zones, { assign });
  const ids = await resolveZones(client, lanes, given, named);
  return { ids, assigned, made: zones.made };
}

describe('the zones of a batch', () => {
  it('given by id cost no call, given by name one, however often', async () => {
    const { ids, made } = await resolved([lane('only')], [A, 'B.net', 'b.net']);
    expect([ids, made]).toEqual([[A, B], ['zone b.net by only']]);
  });

  it('are those given and those that rows name, each once', async () => {
    const { ids } = await resolved([lane('only')], [A], rows({ zones: new Set([A, C]), rowsWithoutZone: 3 }));
    expect(ids).toEqual([A, C]);
  });

  it('go each to the credential that names it, by id or by name', async () => {
    const lanes = [lane('one', ['a.net']), lane('two', [B])];
    const { assigned } = await resolved(lanes, [A, B]);
    expect(assigned).toEqual({ [A]: 'one', [B]: 'two' });
  });

  it.each([
    ['rows name no zone and none is given', [lane('only')], [], rows({ rowsWithoutZone: 2 }), 'ZONE_MISSING'],
    ['no zone has the name', [lane('only')], ['c.net'], rows(), 'ZONE_UNKNOWN'],
    ['several zones have the name', [lane('only')], ['two.net'], rows(), 'ZONE_AMBIGUOUS'],
    ['no credential is for it', [lane('one', [A]), lane('two', [B])], [C], rows(), 'ZONE_WITHOUT_CREDENTIAL'],
    [
      'its credential is not here',
      [lane('one', [A], 'it is not set'), lane('two', [B])],
      [A],
      rows(),
      'CREDENTIAL_MISSING',
    ],
  ])('are refused where %s', async (_, lanes, given, named, code) => {
    await expect(resolved(lanes, given, named)).rejects.toMatchObject({ code });
  });
});
