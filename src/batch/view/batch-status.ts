import { lockHolder } from '../../disk/process-lock.ts';
import { type BatchId, HostrollError } from '../../terms.ts';
import { readPlannedFile } from '../ledger/batch-file.ts';
import { type BatchFolder, resumeCommand } from '../ledger/batch-folder.ts';
import type { BatchView } from './batch-view.ts';
import { readView } from './ledger-view.ts';

/** How a batch of a state folder stands; described in docs/view.md. */
export interface BatchStatus {
  batch: BatchId;
  /** Running: a process has it, `pid`. Unfinished: its process is gone, and a resume goes on with it. */
  state: 'running' | 'not planned' | 'unfinished' | 'stopped' | 'cancelled' | 'finished' | 'damaged';
  pid?: number;
  manifest?: { path: string; rows: number };
  /** The command that carries it on, where no process does and something is left to do. */
  resume?: string;
  /** Absent while there is no plan. */
  view?: BatchView;
}

/** Reads how a batch stands. */
export async function batchStatus(folder: BatchFolder): Promise<BatchStatus> {
  const { batch, path, lock } = folder;
  const holder = await lockHolder(lock);
  const running = holder === undefined ? undefined : ({ state: 'running', pid: holder.pid } as const);
  try {
    const file = await readPlannedFile(path);
    if (file === undefined) return { batch, state: 'not planned', ...running };
    const view = await readView(folder, file);
    const manifest = { path: file.manifest.path, rows: file.manifest.rows };
    if (running !== undefined) return { batch, ...running, manifest, view };
    if (view.stage === 'finished' || view.stage === 'cancelled') return { batch, state: view.stage, manifest, view };
    const state = view.stage === 'stopped' ? 'stopped' : 'unfinished';
    return { batch, state, manifest, resume: resumeCommand(batch, path), view };
  } catch (error) {
    if (!(error instanceof HostrollError)) throw error;
    return { batch, state: 'damaged', ...running };
  }
}
