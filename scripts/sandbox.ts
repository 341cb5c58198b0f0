import { openSnapshotFile } from '../src/batch/plan/snapshot-file.ts';
import { EXIT } from '../src/codes/exit.ts';
import { readSandboxOptions, type SandboxFlags, withSandboxFlags } from '../src/config/sandbox-flags.ts';
import { aborted } from '../src/coordinator/engine.ts';
import { loadSnapshots } from '../src/rehearsal/load-snapshots.ts';
import { type Sandbox, startSandbox } from '../src/sandbox/start-sandbox.ts';
import type { AddCommand, Shell } from './shell.ts';

/** `hostroll sandbox`: the local simulator of the API, until Ctrl-C. */
export const sandboxCommand: AddCommand = (program, shell, exit) => {
  withSandboxFlags(program.command('sandbox'))
    .addHelpText(
      'after',
      `
Examples:
  hostroll sandbox
  hostroll sandbox --hostnames 20000 --port 9000
  hostroll sandbox --dns
  hostroll sandbox --plan pro
  hostroll sandbox --from before.jsonl --scenario bad-day.json`,
    )
    .action(async (flags: SandboxFlags) => exit(await sandbox(flags, shell)));
};

async function sandbox(flags: SandboxFlags, { terminal, interruptible }: Shell): Promise<number> {
  const options = await readSandboxOptions(flags);
  const files = flags.from === undefined ? [] : [await openSnapshotFile(flags.from)];
  const [file] = files;
  if (file !== undefined) {
    const { zone_id: id, zone_name: name = `zone-${id.slice(0, 8)}.net` } = file.header;
    const known = options.zones?.find((zone) => zone.id === id);
    options.zones = [known ?? { id, name }, ...(options.zones ?? []).filter((zone) => zone !== known)];
  }
  const api = await startSandbox(options);
  try {
    const leftOut = [...(await loadSnapshots(files, api, 'none')).values()];
    for (const count of leftOut) {
      if (count > 0) terminal.note(`${count} hostnames were left out: their name was there already.`);
    }
    const count = api.count();
    terminal.note(`A simulator with ${count} hostnames listens on ${api.url}. Ctrl-C ends it. To use it:\n`);
    terminal.out(
      [
        `export CLOUDFLARE_BASE_URL=${api.url}`,
        `export CLOUDFLARE_API_TOKEN=${api.token}`,
        `export CLOUDFLARE_ZONE_ID=${api.zones[0]?.id}`,
      ].join('\n'),
    );
    terminal.note(`\nWhat it saw: ${api.controlUrl}/judge`);
    if (options.serve_customers)
      terminal.note(`\nTo look at its customers' DNS and web servers:\n${lookCommands(api).join('\n')}`);
    await interruptible(aborted);
  } finally {
    await api.close();
  }
  return EXIT.ok;
}

/** What makes the doctor look at the simulator, where it would never connect to by itself. */
function lookCommands({ url, zones }: Sandbox): string[] {
  const { port } = new URL(url);
  return zones.flatMap(({ name }) =>
    ['dcv check', 'sweep'].map(
      (command) =>
        `hostroll ${command} ${name} --root 127.0.0.1:${port} --http-port ${port} --allow-private --target customers.${name}`,
    ),
  );
}
