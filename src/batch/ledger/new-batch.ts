import { randomInt } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { makePrivateFolder } from '../../disk/private-folder.ts';
import { type BatchId, MINUTE, SECOND } from '../../terms.ts';
import { type BatchFolder, batchesOf, batchFolder, listBatches } from './batch-folder.ts';
import { recordStage } from './ledger.ts';

/**
 * Makes the folder of a batch, private to its owner, whose ledger says that the batch is being read; of a new one where no id
 * is given. `now` in milliseconds.
 */
export async function createBatchFolder(state: string, now: number, known?: BatchId): Promise<BatchFolder> {
  const folder = batchFolder(state, known ?? newBatchId(now, (await listBatches(state)).at(-1)));
  await makePrivateFolder(state);
  await makePrivateFolder(batchesOf(state));
  await makePrivateFolder(folder.path);
  // What an earlier process left of planning it says nothing any more.
  await rm(folder.ledger, { force: true });
  await recordStage(folder.ledger, 'reading', now);
  return folder;
}

/** A clock that is set back by more than this was wrong before, and its batches need not stay the latest. */
const SET_BACK_MS = MINUTE;

/** An id that sorts behind `last`, so that ids tell which batch is the latest: a second is that of one batch alone. */
function newBatchId(now: number, last = ''): BatchId {
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)-/.exec(last) ?? [];
  const [year = 0, month = 1, ...rest] = parts.map(Number);
  const next = Date.UTC(year, month - 1, ...rest) + SECOND;
  const at = next > now && next - now <= SET_BACK_MS ? next : now;
  const stamp = new Date(at).toISOString().replaceAll(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `${stamp}-${randomLetters(4)}` as BatchId;
}

/** Removes a batch that never got a plan. */
export const discardBatchFolder = (folder: BatchFolder): Promise<void> =>
  rm(folder.path, { recursive: true, force: true });

const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';
const randomLetters = (count: number): string =>
  Array.from({ length: count }, () => LETTERS[randomInt(LETTERS.length)]).join('');
