import { Command, CommanderError } from 'commander';
import { type Flags, nonEmpty } from '../src/config/inputs.ts';
import { parseDuration } from '../src/config/values.ts';
import { HostrollError } from '../src/terms.ts';
import { withRowFlags } from './flags.ts';
import { type SweepFlags, sweepOptions, withSweepFlags } from './sweep-flags.ts';

/** A command that a coordinator can carry out by itself, taken apart. What it runs on is the coordinator's own. */
export type ScheduledCommand =
  | { kind: 'sweep'; zones: string[]; flags: SweepFlags }
  | { kind: 'apply'; manifest: string; flags: ApplyFlags };

interface ApplyFlags extends Pick<Flags, 'zone' | 'wait' | 'waitStrict'> {
  skipInvalid?: boolean;
}

/**
 * Reads a command as it would be typed behind `hostroll`: `sweep` or `apply`, with their flags but those that say what it
 * runs on (--state, --queue, --config, --quota, --share), or how it is shown. Throws `SCHEDULE_COMMAND` or
 * `CONFIG_INVALID`.
 */
export function parseScheduledCommand(words: readonly string[], tz: string): ScheduledCommand {
  let found: ScheduledCommand | undefined;
  const program = new Command('hostroll')
    .exitOverride()
    .helpCommand(false)
    .configureOutput({ writeOut: () => {}, writeErr: () => {}, outputError: () => {} });
  const yes = 'as a coordinator cannot ask, it is always so';
  withSweepFlags(program.command('sweep').argument('<zone...>'))
    .option('--yes', yes)
    .action((zones: string[], flags: SweepFlags) => {
      found = { kind: 'sweep', zones, flags };
    });
  withRowFlags(program.command('apply').argument('<manifest>'))
    .option('--yes', yes)
    .action((manifest: string, flags: ApplyFlags) => {
      found = { kind: 'apply', manifest, flags };
    });
  try {
    program.parse([...words], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    throw refused(words, error.message.replace(/^error: /, ''));
  }
  if (found === undefined) throw refused(words, 'there is no command');
  const wait = nonEmpty(found.flags.wait);
  if (wait !== undefined && parseDuration(wait) === undefined) {
    throw refused(words, `--wait must be a time such as 0, 60s, 15m or 2h, not "${wait}"`);
  }
  if (found.kind === 'sweep') sweepOptions(found.zones, found.flags, { from: 0, tz });
  else if (found.manifest === '-') throw refused(words, 'standard input cannot be read again each time; name a file');
  return found;
}

const refused = (words: readonly string[], reason: string): HostrollError =>
  new HostrollError(
    'SCHEDULE_COMMAND',
    `"${words.join(' ')}" cannot be scheduled: ${reason.replace(/\.$/, '')}. Behind "--" stands sweep or apply with its flags; state, queue, credentials and quota are those of hostroll serve.`,
  );
