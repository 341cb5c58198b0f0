import { Command, CommanderError } from 'commander';
import type { DoctorOptions } from '../dcv/doctor.ts';
import type { ReadOptions } from '../manifest/read-manifest.ts';
import type { NoticeConfig } from '../notices/notice-target.ts';
import type { SweepOptions } from '../sweep/sweep-options.ts';
import { HostrollError } from '../terms.ts';
import { type BatchConfig, type BatchFlags, readBatchConfig } from './batch-config.ts';
import { doctorOptions } from './doctor-flags.ts';
import { type DriftFlags, driftOptions, withDriftFlags } from './drift-flags.ts';
import { notifyOption, withInPackFlag, withRolloutFlags, withRowFlags } from './flags.ts';
import type { Flags } from './inputs.ts';
import { type InventoryFlags, type InventoryOptions, inventoryOptions, withInventoryFlags } from './inventory-flags.ts';
import { type NoticeEnv, noticesOf } from './notices.ts';
import { ConfigProblems } from './problems.ts';
import { type ReadingFlags, readingRules } from './reading-rules.ts';
import { planRules, type RuleFlags, withRuleFlags } from './rule-flags.ts';
import { type SweepFlags, sweepOptions, withSweepFlags } from './sweep-flags.ts';
import { freshOption, whereOption } from './where-flags.ts';

/** A command that a coordinator can carry out by itself, as data. `config` is laid over the coordinator's own. */
export type ScheduledCommand = { config: Partial<BatchConfig> } & (
  | { kind: 'sweep'; options: SweepOptions; doctor: DoctorOptions }
  | { kind: 'drift'; options: DriftFlags; notices: NoticeConfig[] }
  | { kind: 'inventory'; options: InventoryOptions; notices: NoticeConfig[] }
  | { kind: 'apply'; manifest: string; skipInvalid: boolean; reading?: ReadOptions | undefined }
);

type ReadingCommand = { config: Partial<BatchConfig>; notices: NoticeConfig[] };

interface ApplyFlags extends BatchFlags, ReadingFlags, RuleFlags {
  skipInvalid?: boolean;
}

/**
 * Reads a command as it would be typed behind `hostroll`, with its flags but those that say what it runs on (--state,
 * --queue, --config, --quota, --share), or how it is shown. `from` is when it was due, in milliseconds, `tz` the time zone
 * of the schedule. Throws `SCHEDULE_COMMAND` or `CONFIG_INVALID`.
 */
export function parseScheduledCommand(
  words: readonly string[],
  due: { from: number; tz: string },
  env: NoticeEnv = { secret: undefined, passed: {} },
): ScheduledCommand {
  let found: (() => ScheduledCommand) | undefined;
  const program = new Command('hostroll')
    .exitOverride()
    .helpCommand(false)
    .configureOutput({ writeOut: () => {}, writeErr: () => {}, outputError: () => {} });
  const yes = 'as a coordinator cannot ask, it is always so';
  withSweepFlags(program.command('sweep').argument('<zone...>'))
    .option('--yes', yes)
    .action((zones: string[], flags: SweepFlags) => {
      found = () => ({
        kind: 'sweep',
        config: { ...readBatchConfig(flags), zones },
        options: sweepOptions(zones, flags, due),
        doctor: doctorOptions(flags),
      });
    });
  const reading = <Own>(command: Command, make: (flags: Own, read: ReadingCommand) => ScheduledCommand) =>
    command
      .argument('<zone...>')
      .addOption(notifyOption())
      .action((zone: string[], flags: Own & BatchFlags & Pick<Flags, 'notify'>) => {
        found = () => {
          const problems = new ConfigProblems();
          const notices = noticesOf(flags.notify, env, problems);
          problems.throwIfAny();
          return make(flags, { config: readBatchConfig({ ...flags, zone }), notices });
        };
      });
  reading<DriftFlags>(withDriftFlags(program.command('drift')), (flags, read) => ({
    ...{ kind: 'drift', options: driftOptions(flags), ...read },
  }));
  reading<InventoryFlags>(withInventoryFlags(program.command('inventory')), (flags, read) => ({
    ...{ kind: 'inventory', options: inventoryOptions(flags), ...read },
  }));
  withRuleFlags(withRolloutFlags(withInPackFlag(withRowFlags(program.command('apply').argument('<manifest>')))))
    .addOption(whereOption())
    .addOption(freshOption('10m'))
    .option('--yes', yes)
    .action((manifest: string, flags: ApplyFlags) => {
      if (manifest === '-') throw refused(words, 'standard input cannot be read again each time; name a file');
      const { skipInvalid = false } = flags;
      found = () => ({
        kind: 'apply',
        config: { ...readBatchConfig(flags), rules: planRules(flags, due) },
        manifest,
        skipInvalid,
        reading: readingRules(flags),
      });
    });
  try {
    program.parse([...words], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    throw refused(words, error.message.replace(/^error: /, ''));
  }
  if (found === undefined) throw refused(words, 'there is no command');
  return found();
}

const refused = (words: readonly string[], reason: string): HostrollError =>
  new HostrollError(
    'SCHEDULE_COMMAND',
    `"${words.join(' ')}" cannot be scheduled: ${reason.replace(/\.$/, '')}. Behind "--" stands sweep, apply, inventory or drift with its flags; state, queue, credentials and quota are those of hostroll serve.`,
  );
