import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findBatch, listBatches } from '../../../src/batch/ledger/batch-folder.ts';
import { createBatchFolder, discardBatchFolder } from '../../../src/batch/ledger/new-batch.ts';
import { tempFolder } from '../../support/temp-folder.ts';

/** A state folder with batches of these ids. */
async function stateWith(...ids: string[]): Promise<string> {
  const state = await tempFolder();
  for (const id of ids) await mkdir(join(state, 'batches', id), { recursive: true });
  return state;
}

const [FIRST, SECOND, THIRD] = ['20260101-120000-abcd', '20260102-080000-abce', '20260102-080000-xyzw'] as const;

describe('a new batch', () => {
  it('is named after its time, and private to its owner', async () => {
    const state = join(await tempFolder(), 'deep', 'state');
    const folder = await createBatchFolder(state, Date.UTC(2026, 0, 2, 3, 4, 5, 678));
    expect(folder.batch).toMatch(/^20260102-030405-[a-z2-9]{4}$/);
    for (const path of [state, join(state, 'batches'), folder.path]) {
      expect((await stat(path)).mode & 0o777).toBe(0o700);
    }
    expect(await listBatches(state)).toEqual([folder.batch]);
    await discardBatchFolder(folder);
    expect(await listBatches(state)).toEqual([]);
  });

  it('sorts after every older one', async () => {
    const state = await tempFolder();
    const times = [Date.UTC(2026, 11, 31, 23, 59, 59), Date.UTC(2026, 8, 1), Date.UTC(2027, 0, 1)];
    const made = [];
    for (const now of times) made.push((await createBatchFolder(state, now)).batch);
    expect(await listBatches(state)).toEqual([made[1], made[0], made[2]]);
  });

  it('sorts after those of the same second, and of a clock that has been set back a little', async () => {
    const state = await tempFolder();
    const now = Date.UTC(2026, 11, 31, 23, 59, 58, 400);
    const made = [];
    for (const time of [now, now, now + 1, now + 300, now - 20_000, now]) {
      made.push((await createBatchFolder(state, time)).batch);
      expect((await findBatch(state, 'latest')).batch).toBe(made.at(-1));
    }
    expect(await listBatches(state)).toEqual(made);
  });

  it('is named after its own time where the clock of an earlier one was wrong', async () => {
    const state = await stateWith('20990101-000000-abcd');
    expect((await createBatchFolder(state, Date.UTC(2026, 0, 2))).batch).toMatch(/^20260102-000000-/);
  });
});

describe('a batch is found', () => {
  it.each([
    [FIRST, FIRST],
    ['20260101', FIRST],
    ['20260102-080000-x', THIRD],
    ['latest', THIRD],
  ])('by %s', async (wanted, found) => {
    const state = await stateWith(THIRD, FIRST, SECOND);
    expect((await findBatch(state, wanted)).path).toBe(join(state, 'batches', found));
  });

  it('by its whole id, also where that is the start of another', async () => {
    const state = await stateWith(FIRST, `${FIRST}e`);
    expect((await findBatch(state, FIRST)).batch).toBe(FIRST);
  });

  it.each(['20260103', '', '..', '../batches', `${FIRST}/`, 'LATEST', 'notes.txt'])('not by "%s"', async (wanted) => {
    const state = await stateWith(FIRST, SECOND);
    await writeFile(join(state, 'batches', 'notes.txt'), '');
    await expect(findBatch(state, wanted)).rejects.toMatchObject({ code: 'BATCH_UNKNOWN' });
  });

  it('by no start that fits several, and both are named', async () => {
    const state = await stateWith(FIRST, SECOND, THIRD);
    await expect(findBatch(state, '20260102')).rejects.toMatchObject({
      code: 'BATCH_AMBIGUOUS',
      message: expect.stringMatching(`${SECOND}, ${THIRD}`),
    });
  });

  it('by "latest" not where planning has died, as there is no plan', async () => {
    const state = await stateWith(FIRST, SECOND, THIRD);
    await writeFile(join(state, 'batches', SECOND, 'batch.json'), '{}');
    expect((await findBatch(state, 'latest')).batch).toBe(SECOND);
  });

  it('neither where there is no state yet', async () => {
    const state = join(await tempFolder(), 'none');
    expect(await listBatches(state)).toEqual([]);
    await expect(findBatch(state, 'latest')).rejects.toMatchObject({ code: 'BATCH_UNKNOWN' });
  });
});
