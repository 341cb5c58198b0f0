import { setTimeout as delay } from 'node:timers/promises';
import { type Job, Queue, UnrecoverableError, Worker } from 'bullmq';
import type { Logger } from 'pino';
import { LONGEST_ASKED_MS } from '../../cloudflare/asked-wait.ts';
import type { Code } from '../../codes/code.ts';
import { type LaneJob, type NewReadJob, newLaneJob, type RowJob, rowKey } from '../../lane/lane-job.ts';
import {
  LANE_RESULT,
  type LaneResult,
  type ReadValue,
  type RowResult,
  resultsQueueName,
} from '../../lane/lane-result.ts';
import { WORKER_OPTIONS } from '../../lane/queue-options.ts';
import { fromQueue } from '../../lane/queue-value.ts';
import type { QueueBackend } from '../../queue/queue-backend.ts';
import { readableJobs } from '../../queue/readable-jobs.ts';
import { type BatchId, type CallCounts, HostrollError, SECOND, type ZoneId } from '../../terms.ts';
import { BatchLaneQueue, type LimitedLane } from './batch-lane-queue.ts';
import type { QueuedBundles } from './queued-bundles.ts';

/** Tells the owner of a batch of its results. Each is awaited before the result leaves its queue. */
export interface LaneListener {
  rowDone(result: RowResult): Promise<void>;
  /** Whether a result of the row can come at all: it was handed over, in this run or an earlier one. */
  expects(row: number): boolean;
  /** `asked`: how long the API asked for, where that is longer. */
  cooling(until: string, reason: string, lane: string, asked?: string): Promise<void>;
  refused(code: Code, message: string): Promise<void>;
  /** The row may have been sent, and nobody will say so any more. */
  inDoubt(row: number): void;
  /** No worker has been seen on these lanes, and their jobs wait. Told again when that changes. */
  unattended(lanes: readonly string[]): void;
  /** Entries of a list that are no hostnames, by what can be told of them; nothing is done about them. */
  leftOut?(entries: readonly string[]): void;
  /** `forRow`: the calls were made for one row, whose outcome counts them, too. */
  called(calls: CallCounts, forRow: boolean): void;
}

/** More than group commit needs to fill a sync, less than would hold much in memory. */
const RESULTS_AT_ONCE = 200;
const CHECK_EVERY_MS = 5 * SECOND;
/** Two tellings of one cooling differ by less: clocks of machines do, and a look at the queue takes its time. */
const SAME_COOLING_MS = 2 * SECOND;
/** Why a lane cools that a call of somebody else has stopped. */
const COOLED_BY_OTHERS: Code = 'LANE_COOLING';
/** How long jobs in hand may take to end: a call may take 30 s, and as long a dead worker keeps its jobs locked. */
const LAST_CALLS_MS = 35 * SECOND;
const POLL_MS = 50;
/** Results that take this long may be none that can be read. */
const POLLS_BEFORE_LOOKING = 20;

/**
 * A coordinator's end of its lanes: hands jobs to the lane of their zone, and takes the results of all from the batch's own
 * results queue. A result is gone from there only after the listener has kept it; until then any crash brings it again.
 */
export class LaneDispatcher {
  readonly batch: BatchId;
  readonly #lanes: Map<string, BatchLaneQueue>;
  readonly #laneOf = new Map<ZoneId, BatchLaneQueue>();
  readonly #results: Queue;
  #worker: Worker | undefined;
  readonly #listener: LaneListener;
  readonly #bundles: QueuedBundles | undefined;
  readonly #reads = new Map<string, { resolve(value: ReadValue): void; reject(error: Error): void }>();
  #timer: NodeJS.Timeout | undefined;
  readonly #backend: QueueBackend;
  readonly #log: Logger;
  readonly #now: () => number;
  /** Until when each lane cools, as far as the listener knows. */
  readonly #coolingUntil = new Map<string, number>();
  readonly #beforeRead: () => void;
  #unattended = '';
  #refusal: HostrollError | undefined;

  constructor(parts: {
    backend: QueueBackend;
    lanes: readonly LimitedLane[];
    batch: BatchId;
    listener: LaneListener;
    log: Logger;
    now(): number;
    /** Called before a read is asked for; what it throws, the read rejects with. */
    beforeRead?: () => void;
    /** The bundles of its rows; planning needs none. */
    bundles?: QueuedBundles;
  }) {
    const { backend, lanes, batch, listener, log, now, beforeRead = () => {}, bundles } = parts;
    const { options, factory } = backend;
    this.batch = batch;
    this.#backend = backend;
    this.#log = log;
    this.#now = now;
    this.#listener = listener;
    this.#beforeRead = beforeRead;
    this.#bundles = bundles;
    const drained = () => this.drained();
    const provide = async (jobs: readonly LaneJob[]) => bundles?.put(jobs);
    const giveUp = (job: LaneJob) => this.#giveUp(job);
    this.#lanes = new Map(
      lanes.map((lane) => [lane.name, new BatchLaneQueue({ backend, lane, log, now, drained, giveUp, provide })]),
    );
    this.#results = new Queue(resultsQueueName(batch), options, factory);
    this.#results.on('error', this.#report);
  }

  /** Sets the lanes' limits in the queue, where they hold for every worker. */
  async setLimits(): Promise<void> {
    for (const lane of this.#lanes.values()) {
      await lane.setLimit();
      await lane.endAbsurdCooling();
    }
  }

  /** Begins to take results and to watch the lanes: from here on the listener is told. */
  async start(): Promise<void> {
    const { options, factory, exclusive } = this.#backend;
    const working = { ...WORKER_OPTIONS, ...options, concurrency: RESULTS_AT_ONCE };
    await this.#checkCooling();
    this.#worker = new Worker(resultsQueueName(this.batch), (job: Job) => this.#takeResult(job), working, factory);
    this.#worker.on('error', this.#report);
    // The workers of a queue that this process alone can reach are in this process.
    const look = () =>
      Promise.all([this.#checkJobs(), this.#checkCooling(), exclusive ? undefined : this.#checkWorkers()]);
    this.#timer = setInterval(() => void look().catch(this.#report), CHECK_EVERY_MS);
    this.#timer.unref();
  }

  readonly #report = (error: Error): void => {
    this.#log.error({ event: 'coordinator_queue_error', error: error.message });
  };

  /** From here on, what is asked about the zone goes to that lane. */
  assign(zone: ZoneId, lane: string): void {
    this.#laneOf.set(zone, this.#lane(lane));
  }

  /** Name of the lane that a zone is assigned to. */
  laneOf(zone: ZoneId): string {
    return this.#feedOf(zone).lane.name;
  }

  /** Makes one read through the zone's lane. Throws a `HostrollError` with the call's code where it brought nothing. */
  read(job: Exclude<NewReadJob, { kind: 'zone' }>): Promise<ReadValue> {
    return this.#requestRead(job, this.#feedOf(job.zone_id));
  }

  /** Looks for the zones of a name, through `lane`. */
  readZones(name: string, lane: string): Promise<ReadValue> {
    return this.#requestRead({ batch: this.batch, key: `zone-${lane}-${name}`, kind: 'zone', name }, this.#lane(lane));
  }

  #requestRead(job: NewReadJob, lane: BatchLaneQueue): Promise<ReadValue> {
    return new Promise<ReadValue>((resolve, reject) => {
      if (this.#refusal !== undefined) throw this.#refusal;
      this.#beforeRead();
      this.#reads.set(job.key, { resolve, reject });
      lane.add([newLaneJob(job)]).catch(reject);
    });
  }

  /** Hands rows to a lane. A row that is there already stays as it is. */
  feed(lane: string, jobs: readonly RowJob[]): Promise<void> {
    return this.#lane(lane).add(jobs);
  }

  #lane(name: string): BatchLaneQueue {
    const lane = this.#lanes.get(name);
    if (lane === undefined) throw new RangeError(`The batch has no lane ${name}.`);
    return lane;
  }

  #feedOf(zone: ZoneId): BatchLaneQueue {
    const lane = this.#laneOf.get(zone);
    if (lane === undefined) throw new RangeError(`Zone ${zone} is assigned to no lane.`);
    return lane;
  }

  async #checkJobs(): Promise<void> {
    await Promise.all([...this.#lanes.values()].map(({ watch }) => watch.check()));
  }

  /** Tells of lanes that cool, whoever has met the limit: another batch, or a command that has ended since. */
  async #checkCooling(): Promise<void> {
    for (const [name, lane] of this.#lanes) {
      const left = await lane.coolingLeft();
      const known = this.#coolingUntil.get(name) ?? 0;
      if (left > 0 && this.#now() + left > known + SAME_COOLING_MS) await this.#cools(name, left, COOLED_BY_OTHERS);
    }
  }

  async #cools(name: string, left: number, reason: string, asked?: string): Promise<void> {
    const until = this.#now() + Math.min(Math.max(0, left), LONGEST_ASKED_MS);
    this.#coolingUntil.set(name, until);
    this.#lanes.get(name)?.watch.coolingUntil(until);
    await this.#listener.cooling(new Date(until).toISOString(), reason, name, asked);
  }

  /** Tells where jobs wait for a worker that nobody has started. */
  async #checkWorkers(): Promise<void> {
    const empty: string[] = [];
    for (const lane of this.#lanes.values()) {
      if (lane.watch.isQuiet() && (await lane.workers()) === 0) empty.push(lane.lane.name);
    }
    if (empty.join() !== this.#unattended) this.#listener.unattended(empty);
    this.#unattended = empty.join();
  }

  async #giveUp(job: LaneJob): Promise<void> {
    const { key, calls } = job;
    const code = 'JOB_LOST';
    const message = 'The queue lost the job of this row again and again.';
    if (job.kind === 'row')
      await this.#listener.rowDone({ kind: 'row', key, row: job.row, calls, outcome: 'gave_up', code, message });
    else this.#endRead(key, ({ reject }) => reject(new HostrollError(code, message)));
  }

  /** Resolves when no result of an earlier run is left to be taken. */
  async drained(): Promise<void> {
    for (let polls = 1; ; polls++) {
      const { waiting = 0, active = 0, delayed = 0 } = await this.#results.getJobCounts('waiting', 'active', 'delayed');
      if (waiting + active + delayed === 0) return;
      if (polls % POLLS_BEFORE_LOOKING === 0) await this.#dropUnreadable();
      await delay(POLL_MS);
    }
  }

  /** What no worker can take would be waited for for ever. One that is in a worker's hands can be dropped when its lock is over. */
  async #dropUnreadable(): Promise<void> {
    const ids: string[] = [];
    await readableJobs(this.#results, ['waiting', 'active', 'delayed'], (id) => ids.push(id));
    for (const id of ids) if ((await this.#results.remove(id).catch(() => 0)) > 0) this.#logUnreadable(id);
  }

  #logUnreadable(job: string | undefined): void {
    this.#log.error({ event: 'result_unreadable', job });
  }

  /**
   * Takes this batch's jobs back out of its lanes, and waits for those that are in hand: their calls are being made, or
   * their worker has died. Resolves with the rows that may have been sent, whether or not their result has come since.
   */
  async takeBack(): Promise<Set<number>> {
    const perhapsSent = new Set<number>();
    const deadline = this.#now() + LAST_CALLS_MS;
    for (const lane of this.#lanes.values()) lane.watch.forgetAll();
    for (;;) {
      let inHand = 0;
      for (const lane of this.#lanes.values()) {
        // A call that ended badly meanwhile has put its row back into the lane.
        for (const { job, removed, inDoubt } of await lane.remove(({ batch }) => batch === this.batch)) {
          if (!removed) inHand++;
          if (job.kind === 'row' && (!removed || inDoubt)) perhapsSent.add(job.row);
        }
      }
      if (inHand === 0 || this.#now() > deadline) return perhapsSent;
      await delay(POLL_MS);
    }
  }

  /** Takes this batch's own reads of an earlier run out of its lanes: nobody waits for them any more. */
  async clearReads(): Promise<void> {
    for (const lane of this.#lanes.values()) await lane.remove((job) => job.batch === this.batch && job.kind !== 'row');
  }

  /** Reads that wait fail with `error`: nobody will answer them any more. */
  abandonReads(error: Error): void {
    for (const key of this.#reads.keys()) this.#markAnswered(key);
    for (const { reject } of this.#reads.values()) reject(error);
    this.#reads.clear();
  }

  /**
   * Leaves nothing of this batch in the queue, for when it has ended. Its lanes may still hold jobs whose results are
   * recorded: those of workers that died between the two.
   */
  async clear(): Promise<void> {
    await this.takeBack();
    await this.drained();
    clearInterval(this.#timer);
    await this.#worker?.close();
    await this.#results.obliterate({ force: true });
    await this.#bundles?.clear();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#worker?.close();
    await Promise.all([...this.#lanes.values(), this.#results].map((queue) => queue.close()));
  }

  async #takeResult(queued: Job): Promise<void> {
    const result = fromQueue(queued.data, LANE_RESULT);
    if (result !== undefined) return this.#handleResult(result);
    this.#logUnreadable(queued.id);
    // Set aside: tried again, it would be no more readable.
    throw new UnrecoverableError('what lies in the queue is no result of hostroll');
  }

  async #handleResult(result: LaneResult): Promise<void> {
    switch (result.kind) {
      case 'row': {
        const { key, row } = result;
        if (key !== rowKey(row) || !this.#listener.expects(row)) {
          this.#log.warn({ event: 'result_not_expected', key, row });
          return;
        }
        this.#listener.called(result.calls, true);
        await this.#listener.rowDone(result);
        await this.#bundles?.release(key);
        this.#markAnswered(key);
        return;
      }
      case 'cooling':
        if (!this.#lanes.has(result.lane)) return;
        return this.#cools(result.lane, Date.parse(result.until) - this.#now(), result.reason, result.asked);
      case 'answer':
        this.#listener.called(result.calls, false);
        if (result.value.left_out !== undefined) this.#listener.leftOut?.(result.value.left_out);
        return this.#endRead(result.key, ({ resolve }) => resolve(result.value));
      case 'failure':
        this.#listener.called(result.calls, false);
        return this.#endRead(result.key, ({ reject }) => reject(errorOf(result)));
      case 'refused': {
        if (result.row_in_doubt !== undefined) this.#listener.inDoubt(result.row_in_doubt);
        const lane = this.#markAnswered(result.key);
        if (lane === undefined) {
          // Of an earlier run, whose credential may have been mended since, or of a job that was taken back.
          this.#log.warn({ event: 'result_not_expected', key: result.key, code: result.code });
          return;
        }
        this.#listener.called(result.calls, false);
        const isOfCredential = this.#lanes.size > 1 && result.code.startsWith('CF_');
        const message = isOfCredential ? `${result.message} (credential "${lane}")` : result.message;
        const refusal = new HostrollError(result.code, message);
        this.#refusal = refusal;
        this.abandonReads(refusal);
        return this.#listener.refused(result.code, message);
      }
    }
  }

  /** A read nobody waits for any more was asked for by a run that has ended. */
  #endRead(key: string, settle: (read: { resolve(value: ReadValue): void; reject(error: Error): void }) => void): void {
    const read = this.#reads.get(key);
    this.#reads.delete(key);
    this.#markAnswered(key);
    if (read !== undefined) settle(read);
  }

  /** A job's key says nothing of its lane: resolves to the name of the one that was asked for it, if one was. */
  #markAnswered(key: string): string | undefined {
    return [...this.#lanes.values()].find(({ watch }) => watch.done(key))?.lane.name;
  }
}

/** What a read that brought nothing is reported as; Cloudflare's support asks for the ray. */
const errorOf = ({ code, message, cf_ray: ray }: Extract<LaneResult, { kind: 'failure' }>): HostrollError =>
  new HostrollError(code, ray === undefined || message.includes(ray) ? message : `${message} (cf-ray ${ray})`);
