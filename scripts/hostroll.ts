#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { EXIT } from '../src/batch/exit-code.ts';
import { adviceFor } from '../src/report/advice.ts';
import { HostrollError } from '../src/terms.ts';
import { applyCommand } from './apply.ts';

import { dcvCommand } from './dcv.ts';

import { failureExitCode, isStopped } from './failure-exit-code.ts';

import { migrateCommand } from './migrate.ts';
import { planCommand } from './plan.ts';
import { rehearseCommand } from './rehearse.ts';
import { reportCommand } from './report.ts';
import { resumeCommand } from './resume.ts';
import { sandboxCommand } from './sandbox.ts';
import { scheduleCommand } from './schedule.ts';
import { serveCommand } from './serve.ts';
import { snapshotCommand } from './snapshot.ts';
import { statusCommand } from './status.ts';
import { submitCommand } from './submit.ts';
import { sweepCommand } from './sweep.ts';
import { processTerminal, type Terminal } from './terminal.ts';
import { version } from './version.ts';
import { workCommand } from './work.ts';

async function main(argv: string[], terminal: Terminal): Promise<number> {
  let code: number = EXIT.ok;
  const exit = (value: number) => {
    code = value;
  };
  const program = new Command('hostroll')
    .description('Roll one change out over thousands of Cloudflare custom hostnames.')
    .version(version)
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'hostroll: ')) })
    .showSuggestionAfterError()
    .addHelpText(
      'after',
      '\n"hostroll <command> --help" shows examples. Credential: CLOUDFLARE_API_TOKEN in the environment.',
    );
  for (const add of [
    planCommand,
    applyCommand,
    sweepCommand,
    resumeCommand,
    reportCommand,
    statusCommand,
    submitCommand,
    scheduleCommand,
    serveCommand,
    workCommand,
    migrateCommand,
    snapshotCommand,
    rehearseCommand,
    dcvCommand,
    sandboxCommand,
  ]) {
    add(program, terminal, exit);
  }
  try {
    await program.parseAsync(argv);
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    if (!(error instanceof HostrollError)) throw error;
    for (const line of error.message.split('\n')) terminal.note(`hostroll: ${line}`);
    if (isStopped(error)) terminal.note(`hostroll: ${adviceFor(error.code)}`);
    return failureExitCode(error);
  }
}

const terminal = processTerminal();
// A reader that has seen enough (`| head`) ends the pipe, not the batch.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});
main(process.argv, terminal).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const { code, message } = error as NodeJS.ErrnoException;
    terminal.note(`hostroll: unexpected failure${code === undefined ? '' : ` (${code})`}: ${message}`);
    if (process.env.HOSTROLL_DEBUG) terminal.note(String((error as Error).stack));
    process.exitCode = 70;
  },
);
