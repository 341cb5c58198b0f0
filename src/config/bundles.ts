import { dirname, resolve } from 'node:path';
import type { BundleSettings, BundleSource, PasswordSource } from '../bundles/bundle-source.ts';
import { parseDeclaration } from '../bundles/parse-declaration.ts';
import { splitCommand } from '../bundles/split-command.ts';
import { isBundleName } from '../manifest/check-value.ts';
import type { ConfigFile } from './config-file.ts';
import { CONFIG_FILE_NAME, DEFAULTS } from './defaults.ts';
import { type Env, type Flags, nonEmpty } from './inputs.ts';
import type { ConfigProblems } from './problems.ts';

/** What flags and file say about bundles; a bundle of a flag goes before one of the file. Paths of flags are as the shell has them. */
export function readBundles(
  flags: Flags,
  env: Env,
  file: ConfigFile | undefined,
  problems: ConfigProblems,
): BundleSettings {
  const path = flags.config ?? nonEmpty(env.HOSTROLL_CONFIG) ?? CONFIG_FILE_NAME;
  const fileFolder = dirname(resolve(path));
  const declared = new Map<string, BundleSource>();
  for (const [name, entry] of Object.entries(file?.bundles ?? {})) {
    if (!isBundleName(name)) {
      problems.add(`${path}: bundles: the name ${JSON.stringify(name)} must be letters, digits, ".", "-" and "_".`);
    }
    declared.set(name, sourceOf(entry, fileFolder));
  }
  const given = new Set<string>();
  for (const text of flags.bundle ?? []) {
    const read = parseDeclaration(text, resolve('.'), nonEmpty(env.HOME) ?? nonEmpty(env.USERPROFILE));
    if ('fault' in read) {
      problems.add(`--bundle ${read.fault}.`);
      continue;
    }
    if (given.has(read.name)) problems.add(`--bundle ${read.name} is there twice; give each a name of its own.`);
    given.add(read.name);
    declared.set(read.name, read.source);
  }
  const days = flags.minDays ?? DEFAULTS.minDays;
  if (!/^\d{1,4}$/.test(days)) problems.add(`--min-days must be a whole number of days, not "${days}".`);
  const passwords = new Map((flags.bundlePassword ?? []).map((text) => passwordSource(text, problems)));
  const folder = flags.bundleFolder ?? (file?.bundle_folder && resolve(fileFolder, file.bundle_folder));
  if (flags.match !== undefined && folder === undefined)
    problems.add('--match looks through the pairs of a folder; name that with --bundle-folder.');
  return {
    declared,
    ...(flags.match === undefined ? {} : { matchNames: true }),
    ...(folder === undefined ? {} : { folder: resolve(folder) }),
    roots: (flags.bundleRoot ?? []).map((root) => resolve(root)),
    minDays: Number(days),
    ...(flags.allowShort === undefined ? {} : { allowShort: flags.allowShort }),
    ...(flags.trust === undefined ? {} : { trust: resolve(flags.trust) }),
    ...(passwords.size === 0 ? {} : { passwords }),
    strictPermissions: flags.strictPermissions ?? false,
  };
}

/** `name=source`, or a source for all; a source is a file or `exec:` with a command. */
function passwordSource(text: string, problems: ConfigProblems): [name: string, source: PasswordSource] {
  const split = text.indexOf('=');
  const isNamed = split > 0 && isBundleName(text.slice(0, split));
  const [name, from] = isNamed ? [text.slice(0, split), text.slice(split + 1)] : ['', text];
  if (!from.startsWith('exec:')) return [name, { file: resolve(from) }];
  const command = splitCommand(from.slice('exec:'.length));
  if (command === undefined) problems.add('--bundle-password: the command is empty, or a quote in it is not closed.');
  return [name, { command: command ?? [] }];
}

function sourceOf(entry: NonNullable<ConfigFile['bundles']>[string], folder: string): BundleSource {
  if ('exec' in entry) return { command: entry.exec };
  return {
    files: entry.pairs.map(({ certificate, key, csr_id }) => ({
      certificate: resolve(folder, certificate),
      ...(key === undefined ? {} : { key: resolve(folder, key) }),
      ...(csr_id === undefined ? {} : { csr_id }),
    })),
  };
}
