import { DelayedError, type Job } from 'bullmq';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { CloudflareClient } from '../../src/cloudflare/client.ts';
import type { Planned } from '../../src/hostname/lay-over.ts';
import { LANE_JOB, type RowJob } from '../../src/lane/lane-job.ts';
import type { LaneResult } from '../../src/lane/lane-result.ts';
import { laneProcessor } from '../../src/lane/processor.ts';
import { fromQueue, toQueue } from '../../src/lane/queue-value.ts';
import { shop } from '../hostname/generate.ts';
import { failed, rowJob } from './jobs.ts';

/** What comes of a call: an edit that is `lost` was made, and nobody hears so. */
const ANSWERS = ['good', 'good', 'lost', 'limited'] as const;
/** What happens beside the workers: one loses its lock to another, or the row is taken back and handed over again. */
const MISHAPS = ['none', 'none', 'lock', 'lock', 'takeBack'] as const;
const MOST_TURNS = 300;
/** The processor has so many pieces between two of its questions at most. */
const PIECES = 20;

const planned: Planned = {
  change: { ssl: { method: 'txt' } },
  before: { ssl: { type: 'dv', method: 'http' } },
  ...{ untyped: false, inPack: false, choosesAuthority: false, overwriteDrift: false },
};
const old = rowJob({ planned, fresh_until: 0 });

/** One row in a lane, as BullMQ keeps it, with an API and workers that answer in any order. */
class OneRow {
  readonly results: LaneResult[] = [];
  readonly #answers: (typeof ANSWERS)[number][];
  readonly #order: fc.Scheduler;
  #job: { data: ReturnType<typeof toQueue>; started: number; token?: number | undefined } | undefined = {
    data: toQueue(old),
    started: 0,
  };
  #isThere = false;
  #tokens = 0;

  constructor(order: fc.Scheduler, answers: readonly (typeof ANSWERS)[number][]) {
    this.#order = order;
    this.#answers = [...answers];
  }

  suffer(mishap: (typeof MISHAPS)[number]): void {
    const job = this.#job;
    if (job === undefined) return;
    if (mishap === 'lock') job.token = undefined;
    if (mishap !== 'takeBack' || job.token !== undefined) return;
    const { in_doubt: before, activations } = fromQueue(job.data, LANE_JOB) as RowJob;
    const in_doubt = before || job.started > activations;
    this.#job = { data: toQueue({ ...old, in_doubt, step: in_doubt ? 'read' : 'edit' }), started: 0 };
  }

  /** A worker takes the row up, where none has it; one that the queue has lost is asked for again. */
  take(): void {
    this.#job ??= { data: toQueue({ ...old, in_doubt: true, step: 'read' }), started: 0 };
    const job = this.#job;
    if (job.token !== undefined) return;
    const token = ++this.#tokens;
    job.token = token;
    job.started++;
    const ours = () => this.#job?.token === token;
    const release = () => ours() && this.#job !== undefined && delete this.#job.token;
    const queued = {
      ...{ data: job.data, processedOn: 0, attemptsStarted: job.started, stalledCounter: 0 },
      extendLock: () => this.#at(() => Number(ours())),
      updateData: (data: typeof job.data) =>
        this.#at(() => this.#job !== undefined && Object.assign(this.#job, { data })),
      moveToDelayed: () => this.#at(release),
    };
    this.#processor(queued as unknown as Job, String(token)).then(
      () => this.#at(() => this.#ends(token)),
      (error) => error instanceof DelayedError || this.#at(release),
    );
  }

  #ends(token: number): void {
    if (this.#job?.token === token) this.#job = undefined;
  }

  get #processor() {
    return laneProcessor({
      client: { getHostname: () => this.#call(), editHostname: () => this.#call(true) } as unknown as CloudflareClient,
      lane: { name: 'default', queue: { rateLimit: async () => {}, getRateLimitTtl: async () => 0 } },
      openBundle: () => Promise.reject(new TypeError('No row here brings a bundle.')),
      log: { error: () => {}, warn: () => {}, debug: () => {} },
      deliver: async (_batch, result) => void (result.kind === 'row' && this.results.push(result)),
      ...{ alone: false, lockMs: 30_000, random: () => 0, now: () => 0 },
    });
  }

  async #call(isEdit = false) {
    const answer = this.#answers.shift() ?? 'good';
    if (answer === 'limited') return this.#at(() => failed('rate_limited'));
    const value = await this.#at(() => {
      this.#isThere ||= isEdit;
      return shop({ ssl: { status: 'active', type: 'dv', method: this.#isThere ? 'txt' : 'http' } });
    });
    return this.#at(() => (answer === 'lost' ? failed('server') : { ok: true as const, quotas: [], value }));
  }

  #at<T>(act: () => T): Promise<T> {
    return this.#order.schedule(Promise.resolve()).then(act);
  }
}

it('a row whose hostname nobody else touches is edited, whoever loses its job to whom', async () => {
  const answers = fc.array(fc.constantFrom(...ANSWERS), { maxLength: 8 });
  const mishaps = fc.array(fc.constantFrom(...MISHAPS), { maxLength: 60 });
  const property = fc.asyncProperty(fc.scheduler(), answers, mishaps, async (order, given, suffered) => {
    const row = new OneRow(order, given);
    for (let turn = 0; row.results.length === 0 && turn < MOST_TURNS; turn++) {
      row.take();
      for (let piece = 0; piece < PIECES; piece++) await Promise.resolve();
      row.suffer(suffered[turn] ?? 'none');
      if (order.count() > 0) await order.waitOne();
    }
    expect(row.results[0]).toMatchObject({ outcome: 'edited' });
  });
  await fc.assert(property, { numRuns: 500 });
});
