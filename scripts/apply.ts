import type { BatchFolder } from '../src/batch/ledger/batch-folder.ts';
import { checkReviewed, DEFAULT_MAX_AGE_MS, isPlanFile, readPlanFile } from '../src/batch/plan/plan-file.ts';
import { exitCodeHelp } from '../src/codes/exit.ts';
import { type LookFlags, lookOptions, withAheadFlags } from '../src/config/ahead-flags.ts';
import { readConfig } from '../src/config/config.ts';
import { overwriteDrift, withManifestFlags, withMetricsFileFlag, withUiFlag } from '../src/config/flags.ts';
import { type PlanFlags, withReviewedFlags } from '../src/config/plan-flags.ts';
import { planRules, type RuleFlags, withRuleFlags } from '../src/config/rule-flags.ts';
import { type VerifyFlags, verifyOptions, withConnectFlag } from '../src/config/verify-flags.ts';
import { sealKeyring } from '../src/coordinator/engine.ts';
import { manifestFile, manifestPlan } from '../src/coordinator/plan-manifest.ts';
import { manifestOf, reviewedPlan } from '../src/coordinator/reviewed-plan.ts';
import { version } from '../src/coordinator/version.ts';
import { HostrollError } from '../src/terms.ts';
import { parseDuration } from '../src/text/duration.ts';
import { Verifier } from '../src/tls/verify.ts';
import { applyAttended } from './attended.ts';
import { besidePage } from './beside-page.ts';
import { verifyBatch } from './certificates.ts';
import type { AddCommand, Shell } from './shell.ts';

interface ApplyFlags extends PlanFlags, RuleFlags, VerifyFlags, LookFlags {
  verify?: boolean;
  yes?: boolean;
  takeDrifted?: boolean;
  maxAge?: string;
}

/** `hostroll apply`: plan, show it, ask, run, settle, report. */
export const applyCommand: AddCommand = (program, shell, exit) => {
  withUiFlag(
    withMetricsFileFlag(
      withConnectFlag(
        withAheadFlags(
          withRuleFlags(
            withManifestFlags(
              program
                .command('apply')
                .argument(
                  '<manifest|plan>',
                  'CSV or JSONL, plain or gzip; "-" for standard input; or what "plan --out" wrote',
                ),
            ),
          ),
        ),
      ),
    ),
  )
    .option('-y, --yes', 'do not ask')
    .option('--verify', 'look by TLS handshakes, when all is settled, at what hostnames serve (certificates verify)')
    .option('--take-drifted', 'of a reviewed plan, also send rows whose hostnames have changed since')
    .option('--max-age <time>', 'refuse a reviewed plan that is older (24h)')
    .addOption(overwriteDrift())
    .addHelpText(
      'after',
      `
Examples:
  hostroll apply migrate.csv --zone acme-store.net
  hostroll apply bundle.jsonl --zone acme-store.net --yes --wait 15m --wait-strict
  hostroll apply rollout.plan --yes --expect edit=150,reissues=0
  gzip -c rows.csv | hostroll apply - --zone acme-store.net --yes --json

${exitCodeHelp({ ok: '', declined: '', someRowsFailed: '', stoppedByRule: '', somePending: '' })}`,
    )
    .action(async (manifest: string, flags: ApplyFlags) =>
      exit(await besidePage(flags, shell, () => apply(manifest, flags, shell))),
    );
};

async function apply(path: string, flags: ApplyFlags, shell: Shell): Promise<number> {
  if (await isPlanFile(path)) return applyReviewed(path, flags, shell);
  if ((flags.takeDrifted ?? flags.maxAge) !== undefined) {
    throw new HostrollError(
      'CONFIG_INVALID',
      `--take-drifted and --max-age are for reviewed plans, and ${path} is none.`,
    );
  }
  const config = { ...readConfig(flags, shell.env), rules: planRules(flags) };
  const { note, input } = shell.terminal;
  const manifest = manifestFile(path, { ...flags, keyring: sealKeyring(config), warn: note }, input);
  const { yes, json } = flags;
  const verify = await verifierOf(flags, shell);
  return applyAttended(
    shell,
    { config, command: 'hostroll apply', yes, json, verify },
    manifestPlan(manifest, lookOptions(flags, yes !== true)),
  );
}

async function applyReviewed(path: string, given: ApplyFlags, shell: Shell): Promise<number> {
  const plan = await readPlanFile(path);
  const flags = withReviewedFlags(plan, given);
  const { takeDrifted: take = false, yes, json, maxAge } = flags;
  const maxAgeMs = maxAge === undefined ? DEFAULT_MAX_AGE_MS : parseDuration(maxAge);
  if (maxAgeMs === undefined) {
    throw new HostrollError('CONFIG_INVALID', `--max-age must be a time such as 12h or 2d, not "${maxAge}".`);
  }
  const { audit, ...read } = readConfig(flags, shell.env);
  const reviewed = { ...audit, options: { ...audit.options, plan: plan.id } };
  const config = { ...read, audit: reviewed, rules: planRules(flags) };
  checkReviewed(plan, { version, baseUrl: config.baseUrl, now: Date.now(), maxAgeMs });
  const { note, input } = shell.terminal;
  note(
    `Plan ${plan.id}, made ${plan.batch.created_at} by ${plan.batch.by?.user ?? 'somebody'}; each row is compared with what is live now.`,
  );
  const manifest = manifestFile(manifestOf(plan), { ...flags, keyring: sealKeyring(config), warn: note }, input);
  const prepare = reviewedPlan(plan, manifest, { take });
  const verify = await verifierOf(flags, shell);
  return applyAttended(shell, { config, command: 'hostroll apply', yes, json, verify }, prepare);
}

/** What `--verify` does; flags that are wrong are found before anything is sent. */
async function verifierOf(flags: ApplyFlags, shell: Shell) {
  if (flags.verify !== true) return undefined;
  const verifier = new Verifier(await verifyOptions(flags));
  return (folder: BatchFolder) => verifyBatch(folder, verifier, shell, flags.json ?? false);
}
