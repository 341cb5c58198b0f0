import { type Command, Option } from 'commander';
import { HostrollError } from '../terms.ts';
import { groupFlags } from './flag-groups.ts';

interface CommonFlags {
  format?: string;
  json?: boolean;
  verbose?: boolean;
}

/**
 * What every command has in the same form: `-q` and `-v`, `--format` with `--json` as the short form of `--format json`, and
 * its flags in groups. A command adds one of the two, and may read either.
 */
export function withCommonFlags(command: Command): void {
  for (const leaf of leavesOf(command)) {
    withFormats(leaf);
    leaf
      .option('-q, --quiet', 'print results and failures alone, no progress')
      .option('-v, --verbose', 'log everything (--log-level debug), and show where an unexpected failure comes from')
      .hook('preAction', (_, action) => settle(action));
  }
  groupFlags(command);
}

/** The commands that do something. */
export const leavesOf = (command: Command): Command[] =>
  command.commands.length === 0 ? [command] : command.commands.flatMap(leavesOf);

const optionOf = (command: Command, long: string): Option | undefined =>
  command.options.find((option) => option.long === long);

function withFormats(command: Command): void {
  const [format, json] = [optionOf(command, '--format'), optionOf(command, '--json')];
  if (format?.argChoices?.includes('json') && json === undefined) {
    command.option('--json', 'the same as --format json');
  } else if (format === undefined && json !== undefined) {
    command.addOption(new Option('--format <format>', 'what to print (text)').choices(['text', 'json']));
  }
}

/** Lets commands find in each flag what another one of the same meaning says. Throws `CONFIG_INVALID`. */
function settle(command: Command): void {
  const { format, json, verbose } = command.opts<CommonFlags>();
  if (json && format !== 'json' && command.getOptionValueSource('format') === 'cli') {
    throw new HostrollError('CONFIG_INVALID', `--json and --format ${format} contradict each other; give one.`);
  }
  if (json && optionOf(command, '--format')) command.setOptionValue('format', 'json');
  if (format === 'json') command.setOptionValue('json', true);
  if (verbose && command.getOptionValueSource('logLevel') === undefined && optionOf(command, '--log-level')) {
    command.setOptionValue('logLevel', 'debug');
  }
}
