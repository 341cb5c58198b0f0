import { knownBatches } from '../batch/submit/known-batches.ts';
import type { QueueBackend } from '../queue/queue-backend.ts';
import { SECOND } from '../terms.ts';
import { formatClock } from '../text/format-time.ts';
import { counted } from '../text/text-layout.ts';
import { type Attendance, sleep } from './engine.ts';

const LOOK_EVERY_MS = 5 * SECOND;

/** Says when batches on a shared queue begin and end, whoever carries them out, until the interrupt. */
export async function sayBatches(
  backend: QueueBackend,
  { interrupt, say }: Pick<Attendance, 'interrupt' | 'say'>,
  everyMs = LOOK_EVERY_MS,
): Promise<void> {
  const seen = new Map<string, string>();
  const now = () => formatClock(Date.now());
  while (!interrupt.aborted) {
    // A queue that is away for a moment has ended no batch.
    const all = await knownBatches(backend).catch(() => undefined);
    for (const { batch, host, view } of all ?? []) {
      const rows = view === undefined ? '' : `, ${counted(view.rows.total, 'row')}`;
      if (!seen.has(batch)) say(`${now()} Batch ${batch} of ${host} begins${rows}.`);
      seen.set(batch, host);
    }
    for (const [batch, host] of all === undefined ? [] : seen) {
      if (all?.some((one) => one.batch === batch)) continue;
      say(`${now()} Batch ${batch} of ${host} has ended.`);
      seen.delete(batch);
    }
    await sleep(everyMs, interrupt);
  }
}
