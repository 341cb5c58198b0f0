import { type Command, Option } from 'commander';
import { PRIORITIES } from '../lane/priority.ts';
import { CONFIG_FILE_NAME, DEFAULTS, LOG_LEVELS } from './defaults.ts';
import { freshOption, whereOption } from './where-flags.ts';

export const collect = (value: string, earlier: string[] = []): string[] => [...earlier, value];

/** `--notify`: who is told. */
export const notifyOption = (): Option =>
  new Option(
    '--notify <url|exec:…>',
    'tell this what happens to batches, or needs a person; may be repeated (docs/notices.md)',
  ).argParser(collect);

/** `--state`: every command has it. */
export const withStateFlag = (command: Command): Command =>
  command.addOption(
    new Option('--state <folder>', `folder of batches, log and queue (HOSTROLL_STATE, else ${DEFAULTS.state})`),
  );

/** Flags of every command that makes calls. Environment and defaults are read by the configuration, not here. */
export const withWorkFlags = (command: Command): Command =>
  withStateFlag(command)
    .option(
      '--config <file>',
      `credentials and their zones (HOSTROLL_CONFIG, else ${CONFIG_FILE_NAME} where there is one)`,
    )
    .option('--queue <url>', 'queue to run on (HOSTROLL_QUEUE, else embedded:<state>/queue)')
    .option(
      '--seal-key-file <file>',
      'keys that certificates are sealed with (HOSTROLL_SEAL_KEY, HOSTROLL_SEAL_KEY_FILE)',
    )
    .addOption(notifyOption())
    .option('--log-file <file>', 'JSON log; "-" for standard error (<state>/hostroll.log)')
    .addOption(new Option('--log-level <level>', `how much is logged (${DEFAULTS.logLevel})`).choices([...LOG_LEVELS]));

/** Flags of the commands that say how fast calls are made. */
export const withCallFlags = (command: Command): Command =>
  withWorkFlags(command)
    .option('--quota <calls/window>', `declared API quota of the credential (HOSTROLL_QUOTA, else ${DEFAULTS.quota})`)
    .option('--share <part>', `part of the quota to use (HOSTROLL_SHARE, else ${DEFAULTS.share})`)
    .option('--window <rows>', `most rows in the queue at a time (${DEFAULTS.window})`);

/** For processes that go on until they are told to stop. */
export const withMetricsFlag = (command: Command): Command =>
  command.option('--metrics <address>', 'serve metrics, /healthz and /readyz, e.g. on 9464 (docs/telemetry.md)');

/** For commands that carry one batch out. */
export const withMetricsFileFlag = (command: Command): Command =>
  command.option('--metrics-file <file>', 'keep metrics in a file, for the textfile collector (docs/telemetry.md)');

/** For commands that take long enough to be looked at. */
export const withUiFlag = (command: Command): Command =>
  command.option('--ui', 'meanwhile show the batches as a page on this machine (docs/ui.md)');

/** How a batch takes turns with others on its lanes. */
export const priorityOption = (): Option =>
  new Option(
    '--priority <priority>',
    `urgent goes before other batches on its lanes, low after them (${PRIORITIES.join(', ')})`,
  );

/** Flags that say when a batch takes its turn, and how long it waits. */
export const withWaitFlags = (command: Command): Command =>
  command
    .option('--wait <time>', `how long to wait for hostnames to settle (${DEFAULTS.wait})`)
    .option('--wait-strict', 'exit 4 if some hostnames are not active after --wait')
    .addOption(priorityOption());

/** `--zone`, wherever a zone is meant. */
export const zoneOption = (description: string): Option => new Option('--zone <zone>', description).argParser(collect);

/** Flags of every command that is given a manifest. */
export const withRowFlags = (command: Command): Command =>
  withWaitFlags(command.addOption(zoneOption('zone of the rows that name none; may be repeated (CLOUDFLARE_ZONE_ID)')))
    .option('--skip-invalid', 'carry out the good rows of a manifest that has bad ones')
    .option('--ignore-columns <columns>', 'columns that are not read; failed.csv keeps them')
    .option('--keep-columns <columns>', 'columns that are not read and travel into every file, as note.… columns do')
    .option('--known-columns-only', 'read no column that hostroll does not know; failed.csv keeps them')
    .option('--max-manifest <MiB>', 'most that a manifest may unpack to (gzip: else a hundred times its size)');

/** Flags that say in which parts rows are sent, and when that does not go on by itself. */
export const withRolloutFlags = (command: Command): Command =>
  command
    .option('--waves <sizes>', 'begin with few rows of every kind, then more, such as 10,5%,100%')
    .option('--wave-wait <time>', `how long a wave may take to settle before the next one (${DEFAULTS.waveWait})`)
    .option('--max-pending <part>', `most of a wave that may be pending then (${DEFAULTS.maxPending})`)
    .option('--confirm-waves', 'wait behind each wave for "hostroll go"')
    .option(
      '--issuance <orders/window>',
      `how fast rows are sent that order certificates, or none (${DEFAULTS.issuance})`,
    )
    .option('--max-failures <rows|part>', 'hold the batch when more rows fail, such as 20 or 2%')
    .option('--stop-rule <json>', 'when not to go on by itself (docs/rollouts.md); may be repeated', collect);

/** `--in-pack`: for commands whose rows can bring certificates. */
export const withInPackFlag = (command: Command): Command =>
  command.option('--in-pack', 'replace the one certificate of its key type in packs of two');

/** For rows that are read again before they are sent. */
export const overwriteDrift = (): Option =>
  new Option('--overwrite-drift', 'send rows also where others changed the very same fields since the plan');

/** Flags of bundles that are found in a folder, and of what is taken. */
export const withBundleFolderFlags = (command: Command): Command =>
  command
    .option('--bundle-folder <folder>', 'find further bundles here by their name (docs/certificates.md)')
    .option(
      '--bundle-password <[name=]source>',
      'password of PKCS#12 files, of one bundle or of all: a file, or exec:command; may be repeated',
      collect,
    )
    .option('--min-days <days>', `warn about certificates that end sooner (${DEFAULTS.minDays})`)
    .option('--allow-short', 'send certificates also with fewer than 14 days left')
    .option('--trust <file>', 'roots in PEM that are public ones, too, besides those that are known')
    .option('--strict-permissions', 'refuse key files that others than their owner may read');

/** Flags that say where the certificates are that rows ask for. */
export const withBundleFlags = (command: Command): Command =>
  withBundleFolderFlags(command)
    .option(
      '--bundle <name=pairs>',
      'certificates for rows that name them: cert.pem:key.pem[,cert.pem:key.pem], or exec:command; may be repeated',
      collect,
    )
    .addOption(
      new Option(
        '--match <what>',
        'give rows that ask for no certificate the pair of --bundle-folder that is for their hostname, the longest valid',
      ).choices(['san']),
    )
    .option(
      '--bundle-root <folder>',
      "let rows name files in this folder, too, besides the manifest's own; may be repeated",
      collect,
    )
    .option('--resend', 'send certificates also where they are served already, such as for another chain')
    .option('--allow-narrower', 'give hostnames with a wildcard also certificates that lack it');

/** Flags of the commands that carry a manifest out themselves. */
export const withManifestFlags = (command: Command): Command =>
  withBundleFlags(withRolloutFlags(withInPackFlag(withRowFlags(withCallFlags(command)))))
    .addOption(whereOption())
    .addOption(freshOption('10m'))
    .option('--json', 'print JSON on standard output');

/** Flags of the command that hands a manifest over. */
export const withSubmitFlags = (command: Command): Command =>
  withRolloutFlags(withRowFlags(command))
    .addOption(whereOption())
    .addOption(freshOption('10m'))
    .option('--queue <url>', 'queue of the coordinator (HOSTROLL_QUEUE)')
    // Known so that its refusal can say why.
    .addOption(new Option('--in-pack').hideHelp());
