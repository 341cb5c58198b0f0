import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { PlanRow } from '../../../src/batch/ledger/plan-row.ts';
import { makePlan } from '../../../src/batch/plan/make-plan.ts';
import { Snapshot } from '../../../src/batch/plan/snapshot.ts';
import { ZonePlans } from '../../../src/batch/plan/zone-plans.ts';
import type { CustomHostnameId, Hostname, ZoneId } from '../../../src/terms.ts';
import { shop } from '../../hostname/generate.ts';
import { FakeZones } from '../../support/fake-zones.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const [ZONE, OTHER] = ['a', 'b'].map((letter) => letter.repeat(32)) as [ZoneId, ZoneId];
const change = { custom_metadata: { tier: 'gold' } };
const row = (number: number, more: object) => ({ row: { row: number, line: number + 1, change, source: [], ...more } });

async function planned(lines: object[]) {
  const folder = await tempFolder();
  const [rowsPath, planPath] = [join(folder, 'rows'), join(folder, 'plan')];
  await writeFile(rowsPath, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const snapshot = await Snapshot.filled(join(folder, 'snapshot'), async (filling) => {
    for (const [at, zone_id] of [ZONE, OTHER].entries()) {
      const id = `id-${at + 1}` as CustomHostnameId;
      await filling.add(shop({ id, zone_id, hostname: `shop-${at + 1}.net` as Hostname }));
    }
  });
  const laneOf = (zone: ZoneId) => (zone === ZONE ? 'first' : 'second');
  const plans = new ZonePlans(new FakeZones([]));
  const against = { snapshot, zones: [ZONE, OTHER], others: [], inPack: false, plans, laneOf, where: [], now: 0 };
  const heard: number[] = [];
  const totals = await makePlan({ rowsPath, planPath, ...against }, (rows) => heard.push(rows));
  await snapshot.close();
  const text = await readFile(planPath, 'utf8');
  const plan = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as PlanRow);
  return { plan, totals, heard };
}

describe('a plan', () => {
  it('has every row in its order, and names the lane of those that are sent', async () => {
    const invalid = { row: 3, line: 4, problems: [{ code: 'CELL_INVALID', message: 'No.', line: 4, row: 3 }] };
    const { plan, totals, heard } = await planned([
      row(1, { hostname: 'shop-1.net' }),
      row(2, { hostname: 'shop-2.net' }),
      { invalid },
      row(4, { hostname: 'elsewhere.net' }),
    ]);
    expect(plan.map(({ row: number, decision, lane }) => [number, decision, lane])).toEqual([
      [1, 'edit', 'first'],
      [2, 'edit', 'second'],
      [3, 'reject', undefined],
      [4, 'reject', undefined],
    ]);
    expect(totals.counts).toEqual({ edit: 2, recheck: 0, skip: 0, reject: 2 });
    expect([...totals.editsByZone]).toEqual([
      [ZONE, 1],
      [OTHER, 1],
    ]);
    expect(heard).toEqual([1, 2, 3, 4]);
  });

  it('refuses the second of two rows that reach one hostname by different names, and sends it to no lane', async () => {
    const { plan } = await planned([row(1, { hostname: 'shop-1.net' }), row(2, { custom_hostname_id: 'id-1' })]);
    expect(plan[1]).toMatchObject({
      decision: 'reject',
      code: 'HOSTNAME_TWICE',
      message: expect.stringContaining('Row 1'),
    });
    expect(plan[1]).not.toHaveProperty('body');
    expect(plan[1]).not.toHaveProperty('lane');
  });
});
