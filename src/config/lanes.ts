import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Credential } from '../cloudflare/credential.ts';
import { ALL_ZONES, type Lane } from '../lane/lane.ts';
import type { ConfigFile, SecretSource } from './config-file.ts';
import { isSendable, readCredential } from './credential.ts';
import { CONFIG_FILE_NAME, DEFAULTS } from './defaults.ts';
import { type Env, type Flags, nonEmpty } from './inputs.ts';
import type { ConfigProblems } from './problems.ts';
import { parseQuota, parseShare } from './values.ts';

/** A lane as it is configured; its limit follows from quota and share. */
export interface LaneConfig extends Omit<Lane, 'limit'> {
  /** Undefined where this machine does not have it; `lacks` then says why. */
  credential: Credential | undefined;
}

/** Name of the lane of a credential that comes from the environment alone. */
export const ONLY_LANE = 'default';

export const QUOTA_FORM = 'calls per window, such as 1200/300 (calls/seconds) or 1200/5m, with at least 2 calls';
export const SHARE_FORM = 'the part of the quota to use, above 0 and at most 1, such as 0.8 or 80%';
const ZONE = /^([0-9a-f]{32}|([a-z0-9-]+\.)+[a-z0-9-]+)$/i;

/** Whether a text can stand for zones on a command line: an id, a name, or `all`. */
export const isZoneGiven = (text: string): boolean => text.toLowerCase() === ALL_ZONES || isZone(text);

/** Whether a text can be the id or the name of a zone. */
const isZone = (text: string): boolean => ZONE.test(text);

/**
 * The credentials, each with its budget: those of the file, else the one of the environment. `--quota` and `--share` go
 * before what the file says of a credential, that before the environment, that before the defaults.
 */
export function readLanes(
  flags: Flags,
  env: Env,
  file: ConfigFile | undefined,
  problems: ConfigProblems,
): LaneConfig[] {
  const entries = file?.credentials;
  if (entries === undefined) {
    const credential = readCredential(env, problems);
    return [{ name: ONLY_LANE, credential, zones: [], ...budget(flags, env, {}, '', problems) }];
  }
  const path = flags.config ?? nonEmpty(env.HOSTROLL_CONFIG) ?? CONFIG_FILE_NAME;
  const owners = new Map<string, string>();
  const names = new Set<string>();
  return entries.map((entry) => {
    const { name } = entry;
    const place = `${path}: credential "${name}"`;
    if (names.has(name)) problems.add(`${place} is there twice; give each a name of its own.`);
    names.add(name);
    const zones = (entry.zones ?? []).map((zone) => zone.toLowerCase());
    if (zones.length === 0 && entries.length > 1) {
      problems.add(`${place} names no zones; with several credentials each must name its own.`);
    }
    for (const zone of zones) {
      if (!isZone(zone)) problems.add(`${place}: "${zone}" is neither a zone's id (32 hex digits) nor its name.`);
      const other = owners.get(zone);
      if (other !== undefined) problems.add(`${place}: zone ${zone} is among those of "${other}" already.`);
      owners.set(zone, name);
    }
    const lane = { name, zones, ...budget(flags, env, entry, `${place}: `, problems) };
    return { ...lane, ...credentialOf(entry, { env, place, folder: dirname(path) }, problems) };
  });
}

function budget(
  flags: Flags,
  env: Env,
  entry: { quota?: string | undefined; share?: string | number | undefined },
  place: string,
  problems: ConfigProblems,
): Pick<LaneConfig, 'quota' | 'share'> {
  const quotaText = flags.quota ?? entry.quota ?? nonEmpty(env.HOSTROLL_QUOTA) ?? DEFAULTS.quota;
  const shareText = flags.share ?? String(entry.share ?? nonEmpty(env.HOSTROLL_SHARE) ?? DEFAULTS.share);
  const quota = parseQuota(quotaText);
  const share = parseShare(shareText);
  const named = (flag: string | undefined, name: string) =>
    flag === undefined && place !== '' ? `${place}${name}` : `--${name}`;
  if (quota === undefined)
    problems.addOnce(`${named(flags.quota, 'quota')} must be ${QUOTA_FORM}, not "${quotaText}".`);
  if (share === undefined)
    problems.addOnce(`${named(flags.share, 'share')} must be ${SHARE_FORM}, not "${shareText}".`);
  return { quota: quota ?? { calls: 2, windowSeconds: 1 }, share: share ?? 1 };
}

interface Place {
  env: Env;
  place: string;
  /** Of the configuration file, to which paths in it are relative. */
  folder: string;
}

/** The credential itself. That it is not on this machine is no problem yet: another one's worker may hold it. */
function credentialOf(
  { token, email, key }: NonNullable<ConfigFile['credentials']>[number],
  place: Place,
  problems: ConfigProblems,
): Pick<LaneConfig, 'credential' | 'lacks'> {
  if (token !== undefined && (email !== undefined || key !== undefined)) {
    problems.add(`${place.place} has both a token and an email or key; keep one of the two.`);
    return { credential: undefined };
  }
  if (token !== undefined) {
    const found = secretFrom(token, 'token', place, problems);
    return 'lacks' in found
      ? { credential: undefined, lacks: found.lacks }
      : { credential: { kind: 'token', token: found.secret } };
  }
  if (email === undefined || key === undefined) {
    problems.add(`${place.place} needs a "token", or both "email" and "key".`);
    return { credential: undefined };
  }
  const found = secretFrom(key, 'key', place, problems);
  return 'lacks' in found
    ? { credential: undefined, lacks: found.lacks }
    : { credential: { kind: 'key', email, key: found.secret } };
}

/** The secret itself, or why it is not on this machine. One that cannot be used is a problem. */
export function secretFrom(
  source: SecretSource,
  what: string,
  { env, place, folder }: Place,
  problems: ConfigProblems,
): { secret: string } | { lacks: string } {
  let secret: string | undefined;
  let where: string;
  if ('env' in source) {
    where = `environment variable ${source.env}`;
    secret = nonEmpty(env[source.env]);
    if (secret === undefined) return { lacks: `the ${where} is not set` };
  } else {
    const path = resolve(folder, source.file);
    where = `file ${path}`;
    try {
      // Files end in a newline; a credential never does.
      secret = readFileSync(path, 'utf8').trim();
    } catch (error) {
      return { lacks: `the ${where} cannot be read (${(error as NodeJS.ErrnoException).code})` };
    }
    if (secret === '') return { lacks: `the ${where} is empty` };
  }
  if (!isSendable(secret)) {
    problems.add(
      `${place}: the ${what} in the ${where} has a space, a line break or another character that no credential has.`,
    );
  }
  return { secret };
}
