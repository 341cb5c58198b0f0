import type { Logger } from 'pino';
import { isDiskError } from '../../disk/on-disk.ts';
import type { QueueBackend } from '../../queue/queue-backend.ts';
import { HostrollError } from '../../terms.ts';
import type { LimitedLane } from '../dispatch/batch-lane-queue.ts';
import { LaneDispatcher, type LaneListener } from '../dispatch/lane-dispatcher.ts';
import { QueuedBundles } from '../dispatch/queued-bundles.ts';
import { ReadCalls } from '../dispatch/read-calls.ts';
import type { BatchFile } from '../ledger/batch-file.ts';
import { type BatchFolder, resumeCommand } from '../ledger/batch-folder.ts';
import { dropSealed } from '../ledger/bundle-file.ts';
import { exitCodeOf, stopExitCode } from '../ledger/exit-code.ts';
import { checkIntact } from '../ledger/intact.ts';
import { Ledger } from '../ledger/ledger.ts';
import { Stop, type StopReason } from '../ledger/stop.ts';
import { settle } from '../settle/settle.ts';
import type { ProgressTracker } from '../view/progress-tracker.ts';
import { feed, rowsInDoubt } from './feed.ts';
import { Outstanding } from './outstanding.ts';
import { RunLimits } from './run-limits.ts';
import { runListener } from './run-listener.ts';

export interface RunParts {
  folder: BatchFolder;
  file: BatchFile;
  backend: QueueBackend;
  /** Those of the batch are among them. */
  lanes: readonly LimitedLane[];
  window: number;
  /** Aborted by whoever wants the batch to end early: it then stops cleanly and can be resumed. */
  interrupt: AbortSignal;
  progress: ProgressTracker;
  log: Logger;
  now(): number;
  sleep(ms: number, stop: AbortSignal): Promise<void>;
  process: { pid: number; host: string; version: string };
}

/**
 * Carries out a planned batch, or what is left of it: feed, settle, finish. The caller holds the batch's lock and runs
 * workers on its lane. Resolves with the exit code; every row that has an outcome then has it in the ledger.
 */
export async function runBatch(parts: RunParts): Promise<number> {
  await checkIntact(parts.folder, parts.file);
  const ledger = await Ledger.open(parts.folder.ledger, parts.file.manifest.rows, parts.now);
  try {
    return await carryOut(parts, ledger);
  } finally {
    // What could not be written was told to whoever wrote it.
    await ledger.close().catch(() => {});
  }
}

async function carryOut(parts: RunParts, ledger: Ledger): Promise<number> {
  const { folder, file, backend, window, progress, log, now, process } = parts;
  const resumed = ledger.fold.startedAt !== undefined;
  const outstanding = new Outstanding();
  const stop = new Stop(parts.interrupt);
  stop.signal.addEventListener('abort', () => outstanding.release());
  const { lost } = backend;
  lost?.addEventListener('abort', () => stop.fail(lost.reason), { once: true });
  const reads = new ReadCalls();
  const listener = runListener({ ledger, outstanding, stop, reads, progress, rows: file.manifest.rows });
  const names = file.lanes.map(({ name }) => name);
  const lanes = parts.lanes.filter(({ name }) => names.includes(name));
  const limits = new RunLimits(file.limits, callsOf(ledger), now);
  const counting: LaneListener = {
    ...listener,
    called: (calls, forRow) => {
      limits.called(calls, forRow);
      listener.called(calls, forRow);
    },
  };
  const beforeRead = () => limits.takeRead();
  const bundles = await QueuedBundles.open({ backend, batch: file.batch, path: folder.bundles, log });
  const lane = new LaneDispatcher({ backend, lanes, batch: file.batch, listener: counting, log, beforeRead, bundles });
  try {
    for (const { name, zones } of file.lanes) for (const zone of zones) lane.assign(zone, name);
    await lane.setLimits();
    await lane.clearReads();
    await ledger.record({ type: 'started', resumed, ...process });
    await lane.drained();
    progress.enter('editing', file.manifest.rows);
    progress.count(ledger.fold.rows.counts, file.manifest.rows);
    const rows = { planPath: folder.plan, lanes: names, ledger, client: lane };
    const limited = limits.window(
      window,
      lanes.map(({ limit }) => limit),
    );
    await feed({ ...rows, batch: file.batch, outstanding, window: limited, limits, stop: stop.signal });
    progress.count(ledger.fold.rows.counts, file.manifest.rows);
    await outstanding.empty();
    if (stop.signal.aborted) return await end(parts, ledger, { lane, bundles }, stop);

    progress.enter('settling', 0);
    await settle({
      planPath: folder.plan,
      rows: file.manifest.rows,
      ledger,
      lane,
      waitMs: limits.waitMs(file.wait_ms),
      // What a sweep does not send it has read a moment ago, and nothing it does changes that.
      outcomes: file.kind === 'sweep' ? ['edited'] : ['edited', 'skipped'],
      stop: stop.signal,
      now,
      sleep: parts.sleep,
      onPass: (unsettled) => {
        progress.rows = { total: unsettled, done: 0 };
      },
    }).catch((error: unknown) => {
      // What the edits did is known; only how it went on is not. The states of the last answers stand.
      if (!(error instanceof HostrollError)) throw error;
      log.warn({ event: 'settle_failed', code: error.code, error: error.message });
    });
    await ledger.record({ type: 'calls', purpose: 'settle', calls: reads.take() });
    if (stop.signal.aborted) return await end(parts, ledger, { lane, bundles }, stop);
    // Before the last line: a batch that says it is finished is never opened again.
    await lane.clear();
    await dropSealed(folder.bundles);
    const code = exitCodeOf(ledger, file);
    await ledger.record({ type: 'finished', exit_code: code });
    return code;
  } catch (error) {
    if (!isDiskError(error)) throw error;
    stop.fail(error);
    return await end(parts, ledger, { lane, bundles }, stop);
  } finally {
    await lane.close();
    await bundles.close();
  }
}

const callsOf = ({ fold: { calls } }: Ledger): number => calls.list + calls.read + calls.edit;

/** Rows that a sentence names, at most. */
const ROWS_NAMED = 20;

/** What the disk or the queue said, with the rows that are worse off for it, and the way on. */
function failureOf({ folder }: RunParts, { unrecorded }: Stop, { code, message }: HostrollError): HostrollError {
  const rows = [...unrecorded].sort((a, b) => a - b);
  const more = rows.length > ROWS_NAMED ? ', …' : '';
  const sent =
    rows.length === 0
      ? ''
      : ` Sent, and not recorded: ${rows.length} (rows ${rows.slice(0, ROWS_NAMED).join(', ')}${more}).`;
  const next = `"${resumeCommand(folder.batch, folder.path)}" goes on, and reads first what may have been sent.`;
  return new HostrollError(code, `${message}${sent} Then ${next}`);
}

/** Takes back what the lane still has, waits for calls in flight, and writes down which rows are in doubt. */
async function end(
  parts: RunParts,
  ledger: Ledger,
  { lane, bundles }: { lane: LaneDispatcher; bundles: QueuedBundles },
  stop: Stop,
): Promise<number> {
  lane.abandonReads(new HostrollError('INTERRUPTED', 'The batch is stopping.'));
  if (stop.failure !== undefined) {
    // Workers elsewhere must send nothing more that nobody would record; those of a queue of our own end with us.
    if (!parts.backend.exclusive) await lane.takeBack().catch(() => {});
    throw failureOf(parts, stop, stop.failure);
  }
  const perhapsSent = await lane.takeBack();
  await lane.drained();
  await bundles.clear();
  const ofEarlierRuns = await rowsInDoubt({ planPath: parts.folder.plan, ledger });
  const doubtful = new Set([...perhapsSent, ...stop.rowsInDoubt, ...ofEarlierRuns]);
  const undecided = [...doubtful].filter((row) => ledger.outcomeOf(row) === undefined).sort((a, b) => a - b);
  const reason: StopReason = stop.reason ?? { reason: 'interrupted' };
  await ledger.record({ type: 'stopped', ...reason, in_doubt: undecided });
  return stopExitCode(reason.reason);
}
