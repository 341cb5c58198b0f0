import { Command } from 'commander';
import { expect, it } from 'vitest';
import { everyCommand } from '../../scripts/run.ts';
import { leavesOf } from '../../src/config/common-flags.ts';
import { entriesOf } from '../../src/manual/entry.ts';
import { addShown, helpAsked } from '../../src/manual/shown-command.ts';
import { idleShell } from '../support/shell.ts';

function helpOf(command: Command, width: number): string {
  const pieces: string[] = [];
  command.configureOutput({ getOutHelpWidth: () => width, writeOut: (piece) => void pieces.push(piece) });
  command.outputHelp();
  return pieces.join('');
}

it('the help of each command is the same of what the build has prepared', async () => {
  const program = await everyCommand(idleShell());
  const prepared = JSON.parse(JSON.stringify(entriesOf(program)));
  for (const [at, command] of program.commands.flatMap(leavesOf).entries()) {
    const shown = new Command('hostroll');
    addShown(shown, prepared[at]);
    for (const width of [80, 132]) {
      const help = shown.commands.flatMap(leavesOf).map((each) => helpOf(each, width));
      expect(help).toEqual([helpOf(command, width)]);
    }
  }
}, 30_000);

it.each([
  ['plan --help', 'plan'],
  ['plan -h', 'plan'],
  ['help plan', 'plan'],
  ['dcv check --help', 'dcv check'],
  ['help', undefined],
  ['--help', undefined],
  ['dcv --help', undefined],
  ['plan rows.csv --help', undefined],
  ['pause latest --reason --help', undefined],
  ['plan rows.csv', undefined],
])('"%s" asks for the help of %s alone', (words, name) => {
  expect(helpAsked(words.split(' '))?.name).toBe(name);
});
