import { Argument } from 'commander';
import { EXIT } from '../src/codes/exit.ts';
import type { ShellName } from './complete.ts';
import type { AddCommand } from './shell.ts';

/** `hostroll completion`: what a shell runs to complete commands, flags, batches, zones and columns. */
export const completionCommand: AddCommand = (program, { terminal }, exit) => {
  program
    .command('completion')
    .addArgument(
      new Argument('<shell>', 'which shell it is for').choices([
        'bash',
        'zsh',
        'fish',
        'powershell',
      ] satisfies ShellName[]),
    )
    .addHelpText(
      'after',
      `
The shell asks hostroll itself for words: batch ids, zones and credentials of hostroll.config.json, names of schedules,
columns. Nothing is asked of the API or a queue.

Examples:
  hostroll completion bash > ~/.local/share/bash-completion/completions/hostroll
  hostroll completion zsh > "\${fpath[1]}/_hostroll"
  hostroll completion fish > ~/.config/fish/completions/hostroll.fish
  hostroll completion powershell | Out-String | Invoke-Expression`,
    )
    .action(async (shell: ShellName) => {
      terminal.out((await import('./complete.ts')).shellScript(shell));
      exit(EXIT.ok);
    });
};
