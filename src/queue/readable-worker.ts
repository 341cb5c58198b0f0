import { type Job, type JobJson, Worker } from 'bullmq';

/**
 * A worker that hands its processor also a job whose data is no JSON (a Redis keeps it as text, which another hand may have
 * written), as one without any: whoever knows what a job must hold sets it aside. BullMQ's own would keep it locked, and
 * meet it again when the lock is over.
 */
export class ReadableWorker extends Worker {
  protected override createJob(json: JobJson, id: string): Job {
    try {
      return super.createJob(json, id);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return super.createJob({ ...json, data: '{}' }, id);
    }
  }
}
