import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { appendWord } from '../../../src/batch/control/control-file.ts';
import { type BatchFile, readBatchFile } from '../../../src/batch/ledger/batch-file.ts';
import { batchPaths } from '../../../src/batch/ledger/batch-folder.ts';
import type { LedgerEvent } from '../../../src/batch/ledger/ledger-event.ts';
import type { PlanRow } from '../../../src/batch/ledger/plan-row.ts';
import { runBatch } from '../../../src/batch/run/run-batch.ts';
import type { Lanes, OpenLanes, RunParts } from '../../../src/batch/run/run-parts.ts';
import { LiveView } from '../../../src/batch/view/live-view.ts';
import type { RowJob } from '../../../src/lane/lane-job.ts';
import type { RowResult } from '../../../src/lane/lane-result.ts';
import type { QueueBackend } from '../../../src/queue/queue-backend.ts';
import type { BatchId } from '../../../src/terms.ts';
import { word } from '../control/words.ts';
import { batchFolder, planRow } from '../ledger/batch-folder.ts';

export const ONE_EDIT = { list: 0, read: 0, edit: 1 };

/** Lanes that answer each row at once, as `answer` says. */
export const lanesThat =
  (
    answer: (job: RowJob, hears: Parameters<OpenLanes>[1]['listener']) => Promise<void> = (job, hears) =>
      edited(job, hears),
    more: Partial<Lanes> = {},
  ): OpenLanes =>
  async ({ file }, { listener }) => ({
    batch: file.batch as BatchId,
    feed: async (_lane, jobs) => {
      for (const job of jobs) void answer(job, listener);
    },
    read: () => Promise.reject(new Error('nothing is read')),
    drained: async () => {},
    takeBack: async () => ({ rows: new Map<number, boolean>(), perhapsSent: new Set<number>() }),
    tune: async () => {},
    hush: async () => {},
    abandonReads: () => {},
    clear: async () => {},
    clearBundles: async () => {},
    close: async () => {},
    ...more,
  });

export async function edited(job: RowJob, hears: Parameters<OpenLanes>[1]['listener'], more: Partial<RowResult> = {}) {
  hears.called(ONE_EDIT, true);
  const status = { status: 'active', ssl_status: 'active' };
  await hears.rowDone({
    kind: 'row',
    key: job.key,
    row: job.row,
    calls: ONE_EDIT,
    outcome: 'edited',
    ...status,
    ...more,
  });
}

/** A batch of so many rows, whose plan is what `of` makes of each, and whose lanes are in memory. */
export async function batchOf(
  rows: number,
  ledger: LedgerEvent[] = [],
  { of = planRow, file = {} }: { of?: (row: number) => PlanRow; file?: Partial<BatchFile> } = {},
) {
  const lane = { lane: 'default' };
  const plan = Array.from({ length: rows }, (_, index) => ({ ...of(index + 1), ...lane }));
  const path = await batchFolder({ plan, ledger, file });
  const events = async () =>
    (await readFile(join(path, 'ledger.jsonl'), 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as LedgerEvent);
  const run = async (open: OpenLanes, more: Partial<Pick<RunParts, 'interrupt' | 'report' | 'ask' | 'now'>> = {}) => {
    const file = await readBatchFile(path);
    const lanes = file.lanes.map(({ name }) => ({ name, limit: { max: 1, durationMs: 1_000 } }));
    const parts = {
      folder: { batch: file.batch, path, ...batchPaths(path) },
      file,
      lanes,
      window: 10,
      interrupt: new AbortController().signal,
      progress: new LiveView([], Date.now),
      log: pino({ level: 'silent' }),
      now: Date.now,
      sleep: async () => {},
      process: { pid: 1, user: 'ada', host: 'a', version: '1' },
      report: async () => {},
      ...more,
    };
    return runBatch({ ...parts, backend: {} as QueueBackend }, open);
  };
  const say = (...said: Parameters<typeof word>) => appendWord(batchPaths(path).control, word(...said));
  return { path, run, events, say };
}

/** The events in words. */
export const told = (events: LedgerEvent[]) =>
  events.map((event) => (event.type === 'stage' ? [event.stage, event.wave].join(' ').trim() : event.type));
