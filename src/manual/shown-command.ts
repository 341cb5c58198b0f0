import { Argument, type Command, Option } from 'commander';
import type { Entry } from './entry.ts';
import { readPrepared } from './prepared.ts';

/** What the build has prepared of the command whose help alone `words` ask for; undefined where they ask for anything else. */
export function helpAsked(words: readonly string[]): Entry | undefined {
  const isLast = words.at(-1) === '--help' || words.at(-1) === '-h';
  const name = words[0] === 'help' ? words.slice(1) : isLast ? words.slice(0, -1) : [];
  try {
    return readPrepared().commands.find((entry) => entry.name === name.join(' '));
  } catch {
    return undefined;
  }
}

/** Adds the command that `entry` tells of, for nothing but its help: nothing that it takes to run is loaded. */
export function addShown(program: Command, { name, does, arguments: given, flags, remarks }: Entry): void {
  const command = name.split(' ').reduce((parent, word) => parent.command(word), program);
  command.description(does);
  for (const { usage, does: about, ...rest } of given) command.addArgument(completed(new Argument(usage, about), rest));
  for (const { usage, does: about, group, ...rest } of flags) {
    const end = rest.usual === undefined ? about.length : -` (${rest.usual})`.length;
    const option = completed(new Option(usage, about.slice(0, end)), rest);
    command.addOption(group === undefined ? option : option.helpGroup(`${group}:`));
  }
  if (remarks !== '') command.addHelpText('after', `\n${remarks}`);
}

function completed<T extends Argument | Option>(one: T, { choices, usual }: { choices?: string[]; usual?: string }): T {
  if (choices !== undefined) one.choices(choices);
  if (usual !== undefined) one.default(usual);
  return one;
}
