import { dirname } from 'node:path';
import { splitCommand } from '../bundles/split-command.ts';
import { NOTICE_KINDS, type NoticeKind } from '../notices/notice.ts';
import type { NoticeConfig } from '../notices/notice-target.ts';
import type { ConfigFile } from './config-file.ts';
import { CONFIG_FILE_NAME } from './defaults.ts';
import { type Env, type Flags, nonEmpty } from './inputs.ts';
import { secretFrom } from './lanes.ts';
import type { ConfigProblems } from './problems.ts';

/** What a program that is told gets of the environment: nothing that could be a secret. */
const PASSED_ON = ['PATH', 'HOME', 'LANG', 'TZ', 'SystemRoot'];

/** By the standard a secret has 24 to 64 bytes, in base64 behind a prefix. */
const SECRET = /^(?:whsec_)?([A-Za-z0-9+/]+={0,2})$/;

/** What the environment gives to all who are told: to webhooks a secret, to programs all that they get of it. */
export interface NoticeEnv {
  secret: string | undefined;
  passed: Record<string, string>;
}

export const noticeEnv = (env: Env): NoticeEnv => ({
  secret: nonEmpty(env.HOSTROLL_NOTIFY_SECRET),
  passed: Object.fromEntries(PASSED_ON.flatMap((name) => (env[name] ? [[name, env[name]]] : []))),
});

/** Who is told by `--notify`. */
export const noticesOf = (
  texts: readonly string[] | undefined,
  { secret, passed }: NoticeEnv,
  problems: ConfigProblems,
): NoticeConfig[] =>
  (texts ?? []).map((text): NoticeConfig => {
    const kinds = NOTICE_KINDS;
    const [, kind, target = ''] = /^(exec|slack)?:?(.*)$/s.exec(text) ?? [];
    if (kind === 'exec') return { kinds, exec: commandOf(target, problems), env: passed };
    const url = kind === 'slack' ? target : text;
    return webhook({ kinds, url, format: kind, secret }, '--notify', problems);
  });

/** Who is told: those of `--notify`, and those of the file. */
export function readNotices(
  flags: Flags,
  env: Env,
  file: ConfigFile | undefined,
  problems: ConfigProblems,
): NoticeConfig[] {
  const ofEnv = noticeEnv(env);
  const { secret: shared, passed } = ofEnv;
  const folder = dirname(flags.config ?? nonEmpty(env.HOSTROLL_CONFIG) ?? CONFIG_FILE_NAME);
  const named = (file?.notify ?? []).map((entry, at): NoticeConfig => {
    const place = `notify[${at}]`;
    const on: readonly NoticeKind[] = entry.on ?? NOTICE_KINDS;
    if ('exec' in entry) return { kinds: on, exec: entry.exec, env: passed };
    const { url, secret, format } = entry;
    const read = (source: NonNullable<typeof secret>, what: string): string | undefined => {
      const found = secretFrom(source, what, { env, place, folder }, problems);
      if ('secret' in found) return found.secret;
      problems.add(`${place}: ${found.lacks}.`);
      return undefined;
    };
    const address = typeof url === 'string' ? url : (read(url, 'URL') ?? 'https://missing.invalid');
    const key = secret === undefined ? shared : read(secret, 'secret');
    return webhook({ kinds: on, url: address, format, secret: key }, place, problems);
  });
  return [...noticesOf(flags.notify, ofEnv, problems), ...named];
}

function webhook(
  {
    kinds,
    url,
    format,
    secret,
  }: { kinds: readonly NoticeKind[]; url: string; format: string | undefined; secret: string | undefined },
  place: string,
  problems: ConfigProblems,
): NoticeConfig {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  // What was given is not repeated: it may be the secret.
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol)) {
    problems.add(`${place} must be an http:// or https:// URL, slack:https://…, or exec: and a command.`);
  }
  const [, base64 = ''] = SECRET.exec(secret ?? '') ?? [];
  const bytes = Buffer.from(base64, 'base64').length;
  if (secret !== undefined && !(bytes >= 24 && bytes <= 64)) {
    problems.addOnce(
      'The secret of notices must be whsec_ and 24 to 64 bytes in base64 (HOSTROLL_NOTIFY_SECRET, "secret").',
    );
  }
  const isSlack = format === 'slack' || (format === undefined && parsed?.hostname === 'hooks.slack.com');
  return { kinds, url, format: isSlack ? 'slack' : 'standard', secret };
}

function commandOf(line: string, problems: ConfigProblems): readonly string[] {
  const words = splitCommand(line);
  if (words === undefined) problems.add('--notify exec: needs a command whose quotes are closed.');
  return words ?? ['false'];
}
