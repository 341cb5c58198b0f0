import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planRowOf } from '../../../src/batch/plan/plan-row-of.ts';
import { Snapshot } from '../../../src/batch/plan/snapshot.ts';
import type { LiveHostname } from '../../../src/hostname/live.ts';
import type { Row } from '../../../src/manifest/row.ts';
import { parseWhere } from '../../../src/select/where.ts';
import type { CustomHostnameId, Hostname, ZoneId } from '../../../src/terms.ts';
import { shop } from '../../hostname/generate.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const [ZONE, OTHER] = ['a'.repeat(32), 'b'.repeat(32)] as [ZoneId, ZoneId];
const ssl = (wildcard: boolean) => ({ status: 'active', method: 'txt', wildcard });
const live = (id: string, hostname: string, more: Partial<LiveHostname> = {}): LiveHostname =>
  shop({ id: id as CustomHostnameId, hostname: hostname as Hostname, zone_id: ZONE, ssl: ssl(false), ...more });

/** What the plan says of a metadata row of that name, with these hostnames live. */
async function planned(hostname: string, hostnames: LiveHostname[], more: Partial<Row> = {}) {
  const snapshot = await Snapshot.filled(join(await tempFolder(), 'snapshot'), async (filling) => {
    for (const each of hostnames) await filling.add(each);
  });
  const change = { custom_metadata: { tier: 'gold' } };
  const row: Row = { row: 1, line: 2, hostname: hostname as Hostname, change, source: [], ...more };
  const against = {
    snapshot,
    zones: [ZONE, OTHER],
    others: [],
    inPack: false,
    plans: { choosesAuthority: async () => false },
    where: parseWhere(['status!=blocked']).where,
    now: 0,
  };
  return planRowOf(row, against).finally(() => snapshot.close());
}

describe('a wildcard name', () => {
  it('means the hostname whose certificate covers it', async () => {
    const row = await planned('*.x.acme.net', [live('id-1', 'x.acme.net', { ssl: ssl(true) })]);
    expect(row).toMatchObject({ decision: 'edit', custom_hostname_id: 'id-1', hostname: 'x.acme.net' });
  });

  it('means the hostname of just that name where there is one', async () => {
    const both = [live('id-1', 'x.acme.net', { ssl: ssl(true) }), live('id-2', '*.x.acme.net')];
    expect(await planned('*.x.acme.net', both)).toMatchObject({ decision: 'edit', custom_hostname_id: 'id-2' });
  });

  it('is told which one is near that has no wildcard', async () => {
    const row = await planned('*.x.acme.net', [live('id-1', 'x.acme.net')]);
    expect(row).toMatchObject({ decision: 'reject', code: 'HOSTNAME_NOT_FOUND' });
    expect(row.message).toContain('which has x.acme.net without a wildcard');
  });
});

describe('a deleted hostname', () => {
  const dead = (status: string, zone_id = ZONE) => live('id-1', 'x.acme.net', { status, zone_id });

  it.each(['deleted', 'pending_deletion'])(
    'beside a live one of its name makes nothing ambiguous: %s',
    async (status) => {
      const alive = live('id-2', 'x.acme.net');
      expect(await planned('x.acme.net', [dead(status), alive])).toMatchObject({
        decision: 'edit',
        custom_hostname_id: 'id-2',
      });
      const row = await planned('x.acme.net', [dead(status, OTHER), alive]);
      expect(row).toMatchObject({ decision: 'edit', custom_hostname_id: 'id-2', effects: ['metadata_only'] });
    },
  );

  it('is not found by its name, and by its id is told to be deleted', async () => {
    expect(await planned('x.acme.net', [dead('deleted')])).toMatchObject({ code: 'HOSTNAME_NOT_FOUND' });
    const row = await planned('x.acme.net', [dead('deleted')], { custom_hostname_id: 'id-1' as CustomHostnameId });
    expect(row).toMatchObject({ code: 'HOSTNAME_NOT_FOUND', message: expect.stringContaining('is deleted') });
  });
});
