import type { Command } from 'commander';
import { EXIT } from '../src/batch/exit-code.ts';
import { startSandbox } from '../src/sandbox/start-sandbox.ts';
import { HostrollError } from '../src/terms.ts';
import { interruptSignal } from './interrupt.ts';
import type { Terminal } from './terminal.ts';

/** `hostroll sandbox`: the local simulator of the API, until Ctrl-C. */
export function sandboxCommand(program: Command, terminal: Terminal, exit: (code: number) => void): void {
  program
    .command('sandbox')
    .description('Run a local simulator of the custom hostnames API to try things on')
    .option('--port <port>', 'port on 127.0.0.1', '8788')
    .option('--hostnames <count>', 'invented hostnames to begin with', '300')
    .option('--seed <number>', 'equal seeds give equal hostnames', '1')
    .addHelpText('after', '\nExamples:\n  hostroll sandbox\n  hostroll sandbox --hostnames 20000 --port 9000')
    .action(async (flags: { port: string; hostnames: string; seed: string }) => exit(await sandbox(flags, terminal)));
}

async function sandbox(flags: { port: string; hostnames: string; seed: string }, terminal: Terminal): Promise<number> {
  const [port, count, seed] = [flags.port, flags.hostnames, flags.seed].map((text) =>
    /^\d+$/.test(text) ? Number(text) : undefined,
  );
  if (port === undefined || port > 65_535 || count === undefined || seed === undefined) {
    throw new HostrollError(
      'CONFIG_INVALID',
      '--port, --hostnames and --seed must be whole numbers, the port at most 65535.',
    );
  }
  const api = await startSandbox({ port, seed, seeds: [{ count, seed }] }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error;
    throw new HostrollError('PORT_IN_USE', `Port ${port} is in use; choose another with --port.`);
  });
  const interrupt = interruptSignal(terminal);
  terminal.note(`A simulator with ${count} invented hostnames listens on ${api.url}. Ctrl-C ends it. To use it:\n`);
  terminal.out(
    [
      `export CLOUDFLARE_BASE_URL=${api.url}`,
      `export CLOUDFLARE_API_TOKEN=${api.token}`,
      `export CLOUDFLARE_ZONE_ID=${api.zones[0]?.id}`,
    ].join('\n'),
  );
  terminal.note(`\nWhat it saw: ${api.controlUrl}/judge`);
  await new Promise<void>((resolve) => interrupt.signal.addEventListener('abort', () => resolve(), { once: true }));
  interrupt.dispose();
  await api.close();
  return EXIT.ok;
}
