import { Counter, Histogram, type Registry } from 'prom-client';
import { kindOf } from '../batch/waves/row-kind.ts';
import { CALLS, type CallMade } from '../lane/calls-channel.ts';
import type { LaneJob } from '../lane/lane-job.ts';
import { SECOND } from '../terms.ts';
import { subjectLabels } from './bounded-label.ts';

/** From what an API takes at its best to the timeout of a call. */
const BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Counts the calls of this process's workers into `registry`. Returns how that ends. */
export function countCalls(registry: Registry): () => void {
  const calls = new Counter({
    name: 'hostroll_calls_total',
    help: 'Calls to the API; code is empty where the call did what it was made for. ca and method: what the hostname has after the edit.',
    labelNames: ['lane', 'zone', 'kind', 'ca', 'method', 'code'],
    registers: [registry],
  });
  const duration = new Histogram({
    name: 'hostroll_call_duration_seconds',
    help: 'From the start of a call to the last byte of its answer.',
    labelNames: ['lane', 'kind'],
    buckets: BUCKETS,
    registers: [registry],
  });
  const labels = subjectLabels();
  const count = (message: unknown) => {
    const { lane, kind, job, code = '', started, ended } = message as CallMade;
    calls.inc({ lane, kind, code, ...labels(subjectOf(job)) });
    duration.observe({ lane, kind }, Math.max(0, ended - started) / SECOND);
  };
  CALLS.subscribe(count);
  return () => void CALLS.unsubscribe(count);
}

/** What a call is about, in as few words as a metric may have. */
function subjectOf(job: LaneJob): Parameters<ReturnType<typeof subjectLabels>>[0] {
  const zone = 'zone_id' in job ? job.zone_id : undefined;
  if (job.kind !== 'row') return { zone };
  const { body, planned } = job;
  // A row that brings its certificate has no authority of its own any more.
  const brings = 'bundle' in job && job.bundle !== undefined ? { bundle: job.bundle } : {};
  const { certificate_authority: ca, method } = kindOf({ body, ...(planned && { before: planned.before }), ...brings });
  return { zone, ca, method };
}
