import { setTimeout as delay } from 'node:timers/promises';
import { type SubmissionStatus, submissionStatus } from '../batch/submit/submission.ts';
import type { BatchView } from '../batch/view/batch-view.ts';
import { exitCodeFor } from '../codes/code.ts';
import { EXIT } from '../codes/exit.ts';
import type { QueueBackend } from '../queue/queue-backend.ts';
import { SECOND } from '../terms.ts';

/** As often as coordinators tell. */
const EVERY_MS = 2 * SECOND;

/** The code that a message ends with. */
const CODE = / \[([A-Z][A-Z_0-9]*)\]$/;

/** How a submission stands whose coordinator has told how far it is. */
export type ToldSubmission = SubmissionStatus & { progress: BatchView };

/** How a submission ended; `error` where there is no batch of it. */
export interface EndedSubmission {
  status: SubmissionStatus;
  exitCode: number;
}

/**
 * Follows a submission through its queue until it ends, or `interrupt` says stop: then undefined, and the batch is left alone.
 * `show` is given how it stands once its coordinator has told that; `say`, in a sentence, where it waits, whenever that changes.
 * Throws `BATCH_UNKNOWN`, and what the queue does.
 */
export async function watchSubmission(
  backend: QueueBackend,
  wanted: string,
  interrupt: AbortSignal,
  { show, say }: { show(status: () => ToldSubmission): void; say(sentence: string): void },
): Promise<EndedSubmission | undefined> {
  let told: ToldSubmission | undefined;
  let said: string | undefined;
  let { id } = await submissionStatus(backend, wanted);
  while (!interrupt.aborted) {
    const status = await submissionStatus(backend, id);
    ({ id } = status);
    const exitCode = exitCodeOf(status);
    if (exitCode !== undefined) return { status, exitCode };
    const { progress } = status;
    if (progress !== undefined) {
      const [isFirst, now] = [told === undefined, { ...status, progress }];
      told = now;
      if (isFirst) show(() => told ?? now);
    }
    const sentence = whereabouts(status);
    if (sentence !== said && sentence !== undefined) say(sentence);
    said = sentence;
    await delay(EVERY_MS, undefined, { signal: interrupt }).catch(() => {});
  }
  return undefined;
}

/** Undefined while it has not ended. One that could not be planned has no exit code, but a code that stands for one. */
function exitCodeOf({ state, exit_code, error }: SubmissionStatus): number | undefined {
  switch (state) {
    case 'completed':
      return exit_code ?? EXIT.unexpected;
    case 'failed':
      return exitCodeFor(CODE.exec(error ?? '')?.[1] ?? '');
    case 'unreadable':
      return exitCodeFor('SUBMISSION_DAMAGED');
    default:
      return undefined;
  }
}

/** What a submission waits for whose view does not say it. */
function whereabouts({ id, state, coordinator, progress }: SubmissionStatus): string | undefined {
  if (coordinator === undefined) return `Submission ${id} waits for a coordinator ("hostroll serve" on this queue).`;
  if (state !== 'active') return `Submission ${id} waits for coordinator ${coordinator}, which has its ledger.`;
  return progress === undefined ? `Coordinator ${coordinator} has it.` : undefined;
}
