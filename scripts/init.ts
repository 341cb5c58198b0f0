import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { configText } from '../src/checkup/config-text.ts';
import { lookInto } from '../src/checkup/seen-by.ts';
import { EXIT } from '../src/codes/exit.ts';
import { readConfig } from '../src/config/config.ts';
import { CONFIG_FILE_NAME } from '../src/config/defaults.ts';
import { zoneOption } from '../src/config/flags.ts';
import { type Flags, nonEmpty } from '../src/config/inputs.ts';
import { onDisk } from '../src/disk/on-disk.ts';
import { HostrollError } from '../src/terms.ts';
import type { AddCommand, Shell } from './shell.ts';

const SCHEMA = 'node_modules/hostroll/docs/hostroll.config.schema.json';

/** `hostroll init`: a configuration to begin with. */
export const initCommand: AddCommand = (program, shell, exit) => {
  program
    .command('init')
    .option('--config <file>', `where to write it (HOSTROLL_CONFIG, else ${CONFIG_FILE_NAME})`)
    .addOption(zoneOption('zone to look into; may be repeated (CLOUDFLARE_ZONE_ID, else all that the credential sees)'))
    .addHelpText(
      'after',
      `
The file has comments, and says where the credential is, never the credential itself. With one credential hostroll needs
no such file; it is for several, for certificates, stop rules and notices (docs/configuration.md).

Example:
  CLOUDFLARE_API_TOKEN=… hostroll init`,
    )
    .action(async (flags: Flags) => exit(await init(flags, shell)));
};

async function init({ config: given, ...flags }: Flags, { env, terminal }: Shell): Promise<number> {
  const path = given ?? nonEmpty(env.HOSTROLL_CONFIG) ?? CONFIG_FILE_NAME;
  if (existsSync(path)) {
    throw new HostrollError('CONFIG_INVALID', `${path} is there already; move it away, or name another with --config.`);
  }
  const { baseUrl, lanes, zones: wanted } = readConfig(flags, { ...env, HOSTROLL_CONFIG: undefined });
  const credential = lanes[0]?.credential;
  if (credential === undefined) throw new HostrollError('CREDENTIAL_MISSING', 'Set CLOUDFLARE_API_TOKEN first.');
  const { zones, failures } = await lookInto(baseUrl, credential, { wanted, quotas: false });
  const [first] = failures;
  if (first !== undefined) {
    const { code, message } = first.failure;
    throw new HostrollError(
      code,
      `${first.zone ?? 'The zones'} cannot be read: ${message}; "hostroll doctor" looks closer.`,
    );
  }
  const secret =
    credential.kind === 'token'
      ? ['"token": { "env": "CLOUDFLARE_API_TOKEN" }']
      : [`"email": ${JSON.stringify(credential.email)}`, '"key": { "env": "CLOUDFLARE_API_KEY" }'];
  await onDisk(path, () => writeFile(path, configText({ secret, zones, schema: SCHEMA }), { flag: 'wx' }));
  terminal.out(`${path} is written, with ${zones.length === 1 ? '1 zone' : `${zones.length} zones`}.`);
  terminal.note('"hostroll doctor" checks it; docs/configuration.md explains each member.');
  return EXIT.ok;
}
