import { dirname, resolve } from 'node:path';
import type { BundleSettings, BundleSource } from '../bundles/bundle-source.ts';
import { parseDeclaration } from '../bundles/parse-declaration.ts';
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
    const read = parseDeclaration(text, resolve('.'));
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
  const folder = flags.bundleFolder ?? (file?.bundle_folder && resolve(fileFolder, file.bundle_folder));
  return {
    declared,
    ...(folder === undefined ? {} : { folder: resolve(folder) }),
    roots: (flags.bundleRoot ?? []).map((root) => resolve(root)),
    minDays: Number(days),
    ...(flags.allowShort === undefined ? {} : { allowShort: flags.allowShort }),
    ...(flags.trust === undefined ? {} : { trust: resolve(flags.trust) }),
    strictPermissions: flags.strictPermissions ?? false,
  };
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
