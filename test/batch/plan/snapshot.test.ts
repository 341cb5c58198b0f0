import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Snapshot } from '../../../src/batch/plan/snapshot.ts';
import type { LiveHostname } from '../../../src/hostname/live.ts';
import type { CustomHostnameId, Hostname, ZoneId } from '../../../src/terms.ts';
import { shop } from '../../hostname/generate.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const [ZONE, OTHER] = ['a'.repeat(32), 'b'.repeat(32)] as [ZoneId, ZoneId];
const live = (id: string, hostname: string, more: Partial<LiveHostname> = {}): LiveHostname =>
  shop({ id: id as CustomHostnameId, hostname: hostname as Hostname, zone_id: ZONE, ...more });

/** A sealed snapshot of these hostnames, and what it finds. */
async function snapshotOf(...hostnames: LiveHostname[]) {
  const snapshot = await Snapshot.filled(join(await tempFolder(), 'snapshot'), async (filling) => {
    for (const each of hostnames) await filling.add(each);
  });
  onTestFinished(() => snapshot.close());
  return {
    snapshot,
    async byName(name: string, zone = ZONE) {
      const found = snapshot.byName(zone, name as Hostname);
      return found.kind === 'one' ? await snapshot.read(found.number) : found.kind;
    },
    async byId(id: string, zone = ZONE) {
      const found = snapshot.byId(zone, id as CustomHostnameId);
      return found.kind === 'one' ? await snapshot.read(found.number) : found.kind;
    },
  };
}

describe('a snapshot', () => {
  it('finds each of many hostnames again, whole, by name and by id', async () => {
    const many = Array.from({ length: 2_000 }, (_, n) =>
      live(`id-${n}`, `h${n}.acme-store.net`, { custom_metadata: { note: 'é'.repeat(n % 500) } }),
    );
    const { snapshot, byName, byId } = await snapshotOf(...many);
    expect(snapshot.size).toBe(2_000);
    for (const each of many) {
      expect(await byName(each.hostname)).toEqual(each);
      expect(await byId(each.id)).toEqual(each);
    }
  });

  it('keeps hostnames apart that are added by several at once, also while the disk is busy', async () => {
    const pages = Array.from({ length: 4 }, (_, page) =>
      Array.from({ length: 500 }, (_each, n) =>
        live(`id-${page}-${n}`, `h${page}-${n}.acme-store.net`, { custom_metadata: { note: 'x'.repeat(1_500) } }),
      ),
    );
    const snapshot = await Snapshot.filled(join(await tempFolder(), 'snapshot'), async (filling) => {
      await Promise.all(
        pages.map(async (page) => {
          for (const each of page) await filling.add(each);
        }),
      );
    });
    expect(snapshot.size).toBe(2_000);
    for (const each of pages.flat()) {
      const found = snapshot.byName(ZONE, each.hostname);
      expect(found.kind === 'one' && (await snapshot.read(found.number))).toEqual(each);
    }
    await snapshot.close();
  });

  it('knows a deleted hostname by its id alone, whichever of the two came first', async () => {
    const [dead, alive] = [live('id-1', 'a.net', { status: 'deleted' }), live('id-2', 'a.net')];
    for (const order of [
      [dead, alive],
      [alive, dead],
    ]) {
      const { byName, byId } = await snapshotOf(...order);
      expect([await byName('a.net'), await byId('id-1')]).toEqual([alive, dead]);
    }
    expect(await (await snapshotOf({ ...dead, status: 'pending_deletion' })).byName('a.net')).toBe('none');
  });

  it('leaves no file open where filling it fails', async () => {
    const path = join(await tempFolder(), 'snapshot');
    const failing = Snapshot.filled(path, async (filling) => {
      await filling.add(live('id-1', 'a.net'));
      throw new Error('The list ended in 504.');
    });
    await expect(failing).rejects.toThrow('The list ended in 504.');
    const open = readdirSync('/proc/self/fd').flatMap((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`);
      } catch {
        return [];
      }
    });
    expect(open).not.toContain(path);
  });

  it('counts a hostname once that is met again while pages shift, as it was met first', async () => {
    const { snapshot, byName } = await snapshotOf(live('id-1', 'a.net'), live('id-1', 'a.net', { status: 'moved' }));
    expect(snapshot.size).toBe(1);
    expect(await byName('a.net')).toEqual(live('id-1', 'a.net'));
  });

  it('says so where a zone has several of one name, and still tells them apart by id', async () => {
    const { byName, byId } = await snapshotOf(live('id-1', 'a.net'), live('id-2', 'a.net'), live('id-3', 'b.net'));
    expect(await byName('a.net')).toBe('several');
    expect(await byId('id-1')).toEqual(live('id-1', 'a.net'));
    expect(await byId('id-2')).toEqual(live('id-2', 'a.net'));
    expect(await byName('b.net')).toEqual(live('id-3', 'b.net'));
  });

  it('keeps zones apart, and a wildcard from its plain name', async () => {
    const elsewhere = live('id-2', 'a.net', { zone_id: OTHER });
    const { byName, byId } = await snapshotOf(live('id-1', 'a.net'), elsewhere, live('id-3', '*.a.net'));
    expect(await byName('a.net', OTHER)).toEqual(elsewhere);
    expect(await byName('a.net')).toEqual(live('id-1', 'a.net'));
    expect(await byName('*.a.net')).toEqual(live('id-3', '*.a.net'));
    expect(await byName('*.a.net', OTHER)).toBe('none');
    expect(await byId('id-1', OTHER)).toBe('none');
  });
});
