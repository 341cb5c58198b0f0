import { access, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { lockHolder } from '../../disk/process-lock.ts';
import { type BatchId, HostrollError } from '../../terms.ts';

/** Where the files of one batch are. */
export interface BatchFolder {
  batch: BatchId;
  path: string;
  batchFile: string;
  plan: string;
  ledger: string;
  /** What operators have said; absent where nobody has. */
  control: string;
  /** The bundles of the manifest, sealed; absent where it has none. */
  bundles: string;
  lock: string;
  /** Needed while planning only. */
  rows: string;
  snapshot: string;
}

/** The state folder where none is given. */
export const DEFAULT_STATE = '.hostroll';

/** Where the batches of a state folder are. */
export const batchesOf = (state: string): string => join(state, 'batches');

/** The folder of a batch under the state folder `state`, whether it exists or not. */
export function batchFolder(state: string, batch: BatchId): BatchFolder {
  const path = join(batchesOf(state), batch);
  return { batch, path, ...batchPaths(path) };
}

/** The files of the batch folder `path`. */
export const batchPaths = (path: string): Omit<BatchFolder, 'batch' | 'path'> => ({
  batchFile: join(path, 'batch.json'),
  plan: join(path, 'plan.jsonl'),
  ledger: join(path, 'ledger.jsonl'),
  control: join(path, 'control.jsonl'),
  bundles: join(path, 'bundles.jsonl'),
  lock: join(path, 'lock'),
  rows: join(path, 'rows.jsonl.tmp'),
  snapshot: join(path, 'snapshot.jsonl.tmp'),
});

/** The command that carries a batch on, given the path of its folder as `batchFolder` made it. */
export const resumeCommand = (batch: BatchId, folder: string): string => batchCommand('resume', batch, folder);

/** `hostroll <words> <batch>` with what finds the batch in the state folder that `folder` is in. */
export function batchCommand(words: string, batch: BatchId, folder: string): string {
  const state = dirname(dirname(folder));
  const flag = state === DEFAULT_STATE ? '' : ` --state ${/[^\w./-]/.test(state) ? JSON.stringify(state) : state}`;
  return `hostroll ${words} ${batch}${flag}`;
}

/** Ids of all batches under `state`, oldest first. */
export async function listBatches(state: string): Promise<BatchId[]> {
  try {
    const entries = await readdir(batchesOf(state), { withFileTypes: true });
    const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
    return names.sort() as BatchId[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Finds a batch by its id, by the start of it, or by `latest`. Throws `BATCH_UNKNOWN` or `BATCH_AMBIGUOUS`. */
export async function findBatch(state: string, wanted: string): Promise<BatchFolder> {
  const known = await listBatches(state);
  const matches =
    wanted === 'latest' ? await latestOf(state, known) : known.filter((batch) => batch.startsWith(wanted));
  const [first, second] = matches;
  if (first === undefined || wanted === '') {
    throw new HostrollError(
      'BATCH_UNKNOWN',
      `There is no batch "${wanted}" under ${batchesOf(state)}; "hostroll status" lists the batches there are.`,
    );
  }
  if (second !== undefined && first !== wanted) {
    throw new HostrollError(
      'BATCH_AMBIGUOUS',
      `"${wanted}" fits several batches (${first}, ${second}, …); give more of the id.`,
    );
  }
  return batchFolder(state, first);
}

/** The newest batch that was planned, or that a process is planning: a process that died before leaves a folder without a plan. */
async function latestOf(state: string, known: readonly BatchId[]): Promise<BatchId[]> {
  for (const batch of known.toReversed()) {
    const { batchFile, lock } = batchFolder(state, batch);
    const isPlanned = await access(batchFile).then(
      () => true,
      () => false,
    );
    if (isPlanned || (await lockHolder(lock)) !== undefined) return [batch];
  }
  return known.slice(-1);
}
