import pLimit from 'p-limit';
import { lockHolder } from '../../disk/process-lock.ts';
import { type BatchId, HostrollError, type Operator } from '../../terms.ts';
import { type BatchFile, readPlannedFile } from '../ledger/batch-file.ts';
import { type BatchFolder, batchFolder, listBatches, resumeCommand } from '../ledger/batch-folder.ts';
import type { BatchView } from './batch-view.ts';
import { readView } from './read-view.ts';

/** How a batch of a state folder stands; described in docs/view.md. */
export interface BatchStatus {
  batch: BatchId;
  /** Running: a process has it, `pid`. Unfinished: its process is gone, and a resume goes on with it. */
  state: 'running' | 'not planned' | 'unfinished' | 'stopped' | 'cancelled' | 'finished' | 'damaged';
  pid?: number;
  manifest?: { path: string; rows: number };
  /** Who planned it, and when; the batch that its rows come from, and why. */
  by?: Operator;
  created_at?: string;
  follows?: BatchFile['follows'];
  /** How many custom hostnames its zones had, and may have, when it was planned. */
  quotas?: NonNullable<BatchFile['quotas']>;
  /** The command that carries it on, where no process does and something is left to do. */
  resume?: string;
  /** Absent while there is no plan. */
  view?: BatchView;
}

export type PlannedStatus = BatchStatus & { view: BatchView };

/** Batches that are read side by side. */
const AT_ONCE = 4;

/** How each batch of a state folder stands, the oldest first; `viewOf` for who keeps views. */
export async function batchStatuses(state: string, viewOf = readView): Promise<BatchStatus[]> {
  const folders = (await listBatches(state)).map((batch) => batchFolder(state, batch));
  return pLimit(AT_ONCE).map(folders, (folder) => batchStatus(folder, viewOf));
}

/** Reads how a batch stands. */
export async function batchStatus(folder: BatchFolder, viewOf = readView): Promise<BatchStatus> {
  const { batch, path, lock } = folder;
  const holder = await lockHolder(lock);
  const running = holder === undefined ? undefined : ({ state: 'running', pid: holder.pid } as const);
  try {
    const file = await readPlannedFile(path);
    if (file === undefined) return { batch, state: 'not planned', ...running };
    return statusOf(folder, file, { view: await viewOf(folder, file), pid: holder?.pid });
  } catch (error) {
    if (!(error instanceof HostrollError)) throw error;
    return { batch, state: 'damaged', ...running };
  }
}

/** The status of a batch that is planned; `pid` of the process that has it. */
export function statusOf(
  { batch, path }: BatchFolder,
  { created_at, by, follows, quotas, manifest }: BatchFile,
  { view, pid }: { view: BatchView; pid: number | undefined },
): PlannedStatus {
  const asked = {
    ...{ manifest: { path: manifest.path, rows: manifest.rows }, created_at },
    ...{ ...(by && { by }), ...(follows && { follows }), ...(quotas && { quotas }) },
  };
  if (pid !== undefined) return { batch, state: 'running', pid, ...asked, view };
  if (view.stage === 'finished' || view.stage === 'cancelled') return { batch, state: view.stage, ...asked, view };
  const state = view.stage === 'stopped' ? 'stopped' : 'unfinished';
  return { batch, state, ...asked, resume: resumeCommand(batch, path), view };
}
