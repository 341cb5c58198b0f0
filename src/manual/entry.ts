import type { Argument, Command, Option } from 'commander';
import { leavesOf } from '../config/common-flags.ts';

/** A command as pages, manuals and completion show it. */
export interface Entry {
  /** Without the program's own name, such as `dcv check`. */
  name: string;
  does: string;
  arguments: ArgumentEntry[];
  flags: FlagEntry[];
  /** What help says at its end: remarks, examples, exit codes. */
  remarks: string;
}

export interface ArgumentEntry {
  /** Its words, such as `zone|manifest|batch`. */
  name: string;
  /** As usage shows it, such as `[zone...]`. */
  usage: string;
  isVariadic: boolean;
  does: string;
  choices?: string[];
  /** What it is where it is not given, as help says it. */
  usual?: string;
}

export interface FlagEntry {
  /** `--zone`. */
  long: string;
  short?: string;
  /** As help shows it, such as `--zone <zone>`. */
  usage: string;
  /** The words of its value; absent where it takes none. */
  value?: string;
  does: string;
  choices?: string[];
  /** As of arguments; `does` then ends in it, in brackets. */
  usual?: string;
  /** Its heading in help; absent of a command's own. */
  group?: string;
}

/** Every command that does something, in the order of help. */
export const entriesOf = (program: Command): Entry[] =>
  program.commands.flatMap(leavesOf).map((command) => ({
    name: nameOf(command),
    does: command.description(),
    arguments: command.registeredArguments.map(argumentEntry),
    flags: command.options.filter(({ hidden }) => !hidden).map(flagEntry),
    remarks: remarksOf(command),
  }));

const nameOf = (command: Command): string =>
  command.parent === null || command.parent.parent === null
    ? command.name()
    : `${nameOf(command.parent)} ${command.name()}`;

function argumentEntry(argument: Argument): ArgumentEntry {
  const { variadic, required, description, argChoices, defaultValue } = argument;
  const words = `${argument.name()}${variadic ? '...' : ''}`;
  return {
    name: argument.name(),
    usage: required ? `<${words}>` : `[${words}]`,
    isVariadic: variadic,
    does: description,
    ...(argChoices === undefined ? {} : { choices: argChoices }),
    ...(typeof defaultValue === 'string' ? { usual: defaultValue } : {}),
  };
}

function flagEntry({ long, short, flags, description, argChoices, defaultValue, helpGroupHeading }: Option): FlagEntry {
  const [, value] = /[<[](.+)[>\]]$/.exec(flags) ?? [];
  const usual = typeof defaultValue === 'string' ? ` (${defaultValue})` : '';
  const isShared = helpGroupHeading !== undefined && helpGroupHeading !== 'Options:';
  return {
    long: long ?? flags,
    ...(short ? { short } : {}),
    usage: flags,
    ...(value === undefined ? {} : { value }),
    does: `${description}${description.includes(usual) ? '' : usual}`,
    ...(argChoices === undefined ? {} : { choices: argChoices }),
    ...(usual === '' ? {} : { usual: defaultValue as string }),
    ...(isShared ? { group: helpGroupHeading.slice(0, -1) } : {}),
  };
}

/** Help is written out, as what was added to it cannot be asked for. */
function remarksOf(command: Command): string {
  let text = '';
  command.configureOutput({
    writeOut: (piece) => {
      text += piece;
    },
  });
  command.outputHelp();
  return text.slice(command.helpInformation().length).trim();
}
