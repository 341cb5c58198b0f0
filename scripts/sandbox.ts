import { Option } from 'commander';
import { openSnapshotFile } from '../src/batch/plan/snapshot-file.ts';
import { EXIT } from '../src/codes/exit.ts';
import { collect } from '../src/config/flags.ts';
import { loadSnapshots } from '../src/rehearsal/load-snapshots.ts';
import { PLANS, type Plan } from '../src/sandbox/plans.ts';
import { DEFAULT_PLAN, type SandboxOptions } from '../src/sandbox/sandbox-options.ts';
import { readScenario } from '../src/sandbox/scenario.ts';
import { type Sandbox, startSandbox } from '../src/sandbox/start-sandbox.ts';
import { HostrollError } from '../src/terms.ts';
import type { AddCommand, Shell } from './shell.ts';

interface SandboxFlags {
  port?: string;
  hostnames?: string;
  seed?: string;
  from?: string;
  scenario?: string;
  resolver?: string[];
  dns?: boolean;
  plan?: Plan;
  limits: boolean;
}

const DEFAULTS = { port: 8788, hostnames: 300, seed: 1 };

/** `hostroll sandbox`: the local simulator of the API, until Ctrl-C. */
export const sandboxCommand: AddCommand = (program, shell, exit) => {
  program
    .command('sandbox')
    .option('--port <port>', `port on 127.0.0.1 (${DEFAULTS.port}); 0 takes a free one`)
    .option('--hostnames <count>', `invented hostnames to begin with (${DEFAULTS.hostnames})`)
    .option('--from <snapshot>', 'the hostnames of a file that "hostroll snapshot" wrote')
    .option('--resolver <address>', 'believe this DNS resolver instead of made-up facts; may be repeated', collect)
    .option('--dns', "serve its customers' DNS and web servers, too, for dcv check and sweep to look at")
    .addOption(
      new Option('--plan <plan>', `plan of the zone, which says what it may (${DEFAULT_PLAN})`).choices([...PLANS]),
    )
    .option('--no-limits', 'without the documented limits of calls and certificates')
    .option('--scenario <file>', 'JSON with everything else: DNS, clock, limits, faults, behaviours')
    .option('--seed <number>', `equal seeds give equal hostnames (${DEFAULTS.seed})`)
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

async function sandbox(flags: SandboxFlags, shell: Shell): Promise<number> {
  const { terminal } = shell;
  const options = await optionsOf(flags);
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
    const interrupt = shell.interrupt();
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
    await new Promise<void>((resolve) => interrupt.signal.addEventListener('abort', () => resolve(), { once: true }));
    interrupt.dispose();
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

/** Flags over the scenario over defaults. Hostnames are only invented where nothing else says which there are. */
async function optionsOf(flags: SandboxFlags): Promise<SandboxOptions> {
  if (flags.from !== undefined && flags.hostnames !== undefined) {
    throw new HostrollError('CONFIG_INVALID', '--from and --hostnames both say which hostnames there are; give one.');
  }
  const scenario: SandboxOptions = flags.scenario === undefined ? {} : await readScenario(flags.scenario);
  const port = wholeNumber('--port', flags.port) ?? scenario.port ?? DEFAULTS.port;
  if (port > 65_535) throw new HostrollError('CONFIG_INVALID', `--port must be at most 65535, not ${port}.`);
  const seed = wholeNumber('--seed', flags.seed) ?? scenario.seed ?? DEFAULTS.seed;
  const count = wholeNumber('--hostnames', flags.hostnames);
  const said = flags.from !== undefined || scenario.hostnames !== undefined || scenario.seeds !== undefined;
  const invented = count ?? (said ? undefined : DEFAULTS.hostnames);
  const { resolver } = flags;
  return {
    ...scenario,
    port,
    seed,
    ...(resolver === undefined ? {} : { resolver }),
    ...(flags.dns ? { serve_customers: true } : {}),
    ...(flags.plan === undefined ? {} : { plan: flags.plan }),
    ...(flags.limits ? {} : { no_limits: true }),
    ...(invented === undefined ? {} : { seeds: [{ count: invented, seed }] }),
  };
}

function wholeNumber(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new HostrollError('CONFIG_INVALID', `${flag} must be a whole number, not "${text}".`);
}
