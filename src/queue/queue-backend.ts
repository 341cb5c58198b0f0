import type { BackendFactory, ConnectionOptions, RedisQueueBackend } from './bullmq.ts';
import type { Handover } from './handover.ts';
import type { SharedLimits } from './shared-limits.ts';

/** An open queue server: what BullMQ's classes are given, and how to let it go. */
export interface QueueServer {
  /** The URL without its secrets, for people. */
  name: string;
  /** A sentence that people should be told once, on what was found when it was opened. */
  remark?: string;
  /** For the second argument of BullMQ's classes. */
  options: { connection: ConnectionOptions; prefix?: string };
  /** For their last one. Typed as Redis, which is what those classes are by default; they only use what all backends share. */
  factory: BackendFactory<RedisQueueBackend>;
  /**
   * Aborts, its reason a `HostrollError`, once this process's own queue cannot be written: every user of it stops, as
   * no waiting helps. A server that is away is waited for instead, and has none.
   */
  lost?: AbortSignal;
  /** Lets go of the server. Queues and workers on it are closed before. */
  close(): Promise<void>;
}

/** An open queue server, and what need not pass through it. */
export interface QueueBackend extends QueueServer {
  /** Only this process can reach it: what is found in a lane was left by a process that has ended. */
  exclusive: boolean;
  /** How long a worker that is not heard of keeps its jobs. */
  lockMs: number;
  handover: Handover;
  limits: SharedLimits;
}
