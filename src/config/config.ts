import { join } from 'node:path';
import type { StopRule } from '../batch/ledger/rollout.ts';
import type { BundleSettings } from '../bundles/bundle-source.ts';
import type { NoticeConfig } from '../notices/notice-target.ts';
import { parseSealKeys, type SealKey } from '../secrets/seal-key.ts';
import { type Address, parseAddress } from './address.ts';
import { type Audit, operatorOf, optionsOf } from './audit.ts';
import { type BatchConfig, batchConfigOf } from './batch-config.ts';
import { readBundles } from './bundles.ts';
import { readConfigFile } from './config-file.ts';
import { DEFAULTS, LOG_LEVELS, type LogLevel } from './defaults.ts';
import { type Env, type Flags, nonEmpty } from './inputs.ts';
import { type LaneConfig, readLanes } from './lanes.ts';
import { type NoticeEnv, noticeEnv, readNotices } from './notices.ts';
import { ConfigProblems } from './problems.ts';
import { queueUrl, readStateConfig, type StateConfig } from './state-config.ts';

export interface Config extends StateConfig, BatchConfig {
  audit: Audit;
  queue: string;
  baseUrl: string;
  /** Every credential there is, also those that this machine does not have. */
  lanes: LaneConfig[];
  /** Zones in which a hostname would be the same one: all that the credentials are for, and that of the environment. */
  knownZones: string[];
  /** Stop rules of the configuration file. */
  fileStopRules: readonly StopRule[];
  /** Most rows in the queue at a time. */
  window: number;
  /** Rows are sent also where others changed the very same fields since the plan. */
  overwriteDrift: boolean;
  /** Bundles are sent also where they are served already. */
  resend: boolean;
  /** Wildcard hostnames may be given certificates for the name alone. */
  allowNarrower: boolean;
  /** Sealing keys of the environment. */
  sealKeys: readonly SealKey[] | undefined;
  /** The file that holds them, where one is named. */
  sealKeyFile: string | undefined;
  bundles: BundleSettings;
  /** Who is told what happens to batches. */
  notices: readonly NoticeConfig[];
  /** What the environment gives to those whom a scheduled command names. */
  noticeEnv: NoticeEnv;
  /** Where metrics are served, and the file they are kept in; undefined where nobody asked. */
  metrics: Address | undefined;
  metricsFile: string | undefined;
  /** `-` for standard error. */
  logFile: string;
  logLevel: LogLevel;
}

const PUBLIC_API = 'https://api.cloudflare.com/client/v4';

const WINDOW = { least: 1, most: 5_000 };

/** Flags before environment before defaults, into one frozen value. Throws `CONFIG_INVALID` naming every problem. */
export function readConfig(flags: Flags, env: Env): Readonly<Config> {
  const problems = new ConfigProblems();
  const { state } = readStateConfig(flags, env);
  const file = readConfigFile(flags.config ?? nonEmpty(env.HOSTROLL_CONFIG), problems);
  const lanes = problems.none ? readLanes(flags, env, file, problems) : [];
  const own = nonEmpty(env.CLOUDFLARE_ZONE_ID);
  const ofCredentials = lanes.flatMap(({ zones }) => zones);
  const config = {
    state,
    audit: { by: operatorOf(env), options: optionsOf(flags) },
    queue: queueUrl(flags, env),
    baseUrl: readBaseUrl(env, problems),
    lanes,
    zones: ofCredentials,
    waitStrict: false,
    priority: 'normal',
    inPack: false,
    rules: { force: [], expect: {} },
    where: [],
    freshMs: 0,
    ...batchConfigOf({ wait: DEFAULTS.wait, ...(own === undefined ? {} : { zone: [own] }), ...flags }, problems),
    fileStopRules: file?.stop_rules ?? [],
    knownZones: own === undefined ? ofCredentials : [...ofCredentials, own],
    window: read(flags.window ?? DEFAULTS.window, parseWindow, problems, {
      name: '--window',
      form: WINDOW_FORM,
    }),
    overwriteDrift: flags.overwriteDrift ?? false,
    resend: flags.resend ?? false,
    allowNarrower: flags.allowNarrower ?? false,
    sealKeys: readSealKeys(env, problems),
    sealKeyFile: flags.sealKeyFile ?? nonEmpty(env.HOSTROLL_SEAL_KEY_FILE),
    bundles: readBundles(flags, env, file, problems),
    notices: readNotices(flags, env, file, problems),
    noticeEnv: noticeEnv(env),
    metrics:
      flags.metrics === undefined
        ? undefined
        : read(flags.metrics, parseAddress, problems, {
            name: '--metrics',
            form: 'a port such as 9464, or an address such as 127.0.0.1:9464',
          }),
    metricsFile: flags.metricsFile,
    logFile: flags.logFile ?? join(state, 'hostroll.log'),
    logLevel: read(flags.logLevel ?? DEFAULTS.logLevel, parseLogLevel, problems, {
      name: '--log-level',
      form: `one of ${LOG_LEVELS.join(', ')}`,
    }),
  };
  problems.throwIfAny();
  return Object.freeze(config as Config);
}

function read<T>(
  text: string,
  parse: (text: string) => T | undefined,
  problems: ConfigProblems,
  { name, form }: { name: string; form: string },
): T | undefined {
  const value = parse(text);
  if (value === undefined) problems.add(`${name} must be ${form}, not "${text}".`);
  return value;
}

function readSealKeys(env: Env, problems: ConfigProblems): readonly SealKey[] | undefined {
  const text = nonEmpty(env.HOSTROLL_SEAL_KEY);
  const keys = text === undefined ? undefined : parseSealKeys(text);
  if (text !== undefined && keys === undefined) {
    problems.add(
      'HOSTROLL_SEAL_KEY must be 32 bytes in base64 or hex; several, the newest first, have commas between.',
    );
  }
  return keys;
}

function readBaseUrl(env: Env, problems: ConfigProblems): string {
  const text = nonEmpty(env.CLOUDFLARE_BASE_URL) ?? PUBLIC_API;
  if (!mayTakeToken(text)) {
    problems.add(
      'CLOUDFLARE_BASE_URL must be an https:// URL (http:// only on this machine), since the API token is sent to it.',
    );
  }
  return text;
}

/** Whether a token may be sent to an API at `text`: over TLS, or without leaving this machine. */
export function mayTakeToken(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLoopback = url !== undefined && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback);
}

export const WINDOW_FORM = `a whole number of rows from ${WINDOW.least} to ${WINDOW.most}`;

export function parseWindow(text: string): number | undefined {
  const rows = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return rows >= WINDOW.least && rows <= WINDOW.most ? rows : undefined;
}

const parseLogLevel = (text: string): LogLevel | undefined => LOG_LEVELS.find((level) => level === text);
