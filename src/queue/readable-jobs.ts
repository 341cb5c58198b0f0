import pLimit from 'p-limit';
import type { Job, JobType, Queue } from './bullmq.ts';

const READS_AT_ONCE = 50;

/**
 * The jobs of a queue in these states, of each state those first that are next. One that cannot be read keeps no other from being seen: only its id is told. (A
 * Redis keeps jobs as text, which another hand may have written.)
 */
export async function readableJobs(
  queue: Queue,
  types: JobType[],
  onUnreadable: (id: string) => void = () => {},
): Promise<Job[]> {
  try {
    return (await queue.getJobs(types, 0, -1, true)).filter((job) => job !== undefined);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  const ids = await queue.getRanges(types, 0, -1, true);
  const jobs = await pLimit(READS_AT_ONCE).map(ids, (id) => readableJob(queue, id, onUnreadable));
  return jobs.filter((job) => job !== undefined);
}

/** The job of this id; undefined where there is none, or it cannot be read. */
export async function readableJob(
  queue: Queue,
  id: string,
  onUnreadable: (id: string) => void = () => {},
): Promise<Job | undefined> {
  try {
    return await queue.getJob(id);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    onUnreadable(id);
    return undefined;
  }
}
