import { EXIT } from '../src/codes/exit.ts';
import { nonEmpty } from '../src/config/inputs.ts';
import { migrateQueue } from '../src/queue/open-queue.ts';
import { HostrollError } from '../src/terms.ts';
import type { AddCommand, Shell } from './shell.ts';

/** `hostroll migrate`: creates or upgrades what a queue server needs. */
export const migrateCommand: AddCommand = (program, shell, exit) => {
  program
    .command('migrate')
    .description('Set up a Postgres queue, or upgrade it; safe to run again')
    .option('--queue <url>', 'queue to set up (HOSTROLL_QUEUE)')
    .addHelpText('after', '\nExample:\n  hostroll migrate --queue postgres://hostroll@db.internal/hostroll')
    .action(async (flags: { queue?: string }) => exit(await migrate(flags, shell)));
};

async function migrate(flags: { queue?: string }, { env, terminal }: Shell): Promise<number> {
  const url = flags.queue ?? nonEmpty(env.HOSTROLL_QUEUE);
  if (url === undefined)
    throw new HostrollError('CONFIG_INVALID', 'Name the queue to set up with --queue or HOSTROLL_QUEUE.');
  const name = await migrateQueue(url);
  terminal.note(name === undefined ? 'This kind of queue needs no set-up.' : `The queue ${name} is set up.`);
  return EXIT.ok;
}
