import { findBatch } from '../src/batch/ledger/batch-folder.ts';
import { EXIT, exitCodeHelp } from '../src/codes/exit.ts';
import { withManifestFlags } from '../src/config/flags.ts';
import { flagsOf, type PlanFlags } from '../src/config/plan-flags.ts';
import { readResumeConfig } from '../src/config/resume-config.ts';
import { rowList } from '../src/config/row-list.ts';
import { planRules, type RuleFlags, withRuleFlags } from '../src/config/rule-flags.ts';
import { readStateConfig } from '../src/config/state-config.ts';
import { sealKeyring } from '../src/coordinator/engine.ts';
import { foldQuiet, retryPlan } from '../src/coordinator/follow-batch.ts';
import { handedBackCount } from '../src/report/files/handed-back.ts';
import { applyAttended, planAttended } from './attended.ts';
import type { AddCommand, Shell } from './shell.ts';

interface RetryFlags extends PlanFlags, RuleFlags {
  yes?: boolean;
  dryRun?: boolean;
  rows?: string;
  reason?: string;
}

/** `hostroll retry`: the rows of a batch that did not come to their end, as a batch of their own. */
export const retryCommand: AddCommand = (program, shell, exit) => {
  withRuleFlags(
    withManifestFlags(program.command('retry').argument('<batch>', 'batch id, the start of one, or "latest"')),
  )
    .option('--dry-run', 'show what would be sent; writes nothing to the API')
    .option('--rows <list>', 'of them only these, such as 4,10-20; "-" reads the list from standard input')
    .option('--reason <text>', 'why; kept with the batch')
    .option('-y, --yes', 'do not ask')
    .addHelpText(
      'after',
      `
The rows that failed, were given up or not reached are planned anew, with the options of their batch unless others are
given. Rejected rows need a change first: they are in its failed.csv.

Examples:
  hostroll retry latest --dry-run
  hostroll retry 20261123-071500-k3f9 --yes
  hostroll retry latest --rows 4,10-20 --reason "the hold is lifted"
  hostroll report latest --campaign

${exitCodeHelp({ ok: '', declined: '', someRowsFailed: '', stoppedByRule: '', somePending: '' })}`,
    )
    .action(async (batch: string, flags: RetryFlags) => exit(await retry(batch, flags, shell)));
};

async function retry(wanted: string, given: RetryFlags, shell: Shell): Promise<number> {
  const { note } = shell.terminal;
  const { state } = readStateConfig(given, shell.env);
  const fold = await foldQuiet(await findBatch(state, wanted));
  const { batch } = fold.batch;
  const only = given.rows === undefined ? () => true : rowList(await listOf(given.rows, shell), fold.rows.rows);
  if (handedBackCount('retry', fold, only) === 0) {
    const which = given.rows === undefined ? 'No row' : 'None of these rows';
    note(`${which} of batch ${batch} failed, was given up or not reached; rejected ones are in its failed.csv.`);
    return EXIT.ok;
  }
  const flags = { ...flagsOf(fold.batch), ...given };
  const config = { ...readResumeConfig(fold.batch, flags, shell.env), rules: planRules(given) };
  const { yes, json, dryRun } = given;
  const prepare = retryPlan(fold, { only, ...(dryRun ? {} : { keyring: sealKeyring(config) }), warn: note });
  return (dryRun ? planAttended : applyAttended)(shell, { config, command: 'hostroll retry', yes, json }, prepare);
}

async function listOf(rows: string, { terminal }: Shell): Promise<string> {
  if (rows !== '-') return rows;
  const pieces: Buffer[] = [];
  for await (const piece of terminal.input) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}
