import { Command, CommanderError } from 'commander';
import type { DoctorOptions } from '../dcv/doctor.ts';
import type { ReadOptions } from '../manifest/read-manifest.ts';
import type { SweepOptions } from '../sweep/sweep-options.ts';
import { HostrollError } from '../terms.ts';
import { type BatchConfig, type BatchFlags, readBatchConfig } from './batch-config.ts';
import { doctorOptions } from './doctor-flags.ts';
import { type DriftFlags, driftOptions, withDriftFlags } from './drift-flags.ts';
import { withInPackFlag, withRolloutFlags, withRowFlags } from './flags.ts';
import { type InventoryFlags, type InventoryOptions, inventoryOptions, withInventoryFlags } from './inventory-flags.ts';
import { type ReadingFlags, readingRules } from './reading-rules.ts';
import { planRules, type RuleFlags, withRuleFlags } from './rule-flags.ts';
import { type SweepFlags, sweepOptions, withSweepFlags } from './sweep-flags.ts';
import { whereOption } from './where-flags.ts';

/** A command that a coordinator can carry out by itself, as data. `config` is laid over the coordinator's own. */
export type ScheduledCommand = { config: Partial<BatchConfig> } & (
  | { kind: 'sweep'; options: SweepOptions; doctor: DoctorOptions }
  | { kind: 'drift'; options: DriftFlags }
  | { kind: 'inventory'; options: InventoryOptions }
  | { kind: 'apply'; manifest: string; skipInvalid: boolean; reading?: ReadOptions | undefined }
);

interface ApplyFlags extends BatchFlags, ReadingFlags, RuleFlags {
  skipInvalid?: boolean;
}

/**
 * Reads a command as it would be typed behind `hostroll`: `sweep` or `apply`, with their flags but those that say what it
 * runs on (--state, --queue, --config, --quota, --share), or how it is shown. `from` is when it was due, in milliseconds,
 * `tz` the time zone of the schedule. Throws `SCHEDULE_COMMAND` or `CONFIG_INVALID`.
 */
export function parseScheduledCommand(words: readonly string[], due: { from: number; tz: string }): ScheduledCommand {
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
  withDriftFlags(program.command('drift').argument('<zone...>')).action(
    (zones: string[], flags: DriftFlags & BatchFlags) => {
      found = () => ({
        kind: 'drift',
        config: { ...readBatchConfig({ ...flags, zone: zones }), zones },
        options: driftOptions(flags),
      });
    },
  );
  withInventoryFlags(program.command('inventory').argument('<zone...>')).action(
    (zones: string[], flags: InventoryFlags & BatchFlags) => {
      found = () => ({
        kind: 'inventory',
        config: { ...readBatchConfig({ ...flags, zone: zones }), zones },
        options: inventoryOptions(flags),
      });
    },
  );
  withRuleFlags(withRolloutFlags(withInPackFlag(withRowFlags(program.command('apply').argument('<manifest>')))))
    .addOption(whereOption())
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
