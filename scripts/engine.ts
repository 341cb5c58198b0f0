import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { type Logger, pino } from 'pino';
import { clearLane } from '../src/batch/clear-lane.ts';
import { secretOf } from '../src/cloudflare/credential.ts';
import type { Config } from '../src/config/config.ts';
import { createLogger } from '../src/config/logger.ts';
import { FILE_MODE, makePrivateFolder } from '../src/disk/private-folder.ts';
import { type LaneLimit, laneConcurrency, laneLimit } from '../src/lane/budget.ts';
import { openQueueBackend } from '../src/queue/open-queue.ts';
import type { QueueBackend } from '../src/queue/queue-backend.ts';
import type { BatchId } from '../src/terms.ts';
import { runLane } from '../workers/lane.ts';
import { version } from './version.ts';

/** The one credential of this version: its lane's name. */
export const LANE = 'default';

/** What a command that makes calls runs on: an open queue, a worker on its lane, a log. */
export interface Engine {
  backend: QueueBackend;
  limit: LaneLimit;
  log: Logger;
  close(): Promise<void>;
}

interface EngineOptions {
  /** What this process is doing, for the log and for whoever finds the queue in use. */
  command: string;
  /** Where calls go, if not where the configuration says. */
  baseUrl?: string;
  /** Most calls side by side, if not as many as the budget needs. */
  concurrency?: number;
  /** The batch whose jobs may be in the lane already. */
  keep?: BatchId;
}

/** Opens queue, log and worker as configured. Throws what the backend throws. */
export async function startEngine(config: Config, options: EngineOptions): Promise<Engine> {
  const limit = laneLimit(config.quota, config.share);
  const { command, baseUrl = config.baseUrl, concurrency = laneConcurrency(limit), keep } = options;
  await makePrivateFolder(config.state);
  const destination = pino.destination(
    config.logFile === '-' ? { dest: 2, sync: true } : { dest: config.logFile, mode: FILE_MODE, sync: true },
  );
  const log = createLogger(destination, config.logLevel, [secretOf(config.credential)]);
  const backend = await openQueueBackend(config.queue, command);
  log.info({ event: 'started', command, queue: backend.name, base_url: baseUrl, limit, version });
  if (backend.exclusive) await clearLane(backend, LANE, keep);
  const worker = runLane({ backend, lane: LANE, concurrency, baseUrl, credential: config.credential, version, log });
  return {
    backend,
    limit,
    log,
    close: async () => {
      await worker.close();
      await backend.close();
      log.info({ event: 'ended', command });
      destination.end();
    },
  };
}

/** This process, as the ledger names it. */
export const thisProcess = { pid: process.pid, host: hostname(), version };

/** Waits, or until `stop` aborts; never throws. */
export const sleep = (ms: number, stop: AbortSignal): Promise<void> =>
  delay(ms, undefined, { signal: stop }).catch(() => {});
