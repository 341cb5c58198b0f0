import { join } from 'node:path';
import { DEFAULT_STATE } from '../batch/ledger/batch-folder.ts';
import type { BundleSettings } from '../bundles/bundle-source.ts';
import { parseSealKeys, type SealKey } from '../secrets/seal-key.ts';
import { MINUTE } from '../terms.ts';
import { MIN_DAYS, readBundles } from './bundles.ts';
import { readConfigFile } from './config-file.ts';
import { type Env, type Flags, nonEmpty } from './inputs.ts';
import { BUDGET_DEFAULTS, isZone, type LaneConfig, readLanes } from './lanes.ts';
import { ConfigProblems } from './problems.ts';
import { parseDuration } from './values.ts';

/** Where hostroll keeps its things: all that commands need which never talk to the API. */
export interface StateConfig {
  /** Folder of batches, log and embedded queue. */
  state: string;
}

export interface Config extends StateConfig {
  queue: string;
  baseUrl: string;
  /** Every credential there is, also those that this machine does not have. */
  lanes: LaneConfig[];
  /** Zones that rows without one are looked for in; all those of the credentials where none are given. */
  zones: string[];
  /** Zones in which a hostname would be the same one: all that the credentials are for, and that of the environment. */
  knownZones: string[];
  waitMs: number;
  waitStrict: boolean;
  /** Most rows in the queue at a time. */
  window: number;
  /** A bundle takes the place of one certificate of a pack. */
  inPack: boolean;
  /** Sealing keys of the environment. */
  sealKeys: readonly SealKey[] | undefined;
  /** The file that holds them, where one is named. */
  sealKeyFile: string | undefined;
  bundles: BundleSettings;
  /** `-` for standard error. */
  logFile: string;
  logLevel: LogLevel;
}

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const PUBLIC_API = 'https://api.cloudflare.com/client/v4';

/** Defaults, as text, in the form in which a person would give them. */
export const DEFAULTS = {
  state: DEFAULT_STATE,
  ...BUDGET_DEFAULTS,
  wait: '60s',
  window: '2000',
  logLevel: 'info',
  minDays: MIN_DAYS,
} as const;

/** Longest settling: beyond a week nothing is waited for that a later sweep would not find. */
const LONGEST_WAIT_MS = 7 * 24 * 60 * MINUTE;
const WINDOW = { least: 1, most: 5_000 };

export const readStateConfig = (flags: Flags, env: Env): StateConfig => ({
  state: flags.state ?? nonEmpty(env.HOSTROLL_STATE) ?? DEFAULTS.state,
});

/** Flags before environment before defaults, into one frozen value. Throws `CONFIG_INVALID` naming every problem. */
export function readConfig(flags: Flags, env: Env): Readonly<Config> {
  const problems = new ConfigProblems();
  const { state } = readStateConfig(flags, env);
  const file = readConfigFile(flags.config ?? nonEmpty(env.HOSTROLL_CONFIG), problems);
  const lanes = problems.none ? readLanes(flags, env, file, problems) : [];
  const own = nonEmpty(env.CLOUDFLARE_ZONE_ID);
  const ofCredentials = lanes.flatMap(({ zones }) => zones);
  const given = flags.zone ?? (own === undefined ? [] : [own]);
  const config = {
    state,
    queue: flags.queue ?? nonEmpty(env.HOSTROLL_QUEUE) ?? `embedded:${join(state, 'queue')}`,
    baseUrl: readBaseUrl(env, problems),
    lanes,
    zones: given.length > 0 ? given : ofCredentials,
    knownZones: own === undefined ? ofCredentials : [...ofCredentials, own],
    waitMs: read(flags.wait ?? DEFAULTS.wait, parseWait, problems, {
      name: '--wait',
      form: 'a time such as 0, 60s, 15m or 2h, at most 168h',
    }),
    waitStrict: flags.waitStrict ?? false,
    window: read(flags.window ?? DEFAULTS.window, parseWindow, problems, {
      name: '--window',
      form: `a whole number of rows from ${WINDOW.least} to ${WINDOW.most}`,
    }),
    inPack: flags.inPack ?? false,
    sealKeys: readSealKeys(env, problems),
    sealKeyFile: flags.sealKeyFile ?? nonEmpty(env.HOSTROLL_SEAL_KEY_FILE),
    bundles: readBundles(flags, env, file, problems),
    logFile: flags.logFile ?? join(state, 'hostroll.log'),
    logLevel: read(flags.logLevel ?? DEFAULTS.logLevel, parseLogLevel, problems, {
      name: '--log-level',
      form: `one of ${LOG_LEVELS.join(', ')}`,
    }),
  };
  for (const zone of given.filter((name) => !isZone(name))) {
    problems.add(`--zone must be a zone's id (32 hex digits) or its name (such as acme-store.net), not "${zone}".`);
  }
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
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLoopback = url !== undefined && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  if (url?.protocol !== 'https:' && !(url?.protocol === 'http:' && isLoopback)) {
    problems.add(
      'CLOUDFLARE_BASE_URL must be an https:// URL (http:// only on this machine), since the API token is sent to it.',
    );
  }
  return text;
}

function parseWait(text: string): number | undefined {
  const ms = parseDuration(text);
  return ms !== undefined && ms <= LONGEST_WAIT_MS ? ms : undefined;
}

function parseWindow(text: string): number | undefined {
  const rows = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return rows >= WINDOW.least && rows <= WINDOW.most ? rows : undefined;
}

const parseLogLevel = (text: string): LogLevel | undefined => LOG_LEVELS.find((level) => level === text);
