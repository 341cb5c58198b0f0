import { randomBytes } from 'node:crypto';
import { link, lstat, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { FILE_MODE, makePrivateFolder } from '../disk/private-folder.ts';
import { HostrollError } from '../terms.ts';
import { parseSealKeys, SEAL_KEY_BYTES, type SealKey } from './seal-key.ts';

/** Where sealing keys come from. */
export interface SealKeySource {
  /** The keys themselves, where the environment has them; then no file is looked at. */
  keys: readonly SealKey[] | undefined;
  /** The file that holds them; undefined where none is named. */
  file: string | undefined;
  /** Make the file on first use: where this process seals and opens, and nobody else. */
  mayMake: boolean;
}

const SEAL_KEY_MISSING = 'SEAL_KEY_MISSING';
const GIVE_ONE =
  'give the same key to the coordinator and to every worker, in HOSTROLL_SEAL_KEY (32 bytes in base64, from "openssl rand -base64 32") or with --seal-key-file.';

/** The sealing keys of this process, read when one is needed for the first time. */
export class SealKeyring {
  readonly #source: SealKeySource;
  #keys: Promise<readonly SealKey[]> | undefined;

  constructor(source: SealKeySource) {
    this.#source = source;
  }

  /** The key that seals. Throws `SEAL_KEY_MISSING`, `SEAL_KEY_INVALID` or `SEAL_KEY_EXPOSED`. */
  async sealing(): Promise<SealKey> {
    const [first] = await this.#read();
    if (first === undefined) throw new HostrollError(SEAL_KEY_MISSING, `There is no sealing key here: ${GIVE_ONE}`);
    return first;
  }

  /** The key of that id. Throws as `sealing` does, and `SEAL_KEY_WRONG` where this process has others only. */
  async opening(id: string): Promise<SealKey> {
    await this.sealing();
    const key = (await this.#read()).find((candidate) => candidate.id === id);
    if (key !== undefined) return key;
    throw new HostrollError(
      'SEAL_KEY_WRONG',
      `The certificates of this batch are sealed with another key (id ${id}) than the one here: ${GIVE_ONE}`,
    );
  }

  #read(): Promise<readonly SealKey[]> {
    this.#keys ??= readKeys(this.#source).catch((error: unknown) => {
      // A file that is fixed later is read then.
      this.#keys = undefined;
      throw error;
    });
    return this.#keys;
  }
}

async function readKeys({ keys, file, mayMake }: SealKeySource): Promise<readonly SealKey[]> {
  if (keys !== undefined) return keys;
  if (file === undefined) return [];
  const found = await lstat(file).catch(() => undefined);
  if (found === undefined && !mayMake) {
    throw new HostrollError(SEAL_KEY_MISSING, `There is no sealing key file ${file}: ${GIVE_ONE}`);
  }
  if (found === undefined) await makeKeyFile(file);
  return readKeyFile(file);
}

async function readKeyFile(file: string): Promise<readonly SealKey[]> {
  const { mode } = await lstat(file);
  // Windows has no such bits.
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw new HostrollError(
      'SEAL_KEY_EXPOSED',
      `The sealing key file ${file} may be read by others (mode ${(mode & 0o777).toString(8)}); run: chmod 600 ${file}`,
    );
  }
  const bytes = await readFile(file);
  const keys = parseSealKeys(bytes.toString('utf8'));
  bytes.fill(0);
  if (keys !== undefined) return keys;
  throw new HostrollError(
    'SEAL_KEY_INVALID',
    `The sealing key file ${file} must hold keys of 32 bytes in base64 or hex, one a line, the newest first.`,
  );
}

/** Appears whole or not at all, and never replaces one that another process made at the same time. */
async function makeKeyFile(file: string): Promise<void> {
  await makePrivateFolder(dirname(file));
  const temporary = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  const key = randomBytes(SEAL_KEY_BYTES);
  try {
    await writeFile(temporary, `${key.toString('base64')}\n`, { mode: FILE_MODE, flag: 'wx', flush: true });
    await link(temporary, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  } finally {
    key.fill(0);
    await rm(temporary, { force: true });
  }
}
