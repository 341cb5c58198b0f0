import { setImmediate as turn } from 'node:timers/promises';
import type { OpenLanes } from '../../../src/batch/run/run-parts.ts';
import type { CloudflareClient } from '../../../src/cloudflare/client.ts';
import { LANE_JOB, type LaneJob } from '../../../src/lane/lane-job.ts';
import { laneProcessor } from '../../../src/lane/processor.ts';
import { fromQueue, type QueueValue, toQueue } from '../../../src/lane/queue-value.ts';
import { DelayedError, type Job, RateLimitError } from '../../../src/queue/bullmq.ts';
import type { Clock } from '../../../src/sandbox/clock.ts';
import { lanesThat } from './batch-in-memory.ts';

const SIDE_BY_SIDE = 3;
const CALL_MS = 300;

/**
 * A lane whose worker makes the calls that it makes everywhere, in the time of `clock`: a wait takes none of a test's. Three calls at a
 * time, each of 300 ms; `between` is called between them.
 */
export const laneInVirtualTime =
  (client: CloudflareClient, clock: Clock, between: () => void): OpenLanes =>
  async (parts, told) => {
    const waiting: { data: QueueValue; due: number; starts: number }[] = [];
    let [cooledUntil, open] = [0, true];
    const { listener } = told;
    const activate = laneProcessor({
      client,
      lane: {
        name: 'default',
        queue: {
          rateLimit: async (ms) => {
            cooledUntil = clock.now() + ms;
          },
          getRateLimitTtl: async () => cooledUntil - clock.now(),
        },
      },
      ...{ alone: true, lockMs: 30_000, random: () => 0.5, now: () => clock.now() },
      openBundle: () => Promise.reject(new TypeError('No row here brings a bundle.')),
      log: { error: () => {}, warn: () => {}, debug: () => {} },
      deliver: async (_batch, result) => {
        if (result.kind === 'cooling') await listener.cooling(result.until, result.reason, result.lane);
        if (result.kind !== 'row') return;
        listener.called(result.calls, true);
        await listener.rowDone(result);
      },
    });
    const work = async (one: (typeof waiting)[number]) => {
      one.starts++;
      const queued = {
        data: one.data,
        ...{ processedOn: clock.now(), attemptsStarted: one.starts, stalledCounter: 0 },
        updateData: async (data: QueueValue) => {
          one.data = data;
        },
        moveToDelayed: async (due: number) => {
          one.due = due;
        },
      };
      try {
        await activate(queued as unknown as Job, 'token');
      } catch (error) {
        if (!(error instanceof DelayedError || error instanceof RateLimitError)) throw error;
        waiting.push(one);
      }
    };
    const worker = (async () => {
      while (open) {
        await turn();
        between();
        const now = clock.now();
        const ready = waiting.filter(({ due }) => due <= now && cooledUntil <= now).slice(0, SIDE_BY_SIDE);
        for (const one of ready) waiting.splice(waiting.indexOf(one), 1);
        await Promise.all(ready.map(work));
        if (ready.length > 0 || waiting.length > 0) clock.advance(CALL_MS);
      }
    })();
    const lanes = await lanesThat(undefined, {
      feed: async (_lane, jobs) => {
        for (const job of jobs) waiting.push({ data: toQueue(job), due: 0, starts: 0 });
      },
      takeBack: async () => {
        const rows = waiting.splice(0).flatMap(({ data }) => {
          const job: LaneJob | undefined = fromQueue(data, LANE_JOB);
          return job?.kind === 'row' ? [[job.row, job.in_doubt] as const] : [];
        });
        return { rows: new Map(rows), perhapsSent: new Set() };
      },
      close: async () => {
        open = false;
        await worker;
      },
    })(parts, told);
    return lanes;
  };
