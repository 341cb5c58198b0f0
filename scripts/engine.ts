import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Logger, pino } from 'pino';
import { clearLane } from '../src/batch/dispatch/clear-lane.ts';
import { keepCleared } from '../src/batch/submit/clear-overdue.ts';
import { secretOf } from '../src/cloudflare/credential.ts';
import type { Config } from '../src/config/config.ts';
import type { LaneConfig } from '../src/config/lanes.ts';
import { createLogger } from '../src/config/logger.ts';
import { FILE_MODE, makePrivateFolder } from '../src/disk/private-folder.ts';
import { callsPerSecond, laneConcurrency, laneLimit } from '../src/lane/budget.ts';
import type { Lane } from '../src/lane/lane.ts';
import { isEmbedded, openQueueBackend } from '../src/queue/open-queue.ts';
import type { QueueBackend } from '../src/queue/queue-backend.ts';
import { SealKeyring } from '../src/secrets/seal-keyring.ts';
import type { BatchId } from '../src/terms.ts';
import { runLane } from '../workers/lane.ts';
import { version } from './version.ts';

/** What a command that makes calls runs on: an open queue, a worker on each lane whose credential is here, a log. */
export interface Engine {
  backend: QueueBackend;
  /** Every lane there is. */
  lanes: Lane[];
  log: Logger;
  close(): Promise<void>;
}

interface EngineOptions {
  /** What this process is doing, for the log and for whoever finds the queue in use. */
  command: string;
  /** Where calls go, if not where the configuration says. */
  baseUrl?: string;
  /** Most calls side by side on a lane, if not as many as its budget needs. */
  concurrency?: number;
  /** The batch whose jobs may be in the lanes already. */
  keep?: BatchId;
  /** Opens sealed certificates, if not with the keys that the configuration names. */
  keyring?: SealKeyring;
}

/**
 * The sealing keys of a configuration. Where the queue is in this process, which then seals and opens by itself, a key is
 * made on first use; elsewhere every process has to be given the same.
 */
export function sealKeyring({ sealKeys, sealKeyFile, queue, state }: Config): SealKeyring {
  const mayMake = sealKeyFile === undefined && isEmbedded(queue);
  return new SealKeyring({ keys: sealKeys, file: mayMake ? join(state, 'seal.key') : sealKeyFile, mayMake });
}

/** Calls per second that the lanes let through together. */
export const budgetPerSecond = (lanes: readonly Pick<LaneConfig, 'quota' | 'share'>[]): number =>
  lanes.reduce((sum, { quota, share }) => sum + callsPerSecond(laneLimit(quota, share)), 0);

/** Opens queue, log and workers as configured. Throws what the backend throws. */
export async function startEngine(config: Config, options: EngineOptions): Promise<Engine> {
  const { command, baseUrl = config.baseUrl, concurrency, keep } = options;
  await makePrivateFolder(config.state);
  const destination = pino.destination(
    config.logFile === '-' ? { dest: 2, sync: true } : { dest: config.logFile, mode: FILE_MODE, sync: true },
  );
  const keyring = options.keyring ?? sealKeyring(config);
  const secrets = config.lanes.flatMap(({ credential }) => (credential === undefined ? [] : [secretOf(credential)]));
  const log = createLogger(destination, config.logLevel, secrets);
  const backend = await openQueueBackend(config.queue, command);
  const lanes = config.lanes.map((lane) => laneOn(lane, backend));
  const limits = lanes.map(({ name, limit }) => ({ name, limit }));
  if (backend.remark !== undefined) log.warn({ event: 'queue_set_aside', message: backend.remark });
  log.info({ event: 'started', command, queue: backend.name, base_url: baseUrl, lanes: limits, version });
  if (backend.exclusive) for (const { name } of lanes) await clearLane(backend, { lane: name, keep, log });
  const endClearing = await keepCleared(backend, log);
  const workers = config.lanes.flatMap(({ name, credential, lacks, quota, share }) => {
    if (credential === undefined) {
      log.warn({ event: 'credential_missing', lane: name, reason: lacks });
      return [];
    }
    const sideBySide = concurrency ?? laneConcurrency(laneLimit(quota, share));
    return runLane({ backend, lane: name, concurrency: sideBySide, baseUrl, credential, version, keyring, log });
  });
  return {
    backend,
    lanes,
    log,
    close: async () => {
      await Promise.all([endClearing(), ...workers.map((worker) => worker.close())]);
      await backend.close();
      log.info({ event: 'ended', command });
      // What the queue still has to say of an outage comes too late: writing to a log that has ended would throw.
      log.level = 'silent';
      destination.end();
    },
  };
}

/** Where other processes reach the queue, one of them may have the credential that this one lacks. */
const laneOn = ({ name, zones, quota, share, lacks }: LaneConfig, { exclusive }: QueueBackend): Lane => ({
  name,
  zones,
  quota,
  share,
  limit: laneLimit(quota, share),
  ...(lacks !== undefined && exclusive ? { lacks } : {}),
});

/** This process, as the ledger names it. */
export const thisProcess = { pid: process.pid, host: hostname(), version };

/** Waits, or until `stop` aborts; never throws. */
export const sleep = (ms: number, stop: AbortSignal): Promise<void> =>
  delay(ms, undefined, { signal: stop }).catch(() => {});
