import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CertificateFacts } from '../certificate/bundle.ts';
import { coversHostname } from '../certificate/covers.ts';
import {
  isCertificate,
  isEncrypted,
  isPrivateKeyLabel,
  leafPrint,
  type PemBlock,
  pemBlocks,
} from '../certificate/pem.ts';
import { factsOf, readCertificate } from '../certificate/read-certificate.ts';
import { isSame } from '../hostname/certificates.ts';
import type { LiveCertificate } from '../hostname/live.ts';
import { DAY } from '../terms.ts';
import type { PairFiles } from './bundle-source.ts';
import { pairsInOutput } from './command-output.ts';
import { readPemFile } from './read-pem-file.ts';

/** A certificate whose key is at hand, and where the two are. */
export interface FoundPair {
  facts: CertificateFacts;
  files: PairFiles;
}

/** A file with a certificate, which is read once more where it is asked for. */
interface Leaf {
  path: string;
  /** Certificates behind it. */
  chain: number;
}

/** Folders within each other that are looked through, and files in all of them. */
const MOST_DEEP = 6;
const MOST_FILES = 100_000;
/** A pack ends with its shorter half: one that ends much sooner is better left out. */
const HALVES_WITHIN_MS = 7 * DAY;

/**
 * The pairs of a folder, whatever its layout, found by what is in them: each certificate beside the key that it was made with.
 * Reading and comparing keys is what takes time, so that they are looked at only once a certificate is asked for.
 */
export class PairIndex {
  readonly #byFingerprint = new Map<string, Leaf>();
  /** Files whose key is not known yet, by their folders. */
  readonly #unread = new Map<string, string[]>();
  /** Files of keys, by a digest of their public halves. */
  readonly #keys = new Map<string, string>();
  #reading = Promise.resolve();
  #byHost: Promise<Map<string, ReadLeaf[]>> | undefined;

  /** Reads all files of `folder` and the folders in it. What is no certificate or key, or is locked, is passed over. */
  static async read(folder: string): Promise<PairIndex> {
    const index = new PairIndex();
    for await (const path of filesIn(folder)) for (const blocks of await pairsOf(path)) index.#add(path, blocks);
    return index;
  }

  #add(path: string, blocks: readonly PemBlock[]): void {
    if (blocks.some(isOpenKey)) {
      const known = this.#unread.get(dirname(path));
      if (known === undefined) this.#unread.set(dirname(path), [path]);
      else if (known.at(-1) !== path) known.push(path);
    }
    const print = leafPrint(blocks);
    if (print === undefined) return;
    const chain = blocks.filter(isCertificate).length - 1;
    const known = this.#byFingerprint.get(print);
    // The one with the longest chain says the most.
    if (known === undefined || known.chain < chain) this.#byFingerprint.set(print, { path, chain });
  }

  /** The pair of this certificate, by its fingerprint, else by what else is known of it: what it takes to put it back. */
  async ofCertificate(certificate: LiveCertificate): Promise<FoundPair | undefined> {
    const { fingerprint_sha256: print } = certificate;
    if (print !== undefined) {
      const path = this.#byFingerprint.get(print)?.path;
      const read = path && (await leavesIn(path)).find(({ facts }) => facts.fingerprint_sha256 === print);
      return read ? this.#withKey(read) : undefined;
    }
    for (const leaves of (await this.#hosts()).values()) {
      const leaf = leaves.find(({ facts }) => isSame(facts, certificate));
      if (leaf !== undefined) return this.#withKey(leaf);
    }
    return undefined;
  }

  /**
   * The pair that is for `hostname` and is valid for longest at `now`, and that of the other kind of key where it is valid for
   * about as long; none where no pair is for it.
   */
  async covering(hostname: string, now: number): Promise<FoundPair[]> {
    const dot = hostname.indexOf('.');
    const byHost = await this.#hosts();
    const good = [hostname, `*${hostname.slice(dot)}`]
      .flatMap((name) => byHost.get(name) ?? [])
      .filter(
        ({ facts }) =>
          coversHostname(facts.hosts, hostname) && Date.parse(facts.not_before) <= now && endOf(facts) > now,
      )
      .sort((a, b) => endOf(b.facts) - endOf(a.facts));
    const pairs: FoundPair[] = [];
    for (const leaf of good) {
      const [first] = pairs;
      const isHalf = first !== undefined && first.facts.key_type !== leaf.facts.key_type;
      if (isHalf && endOf(first.facts) - endOf(leaf.facts) > HALVES_WITHIN_MS) break;
      const pair = first === undefined || isHalf ? await this.#withKey(leaf) : undefined;
      if (pair !== undefined) pairs.push(pair);
      if (pairs.length === 2) break;
    }
    return pairs;
  }

  #hosts(): Promise<Map<string, ReadLeaf[]>> {
    this.#byHost ??= this.#readHosts();
    return this.#byHost;
  }

  async #readHosts(): Promise<Map<string, ReadLeaf[]>> {
    const byHost = new Map<string, ReadLeaf[]>();
    for (const path of new Set([...this.#byFingerprint.values()].map((leaf) => leaf.path))) {
      for (const leaf of await leavesIn(path)) {
        if (this.#byFingerprint.get(leaf.facts.fingerprint_sha256)?.path !== path) continue;
        for (const host of leaf.facts.hosts) {
          const known = byHost.get(host);
          if (known === undefined) byHost.set(host, [leaf]);
          else known.push(leaf);
        }
      }
    }
    return byHost;
  }

  async #withKey({ facts, path, key }: ReadLeaf): Promise<FoundPair | undefined> {
    // One after another: two that look through the same files would each miss what the other is reading.
    const reading = this.#reading.then(() => this.#readKeys(key, dirname(path)));
    this.#reading = reading;
    await reading;
    const keyPath = this.#keys.get(key);
    if (keyPath === undefined) return undefined;
    if (keyPath !== path) return { facts, files: { certificate: path, key: keyPath } };
    return { facts, files: { certificate: path, leaf: facts.fingerprint_sha256 } };
  }

  /** Reads files of keys until that of `key` is known, or there are no more; they mostly lie beside their certificates. */
  async #readKeys(key: string, beside: string): Promise<void> {
    for (const folder of [beside, ...this.#unread.keys()]) {
      const files = this.#unread.get(folder) ?? [];
      while (!this.#keys.has(key)) {
        const file = files.shift();
        if (file === undefined) break;
        for (const block of (await pairsOf(file)).flat().filter(isOpenKey)) {
          const print = printOf(() => createPublicKey(createPrivateKey(block.text)));
          if (print !== undefined) this.#keys.set(print, file);
        }
      }
      if (files.length === 0) this.#unread.delete(folder);
    }
  }
}

/** A certificate as far as it is looked for; `key` is a digest of its public key. */
interface ReadLeaf {
  facts: CertificateFacts;
  path: string;
  key: string;
}

async function leavesIn(path: string): Promise<ReadLeaf[]> {
  return (await pairsOf(path)).flatMap((blocks) => {
    const block = blocks.find(isCertificate);
    const leaf = block && readCertificate(block.text);
    const key = leaf && printOf(() => leaf.x509.publicKey);
    if (leaf === undefined || leaf.x509.ca || key === undefined) return [];
    return [{ facts: factsOf(leaf), path, key }];
  });
}

const isOpenKey = (block: PemBlock): boolean => isPrivateKeyLabel(block.label) && !isEncrypted(block);

/** The blocks of each pair in a file: of JSON as controllers and secret stores have it many, else one. */
async function pairsOf(path: string): Promise<PemBlock[][]> {
  const found = await readPemFile(path);
  if ('fault' in found) return [];
  return (pairsInOutput(found.text) ?? []).map(({ certificate, key = '' }) =>
    pemBlocks(certificate === key ? certificate : `${certificate}\n${key}`),
  );
}

const endOf = ({ expires_on }: CertificateFacts): number => Date.parse(expires_on);

/** A digest of a public key; undefined where it cannot be read. */
function printOf(key: () => KeyObject): string | undefined {
  try {
    return createHash('sha256')
      .update(key().export({ type: 'spki', format: 'der' }))
      .digest('base64');
  } catch {
    return undefined;
  }
}

/** Plain files, also behind links, as certbot leaves them; no file or folder twice, and none that is hidden. */
async function* filesIn(folder: string, seen = new Set<string>(), depth = 0): AsyncGenerator<string> {
  const real = await realpath(folder).catch(() => undefined);
  if (real === undefined || seen.has(real) || depth > MOST_DEEP) return;
  seen.add(real);
  for (const name of (await readdir(folder).catch(() => [])).sort()) {
    const path = join(folder, name);
    if (name.startsWith('.') || seen.size > MOST_FILES) continue;
    const found = await stat(path).catch(() => undefined);
    if (found?.isDirectory()) yield* filesIn(path, seen, depth + 1);
    else if (found?.isFile()) {
      const file = await realpath(path);
      if (!seen.has(file)) yield path;
      seen.add(file);
    }
  }
}
