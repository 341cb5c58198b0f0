import { LRUCache } from 'lru-cache';
import type { Bundle, BundleRef } from '../certificate/bundle.ts';
import { notCovering } from '../certificate/covers.ts';
import { KeyIndex } from '../disk/key-index.ts';
import type { LiveCertificate } from '../hostname/live.ts';
import { ANY_BUNDLE } from '../manifest/bundle-rules.ts';
import { type BundleWish, holdsInlinePem, type PairWish, type PemSource } from '../manifest/bundle-wish.ts';
import { didYouMean } from '../manifest/nearest.ts';
import type { Row } from '../manifest/row.ts';
import { allowedPath } from './allowed-path.ts';
import type { BundleSettings, BundleSource, Fault, PairFiles, Warning } from './bundle-source.ts';
import { pairsInOutput } from './command-output.ts';
import { pairsInFolder } from './folder-layout.ts';
import type { LoadedBundle, LoadOptions, PairInput, PemInput } from './load-bundle.ts';
import { type FoundPair, PairIndex } from './pair-index.ts';
import { passwordOf } from './password-of.ts';
import type { RootsRead } from './read-roots.ts';
import { runCommand } from './run-command.ts';

/** Keeps a bundle for the batch, sealed; called once for each bundle. */
export type KeepBundle = (bundle: Bundle, ref: BundleRef) => Promise<void>;

/**
 * The result of a row's wish. `shared` names what many rows have in common, so that it is said once for all of them; `unmatched` is
 * why a row that leaves the choice to its hostname is given nothing.
 */
export type RowBundle = { ref: BundleRef } | { faults: Fault[]; shared?: string } | { unmatched: string };

/** Finds the bundle that a row asks for. */
export interface BundleLoader {
  /** Whether rows that name no bundle are given one by their hostnames. */
  readonly matchNames: boolean;
  of(row: Row, wish: BundleWish): Promise<RowBundle>;
}

export interface RowBundlesParts extends BundleSettings {
  /** Of the manifest: paths in it are relative to this. */
  manifestFolder: string;
  /** Unix milliseconds at which certificates must be valid. */
  now: number;
  keep: KeepBundle;
}

/** A bundle without its PEM: what is remembered of it. */
type Remembered = { ref: BundleRef } | { faults: Fault[] };

/** Bundles remembered beside the declared ones: rows for one bundle mostly stand together. */
const REMEMBERED = 500;
/** Warnings beyond this many are counted, not kept. */
const WARNINGS_KEPT = 50;
/** Hostnames that a warning names. */
const NAMED = 20;

/** The bundles of a manifest: each loaded, checked and kept once, as the first row asks for it. Holds no PEM. */
export class CheckedBundles implements BundleLoader {
  readonly #parts: RowBundlesParts;
  readonly #inFolder: (name: string) => PairFiles[];
  readonly #declared = new Map<string, Remembered>();
  readonly #others = new LRUCache<string, Remembered>({ max: REMEMBERED });
  /** Ids of bundles that were kept. */
  readonly #kept = new KeyIndex();
  /** By their messages. */
  readonly #warnings = new Map<string, Fault>();
  #roots: RootsRead | undefined;
  #pairs: Promise<PairIndex> | undefined;
  #warningsLeftOut = 0;
  #inlineRows = 0;
  readonly #unmatched: string[] = [];
  #unmatchedCount = 0;

  constructor(parts: RowBundlesParts) {
    this.#parts = parts;
    this.#inFolder = parts.folder === undefined ? () => [] : pairsInFolder(parts.folder);
  }

  get matchNames(): boolean {
    return this.#parts.matchNames ?? false;
  }

  async of(row: Row, wish: BundleWish): Promise<RowBundle> {
    const forced = row.change.ssl?.bundle_method === 'force';
    const found = await this.#found(row, wish, forced);
    if (!('ref' in found)) return found;
    const { hostname } = row;
    const wrong = hostname === undefined ? [] : notCovering(found.ref.certificates, hostname);
    if (wrong.length === 0) return { ref: found.ref };
    const column = 'name' in wish ? 'bundle' : (wish.pairs[0]?.certificate.column ?? 'bundle');
    return {
      faults: wrong.map(({ hosts, key_type }) => uncovered(found.ref.name, hostname ?? '', key_type, hosts, column)),
    };
  }

  #found(row: Row, wish: BundleWish, forced: boolean): Promise<RowBundle> {
    if (!('name' in wish)) return this.#own(row, wish, forced);
    const isAny = wish.name === ANY_BUNDLE && !this.#parts.declared.has(ANY_BUNDLE);
    return isAny ? this.#matching(row, forced, wish.isOffered === true) : this.#named(wish.name, forced);
  }

  /** Of all pairs in the folder, whatever they are called, those that are for the hostname and last longest. */
  async #matching({ hostname }: Row, forced: boolean, isOffered: boolean): Promise<RowBundle> {
    const { folder, now } = this.#parts;
    const none = (message: string) => ({
      faults: [{ code: 'CERTIFICATE_NONE_COVERS' as const, message, column: 'bundle' }],
    });
    if (folder === undefined) return none('"*" is any pair of a folder; name that with --bundle-folder.');
    if (hostname === undefined) return none('"*" goes by the hostname, which the row does not name.');
    const pairs = (await (await this.#index())?.covering(hostname, now)) ?? [];
    const message = `No pair in ${folder} is for ${hostname} and valid now.`;
    if (pairs.length === 0 && isOffered) {
      this.#unmatchedCount += 1;
      if (this.#unmatched.length < NAMED) this.#unmatched.push(hostname);
      return { unmatched: message };
    }
    if (pairs.length === 0) return none(message);
    return this.#ofPairs(pairs, forced);
  }

  /** The bundle that was made of these certificates, by what the API has shown of them; `missing` are those not in the folder. */
  async ofCertificates(
    certificates: readonly LiveCertificate[],
    forced: boolean,
  ): Promise<Remembered | { missing: LiveCertificate[] }> {
    const index = await this.#index();
    const found = await Promise.all(certificates.map((one) => index?.ofCertificate(one)));
    const missing = certificates.filter((_, at) => found[at] === undefined);
    return missing.length > 0
      ? { missing }
      : this.#ofPairs(
          found.flatMap((pair) => pair ?? []),
          forced,
        );
  }

  async #index(): Promise<PairIndex | undefined> {
    const { folder } = this.#parts;
    if (folder !== undefined) this.#pairs ??= PairIndex.read(folder);
    return this.#pairs;
  }

  async #ofPairs(pairs: readonly FoundPair[], forced: boolean): Promise<Remembered> {
    const name = pairs.map(placeOf).join(', ');
    const key = `${forced} ${ANY_BUNDLE} ${pairs.map(({ facts }) => facts.fingerprint_sha256).join(' ')}`;
    const inputs = pairs.map((pair) => {
      const input = inputOfFiles(pair.files);
      return { ...input, certificate: { ...input.certificate, place: placeOf(pair) } };
    });
    const found = this.#others.get(key) ?? (await this.#load(name, inputs, forced, true));
    this.#others.set(key, found);
    return found;
  }

  /** What should be looked at, but stops nothing. */
  warnings(): Warning[] {
    const warnings: Fault[] = [...this.#warnings.values()];
    if (this.#unmatchedCount > 0) {
      const more = this.#unmatchedCount - this.#unmatched.length;
      const names = `${this.#unmatched.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
      const message = `No pair in ${this.#parts.folder} is for ${this.#unmatchedCount} of the hostnames, which are left as they are: ${names}.`;
      warnings.unshift({ code: 'CERTIFICATE_NONE_COVERS', message });
    }
    if (this.#inlineRows > 0) {
      const rows = this.#inlineRows === 1 ? '1 row holds' : `${this.#inlineRows} rows hold`;
      const message = `${rows} PEM text itself, where a key rests in clear; better name files or a bundle (docs/certificates.md).`;
      warnings.unshift({ code: 'CERTIFICATE_INLINE', message });
    }
    if (this.#warningsLeftOut > 0) {
      const message = `There are ${this.#warningsLeftOut} more warnings about certificates.`;
      warnings.push({ code: 'CERTIFICATE_MORE_WARNINGS', message });
    }
    return warnings.map(({ code, message }) => ({ code, level: 'warning', message }));
  }

  async #named(name: string, forced: boolean): Promise<RowBundle> {
    const source = this.#parts.declared.get(name);
    const key = `${forced} ${name}`;
    const known = source === undefined ? this.#others.get(key) : this.#declared.get(key);
    const found = known ?? (await this.#load(name, await this.#inputsOf(name, source), forced));
    if (source !== undefined) this.#declared.set(key, found);
    else this.#others.set(key, found);
    if ('ref' in found) return found;
    return { faults: found.faults.map((fault) => ({ ...fault, column: 'bundle' })), shared: `bundle "${name}"` };
  }

  async #own(row: Row, wish: { pairs: PairWish[] }, forced: boolean): Promise<Remembered> {
    const isInline = holdsInlinePem(wish);
    if (isInline) this.#inlineRows++;
    const key = JSON.stringify([forced, wish]);
    const known = isInline ? undefined : this.#others.get(key);
    if (known !== undefined) return known;
    const name = nameOf(row, wish.pairs[0]?.certificate);
    const found = await this.#load(name, await this.#inputsOfPairs(row, wish.pairs), forced);
    // A key in clear is nothing to remember.
    if (!isInline) this.#others.set(key, found);
    return found;
  }

  /** `chosen`: the pairs were found for a hostname that both are for, whatever else one of them names. */
  async #load(name: string, inputs: PairInput[] | Fault[], forced: boolean, chosen = false): Promise<Remembered> {
    const { now, minDays, allowShort = false, trust, strictPermissions, keep } = this.#parts;
    if (areFaults(inputs)) return { faults: inputs };
    const checks = { now, minDays, allowShort, strictPermissions };
    // Its ASN.1 libraries take longer to load than most manifests without certificates to read.
    const { loadBundle } = await import('./load-bundle.ts');
    const { readRoots } = await import('./read-roots.ts');
    this.#roots ??= await readRoots(trust);
    if ('fault' in this.#roots) return { faults: [this.#roots.fault] };
    const options: LoadOptions = {
      ...checks,
      password: () => passwordOf(this.#parts.passwords, name),
      roots: this.#roots.roots,
      bundleMethod: forced ? 'force' : 'ubiquitous',
    };
    const { good, faults, warnings }: LoadedBundle = await loadBundle(name, inputs, options);
    for (const warning of warnings) if (!(chosen && warning.code === 'CERTIFICATE_BUNDLE_NAMES')) this.#warn(warning);
    if (good === undefined) return { faults };
    if (this.#kept.setIfAbsent(good.ref.id, 1) === undefined) await keep(good.bundle, good.ref);
    return { ref: good.ref };
  }

  #warn(warning: Fault): void {
    if (this.#warnings.has(warning.message)) return;
    if (this.#warnings.size < WARNINGS_KEPT) this.#warnings.set(warning.message, warning);
    else this.#warningsLeftOut++;
  }

  async #inputsOf(name: string, source: BundleSource | undefined): Promise<PairInput[] | Fault[]> {
    const { declared, folder } = this.#parts;
    if (source !== undefined && 'command' in source) return commandInputs(name, source.command);
    const files = source?.files ?? this.#inFolder(name);
    if (files.length > 0) return files.map(inputOfFiles);
    const where = folder === undefined ? '' : `, and ${folder} has none of that name`;
    const guess = didYouMean(name, [...declared.keys()]) || '; declare it with --bundle.';
    return [{ code: 'CERTIFICATE_BUNDLE_UNKNOWN', message: `There is no bundle "${name}"${where}${guess}` }];
  }

  async #inputsOfPairs(row: Row, pairs: readonly PairWish[]): Promise<PairInput[] | Fault[]> {
    const faults: Fault[] = [];
    const inputOf = async (source: PemSource): Promise<PemInput> => {
      const { column } = source;
      if ('pem' in source) return { place: `row ${row.row}`, column, pem: source.pem };
      const { manifestFolder, roots } = this.#parts;
      const found = await allowedPath(source.file, { folder: manifestFolder, roots: [manifestFolder, ...roots] });
      if ('path' in found) return { place: source.file, column, path: found.path };
      faults.push(
        found.fault === 'missing'
          ? {
              code: 'CERTIFICATE_FILE_MISSING',
              message: `${source.file}: There is no such file; check the path.`,
              column,
            }
          : { code: 'CERTIFICATE_FILE_OUTSIDE', message: `${source.file}: ${OUTSIDE}`, column },
      );
      return { place: '', pem: '' };
    };
    const inputs: PairInput[] = [];
    for (const { certificate, key, csr_id } of pairs) {
      inputs.push({
        certificate: await inputOf(certificate),
        ...(key === undefined ? {} : { key: await inputOf(key) }),
        ...(csr_id === undefined ? {} : { csr_id }),
      });
    }
    return faults.length > 0 ? faults : inputs;
  }
}

const OUTSIDE = "The file is outside of the manifest's folder; move it there, or allow its folder with --bundle-root.";

const areFaults = (inputs: PairInput[] | Fault[]): inputs is Fault[] => inputs.some((each) => 'code' in each);

const inputOfFiles = ({ certificate, key, csr_id, chain, leaf }: PairFiles): PairInput => ({
  certificate: { place: certificate, path: certificate },
  ...(key === undefined ? {} : { key: { place: key, path: key } }),
  ...(csr_id === undefined ? {} : { csr_id }),
  ...(chain === undefined ? {} : { chain: { place: chain, path: chain } }),
  ...(leaf === undefined ? {} : { leaf }),
});

/** Where a pair is; of a file that holds many, by its first name. */
const placeOf = ({ files: { certificate }, facts }: FoundPair): string =>
  certificate.endsWith('.json') ? `${certificate} (${facts.hosts[0]})` : certificate;

async function commandInputs(name: string, command: readonly string[]): Promise<PairInput[] | Fault[]> {
  const place = `bundle "${name}" (${command[0]})`;
  const ran = await runCommand(command);
  if ('fault' in ran) return [{ ...ran.fault, message: `${place}: ${ran.fault.message}` }];
  const pairs = pairsInOutput(ran.text, name);
  if (pairs === undefined) {
    const message = `${place}: What the command printed is JSON without "certificate" and "private_key" (docs/certificates.md).`;
    return [{ code: 'CERTIFICATE_COMMAND_OUTPUT', message }];
  }
  return pairs.map(({ certificate, key, csr_id }) => ({
    certificate: { place, pem: certificate },
    ...(key === undefined ? {} : { key: { place, pem: key } }),
    ...(csr_id === undefined ? {} : { csr_id }),
  }));
}

const nameOf = (row: Row, source: PemSource | undefined): string =>
  source !== undefined && 'file' in source ? source.file : `row ${row.row}`;

const SHOWN_HOSTS = 3;

function uncovered(name: string, hostname: string, type: string, hosts: readonly string[], column: string): Fault {
  const shown = `${hosts.slice(0, SHOWN_HOSTS).join(', ')}${hosts.length > SHOWN_HOSTS ? `, … (${hosts.length} names)` : ''}`;
  const message = `${name}: The ${type.toUpperCase()} certificate is not for ${hostname}, but for ${shown}; a wildcard stands for one label.`;
  return { code: 'CERTIFICATE_HOSTNAME_NOT_COVERED', message, column };
}
