import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { jsonOf } from '../../disk/json-lines.ts';
import * as z from '../../json/zod.ts';
import { fromQueue, toQueue } from '../../lane/queue-value.ts';
import type { Queue } from '../../queue/bullmq.ts';
import type { QueueBackend } from '../../queue/queue-backend.ts';
import { readableJobs } from '../../queue/readable-jobs.ts';
import { quietQueue, withQueue } from '../../queue/with-queue.ts';
import { type BatchId, HostrollError, SECOND } from '../../terms.ts';
import { formatInstant } from '../../text/format-time.ts';
import { WORD, type Word } from '../control/word.ts';
import { LEASE_MS } from '../dispatch/lease.ts';
import { BATCH_VIEW, type BatchView } from '../view/batch-view.ts';

const count = z.int().min(0);
const LIMIT = z.object({ max: z.number().positive(), durationMs: z.number().positive(), users: count });

/** A process that is at batches, as the queue knows it. */
const PROCESS = z.object({
  v: z.literal(1),
  host: z.string(),
  pid: count,
  /** Those it is at, as they stand; another version may say that in another form. */
  batches: z.record(z.string(), BATCH_VIEW.optional().catch(undefined)),
  /** What it holds its queues to: see `SharedLimits`. */
  limits: z.record(z.string(), LIMIT),
  /** So many of the words that were said to it have reached their batches. */
  heard: count,
  /** When it told this, by its own clock, in Unix milliseconds. */
  at: z.number(),
});
type Process = z.infer<typeof PROCESS>;

const SAID = z.object({ batch: z.string(), word: WORD });

/** The queue of these processes: a job for each, which nobody works on; what is said to its batches is the log of the job. */
const PROCESSES = 'processes';
const LOOK_EVERY_MS = SECOND;
const TELL_EVERY_MS = 3 * SECOND;
/** One that has told nothing new for so long is away. Clocks of machines differ: only a change counts. */
const AWAY_AFTER_MS = 20 * SECOND;

/** A batch that some process is at. */
export interface KnownBatch {
  batch: BatchId;
  host: string;
  /** When that process was last heard of, by its own clock; Unix milliseconds. */
  at: number;
  view: BatchView | undefined;
  /** Its process, and how many words have reached that. */
  process: string;
  heard: number;
}

/** A batch of this process. */
interface OwnBatch {
  view(): BatchView;
  /** Is given each word that is said to it in the queue, perhaps twice. */
  hear(word: Word): Promise<void>;
}

/**
 * Makes the batches of this process known in its queue, so that operators reach them from anywhere, and tells the processes on
 * one queue what limits each other has set. Nothing of it is needed to carry a batch out: what the queue does not take now
 * it takes a second later.
 */
export class KnownBatches {
  readonly #backend: QueueBackend;
  readonly #me: Pick<Process, 'host' | 'pid'>;
  readonly #id = randomUUID();
  readonly #queue: Queue;
  readonly #log: Logger;
  readonly #batches = new Map<BatchId, OwnBatch>();
  /** What others told last, and until when that counts. */
  readonly #others = new Map<string, { at: number; until: number }>();
  readonly #timer: NodeJS.Timeout;
  #looking: Promise<void> = Promise.resolve();
  #heard = 0;
  #told = { at: 0, what: '' };

  private constructor(backend: QueueBackend, me: Pick<Process, 'host' | 'pid'>, log: Logger) {
    this.#backend = backend;
    this.#me = me;
    this.#log = log;
    this.#queue = quietQueue(backend, PROCESSES);
    let isLooking = false;
    this.#timer = setInterval(() => {
      if (isLooking) return;
      isLooking = true;
      this.#looking = this.#look().finally(() => {
        isLooking = false;
      });
    }, LOOK_EVERY_MS);
    this.#timer.unref();
  }

  /** Resolves when it knows of the others. */
  static async open(backend: QueueBackend, me: Pick<Process, 'host' | 'pid'>, log: Logger): Promise<KnownBatches> {
    const known = new KnownBatches(backend, me, log);
    await known.#look();
    return known;
  }

  /** From here on the batch is known, until the returned function is called. */
  attend(batch: BatchId, own: OwnBatch): () => void {
    this.#batches.set(batch, own);
    return () => void this.#batches.delete(batch);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
    await this.#queue.remove(this.#id).catch(() => {});
    await this.#queue.close();
  }

  async #look(): Promise<void> {
    try {
      await this.#tell();
      await this.#listen();
      await this.#lookAround();
    } catch (error) {
      this.#log.warn({ event: 'words_not_read', error: (error as Error).message });
    }
  }

  /** Now and then, and as soon as anything but the views has changed. */
  async #tell(): Promise<void> {
    const limits = this.#backend.limits.own;
    const names = [...this.#batches.keys()];
    const what = JSON.stringify([limits, names, this.#heard]);
    const isAtNothing = names.length === 0 && Object.keys(limits).length === 0;
    if (isAtNothing ? this.#told.what === '' : what === this.#told.what && Date.now() < this.#told.at + TELL_EVERY_MS)
      return;
    if (isAtNothing) {
      await this.#queue.remove(this.#id);
      this.#heard = 0;
      this.#told = { at: 0, what: '' };
      return;
    }
    const batches = Object.fromEntries([...this.#batches].map(([name, { view }]) => [name, view()]));
    const told: Process = { v: 1, ...this.#me, batches, limits, heard: this.#heard, at: Date.now() };
    const job = await this.#queue.add('process', toQueue(told), { jobId: this.#id });
    await job.updateData(toQueue(told));
    this.#told = { at: told.at, what };
  }

  async #listen(): Promise<void> {
    if (this.#batches.size === 0) return;
    const { logs, count: all } = await this.#queue.getJobLogs(this.#id, this.#heard, -1);
    // A queue that has lost its data has a new log.
    if (all < this.#heard) this.#heard = 0;
    for (const text of logs) {
      const { data: said } = SAID.safeParse(jsonOf(text));
      if (said !== undefined) await this.#batches.get(said.batch as BatchId)?.hear(said.word);
      this.#heard++;
    }
  }

  async #lookAround(): Promise<void> {
    const now = Date.now();
    const limits: Process['limits'][] = [];
    for (const [id, process] of await processesOn(this.#queue)) {
      if (id === this.#id) continue;
      // A batch is with one process at a time: one that was at any of ours has ended, as a kill ends it.
      const isSucceeded = Object.keys(process.batches).some((batch) => this.#batches.has(batch as BatchId));
      if (isSucceeded || isOver(process, now)) {
        await this.#queue.remove(id);
        continue;
      }
      const known = this.#others.get(id);
      const until = known?.at === process.at ? known.until : now + AWAY_AFTER_MS;
      this.#others.set(id, { at: process.at, until });
      if (until > now) limits.push(process.limits);
    }
    this.#backend.limits.heard(limits);
  }
}

/** One that died is known for as long as it might only be cut off. */
const isOver = ({ at }: Process, now: number): boolean => at < now - LEASE_MS;

async function processesOn(queue: Queue): Promise<[string, Process][]> {
  const jobs = await readableJobs(queue, ['waiting'], () => {});
  return jobs.flatMap(({ id, data }) => {
    const process = fromQueue(data, PROCESS);
    return id === undefined || process === undefined ? [] : [[id, process]];
  });
}

/** The batches that processes on this queue are at, or were when they were last heard of; the newest last. */
export const knownBatches = (backend: QueueBackend): Promise<KnownBatch[]> =>
  withQueue(backend, PROCESSES, async (queue) => {
    const now = Date.now();
    const all = (await processesOn(queue)).flatMap(([process, told]) =>
      Object.entries(isOver(told, now) ? {} : told.batches).map(([batch, view]) => ({
        ...told,
        batch: batch as BatchId,
        view,
        process,
      })),
    );
    // Of a batch that another process has gone on with, the last word counts.
    const byBatch = new Map(all.sort((a, b) => a.at - b.at).map((known) => [known.batch, known]));
    return [...byBatch.values()].sort((a, b) => (a.batch < b.batch ? -1 : 1));
  });

/** The one that `wanted` names: an id, or the start of one; undefined where none is. Throws `BATCH_AMBIGUOUS`. */
export async function findKnown(backend: QueueBackend, wanted: string): Promise<KnownBatch | undefined> {
  const found = (await knownBatches(backend)).filter(({ batch }) => batch.startsWith(wanted));
  if (found.length <= 1) return found[0];
  const named = found.map(({ batch }) => batch).join(', ');
  throw new HostrollError('BATCH_AMBIGUOUS', `"${wanted}" is the beginning of ${named}; give more of it.`);
}

/**
 * Says a word to a batch by the queue of its process, and waits until that has handed it on: resolves with the batch as it
 * then stands, for at most `waitMs` for a stage that `isHeeded`. Throws `BATCH_UNREACHABLE` where the process is not heard of;
 * the word is then not said. Undefined where the batch has ended meanwhile.
 */
export async function sayToKnown(
  backend: QueueBackend,
  known: KnownBatch,
  word: Word,
  { isHeeded, waitMs, interrupt }: { isHeeded(view: BatchView): boolean; waitMs: number; interrupt: AbortSignal },
): Promise<KnownBatch | undefined> {
  const { batch } = known;
  const pause = () => delay(SECOND / 4, undefined, { signal: interrupt }).catch(() => {});
  const now = async () => (await knownBatches(backend)).find((one) => one.batch === batch);
  const isThere = async () => {
    for (const end = Date.now() + 2 * TELL_EVERY_MS; Date.now() < end && !interrupt.aborted; await pause())
      if ((await now())?.at !== known.at) return true;
    return false;
  };
  // Told a moment ago, by a clock that may be another: else it has to tell anew.
  if (Math.abs(Date.now() - known.at) > 2 * TELL_EVERY_MS && !(await isThere())) {
    throw new HostrollError(
      'BATCH_UNREACHABLE',
      `Batch ${batch} was with a process on ${known.host} that has not been heard of since ${formatInstant(known.at)}: nothing was said to it; say it there, with --state.`,
    );
  }
  const said = await withQueue(backend, PROCESSES, (queue) =>
    queue.addJobLog(known.process, JSON.stringify({ batch, word })),
  );
  let at: KnownBatch | undefined = known;
  for (const end = Date.now() + waitMs; Date.now() < end && !interrupt.aborted; await pause()) {
    at = await now();
    if (at === undefined || (at.heard >= said && (at.view === undefined || isHeeded(at.view)))) break;
  }
  return at;
}
