import { resolve } from 'node:path';
import { isBundleName } from '../manifest/check-value.ts';
import type { BundleSource, PairFiles } from './bundle-source.ts';
import { splitCommand } from './split-command.ts';

const EXEC = 'exec:';
const FORM =
  'name=certificate[:key][,certificate:key] or name=exec:command, such as acme=certs/acme.pem:keys/acme.key; paths with ":" or "," go into hostroll.config.json: {"bundles": {"acme": {"pairs": [{"certificate": "…", "key": "…"}]}}}';
/** One path, or two with a colon between; that of a Windows drive is part of its path. */
const DRIVE = '(?:[A-Za-z]:\\\\)?[^:]+';
const PAIR = new RegExp(`^(${DRIVE})(?::(${DRIVE}))?$`);

/**
 * Reads what `--bundle` was given: a name, then one or two pairs of files (relative to `folder`, `~` being `home`), or a command. `fault` is
 * the end of a sentence; it does not repeat the text, whose command may hold anything.
 */
export function parseDeclaration(
  text: string,
  folder: string,
  home?: string,
): { name: string; source: BundleSource } | { fault: string } {
  const split = text.indexOf('=');
  const name = text.slice(0, split);
  if (split < 1 || !isBundleName(name)) return { fault: `must be ${FORM}` };
  const from = text.slice(split + 1);
  if (from.startsWith(EXEC)) {
    const command = splitCommand(from.slice(EXEC.length));
    return command === undefined
      ? { fault: `${name}: the command is empty, or a quote in it is not closed` }
      : { name, source: { command } };
  }
  const files = from.split(',').map((pair) => filesOf(pair, folder, home));
  if (files.length > 2) return { fault: `${name}: a bundle has one or two pairs, not ${files.length}` };
  const good = files.filter((pair) => pair !== undefined);
  return good.length === files.length ? { name, source: { files: good } } : { fault: `${name}: must be ${FORM}` };
}

/** A shell that is given `~` in quotes leaves it as it is. */
const atHome = (path: string, home: string | undefined): string =>
  home === undefined ? path : path.replace(/^~(?=$|[\\/])/, () => home);

function filesOf(pair: string, folder: string, home: string | undefined): PairFiles | undefined {
  const [, certificate, key] = PAIR.exec(pair.trim()) ?? [];
  if (certificate === undefined) return undefined;
  const at = (path: string) => resolve(folder, atHome(path.trim(), home));
  return { certificate: at(certificate), ...(key === undefined ? {} : { key: at(key) }) };
}
