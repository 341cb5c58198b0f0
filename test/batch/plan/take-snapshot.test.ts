import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { takeSnapshot } from '../../../src/batch/plan/take-snapshot.ts';
import type { LiveHostname } from '../../../src/hostname/live.ts';
import type { CustomHostnameId, Hostname, ZoneId } from '../../../src/terms.ts';
import { shop } from '../../hostname/generate.ts';
import { FakeZones } from '../../support/fake-zones.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const [ZONE, OTHER] = ['a', 'b'].map((letter) => letter.repeat(32)) as [ZoneId, ZoneId];
const live = (n: number, zone = ZONE): LiveHostname =>
  shop({ id: `id-${n}` as CustomHostnameId, zone_id: zone, hostname: `shop-${n}.net` as Hostname });
const many = (count: number, zone = ZONE) => Array.from({ length: count }, (_, at) => live(at + 1, zone));

/** Takes the snapshot that rows about these hostnames need; tells what is in it, and the reads it took. */
async function snapshotFor(names: object[], zones: FakeZones, ids: ZoneId[] = [ZONE]) {
  const folder = await tempFolder();
  const rowsPath = join(folder, 'rows');
  const rows = names.map((name, at) => ({ row: { row: at + 1, line: at + 2, change: {}, ...name } }));
  await writeFile(rowsPath, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const snapshotPath = join(folder, 'snapshot');
  const snapshot = await takeSnapshot(zones, { zones: ids, rows: rows.length, rowsPath, snapshotPath });
  await snapshot.close();
  return { size: snapshot.size, made: zones.made };
}

const named = (...numbers: number[]) => numbers.map((n) => ({ hostname: `shop-${n}.net` }));

describe('the snapshot', () => {
  it('looks up one hostname by itself, by its name or its id', async () => {
    const zone = new FakeZones(many(200));
    expect(await snapshotFor(named(7), zone)).toEqual({ size: 1, made: ['find shop-7.net'] });
    const byId = await snapshotFor([{ custom_hostname_id: 'id-7' }], new FakeZones(many(200)));
    expect(byId).toEqual({ size: 1, made: ['get id-7'] });
  });

  it('looks few hostnames of a large zone up, and not those that the first page brought', async () => {
    const { size, made } = await snapshotFor(named(7, 190), new FakeZones(many(200)));
    expect([size, made]).toEqual([51, ['page 1', 'find shop-190.net']]);
  });

  it('lists the zone where that costs no more', async () => {
    const { size, made } = await snapshotFor(named(1, 2, 3, 4, 5), new FakeZones(many(190)));
    expect(size).toBe(190);
    expect(made.sort()).toEqual(['page 1', 'page 2', 'page 3', 'page 4']);
  });

  it('looks in every zone for every hostname: it may change hands with an edit', async () => {
    const zones = new FakeZones([...many(3), ...many(2, OTHER)]);
    const { size } = await snapshotFor(named(1, 2, 3), zones, [ZONE, OTHER]);
    expect(size).toBe(5);
  });
});
