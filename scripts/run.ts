import { Command, CommanderError } from 'commander';
import { adviceFor, exitCodeFor } from '../src/codes/code.ts';
import { EXIT } from '../src/codes/exit.ts';
import { withCommonFlags } from '../src/config/common-flags.ts';
import { version } from '../src/coordinator/version.ts';
import { diskError } from '../src/disk/on-disk.ts';
import { HostrollError } from '../src/terms.ts';
import type { AddCommand, Shell } from './shell.ts';
import { ReaderLeft } from './terminal.ts';

/** Every command, in the order of the help. Loading one takes its libraries' time, so that only what is asked for is loaded. */
const COMMANDS: Record<string, { does: string; load(): Promise<AddCommand> }> = {
  init: {
    does: 'Write hostroll.config.json with what the credential sees; only reads',
    load: async () => (await import('./init.ts')).initCommand,
  },
  doctor: {
    does: 'Check token, zones, quota, API, DNS, queue and disk; only reads',
    load: async () => (await import('./doctor.ts')).doctorCommand,
  },
  plan: {
    does: 'Show what apply would do; writes nothing to the API',
    load: async () => (await import('./plan.ts')).planCommand,
  },
  apply: {
    does: 'Plan a manifest, ask, carry it out and report',
    load: async () => (await import('./apply.ts')).applyCommand,
  },
  sweep: {
    does: 'Re-send validation of pending hostnames, where it can pass now',
    load: async () => (await import('./sweep.ts')).sweepCommand,
  },
  resume: {
    does: 'Carry on a batch that was interrupted, stopped or killed',
    load: async () => (await import('./resume.ts')).resumeCommand,
  },
  retry: {
    does: 'Send again what failed, was given up or not reached in a batch',
    load: async () => (await import('./retry.ts')).retryCommand,
  },
  undo: {
    does: 'Take back what a batch has edited, where it still stands',
    load: async () => (await import('./undo.ts')).undoCommand,
  },
  report: {
    does: 'Rebuild and print the report of a batch',
    load: async () => (await import('./report.ts')).reportCommand,
  },
  verify: {
    does: 'Check offline that plan, ledger and report of a batch fit each other',
    load: async () => (await import('./verify.ts')).verifyCommand,
  },
  status: {
    does: 'Show running and past batches',
    load: async () => (await import('./status.ts')).statusCommand,
  },
  watch: {
    does: 'Watch a batch that another process or coordinator runs, until it ends',
    load: async () => (await import('./watch.ts')).watchCommand,
  },
  ui: {
    does: 'Show the batches as a page on this machine',
    load: async () => (await import('./ui.ts')).uiCommand,
  },
  pause: {
    does: 'Let a running batch begin no further call, until a time or until go',
    load: async () => (await import('./steer.ts')).pauseCommand,
  },
  go: {
    does: 'Let a batch go on that is paused or held',
    load: async () => (await import('./steer.ts')).goCommand,
  },
  cancel: {
    does: 'End a batch for good; what is done stays done',
    load: async () => (await import('./steer.ts')).cancelCommand,
  },
  tune: {
    does: 'Change limits of a batch while it runs',
    load: async () => (await import('./steer.ts')).tuneCommand,
  },
  why: {
    does: 'Say what a row waits for, or what happened to it',
    load: async () => (await import('./why.ts')).whyCommand,
  },
  submit: {
    does: 'Hand a batch to a coordinator (hostroll serve) on a shared queue',
    load: async () => (await import('./submit.ts')).submitCommand,
  },
  schedule: {
    does: 'Run a sweep or a batch again and again (needs hostroll serve)',
    load: async () => (await import('./schedule.ts')).scheduleCommand,
  },
  serve: {
    does: 'Carry out schedules, and batches that are handed over with hostroll submit',
    load: async () => (await import('./serve.ts')).serveCommand,
  },
  work: {
    does: 'Make calls for batches that run elsewhere, on a shared queue',
    load: async () => (await import('./work.ts')).workCommand,
  },
  migrate: {
    does: 'Set up a Postgres queue, or upgrade it; safe to run again',
    load: async () => (await import('./migrate.ts')).migrateCommand,
  },
  select: {
    does: 'List hostnames of which conditions hold, as a manifest; only reads',
    load: async () => (await import('./select.ts')).selectCommand,
  },
  inventory: {
    does: 'Tell what zones hold, what ends soon, and what needs you; only reads',
    load: async () => (await import('./inventory.ts')).inventoryCommand,
  },
  drift: {
    does: 'Tell what is no longer as it was, or as it was asked for; only reads',
    load: async () => (await import('./drift.ts')).driftCommand,
  },
  snapshot: {
    does: 'Save all custom hostnames of a zone, for rehearsals; only reads',
    load: async () => (await import('./snapshot.ts')).snapshotCommand,
  },
  rehearse: {
    does: 'Run a manifest against a simulator of the zone and predict what would happen; only reads',
    load: async () => (await import('./rehearse.ts')).rehearseCommand,
  },
  certificates: {
    does: 'Look which certificates hostnames serve, by TLS handshakes',
    load: async () => (await import('./certificates.ts')).certificatesCommand,
  },
  dcv: {
    does: 'Look at, and hand on, what pending hostnames wait for',
    load: async () => (await import('./dcv.ts')).dcvCommand,
  },
  sandbox: {
    does: 'Run a local simulator of the custom hostnames API to try things on',
    load: async () => (await import('./sandbox.ts')).sandboxCommand,
  },
  demo: {
    does: 'Show a migration of 300 hostnames against a simulator, with some trouble',
    load: async () => (await import('./demo.ts')).demoCommand,
  },
  completion: {
    does: 'Print what makes a shell complete commands, flags, batches and zones',
    load: async () => (await import('./completion.ts')).completionCommand,
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
  const wanted = words[0] === 'help' ? words[1] : words[0];
  for (const [name, { does, load }] of Object.entries(COMMANDS)) {
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
        '\n"hostroll <command> --help" shows examples. Credential: CLOUDFLARE_API_TOKEN in the environment.',
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
