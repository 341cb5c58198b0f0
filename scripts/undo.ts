import { findBatch } from '../src/batch/ledger/batch-folder.ts';
import { EXIT, exitCodeHelp } from '../src/codes/exit.ts';
import { withBundleFolderFlags, withCallFlags, withRolloutFlags, withWaitFlags } from '../src/config/flags.ts';
import { flagsOf, type PlanFlags } from '../src/config/plan-flags.ts';
import { readResumeConfig } from '../src/config/resume-config.ts';
import { planRules, type RuleFlags, withRuleFlags } from '../src/config/rule-flags.ts';
import { readStateConfig } from '../src/config/state-config.ts';
import { sealKeyring } from '../src/coordinator/engine.ts';
import { foldQuiet, undoPlan } from '../src/coordinator/follow-batch.ts';
import { applyAttended, planAttended } from './attended.ts';
import type { AddCommand, Shell } from './shell.ts';

interface UndoFlags extends PlanFlags, RuleFlags {
  yes?: boolean;
  dryRun?: boolean;
}

/** `hostroll undo`: what a batch has edited as it was before it, as a batch of its own. */
export const undoCommand: AddCommand = (program, shell, exit) => {
  const batch = program.command('undo').argument('<batch>', 'batch id, the start of one, or "latest"');
  withRuleFlags(withBundleFolderFlags(withRolloutFlags(withWaitFlags(withCallFlags(batch)))))
    .option('--dry-run', 'show what would be sent; writes nothing to the API')
    .option('-y, --yes', 'do not ask')
    .option('--json', 'print JSON on standard output')
    .addHelpText(
      'after',
      `
Every row that the batch has edited is given back what its fields held before, where they still hold what the batch left. Rows
that others have changed since are left alone and listed (CHANGED_SINCE_EDIT), and those that cannot be taken back (NOT_REVERSIBLE).
Uploaded certificates that were replaced are put back where --bundle-folder has their files, found by fingerprint.

Examples:
  hostroll undo latest --dry-run
  hostroll undo 20261123-071500-k3f9 --yes

${exitCodeHelp({ ok: '', someRowsFailed: '', stoppedByRule: '', somePending: '' })}`,
    )
    .action(async (wanted: string, flags: UndoFlags) => exit(await undo(wanted, flags, shell)));
};

async function undo(wanted: string, given: UndoFlags, shell: Shell): Promise<number> {
  const { state } = readStateConfig(given, shell.env);
  const fold = await foldQuiet(await findBatch(state, wanted));
  if (fold.rows.counts.edited === 0) {
    shell.terminal.note(`Batch ${fold.batch.batch} has edited nothing that could be taken back.`);
    return EXIT.ok;
  }
  const read = readResumeConfig(fold.batch, { ...flagsOf(fold.batch), ...given }, shell.env);
  // Every row names its zone, and is no longer what it was when it was meant.
  const config = { ...read, zones: [], where: [], rules: planRules(given) };
  const { yes, json, dryRun } = given;
  return (dryRun ? planAttended : applyAttended)(
    shell,
    { config, command: 'hostroll undo', yes, json },
    undoPlan(fold, { ...(dryRun ? {} : { keyring: sealKeyring(config) }), warn: shell.terminal.note }),
  );
}
