import { Command, CommanderError } from 'commander';
import { adviceFor, exitCodeFor } from '../src/codes/code.ts';
import { EXIT } from '../src/codes/exit.ts';
import { withCommonFlags } from '../src/config/common-flags.ts';
import { version } from '../src/coordinator/version.ts';
import { diskError } from '../src/disk/on-disk.ts';
import { HostrollError } from '../src/terms.ts';
import type { AddCommand, Shell } from './shell.ts';
import { ReaderLeft } from './terminal.ts';

/**
 * Every command, in the order of the help; `group` is the heading over it and what follows. Loading one takes its libraries'
 * time, so that only what is asked for is loaded.
 */
const COMMANDS: Record<string, { group?: string; does: string; load(): Promise<AddCommand> }> = {
  init: {
    group: 'The first day:',
    does: 'Write hostroll.config.json with what the token can see',
    load: async () => (await import('./init.ts')).initCommand,
  },
  doctor: {
    does: 'Check token, zones, quota, API, DNS, queue and disk',
    load: async () => (await import('./doctor.ts')).doctorCommand,
  },
  sandbox: {
    does: 'Run a simulator of the API on this machine, to try things on',
    load: async () => (await import('./sandbox.ts')).sandboxCommand,
  },
  demo: {
    does: 'Show a migration of 300 hostnames on the simulator',
    load: async () => (await import('./demo.ts')).demoCommand,
  },
  completion: {
    does: 'Print what makes your shell complete commands and flags',
    load: async () => (await import('./completion.ts')).completionCommand,
  },
  select: {
    group: 'Roll a change out:',
    does: 'List hostnames of which conditions hold, as a manifest',
    load: async () => (await import('./select.ts')).selectCommand,
  },
  plan: {
    does: 'Show what apply would do; sends nothing',
    load: async () => (await import('./plan.ts')).planCommand,
  },
  rehearse: {
    does: 'Predict on a simulator of the zone how a manifest would go',
    load: async () => (await import('./rehearse.ts')).rehearseCommand,
  },
  apply: {
    does: 'Plan a manifest, ask, send it, wait and report',
    load: async () => (await import('./apply.ts')).applyCommand,
  },
  report: {
    does: 'Show what came of a batch',
    load: async () => (await import('./report.ts')).reportCommand,
  },
  resume: {
    does: 'Carry on a batch that was interrupted, stopped or killed',
    load: async () => (await import('./resume.ts')).resumeCommand,
  },
  retry: {
    does: 'Send again what failed or was not reached in a batch',
    load: async () => (await import('./retry.ts')).retryCommand,
  },
  undo: {
    does: 'Take back what a batch has edited, where it still stands',
    load: async () => (await import('./undo.ts')).undoCommand,
  },
  verify: {
    does: 'Check that plan, ledger and report of a batch fit together',
    load: async () => (await import('./verify.ts')).verifyCommand,
  },
  pause: {
    group: 'Steer a batch while it runs:',
    does: 'Make no further call, until a time or until go',
    load: async () => (await import('./steer.ts')).pauseCommand,
  },
  go: {
    does: 'Let a batch go on that is paused or held',
    load: async () => (await import('./steer.ts')).goCommand,
  },
  tune: {
    does: 'Change the limits of a batch',
    load: async () => (await import('./steer.ts')).tuneCommand,
  },
  cancel: {
    does: 'End a batch for good; what is done stays done',
    load: async () => (await import('./steer.ts')).cancelCommand,
  },
  status: {
    group: 'Look at batches and hostnames:',
    does: 'Show running and past batches',
    load: async () => (await import('./status.ts')).statusCommand,
  },
  watch: {
    does: 'Show how far a batch is that runs elsewhere, to its end',
    load: async () => (await import('./watch.ts')).watchCommand,
  },
  why: {
    does: 'Say what a row waits for, or what happened to it',
    load: async () => (await import('./why.ts')).whyCommand,
  },
  ui: {
    does: 'Show the batches as a page on this machine',
    load: async () => (await import('./ui.ts')).uiCommand,
  },
  dcv: {
    does: 'Look at what pending hostnames wait for, and hand it on',
    load: async () => (await import('./dcv.ts')).dcvCommand,
  },
  inventory: {
    does: 'Show what zones hold, what ends soon, and what needs you',
    load: async () => (await import('./inventory.ts')).inventoryCommand,
  },
  drift: {
    does: 'Show what is no longer as it was, or as it was asked for',
    load: async () => (await import('./drift.ts')).driftCommand,
  },
  certificates: {
    does: 'Show which certificates hostnames serve',
    load: async () => (await import('./certificates.ts')).certificatesCommand,
  },
  snapshot: {
    does: 'Save all hostnames of a zone, for rehearsals',
    load: async () => (await import('./snapshot.ts')).snapshotCommand,
  },
  sweep: {
    group: 'Every night:',
    does: 'Send pending hostnames to validation again, where it can pass',
    load: async () => (await import('./sweep.ts')).sweepCommand,
  },
  schedule: {
    does: 'Run a sweep or a batch again and again (needs serve)',
    load: async () => (await import('./schedule.ts')).scheduleCommand,
  },
  serve: {
    group: 'As a team, on a shared queue:',
    does: 'Run a coordinator of schedules and handed-over batches',
    load: async () => (await import('./serve.ts')).serveCommand,
  },
  submit: {
    does: 'Hand a batch to a coordinator',
    load: async () => (await import('./submit.ts')).submitCommand,
  },
  work: {
    does: 'Make calls for batches that run elsewhere',
    load: async () => (await import('./work.ts')).workCommand,
  },
  migrate: {
    does: 'Set up a Postgres queue, or upgrade it; safe to run again',
    load: async () => (await import('./migrate.ts')).migrateCommand,
  },
};

/** What a terminal does not say under `--quiet`; failures are said all the same. */
const SILENT: Pick<Shell['terminal'], 'note' | 'show'> = { note: () => {}, show: () => () => {} };

/** No name of a command. */
const ALL = '*';

/** Adds the command that is named; of the others, for help and suggestions, what they do. */
async function addCommands(
  program: Command,
  words: readonly string[],
  shell: Shell,
  exit: (code: number) => void,
): Promise<void> {
  if (words.some((word) => ['help', '--help', '-h'].includes(word))) {
    const { addShown, helpAsked } = await import('../src/manual/shown-command.ts');
    const entry = helpAsked(words);
    if (entry !== undefined) return addShown(program, entry);
  }
  const wanted = words[0] === 'help' ? words[1] : words[0];
  for (const [name, { group, does, load }] of Object.entries(COMMANDS)) {
    if (group !== undefined) program.commandsGroup(group);
    if (wanted === ALL || name === wanted) (await load())(program, shell, exit);
    else program.command(name);
    const command = program.commands.at(-1)?.description(does);
    if (command !== undefined && (wanted === ALL || name === wanted)) withCommonFlags(command);
  }
}

/** Every command with all its flags, for pages, manuals and completion that are made of them. */
export async function everyCommand(shell: Shell): Promise<Command> {
  const program = new Command('hostroll');
  await addCommands(program, [ALL], shell, () => {});
  return program;
}

/**
 * Runs one command line, `words` being what stands behind `hostroll`. Resolves with the exit code, whatever happens; what
 * went wrong is said on the shell's terminal.
 */
export async function run(words: readonly string[], given: Shell): Promise<number> {
  const { terminal, env } = given;
  const shell = { ...given, terminal: { ...terminal } };
  let verbose = env.HOSTROLL_DEBUG !== undefined;
  let code: number = EXIT.ok;
  try {
    const program = new Command('hostroll')
      .description('Roll one change out over thousands of Cloudflare custom hostnames.')
      .version(version)
      .exitOverride()
      .configureOutput({
        writeOut: (text) => void terminal.stream(text),
        writeErr: (text) => terminal.note(text.trimEnd()),
        outputError: (text, write) => write(text.replace(/^error: /, 'hostroll: ')),
      })
      .showSuggestionAfterError()
      .configureHelp({ subcommandTerm: (command) => command.name() })
      .addHelpText(
        'after',
        '\n"hostroll <command> --help" shows flags and examples. The token is read from\nCLOUDFLARE_API_TOKEN in the environment.',
      );
    program.hook('preAction', (_, command) => {
      const flags = command.opts<{ quiet?: boolean; verbose?: boolean }>();
      verbose ||= flags.verbose ?? false;
      if (flags.quiet) Object.assign(shell.terminal, SILENT);
    });
    await addCommands(program, words, shell, (value) => {
      code = value;
    });
    await program.parseAsync([...words], { from: 'user' });
    return code;
  } catch (thrown) {
    if (thrown instanceof ReaderLeft) return code;
    const error = diskError(thrown, (thrown as NodeJS.ErrnoException).path ?? 'A file');
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    if (error instanceof HostrollError) {
      for (const line of `${error.message} [${error.code}]`.split('\n')) terminal.note(`hostroll: ${line}`);
      const exit = exitCodeFor(error.code);
      // Other sentences hold their cure; these may be the API's own.
      if (exit === EXIT.stoppedByRule) terminal.note(`hostroll: ${adviceFor(error.code)}`);
      return exit;
    }
    const { code: of, message, stack } = error as NodeJS.ErrnoException;
    terminal.note(`hostroll: unexpected failure${of === undefined ? '' : ` (${of})`}: ${message}`);
    if (verbose) terminal.note(String(stack));
    return EXIT.unexpected;
  }
}
