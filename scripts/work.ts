import { EXIT } from '../src/codes/exit.ts';
import { type Config, readConfig } from '../src/config/config.ts';
import type { Flags } from '../src/config/inputs.ts';
import { HostrollError } from '../src/terms.ts';
import { startEngine } from './engine.ts';
import { collect, withWorkFlags } from './flags.ts';
import { STOP_WITHIN_MS } from './interrupt.ts';
import type { AddCommand, Shell } from './shell.ts';
import type { Terminal } from './terminal.ts';

interface WorkFlags extends Flags {
  concurrency: string;
  lane?: string[];
}

const MOST_CONCURRENCY = 200;

/** `hostroll work`: takes jobs of the lanes whose credentials it holds, until it is told to stop. */
export const workCommand: AddCommand = (program, shell, exit) => {
  withWorkFlags(program.command('work'))
    .description('Make calls for batches that run elsewhere, on a shared queue')
    .option('--lane <name>', 'only the lane of this credential; may be repeated (all whose token is here)', collect)
    .option('--concurrency <calls>', 'most calls side by side on a lane; the pace is set by the coordinator', '20')
    .addHelpText(
      'after',
      `
Any number of these, on any machine that reaches the queue. A worker takes jobs only for credentials that it has, under
the names that the coordinator knows them by (hostroll.config.json; "default" is the one of the environment). SIGTERM: no more jobs are taken, calls in flight are
finished, the rest stays in the queue.

Example:
  hostroll work --queue rediss://hostroll@queue.internal:6380`,
    )
    .action(async (flags: WorkFlags) => exit(await work(flags, shell)));
};

async function work(flags: WorkFlags, shell: Shell): Promise<number> {
  const { terminal } = shell;
  const config = heldLanes(readConfig(flags, shell.env), flags.lane, terminal);
  const concurrency = /^\d+$/.test(flags.concurrency) ? Number(flags.concurrency) : 0;
  if (concurrency < 1 || concurrency > MOST_CONCURRENCY) {
    throw new HostrollError('CONFIG_INVALID', `--concurrency must be a whole number from 1 to ${MOST_CONCURRENCY}.`);
  }
  const interrupt = shell.interrupt({ withinMs: STOP_WITHIN_MS });
  const engine = await startEngine(config, { command: 'hostroll work', concurrency });
  try {
    if (engine.backend.exclusive) {
      throw new HostrollError(
        'QUEUE_EXCLUSIVE',
        'The embedded queue belongs to one process; workers need a server: --queue redis://… or postgres://….',
      );
    }
    const names = config.lanes.map(({ name }) => name).join(', ');
    terminal.note(
      `Working for ${engine.backend.name} on ${names}, ${concurrency} calls side by side at most. Ctrl-C ends it.`,
    );
    await new Promise<void>((resolve) => {
      if (interrupt.signal.aborted) resolve();
      interrupt.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    return EXIT.ok;
  } finally {
    await engine.close();
    interrupt.dispose();
  }
}

/** Leaves the lanes that are asked for and whose credential is here; says which are left alone. Throws `CREDENTIAL_MISSING`. */
function heldLanes(config: Config, wanted: readonly string[] | undefined, terminal: Terminal): Config {
  const names = config.lanes.map(({ name }) => name);
  const unknown = wanted?.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new HostrollError(
      'CREDENTIAL_UNKNOWN',
      `There is no credential "${unknown}" here, only ${names.join(', ')}.`,
    );
  }
  const lanes = config.lanes.filter(({ name }) => wanted?.includes(name) ?? true);
  const lacking = lanes.filter(({ credential }) => credential === undefined);
  const sentences = lacking.map(({ name, lacks }) => `Lane ${name} is not worked on: ${lacks}.`);
  if (lacking.length === lanes.length || (wanted !== undefined && lacking.length > 0)) {
    throw new HostrollError('CREDENTIAL_MISSING', sentences.join('\n'));
  }
  for (const sentence of sentences) terminal.note(`hostroll: ${sentence}`);
  return { ...config, lanes: lanes.filter(({ credential }) => credential !== undefined) };
}
