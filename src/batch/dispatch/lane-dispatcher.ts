import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { LaneLimit } from '../../lane/budget.ts';
import { type LaneJob, type NewReadJob, newLaneJob, type RowJob, rowKey } from '../../lane/lane-job.ts';
import type { LaneResult, ReadValue } from '../../lane/lane-result.ts';
import type { Priority } from '../../lane/priority.ts';
import type { QueueBackend } from '../../queue/queue-backend.ts';
import { type BatchId, HostrollError, SECOND, type ZoneId } from '../../terms.ts';
import { BatchLaneQueue, type LimitedLane } from './batch-lane-queue.ts';
import { LaneCooling } from './lane-cooling.ts';
import type { LaneListener } from './lane-listener.ts';
import type { QueuedBundles } from './queued-bundles.ts';
import { ResultsQueue } from './results-queue.ts';

/** What was taken back out of the lanes. */
export interface TakenBack {
  /** The rows that are in no lane any more, each with whether a call of it may have taken effect that nobody has told of. */
  rows: Map<number, boolean>;
  /** Rows that may have been sent, whether or not their result has come since. */
  perhapsSent: Set<number>;
}

const CHECK_EVERY_MS = 5 * SECOND;
const SILENCE_EVERY_MS = 1 * SECOND;
/** How long jobs in hand may take to end: a call may take 30 s, and as long a dead worker keeps its jobs locked. */
const LAST_CALLS_MS = 35 * SECOND;
const POLL_MS = 50;

/**
 * A coordinator's end of its lanes: hands jobs to the lane of their zone, and takes the results of all from the batch's own
 * results queue. A result is gone from there only after the listener has kept it; until then any crash brings it again.
 */
export class LaneDispatcher {
  readonly batch: BatchId;
  readonly #lanes: Map<string, BatchLaneQueue>;
  readonly #laneOf = new Map<ZoneId, BatchLaneQueue>();
  readonly #results: ResultsQueue;
  readonly #cooling: LaneCooling;
  readonly #listener: LaneListener;
  readonly #bundles: QueuedBundles | undefined;
  readonly #reads = new Map<string, { resolve(value: ReadValue): void; reject(error: Error): void }>();
  #timers: NodeJS.Timeout[] = [];
  readonly #log: Logger;
  readonly #now: () => number;
  readonly #beforeRead: () => void;
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
    /** Of what is handed over from now on. */
    priority?: () => Priority;
  }) {
    const { backend, lanes, batch, listener, log, now, beforeRead = () => {}, bundles, priority } = parts;
    this.batch = batch;
    this.#log = log;
    this.#now = now;
    this.#listener = listener;
    this.#beforeRead = beforeRead;
    this.#bundles = bundles;
    const drained = () => this.drained();
    const provide = async (jobs: readonly LaneJob[]) => bundles?.put(jobs);
    const giveUp = (job: LaneJob) => this.#giveUp(job);
    this.#lanes = new Map(
      lanes.map((lane) => [
        lane.name,
        new BatchLaneQueue({ backend, lane, log, now, priority, drained, giveUp, provide }),
      ]),
    );
    this.#cooling = new LaneCooling(this.#lanes, listener, now);
    this.#results = new ResultsQueue(backend, batch, log);
  }

  /** Sets the lanes' limits in the queue, where they hold for every worker. */
  async setLimits(): Promise<void> {
    for (const lane of this.#lanes.values()) {
      await lane.setLimit();
      await lane.endAbsurdCooling();
    }
  }

  /** From here on the lanes have these limits. */
  async tune(limitOf: (lane: string) => LaneLimit): Promise<void> {
    for (const [name, lane] of this.#lanes) await lane.tune(limitOf(name));
  }

  /** Begins to take results and to watch the lanes: from here on the listener is told. */
  async start(): Promise<void> {
    await this.#cooling.look();
    this.#results.start((result) => this.#handleResult(result));
    const report = (error: Error) => this.#log.error({ event: 'coordinator_queue_error', error: error.message });
    const look = () => Promise.all([this.#checkJobs(), this.#cooling.look(), this.#lookAtLanes(() => true)]);
    // Whoever watches is told at once that calls fail, as on a line that nobody answers all others wait for it.
    const lookAtSilent = () => this.#lookAtLanes(({ watch }) => watch.isSilent());
    this.#timers = [
      setInterval(() => void look().catch(report), CHECK_EVERY_MS),
      setInterval(() => void lookAtSilent().catch(report), SILENCE_EVERY_MS),
    ];
    for (const timer of this.#timers) timer.unref();
  }

  /** From here on, what is asked about the zone goes to that lane. */
  assign(zone: ZoneId, lane: string): void {
    this.#laneOf.set(zone, this.#lane(lane));
  }

  /** Name of the lane that a zone is assigned to. */
  laneOf(zone: ZoneId): string {
    return this.#feedOf(zone).lane.name;
  }

  /** Makes one read through the zone's lane. Throws a `HostrollError` with the call's code where it brought nothing. */
  read(job: Exclude<NewReadJob, { kind: 'zone' | 'zones' }>): Promise<ReadValue> {
    return this.#requestRead(job, this.#feedOf(job.zone_id));
  }

  /** Looks for the zones of a name, through `lane`. */
  readZones(name: string, lane: string): Promise<ReadValue> {
    return this.#requestRead({ batch: this.batch, key: `zone-${lane}-${name}`, kind: 'zone', name }, this.#lane(lane));
  }

  /** A page of the zones that the credential of `lane` can see. */
  listZones(page: number, lane: string): Promise<ReadValue> {
    return this.#requestRead(
      { batch: this.batch, key: `zones-${lane}-${page}`, kind: 'zones', page },
      this.#lane(lane),
    );
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

  async #lookAtLanes(wanted: (lane: BatchLaneQueue) => boolean): Promise<void> {
    for (const [name, lane] of this.#lanes) {
      if (!wanted(lane)) continue;
      // Others may have come to the lane since, or left it.
      await lane.setLimit();
      const { limit } = lane;
      const isOwn = limit.max === lane.lane.limit.max && limit.durationMs === lane.lane.limit.durationMs;
      this.#listener.saw(name, { ...(await lane.look()), ...(isOwn ? {} : { limit }) });
    }
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
  drained(): Promise<void> {
    return this.#results.drained();
  }

  /**
   * Takes this batch's jobs back out of its lanes, all or those that match, and waits for those that are in hand: their calls
   * are being made, or their worker has died. `told` hears how many those are, and when the wait ends (Unix milliseconds).
   */
  async takeBack(
    matches?: (job: LaneJob, lane: string) => boolean,
    told: (calls: number, until: number) => void = () => {},
  ): Promise<TakenBack> {
    const back: TakenBack = { rows: new Map(), perhapsSent: new Set() };
    const deadline = this.#now() + LAST_CALLS_MS;
    const busy = matches === undefined ? this.#busyLanes() : [];
    // What the queue has lost must not be asked for again.
    for (const { watch } of busy) watch.forgetAll();
    // Many jobs take longer to take back than a hush lasts.
    const hushing = setInterval(() => void hushAll(busy).catch(() => {}), SECOND);
    let inHand = await this.#takeOut(back, matches).finally(() => clearInterval(hushing));
    told(inHand, deadline);
    while (inHand > 0 && this.#now() <= deadline) {
      await delay(POLL_MS);
      // A call that ended badly meanwhile has put its row back into the lane.
      inHand = await this.#takeOut(back, matches);
    }
    return back;
  }

  /** Adds to `back` what could be taken out; resolves with how many jobs could not, as they are in hand. */
  async #takeOut(back: TakenBack, matches: (job: LaneJob, lane: string) => boolean = () => true): Promise<number> {
    let inHand = 0;
    for (const [name, lane] of this.#lanes) {
      for (const one of await lane.remove((job) => job.batch === this.batch && matches(job, name))) {
        const { job, removed, inDoubt } = one;
        if (removed) lane.watch.done(job.key);
        else inHand++;
        if (job.kind !== 'row') continue;
        if (removed) back.rows.set(job.row, inDoubt);
        if (!removed || inDoubt) back.perhapsSent.add(job.row);
      }
    }
    return inHand;
  }

  /** For a moment no call begins on the lanes that have work of this batch. */
  hush(): Promise<void> {
    return hushAll(this.#busyLanes());
  }

  #busyLanes(): BatchLaneQueue[] {
    return [...this.#lanes.values()].filter(({ watch }) => watch.size > 0);
  }

  /**
   * What an earlier run of this batch left in its lanes: reads are taken out, as nobody waits for them any more; rows are read
   * again before they are sent.
   */
  async takeOver(): Promise<void> {
    for (const lane of this.#lanes.values()) {
      await lane.remove((job) => job.batch === this.batch && job.kind !== 'row');
      await lane.outdate(this.batch);
    }
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
    for (const timer of this.#timers) clearInterval(timer);
    await this.#results.obliterate();
    await this.#bundles?.clear();
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await Promise.all([...this.#lanes.values(), this.#results].map((queue) => queue.close()));
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
        return this.#cooling.begins(result.lane, Date.parse(result.until) - this.#now(), result.reason, result.asked);
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
          // Of an earlier run, whose credential may have been fixed since, or of a job that was taken back.
          this.#log.warn({ event: 'result_not_expected', key: result.key, code: result.code });
          return;
        }
        this.#listener.called(result.calls, false);
        const isOfCredential = this.#lanes.size > 1 && result.code.startsWith('CF_');
        const message = isOfCredential ? `${result.message} (credential "${lane}")` : result.message;
        const refusal = new HostrollError(result.code, message);
        if (this.#listener.refusesAlone) return this.#endRead(result.key, ({ reject }) => reject(refusal));
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

async function hushAll(lanes: readonly BatchLaneQueue[]): Promise<void> {
  await Promise.all(lanes.map((lane) => lane.hush()));
}
