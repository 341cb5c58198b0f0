import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CertificateFacts } from '../certificate/bundle.ts';
import { coversHostname } from '../certificate/covers.ts';
import { isEncrypted, isPrivateKeyLabel, pemBlocks } from '../certificate/pem.ts';
import { factsOf, readCertificate } from '../certificate/read-certificate.ts';
import { DAY } from '../terms.ts';
import type { PairFiles } from './bundle-source.ts';
import { readPemFile } from './read-pem-file.ts';

/** A certificate whose key is at hand, and where the two are. */
export interface FoundPair {
  facts: CertificateFacts;
  files: PairFiles;
}

/** Folders within each other that are looked through, and files in all of them. */
const MOST_DEEP = 6;
const MOST_FILES = 100_000;
/** A pack ends with its shorter half: one that ends much sooner is better left out. */
const HALVES_WITHIN_MS = 7 * DAY;

/** The pairs of a folder, whatever its layout, found by what is in them: each certificate beside the key that it was made with. */
export class PairIndex {
  readonly #byFingerprint = new Map<string, FoundPair>();
  readonly #byHost = new Map<string, FoundPair[]>();

  /** Reads all files of `folder` and the folders in it. What is no certificate or key, or is locked, is passed over. */
  static async read(folder: string): Promise<PairIndex> {
    const keys = new Map<string, string>();
    const leaves = new Map<string, { facts: CertificateFacts; key: string; path: string; length: number }>();
    for await (const path of filesIn(folder)) {
      const found = await readPemFile(path);
      if ('fault' in found) continue;
      const blocks = pemBlocks(found.text);
      for (const block of blocks) {
        const print = isPrivateKeyLabel(block.label) && !isEncrypted(block) ? printOfKey(block.text) : undefined;
        if (print !== undefined) keys.set(print, path);
      }
      const certificates = blocks.flatMap(({ label, text }) =>
        label === 'CERTIFICATE' ? [readCertificate(text) ?? []].flat() : [],
      );
      const leaf = certificates.find(({ x509 }) => !x509.ca);
      const key = leaf === undefined ? undefined : printOf(() => leaf.x509.publicKey);
      if (leaf === undefined || key === undefined) continue;
      const facts = factsOf(leaf);
      const known = leaves.get(facts.fingerprint_sha256);
      // The one with the longest chain says the most.
      if (known === undefined || known.length < certificates.length) {
        leaves.set(facts.fingerprint_sha256, { facts, key, path, length: certificates.length });
      }
    }
    const index = new PairIndex();
    for (const { facts, key, path } of leaves.values()) {
      const keyPath = keys.get(key);
      if (keyPath === undefined) continue;
      index.#add({ facts, files: { certificate: path, ...(keyPath === path ? {} : { key: keyPath }) } });
    }
    return index;
  }

  #add(pair: FoundPair): void {
    this.#byFingerprint.set(pair.facts.fingerprint_sha256, pair);
    for (const host of pair.facts.hosts) {
      const known = this.#byHost.get(host);
      if (known === undefined) this.#byHost.set(host, [pair]);
      else known.push(pair);
    }
  }

  /** The pair of the certificate with this SHA-256 (lower-case hex): what it takes to put it back. */
  ofFingerprint(fingerprint: string): FoundPair | undefined {
    return this.#byFingerprint.get(fingerprint);
  }

  /**
   * The pair that is for `hostname` and is valid for longest at `now`, and that of the other kind of key where it is valid for
   * about as long; none where no pair is for it.
   */
  covering(hostname: string, now: number): FoundPair[] {
    const dot = hostname.indexOf('.');
    const candidates = [hostname, `*${hostname.slice(dot)}`].flatMap((name) => this.#byHost.get(name) ?? []);
    const good = candidates
      .filter(
        ({ facts }) =>
          coversHostname(facts.hosts, hostname) && Date.parse(facts.not_before) <= now && endOf(facts) > now,
      )
      .sort((a, b) => endOf(b.facts) - endOf(a.facts));
    const [first] = good;
    if (first === undefined) return [];
    const other = good.find(({ facts }) => facts.key_type !== first.facts.key_type);
    const isAsLong = other !== undefined && endOf(first.facts) - endOf(other.facts) <= HALVES_WITHIN_MS;
    return isAsLong ? [first, other] : [first];
  }
}

const endOf = ({ expires_on }: CertificateFacts): number => Date.parse(expires_on);

const printOfKey = (pem: string): string | undefined => printOf(() => createPublicKey(createPrivateKey(pem)));

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
