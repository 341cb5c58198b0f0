import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { wordsFrom } from '../batch/control/control-file.ts';
import { batchFolder, listBatches } from '../batch/ledger/batch-folder.ts';
import type { Config } from '../config/config.ts';
import { jsonOf } from '../disk/json-lines.ts';
import { makePrivateFolder } from '../disk/private-folder.ts';
import { lockHolder } from '../disk/process-lock.ts';
import { replaceFileText } from '../disk/replace-file.ts';
import { folderOfQueue, isExclusive } from '../queue/open-queue.ts';

const sharesFile = (queue: string): string => join(folderOfQueue(queue), 'shares.json');

/** Says, for those who read beside it, which share of each lane's quota the process uses that has an embedded queue. */
export async function tellShares({ queue, lanes }: Pick<Config, 'queue' | 'lanes'>): Promise<void> {
  if (!isExclusive(queue)) return;
  const shares = Object.fromEntries(lanes.map(({ name, share }) => [name, share]));
  await makePrivateFolder(folderOfQueue(queue));
  await replaceFileText(sharesFile(queue), `${JSON.stringify(shares)}\n`);
}

/**
 * The most of each lane's quota that the process `pid` may use: as it was started, and as its batches were tuned since. What it
 * does not tell is taken to be as configured here.
 */
export async function sharesOf({ queue, lanes, state }: Config, pid: number): Promise<Map<string, number>> {
  const text = await readFile(sharesFile(queue), 'utf8').catch(() => '{}');
  const told = (jsonOf(text) ?? {}) as Record<string, number>;
  const tuned = await tunedShares(state, pid);
  return new Map(lanes.map(({ name, share }) => [name, Math.max(share, told[name] ?? 0, ...tuned)]));
}

async function tunedShares(state: string, pid: number): Promise<number[]> {
  const shares: number[] = [];
  for (const batch of await listBatches(state)) {
    const folder = batchFolder(state, batch);
    if ((await lockHolder(folder.lock))?.pid !== pid) continue;
    for (const { word } of await wordsFrom(folder.control, 0)) {
      if (word.word === 'tune' && word.tune.share !== undefined) shares.push(word.tune.share);
    }
  }
  return shares;
}
