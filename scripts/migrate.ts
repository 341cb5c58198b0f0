import { EXIT } from '../src/codes/exit.ts';
import { readNamedQueue } from '../src/config/state-config.ts';
import { migrateQueue } from '../src/queue/open-queue.ts';
import type { AddCommand, Shell } from './shell.ts';

/** `hostroll migrate`: creates or upgrades what a queue server needs. */
export const migrateCommand: AddCommand = (program, shell, exit) => {
  program
    .command('migrate')
    .option('--queue <url>', 'queue to set up (HOSTROLL_QUEUE)')
    .addHelpText('after', '\nExample:\n  hostroll migrate --queue postgres://hostroll@db.internal/hostroll')
    .action(async (flags: { queue?: string }) => exit(await migrate(flags, shell)));
};

async function migrate(flags: { queue?: string }, { env, terminal }: Shell): Promise<number> {
  const name = await migrateQueue(readNamedQueue(flags, env, 'to set up'));
  terminal.note(name === undefined ? 'This kind of queue needs no set-up.' : `The queue ${name} is set up.`);
  return EXIT.ok;
}
