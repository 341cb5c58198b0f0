import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Logger, pino } from 'pino';
import { clearLane } from '../batch/dispatch/clear-lane.ts';
import { keepCleared } from '../batch/submit/clear-overdue.ts';
import { KnownBatches } from '../batch/submit/known-batches.ts';
import type { LaneBudget } from '../batch/view/live-view.ts';
import { secretOf } from '../cloudflare/credential.ts';
import type { Config } from '../config/config.ts';
import { type LaneConfig, ONLY_LANE } from '../config/lanes.ts';
import { createLogger } from '../config/logger.ts';
import { FILE_MODE, makePrivateFolder } from '../disk/private-folder.ts';
import { callsPerSecond, laneConcurrency, laneLimit } from '../lane/budget.ts';
import type { Lane } from '../lane/lane.ts';
import { laneQueueName } from '../lane/lane-job.ts';
import type { LaneWorker } from '../lane/lane-worker.ts';
import { type NoticeConfig, noticeTarget } from '../notices/notice-target.ts';
import { Notifier } from '../notices/notifier.ts';
import { isExclusive, openQueueBackend } from '../queue/open-queue.ts';
import type { QueueBackend } from '../queue/queue-backend.ts';
import { SealKeyring } from '../secrets/seal-keyring.ts';
import { startTelemetry, type Telemetry } from '../telemetry/telemetry.ts';
import type { BatchId } from '../terms.ts';
import { QueueProbe } from './queue-probe.ts';
import { tellShares } from './queue-shares.ts';
import { runLane } from './run-lane.ts';
import { version } from './version.ts';

/** What a command that makes calls runs on: an open queue, a worker on each lane whose credential is here, a log. */
export interface Engine {
  backend: QueueBackend;
  /** Every lane there is. */
  lanes: Lane[];
  log: Logger;
  telemetry: Telemetry;
  /** Tells those that the configuration names; absent where it names none. */
  notifier?: Notifier;
  /** Where others reach its batches; absent where nobody else reaches the queue. */
  known?: KnownBatches | undefined;
  close(): Promise<void>;
}

interface EngineOptions {
  /** What this process is doing, for the log and for a process that finds the queue in use. */
  command: string;
  /** Most calls side by side on a lane, if not as many as its budget needs. */
  concurrency?: number;
  /** The batch whose jobs may be in the lanes already. */
  keep?: BatchId | undefined;
  /** Opens sealed certificates, if not with the keys that the configuration names. */
  keyring?: SealKeyring;
  /** Hears what people should be told of the queue; the log has it, too. */
  warn?(sentence: string): void;
}

/**
 * The sealing keys of a configuration. Where the queue is in this process, which then seals and opens by itself, a key is
 * made on first use; elsewhere every process has to be given the same.
 */
export function sealKeyring({ sealKeys, sealKeyFile, queue, state }: Config): SealKeyring {
  const mayMake = sealKeyFile === undefined && isExclusive(queue);
  return new SealKeyring({ keys: sealKeys, file: mayMake ? join(state, 'seal.key') : sealKeyFile, mayMake });
}

/** Calls per second that each of the lanes lets through. */
export const budgetsOf = (lanes: readonly Pick<LaneConfig, 'name' | 'quota' | 'share'>[]): LaneBudget[] =>
  lanes.map(({ name, quota, share }) => ({ name, quota, share, perSecond: callsPerSecond(laneLimit(quota, share)) }));

/** Calls per second that they let through together. */
export const budgetPerSecond = (lanes: Parameters<typeof budgetsOf>[0]): number =>
  budgetsOf(lanes).reduce((sum, { perSecond }) => sum + perSecond, 0);

/** Lends a running engine for as long as `use` takes. `keep`: the batch whose jobs may be in the lanes already. */
export type LendEngine = <T>(use: (engine: Engine) => Promise<T>, keep?: BatchId) => Promise<T>;

/** Lends an engine that is started for the purpose, and ended after it. */
export const ownEngine =
  (config: Config, options: EngineOptions): LendEngine =>
  async (use, keep) => {
    const engine = await startEngine(config, { ...options, keep });
    try {
      return await use(engine);
    } finally {
      await engine.close();
    }
  };

/** Opens queue, log and workers as configured. Throws what the backend throws; nothing is then left open. */
export async function startEngine(config: Config, options: EngineOptions): Promise<Engine> {
  const opened: (() => unknown)[] = [];
  const close = async () => {
    for (let end = opened.pop(); end !== undefined; end = opened.pop()) await end();
  };
  try {
    return { ...(await open(config, options, opened)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Adds to `opened`, step by step, how that step is undone. */
async function open(
  config: Config,
  { command, concurrency, keep, keyring = sealKeyring(config), warn }: EngineOptions,
  opened: (() => unknown)[],
): Promise<Omit<Engine, 'close'>> {
  const { baseUrl } = config;
  await makePrivateFolder(config.state);
  const destination = pino.destination(
    config.logFile === '-' ? { dest: 2, sync: true } : { dest: config.logFile, mode: FILE_MODE, sync: true },
  );
  const ofNotices = config.notices.flatMap((one) => ('url' in one ? [one.url, one.secret ?? ''] : []));
  const ofLanes = config.lanes.flatMap(({ credential }) => (credential === undefined ? [] : [secretOf(credential)]));
  const secrets = [...ofLanes, ...ofNotices];
  const log = createLogger(destination, config.logLevel, secrets);
  opened.push(() => {
    log.info({ event: 'ended', command });
    // What the queue still has to say of an outage comes too late: writing to a log that has ended would throw.
    log.level = 'silent';
    destination.end();
  });
  const backend = await openQueueBackend(config.queue, command);
  opened.push(() => backend.close());
  await tellShares(config);
  const lanes = config.lanes.map((lane) => laneOn(lane, backend));
  const limits = lanes.map(({ name, limit }) => ({ name, limit }));
  if (backend.remark !== undefined) {
    log.warn({ event: 'queue_set_aside', message: backend.remark });
    warn?.(`hostroll: ${backend.remark}`);
  }
  log.info({ event: 'started', command, queue: backend.name, base_url: baseUrl, lanes: limits, version });
  if (backend.exclusive) for (const { name } of lanes) await clearLane(backend, { lane: name, keep, log });
  opened.push(await keepCleared(backend, log));
  const me = { host: hostname(), pid: process.pid };
  const known = backend.exclusive ? undefined : await KnownBatches.open(backend, me, log);
  if (known !== undefined) opened.push(() => known.close());
  const workers: LaneWorker[] = [];
  opened.push(() => Promise.all(workers.map((worker) => worker.close())));
  for (const { name, credential, lacks, quota, share } of config.lanes) {
    if (credential === undefined) log.warn({ event: 'credential_missing', lane: name, reason: lacks });
    else {
      const sideBySide = concurrency ?? laneConcurrency(laneLimit(quota, share));
      workers.push(
        runLane({ backend, lane: name, concurrency: sideBySide, baseUrl, credential, version, keyring, log }),
      );
    }
  }
  const notifier = config.notices.length === 0 ? undefined : notifierOf(config.notices, log).listen();
  opened.push(() => notifier?.close());
  const { metrics, metricsFile } = config;
  const probe = new QueueProbe(backend, laneQueueName(lanes[0]?.name ?? ONLY_LANE));
  opened.push(() => probe.close());
  const telemetry = await startTelemetry({ metrics, metricsFile, version, isReady: () => probe.answers(), log });
  opened.push(() => telemetry.close());
  return { backend, lanes, log, telemetry, known, ...(notifier === undefined ? {} : { notifier }) };
}

/** Tells whom these name. */
export const notifierOf = (notices: readonly NoticeConfig[], log: Logger): Notifier =>
  new Notifier(
    notices.map((one, at) => noticeTarget(one, at + 1)),
    { log, sleep },
  );

/** Where other processes reach the queue, one of them may have the credential that this one lacks. */
const laneOn = ({ name, zones, quota, share, lacks }: LaneConfig, { exclusive }: QueueBackend): Lane => ({
  name,
  zones,
  quota,
  share,
  limit: laneLimit(quota, share),
  ...(lacks !== undefined && exclusive ? { lacks } : {}),
});

/** What a process that goes on until it is told to stop goes by. */
export interface Attendance {
  /** What it is, for the log and for a process that finds the queue in use. */
  command: string;
  interrupt: AbortSignal;
  /** Says one sentence to the person who watches it. */
  say(sentence: string): void;
}

/** Resolves when the signal aborts, or has. */
export const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** This process, as the ledger names it. */
export const thisProcess = { pid: process.pid, version };

/** Waits, or until `stop` aborts; never throws. */
export const sleep = (ms: number, stop: AbortSignal): Promise<void> =>
  delay(ms, undefined, { signal: stop }).catch(() => {});
