import { readFileSync, statSync } from 'node:fs';
import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openSnapshotFile, type SnapshotHeader, writeSnapshotFile } from '../../src/batch/plan/snapshot-file.ts';
import { JsonLinesWriter } from '../../src/disk/json-lines.ts';
import type { LiveHostname } from '../../src/hostname/live.ts';
import { loadSnapshots } from '../../src/rehearsal/load-snapshots.ts';
import type { CustomHostnameId, Hostname, ZoneId } from '../../src/terms.ts';
import { start } from '../sandbox/running.ts';
import { tempFolder } from '../support/temp-folder.ts';

const ZONE = '0f1e2d3c4b5a69788796a5b4c3d2e1f0' as ZoneId;
const live = (number: number): LiveHostname => ({
  id: `11111111-2222-4333-8444-${String(number).padStart(12, '0')}` as CustomHostnameId,
  zone_id: ZONE,
  hostname: `shop-${number}.acme-store.net` as Hostname,
  status: 'active',
  custom_metadata: { größe: number },
  ssl: { status: 'pending_validation', method: 'txt', settings: { later_setting: 'on' } },
});

async function written(name: string, hostnames: LiveHostname[], header: Partial<SnapshotHeader> = {}): Promise<string> {
  const folder = await tempFolder();
  const lines = await JsonLinesWriter.create(join(folder, 'lines'));
  for (const hostname of hostnames) lines.write(hostname);
  await lines.close();
  const path = join(folder, name);
  const whole: SnapshotHeader = {
    hostroll_snapshot: 1,
    zone_id: ZONE,
    zone_name: 'saas-platform.net',
    taken_at: '2026-03-04T10:00:00.000Z',
    hostnames: hostnames.length,
    base_url: 'http://127.0.0.1:8788/client/v4',
    version: '0.1.0',
    ...header,
  };
  await writeSnapshotFile(path, whole, join(folder, 'lines'));
  return path;
}

async function read(path: string): Promise<LiveHostname[]> {
  const all: LiveHostname[] = [];
  for await (const hostname of (await openSnapshotFile(path)).hostnames()) all.push(hostname);
  return all;
}

describe('a snapshot file', () => {
  test.each(['zone.jsonl', 'zone.jsonl.gz'])('%s gives back every hostname as it was', async (name) => {
    const hostnames = Array.from({ length: 3_000 }, (_, number) => live(number));
    const path = await written(name, hostnames);
    expect(await read(path)).toEqual(hostnames);
    expect((await openSnapshotFile(path)).header).toMatchObject({ zone_id: ZONE, hostnames: 3_000 });
    expect(readFileSync(path)[0]).toBe(name.endsWith('.gz') ? 0x1f : '{'.charCodeAt(0));
  });

  test('may be read by its owner alone', async () => {
    expect(statSync(await written('zone.jsonl', [live(1)])).mode & 0o777).toBe(0o600);
  });

  test.each([0, 1])(
    'is loaded into a simulator whole, also where a deleted hostname has the name of another (%d)',
    async (at) => {
      const [alive, dead] = [live(1), { ...live(2), hostname: live(1).hostname, status: 'deleted' }];
      const path = await written('zone.jsonl', at === 0 ? [alive, dead] : [dead, alive]);
      const sandbox = await start({ zones: [{ id: ZONE, name: 'saas-platform.net' }] });
      expect(await loadSnapshots([await openSnapshotFile(path)], sandbox, 'none')).toEqual(new Map([[ZONE, 0]]));
      expect(sandbox.hostname(alive.hostname)?.id).toBe(alive.id);
    },
  );

  test('of an empty zone is one', async () => {
    expect(await read(await written('zone.jsonl.gz', []))).toEqual([]);
  });

  test('that was cut off is not taken for a whole one', async () => {
    const path = await written('zone.jsonl', [live(1), live(2)]);
    const [head = '', first = ''] = readFileSync(path, 'utf8').split('\n');
    await truncate(path, Buffer.byteLength(`${head}\n${first}\n`));
    await expect(read(path)).rejects.toMatchObject({
      code: 'SNAPSHOT_BROKEN',
      message: expect.stringContaining('holds 1 hostnames'),
    });
    const packed = await written('zone.jsonl.gz', [live(1), live(2)]);
    await truncate(packed, 60);
    await expect(read(packed)).rejects.toMatchObject({ code: 'SNAPSHOT_BROKEN' });
  });

  test('with a line that is no hostname, or one of another zone, is refused with the line', async () => {
    const broken = await written('zone.jsonl', [live(1), { ...live(2), status: 5 as unknown as string }]);
    await expect(read(broken)).rejects.toThrow(/Line 3 .*status/);
    const foreign = await written('zone.jsonl', [{ ...live(1), zone_id: 'a'.repeat(32) as ZoneId }]);
    await expect(read(foreign)).rejects.toThrow(/Line 2 .*another zone/);
  });

  test('that is none, or is not there, is said so', async () => {
    const folder = await tempFolder();
    const path = join(folder, 'other');
    await expect(openSnapshotFile(path)).rejects.toMatchObject({ code: 'SNAPSHOT_MISSING' });
    await writeFile(path, 'hostname\nshop.acme-store.net\n');
    await expect(openSnapshotFile(path)).rejects.toMatchObject({ code: 'SNAPSHOT_BROKEN' });
    await writeFile(path, '');
    await expect(openSnapshotFile(path)).rejects.toMatchObject({ code: 'SNAPSHOT_BROKEN' });
  });
});
