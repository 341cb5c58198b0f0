import type { Command } from 'commander';

/** The flags of a command line as they were given, for another command that takes them, too; those in `without` are left out. */
export function givenWords(command: Command, without: readonly string[]): string {
  const words = command.options.flatMap((option) => {
    const name = option.attributeName();
    if (command.getOptionValueSource(name) !== 'cli' || without.includes(name)) return [];
    const value: unknown = command.getOptionValue(name);
    const flag = option.long ?? '';
    // A flag and its --no- form share one name: the one that was given is the one that fits the value.
    if (option.negate ? value !== false : value === false) return [];
    if (typeof value === 'boolean') return [flag];
    return (Array.isArray(value) ? value : [value]).flatMap((one) => [flag, quoted(String(one))]);
  });
  return words.join(' ');
}

/** A word as a shell takes it. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
