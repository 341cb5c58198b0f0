import { describe, expect, it } from 'vitest';
import { QueuedBundles } from '../../../src/batch/dispatch/queued-bundles.ts';
import type { StoredBundle } from '../../../src/lane/bundle-queue.ts';
import { rowJob } from '../../lane/jobs.ts';

const job = (row: number, bundle?: string) =>
  rowJob({ row, key: `row-${row}`, ...(bundle === undefined ? {} : { bundle }) });

/** Bundles `a` and `b` on disk, and a queue that holds what is put there; each change takes a turn. */
function kept() {
  const there = new Map<string, StoredBundle>();
  const read: string[] = [];
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const queue = {
    put: async (bundles: readonly StoredBundle[]) => {
      await turn();
      for (const bundle of bundles) there.set(bundle.id, bundle);
    },
    remove: async (id: string) => {
      await turn();
      there.delete(id);
    },
    clear: async () => there.clear(),
    close: async () => {},
  };
  const index = {
    read: async (id: string) => {
      read.push(id);
      return 'ab'.includes(id) ? ({ id, sealed: {} } as StoredBundle) : undefined;
    },
    close: async () => {},
  };
  return { bundles: new QueuedBundles(queue, index), ids: () => [...there.keys()].sort(), there, read };
}

describe('bundles in the queue', () => {
  it('are there before the rows that name them, once each, and none that no row names', async () => {
    const { bundles, ids, read } = kept();
    await bundles.put([job(1, 'a'), job(2, 'a'), job(3)]);
    expect([ids(), read]).toEqual([['a'], ['a']]);
  });

  it('go with the last row that needs them', async () => {
    const { bundles, ids } = kept();
    await bundles.put([job(1, 'a'), job(2, 'a'), job(3, 'b')]);
    await bundles.release('row-1');
    expect(ids()).toEqual(['a', 'b']);
    await bundles.release('row-1');
    expect(ids()).toEqual(['a', 'b']);
    await bundles.release('row-2');
    expect(ids()).toEqual(['b']);
  });

  it('stay where a further row asks for one while it is being taken out', async () => {
    const { bundles, ids } = kept();
    await bundles.put([job(1, 'a')]);
    await Promise.all([bundles.release('row-1'), bundles.put([job(2, 'a')])]);
    expect(ids()).toEqual(['a']);
  });

  it('are put back where a row is asked for again, as after a queue that lost all', async () => {
    const { bundles, ids, there } = kept();
    await bundles.put([job(1, 'a')]);
    there.clear();
    await bundles.put([job(1, 'a')]);
    expect(ids()).toEqual(['a']);
    await bundles.release('row-1');
    expect(ids()).toEqual([]);
  });

  it('that are nowhere to be had keep no other from its place', async () => {
    const { bundles, ids } = kept();
    await bundles.put([job(1, 'gone'), job(2, 'b')]);
    expect(ids()).toEqual(['b']);
  });
});
