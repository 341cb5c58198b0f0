import { type Command, Option } from 'commander';
import { readBatchFile } from '../src/batch/ledger/batch-file.ts';
import { writePlanFile } from '../src/batch/plan/plan-file.ts';
import type { PlanSummary } from '../src/batch/plan/plan-summary.ts';
import { EXIT, exitCodeHelp } from '../src/codes/exit.ts';
import { type LookFlags, lookOptions, withAheadFlags } from '../src/config/ahead-flags.ts';
import { readConfig } from '../src/config/config.ts';
import { withManifestFlags } from '../src/config/flags.ts';
import { type PlanFlags, reviewedFlags } from '../src/config/plan-flags.ts';
import { planRules, type RuleFlags, withRuleFlags } from '../src/config/rule-flags.ts';
import { manifestFile, manifestPlan } from '../src/coordinator/plan-manifest.ts';
import { isRowList, writePlanRows } from '../src/report/files/plan-rows.ts';
import { type PlanFormat, planAttended } from './attended.ts';
import { givenWords, quoted } from './given-words.ts';
import type { AddCommand, Shell } from './shell.ts';

interface PlanCommandFlags extends PlanFlags, RuleFlags, LookFlags {
  format?: PlanFormat;
  out?: string;
  detailedExitcode?: boolean;
}

/** `hostroll plan`: what `apply` would do; reads from the API, writes nothing to it, leaves nothing behind but `--out`. */
export const planCommand: AddCommand = (program, shell, exit) => {
  withAheadFlags(
    withRuleFlags(
      withManifestFlags(
        program.command('plan').argument('<manifest>', 'CSV or JSONL, plain or gzip; "-" for standard input'),
      ),
    ),
  )
    .addOption(new Option('--format <format>', 'how to print it').choices(['text', 'json', 'markdown']))
    .option(
      '--out <file>',
      'also write it to a file that "hostroll apply" takes after it was reviewed; .csv or .jsonl: every row, to look at',
    )
    .option('--detailed-exitcode', 'exit 2 where rows are to be sent or are rejected, 0 where all is as asked')
    .addHelpText(
      'after',
      `
Examples:
  hostroll plan migrate.csv --zone acme-store.net
  hostroll plan migrate.csv --zone acme-store.net --out rollout.plan --format markdown
  hostroll plan migrate.jsonl.gz --zone 0123456789abcdef0123456789abcdef --json | jq .calls

${exitCodeHelp({ ok: 'planned; with --detailed-exitcode: all is as asked', someRowsFailed: '--detailed-exitcode, and rows are to be sent or are rejected', stoppedByRule: 'the API could not be read' })}`,
    )
    .action(async (manifest: string, flags: PlanCommandFlags, command: Command) =>
      exit(await plan(manifest, flags, shell, nextOf(manifest, flags, command))),
    );
};

/** Flags that say how a plan is shown or kept, which is nothing to who carries it out. */
const OF_PLAN = ['format', 'json', 'out', 'detailedExitcode'];

function nextOf(manifest: string, { out }: PlanCommandFlags, command: Command): string {
  if (out !== undefined && !isRowList(out)) return `hostroll apply ${quoted(out)}`;
  return ['hostroll apply', quoted(manifest), givenWords(command, OF_PLAN)].filter(Boolean).join(' ');
}

async function plan(path: string, flags: PlanCommandFlags, shell: Shell, next: string): Promise<number> {
  const config = { ...readConfig(flags, shell.env), rules: planRules(flags) };
  const { note, input } = shell.terminal;
  const manifest = manifestFile(path, { ...flags, warn: note }, input);
  const { out, format = flags.json ? 'json' : 'text' } = flags;
  const asked = { config, command: 'hostroll plan', json: format === 'json' };
  return planAttended(shell, asked, manifestPlan(manifest, lookOptions(flags, true)), {
    format,
    next,
    exitOf: flags.detailedExitcode ? detailedExit : undefined,
    take: async (folder) => {
      if (out === undefined) return;
      if (isRowList(out)) {
        await writePlanRows(out, folder.plan);
        note(`Every row of the plan is in ${out}.`);
        return;
      }
      const batch = await readBatchFile(folder.path);
      const id = await writePlanFile(out, { batch, planPath: folder.plan, flags: reviewedFlags(config, flags) });
      note(`Plan ${id} is in ${out}. It holds no credential and no private key; hostnames and metadata are in it.`);
    },
  });
}

/** As of `diff`: whether there is anything for somebody to do or to look at. */
const detailedExit = ({ counts }: PlanSummary): number =>
  counts.edit + counts.recheck + counts.reject > 0 ? EXIT.someRowsFailed : EXIT.ok;
