import { type Command, Option } from 'commander';
import { PLANS, type Plan } from '../sandbox/plans.ts';
import { DEFAULT_PLAN, type SandboxOptions } from '../sandbox/sandbox-options.ts';
import { readScenario } from '../sandbox/scenario.ts';
import { HostrollError } from '../terms.ts';
import { collect } from './flags.ts';
import { wholeNumber } from './values.ts';

export interface SandboxFlags {
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

export const withSandboxFlags = (command: Command): Command =>
  command
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
    .option('--seed <number>', `equal seeds give equal hostnames (${DEFAULTS.seed})`);

/**
 * Flags over the scenario over defaults. Hostnames are only invented where nothing else says which there are. Throws
 * `CONFIG_INVALID` and `SANDBOX_SCENARIO`.
 */
export async function readSandboxOptions(flags: SandboxFlags): Promise<SandboxOptions> {
  if (flags.from !== undefined && flags.hostnames !== undefined) {
    throw new HostrollError('CONFIG_INVALID', '--from and --hostnames both say which hostnames there are; give one.');
  }
  const scenario: SandboxOptions = flags.scenario === undefined ? {} : await readScenario(flags.scenario);
  const number = (flag: string, text: string | undefined, most?: number) =>
    text === undefined ? undefined : wholeNumber(flag, text, { most });
  const port = number('--port', flags.port, 65_535) ?? scenario.port ?? DEFAULTS.port;
  const seed = number('--seed', flags.seed) ?? scenario.seed ?? DEFAULTS.seed;
  const said = flags.from !== undefined || scenario.hostnames !== undefined || scenario.seeds !== undefined;
  const invented = number('--hostnames', flags.hostnames) ?? (said ? undefined : DEFAULTS.hostnames);
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
