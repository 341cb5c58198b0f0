import { listBatches } from '../batch/ledger/batch-folder.ts';
import { type Env, type Flags, nonEmpty } from './inputs.ts';
import { readNamedQueue, readStateConfig } from './state-config.ts';

/** Ids of submissions, as `hostroll submit` makes them; those of batches begin with their date. */
const SUBMISSION_ID = /^s-[0-9a-z]+-[0-9a-f]+$/;

/**
 * The queue through which a command looks at `wanted` (a batch id, an id of a submission, "latest", or nothing), or undefined where the
 * state folder has it: the one that is named with `--queue`; that of the environment for submissions, and for everything on a
 * machine that has no batches itself. Throws `CONFIG_INVALID` for a submission whose queue is named nowhere.
 */
export async function queueMeant(
  wanted: string | undefined,
  flags: Pick<Flags, 'queue' | 'state'>,
  env: Env,
): Promise<string | undefined> {
  if (flags.queue !== undefined) return flags.queue;
  if (wanted !== undefined && SUBMISSION_ID.test(wanted)) return readNamedQueue(flags, env, 'of its coordinator');
  const shared = nonEmpty(env.HOSTROLL_QUEUE);
  if (shared === undefined || shared.startsWith('embedded:')) return undefined;
  return (await listBatches(readStateConfig(flags, env).state)).length === 0 ? shared : undefined;
}
