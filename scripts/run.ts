import { Command, CommanderError } from 'commander';
import { adviceFor, exitCodeFor } from '../src/codes/code.ts';
import { EXIT } from '../src/codes/exit.ts';
import { version } from '../src/coordinator/version.ts';
import { diskError } from '../src/disk/on-disk.ts';
import { HostrollError } from '../src/terms.ts';
import type { AddCommand, Shell } from './shell.ts';

/** Every command, in the order of the help. Loading one takes its libraries' time, so that only what is asked for is loaded. */
const COMMANDS: Record<string, () => Promise<AddCommand>> = {
  plan: async () => (await import('./plan.ts')).planCommand,
  apply: async () => (await import('./apply.ts')).applyCommand,
  sweep: async () => (await import('./sweep.ts')).sweepCommand,
  resume: async () => (await import('./resume.ts')).resumeCommand,
  report: async () => (await import('./report.ts')).reportCommand,
  status: async () => (await import('./status.ts')).statusCommand,
  submit: async () => (await import('./submit.ts')).submitCommand,
  schedule: async () => (await import('./schedule.ts')).scheduleCommand,
  serve: async () => (await import('./serve.ts')).serveCommand,
  work: async () => (await import('./work.ts')).workCommand,
  migrate: async () => (await import('./migrate.ts')).migrateCommand,
  snapshot: async () => (await import('./snapshot.ts')).snapshotCommand,
  rehearse: async () => (await import('./rehearse.ts')).rehearseCommand,
  dcv: async () => (await import('./dcv.ts')).dcvCommand,
  sandbox: async () => (await import('./sandbox.ts')).sandboxCommand,
};

/** The command that is named first; all of them where it is none, as help and suggestions speak of all. */
function wantedCommands([name = '']: readonly string[]): Promise<AddCommand[]> {
  const wanted = Object.hasOwn(COMMANDS, name) ? [COMMANDS[name]] : Object.values(COMMANDS);
  return Promise.all(wanted.flatMap((load) => load?.() ?? []));
}

/**
 * Runs one command line, `words` being what stands behind `hostroll`. Resolves with the exit code, whatever happens; what
 * went wrong is said on the shell's terminal.
 */
export async function run(words: readonly string[], shell: Shell): Promise<number> {
  const { terminal, env } = shell;
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
      .addHelpText(
        'after',
        '\n"hostroll <command> --help" shows examples. Credential: CLOUDFLARE_API_TOKEN in the environment.',
      );
    for (const add of await wantedCommands(words)) {
      add(program, shell, (value) => {
        code = value;
      });
    }
    await program.parseAsync([...words], { from: 'user' });
    return code;
  } catch (thrown) {
    const error = diskError(thrown, (thrown as NodeJS.ErrnoException).path ?? 'A file');
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    if (error instanceof HostrollError) {
      for (const line of error.message.split('\n')) terminal.note(`hostroll: ${line}`);
      const exit = exitCodeFor(error.code);
      // Other sentences hold their cure; these may be the API's own.
      if (exit === EXIT.stoppedByRule) terminal.note(`hostroll: ${adviceFor(error.code)}`);
      return exit;
    }
    const { code: of, message, stack } = error as NodeJS.ErrnoException;
    terminal.note(`hostroll: unexpected failure${of === undefined ? '' : ` (${of})`}: ${message}`);
    if (env.HOSTROLL_DEBUG) terminal.note(String(stack));
    return EXIT.unexpected;
  }
}
