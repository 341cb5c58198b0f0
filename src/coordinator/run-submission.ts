import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { batchFolder } from '../batch/ledger/batch-folder.ts';
import type { Submission } from '../batch/submit/submission.ts';
import { discardUpload, download } from '../batch/submit/upload.ts';
import { EXIT } from '../codes/exit.ts';
import { readBatchConfig } from '../config/batch-config.ts';
import { SECOND } from '../terms.ts';
import { aborted } from './engine.ts';
import { manifestPlan } from './plan-manifest.ts';
import { relayWords } from './relay-words.ts';
import { type Coordinator, sessionOf, unwatched } from './run-scheduled.ts';
import { planAndRun, resumeBatch, type Screen, standingOf } from './session.ts';
import type { RunSubmission } from './take-submissions.ts';

const PROGRESS_EVERY_MS = 2 * SECOND;

/**
 * Carries out one submission: plans it where that is not done yet, runs what is left of it, reports. One that cannot be
 * planned leaves nothing behind but its error; an interrupted one is gone on with by the next coordinator.
 */
export const submissionRunner =
  (coordinator: Coordinator): RunSubmission =>
  async (submission, { keep, progress }) => {
    const { config, engine, interrupt } = coordinator;
    const { id, batch } = submission;
    const standing = batch === undefined ? undefined : await standingOf(config.state, batch);
    // Carried out already: only its end did not reach the queue.
    if (batch !== undefined && standing?.exitCode !== undefined) return { batch, exit_code: standing.exitCode };
    const discard = () => discardUpload(engine.backend, id);
    let quiet = () => {};
    const screen: Screen = {
      begun: async (begun) => {
        await keep({ batch: begun });
        quiet = relayWords(engine, id, batchFolder(config.state, begun).control);
      },
      show: (snapshot) => everySoOften(() => progress(snapshot())),
      planned: discard,
      // What is held waits: `go` and `cancel` come by the queue.
      ask: (_, stop) => aborted(stop).then(() => false),
    };
    const { submitted_by, where = [] } = submission;
    const audit = { ...config.audit, options: { submission: id, submitted_by, where } };
    try {
      const session = { ...sessionOf(coordinator, screen), config: { ...config, ...asked(submission), audit } };
      const manifest = {
        name: submission.manifest,
        bytes: () => download(engine.backend, submission),
        skipInvalid: submission.skip_invalid,
        ...(submission.reading === undefined ? {} : { reading: submission.reading }),
      };
      if (batch !== undefined && standing !== undefined) {
        await discard();
        quiet = relayWords(engine, id, batchFolder(config.state, batch).control);
      }
      const { code, folder } =
        batch !== undefined && standing !== undefined
          ? await resumeBatch(session, batch)
          : await planAndRun(unwatched(session), manifestPlan(manifest), batch);
      if (code === EXIT.interrupted) return 'interrupted';
      const report = await readFile(join(folder.path, 'report.txt'), 'utf8').catch(() => undefined);
      return { batch: folder.batch, exit_code: code, ...(report === undefined ? {} : { report }) };
    } catch (error) {
      if (interrupt.aborted) return 'interrupted';
      if (standing === undefined) await discard();
      throw error;
    } finally {
      quiet();
    }
  };

/** Throws `CONFIG_INVALID` for conditions that this version does not know. */
const asked = ({
  zones,
  where = [],
  fresh = '0',
  wait_ms,
  wait_strict,
  rules,
  rollout,
  priority = 'normal',
}: Submission) => ({
  ...readBatchConfig({ where, fresh }),
  ...(rules === undefined ? {} : { rules }),
  ...(zones.length > 0 ? { zones } : {}),
  waitMs: wait_ms,
  waitStrict: wait_strict,
  priority,
  waves: rollout?.waves,
  issuance: rollout?.issuance,
  stopRules: rollout?.rules ?? [],
});

/** Tells now and then until the returned function is called, which tells once more. */
function everySoOften(tell: () => Promise<unknown>): () => void {
  const quietly = () => void tell().catch(() => {});
  const timer = setInterval(quietly, PROGRESS_EVERY_MS);
  return () => {
    clearInterval(timer);
    quietly();
  };
}
