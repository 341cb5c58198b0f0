import type { Logger } from 'pino';
import type { Answer, CloudflareClient } from '../cloudflare/client.ts';
import { DelayedError, type Job, type Queue, RateLimitError, UnrecoverableError } from '../queue/bullmq.ts';
import type { OpenPairs } from '../secrets/sealed-bundle.ts';
import { type BatchId, HostrollError } from '../terms.ts';
import { CALLS, type CallMade } from './calls-channel.ts';
import { coolLane } from './cooling.ts';
import { FRESH_MS, LANE_JOB, type LaneJob, MOST_TOLD, type RowCall, type RowJob } from './lane-job.ts';
import type { LaneResult } from './lane-result.ts';
import { RefusedAuthorities } from './leave-out-authority.ts';
import { callForRead, callForRow, callKindOf } from './make-call.ts';
import {
  afterDeaths,
  afterFailedCall,
  afterRowCall,
  type Cooling,
  coolOf,
  MOST_DEATHS,
  type NextStep,
  setApart,
} from './next-step.ts';
import { Outage } from './outage.ts';
import { fromQueue, toQueue } from './queue-value.ts';

export interface ProcessorParts {
  client: CloudflareClient;
  /** The lane's own queue: cooling it stops every worker on it. */
  lane: { name: string; queue: Pick<Queue, 'rateLimit' | 'getRateLimitTtl'> };
  /** Whether the queue is this process's alone, so that locks in it run out by this process's clock. */
  alone: boolean;
  /** How long a job of a worker that is not heard of stays its own. */
  lockMs: number;
  /** Certificates and keys of a bundle, for one call. Throws a `HostrollError` where they cannot be had. */
  openBundle(batch: BatchId, id: string): Promise<OpenPairs>;
  log: Pick<Logger, 'error' | 'warn' | 'debug'>;
  /** Brings a result to the coordinator of its batch. */
  deliver(batch: BatchId, result: LaneResult): Promise<void>;
  random(): number;
  now(): number;
}

/**
 * Carries out one activation of a lane job: exactly one call, then its result is delivered, or the job goes back into
 * the lane. (No call where workers have died with it: it is set apart, or given up; nor while the API is away and another
 * job tries whether it is back.) A job that goes back first records
 * what it learned, so that a crash at any point leaves the next activation no worse than in doubt: then it reads before it
 * writes.
 */
export function laneProcessor(parts: ProcessorParts): (job: Job, token?: string) => Promise<void> {
  const refused = new RefusedAuthorities();
  const outage = new Outage();
  return async (queued, token) => {
    const given = fromQueue(queued.data, LANE_JOB);
    // Not ours, or spoiled: set aside, once. A coordinator that asked for it sees that it is gone, and asks again.
    if (given === undefined) throw new UnrecoverableError('what lies in the queue is no job of hostroll');
    const job = refused.ready(given);
    const diedInMidCall = queued.attemptsStarted > job.activations + 1;
    const ready = job.kind === 'row' ? readFirst(job, { diedInMidCall, now: parts.now() }) : job;
    // A worker that was cut off or suspended may start a job long after it fetched it, and after another one took it over.
    if (!isFresh(parts, queued)) await stillOurs(parts, queued, token);
    if (queued.stalledCounter >= MOST_DEATHS) return parts.deliver(job.batch, afterDeaths(job));
    const { attemptsStarted: activations, stalledCounter } = queued;
    const uncalled = { ...ready, activations };
    const apart = setApart(uncalled, stalledCounter, parts.random()) ?? outage.waits(uncalled, parts.now());
    const step = apart ?? (await oneCall(parts, counted(ready, activations), outage));
    if (step.cool !== undefined) await cool(parts, job.batch, step.cool);
    // A job that is no longer ours was lost by the queue or given to another worker, which reads before it writes and
    // brings a result of its own; ours could come after the batch has ended, and would lie in its queue for ever.
    if (!(parts.alone && isFresh(parts, queued))) await stillOurs(parts, queued, token);
    switch (step.next) {
      case 'done':
        return parts.deliver(job.batch, step.result);
      case 'again': {
        refused.learn(step.job);
        const due = parts.now() + step.wait_ms;
        await queued.updateData(toQueue({ ...step.job, due }));
        await queued.moveToDelayed(due, token);
        throw new DelayedError();
      }
      case 'cool':
        await queued.updateData(toQueue(step.job));
        throw new RateLimitError();
    }
  };
}

/**
 * The row as it is to be taken up: with a read where its edit may have been made, or what it was made of is old. Which call it was
 * that nobody has told of is not known: a worker that lost the job may have written down an earlier one since.
 */
function readFirst(job: RowJob, { diedInMidCall, now }: { diedInMidCall: boolean; now: number }): RowJob {
  if (diedInMidCall) return { ...job, step: 'read', in_doubt: true };
  const isOld = job.step === 'edit' && job.planned !== undefined && now >= (job.fresh_until ?? now + 1);
  return isOld ? { ...job, step: 'read' } : job;
}

/** Whether a job was taken up so short a time ago that its lock has not run out, whatever has become of it since. */
const isFresh = ({ now, lockMs }: ProcessorParts, { processedOn = 0 }: Job): boolean =>
  now() - processedOn < lockMs / 2;

/**
 * Renews the lock that this worker holds on the job, and throws where it is lost: the job is another's by now, and what is written
 * into it here would take from it what that one has learned. An answer that took long is asked for again.
 */
async function stillOurs({ now, lockMs }: ProcessorParts, queued: Job, token: string | undefined): Promise<void> {
  if (token === undefined) return;
  for (;;) {
    const asked = now();
    if ((await queued.extendLock(token, lockMs)) <= 0) throw new Error(`The lock of job ${queued.id} is lost.`);
    if (now() - asked < lockMs / 2) return;
  }
}

async function oneCall(parts: ProcessorParts, job: LaneJob, outage: Outage): Promise<NextStep> {
  const { client, random, now } = parts;
  if (job.kind === 'row') return rowCall(parts, job, outage);
  const started = now();
  const answer = await callForRead(client, job);
  tellCall(parts, job, answer, started);
  outage.heard(job, answer, now());
  const { key, calls } = job;
  if (answer.ok)
    return { next: 'done', result: { kind: 'answer', key, calls, value: answer.value }, ...coolOf(answer) };
  return afterFailedCall(job, answer, random(), ({ outcome: _, code = 'UNEXPECTED', message = '', ...result }) => ({
    ...result,
    kind: 'failure',
    code,
    message,
  }));
}

/** A bundle that cannot be opened here says nothing of the row: no call is made, and the batch stops with the reason. */
async function rowCall(parts: ProcessorParts, job: RowJob, outage: Outage): Promise<NextStep> {
  const { client, random, now, openBundle, log } = parts;
  const { batch, bundle, step } = job;
  let pairs: OpenPairs | undefined;
  if (bundle !== undefined && step === 'edit') {
    try {
      pairs = await openBundle(batch, bundle);
    } catch (error) {
      if (!(error instanceof HostrollError)) throw error;
      const { code, message } = error;
      log.error({ event: 'bundle_unopened', batch, bundle, code, error: message });
      const calls = { ...job.calls, edit: job.calls.edit - 1 };
      return { next: 'done', result: { kind: 'refused', key: job.key, calls, code, message } };
    }
  }
  const started = now();
  const answer = await callForRow(client, job, pairs);
  tellCall(parts, job, answer, started);
  const made = [...(job.made ?? []), callOf(job, answer, now())].slice(-MOST_TOLD);
  const held = outage.heard({ ...job, made }, answer, now());
  if (held !== undefined) return held;
  const fresh = step === 'read' ? { fresh_until: now() + FRESH_MS } : {};
  const next = afterRowCall({ ...job, ...fresh, made }, answer, random());
  if (next.next === 'done' && next.result.kind === 'row') next.result.made = made;
  return next;
}

const callOf = ({ step: call }: RowJob, answer: Answer<unknown>, now: number): RowCall => ({
  ...{ call, at: new Date(now).toISOString() },
  ...(answer.cf_ray === undefined ? {} : { cf_ray: answer.cf_ray }),
  ...(answer.ok ? {} : { code: answer.failure.code }),
});

/** Every call by its ray, which Cloudflare's support asks for: those that failed, and the others for debugging. */
function tellCall({ lane, log, now }: ProcessorParts, job: LaneJob, answer: Answer<unknown>, started: number): void {
  const { batch, key } = job;
  const kind = callKindOf(job);
  const code = answer.ok ? undefined : answer.failure.code;
  if (CALLS.hasSubscribers)
    CALLS.publish({
      ...{ lane: lane.name, kind, job, started, ended: now(), code },
      ...{ request: answer.request, cf_ray: answer.cf_ray },
    } satisfies CallMade);
  const call = { event: 'call', batch, job: key, call: kind, cf_ray: answer.cf_ray };
  if (answer.ok) log.debug(call);
  else {
    const { code, message, http_status } = answer.failure;
    log.warn({ ...call, event: 'call_failed', code, http_status, error: message });
  }
}

function counted(job: LaneJob, activations: number): LaneJob {
  const kind = callKindOf(job);
  return { ...job, activations, calls: { ...job.calls, [kind]: job.calls[kind] + 1 } };
}

/** Stops the lane for everyone on it, and says until when. */
async function cool(
  { lane, deliver, now }: ProcessorParts,
  batch: BatchId,
  { wait_ms, ...why }: Cooling,
): Promise<void> {
  const until = now() + (await coolLane(lane.queue, wait_ms));
  const result = { kind: 'cooling', until: new Date(until).toISOString(), ...why, lane: lane.name } as const;
  await deliver(batch, result);
}
