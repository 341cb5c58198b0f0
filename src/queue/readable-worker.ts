import { type Job, type JobJson, Worker } from './bullmq.ts';
import { Gathered } from './gathered.ts';

/**
 * A worker that hands its processor also a job whose data is no JSON (a Redis keeps it as text, which another hand may have
 * written), as one without any: whoever knows what a job must hold sets it aside. BullMQ's own would keep it locked, and
 * meet it again when the lock is over. Locks that are extended at the same moment are extended by one command.
 */
export class ReadableWorker extends Worker {
  readonly #locks = new Gathered((asked: { id: string; token: string; duration: number }[]) => this.#extend(asked));

  protected override createJob(json: JobJson, id: string): Job {
    const job = this.#readable(json, id);
    job.extendLock = async (token, duration) => Number(await this.#locks.ask({ id, token, duration }));
    return job;
  }

  #readable(json: JobJson, id: string): Job {
    try {
      return super.createJob(json, id);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return super.createJob({ ...json, data: '{}' }, id);
    }
  }

  /** Of each lock whether it is still held. */
  async #extend(asked: { id: string; token: string; duration: number }[]): Promise<boolean[]> {
    const [ids, tokens] = [asked.map(({ id }) => id), asked.map(({ token }) => token)];
    const lost = new Set(await this.extendJobLocks(ids, tokens, Math.max(...asked.map(({ duration }) => duration))));
    return ids.map((id) => !lost.has(id));
  }
}
