import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { BundleWriter } from '../batch/ledger/bundle-file.ts';
import { type Intake, takeIn } from '../batch/plan/intake.ts';
import { LookAhead } from '../batch/plan/look-ahead.ts';
import { type PlanParts, planBatch } from '../batch/plan/plan-batch.ts';
import { type Warning, warningText } from '../bundles/bundle-source.ts';
import { type BundleLoader, CheckedBundles, type KeepBundle } from '../bundles/checked-bundles.ts';
import { NO_BUNDLES } from '../bundles/no-bundles.ts';
import type { LookOptions } from '../config/ahead-flags.ts';
import type { Config } from '../config/config.ts';
import { type ReadingFlags, readingRules } from '../config/reading-rules.ts';
import { rolloutOf } from '../config/rollout-config.ts';
import { Doctor } from '../dcv/doctor.ts';
import { formatProblems } from '../manifest/format-problem.ts';
import { type ReadOptions, readManifest } from '../manifest/read-manifest.ts';
import type { SealKeyring } from '../secrets/seal-keyring.ts';
import { HostrollError } from '../terms.ts';
import type { Engine } from './engine.ts';
import type { Planned, Planning, Prepare } from './session.ts';
import { version } from './version.ts';
import { wayBack } from './way-back.ts';

/** A manifest that a batch is to be made of. */
export interface Manifest {
  /** As given: for its format, for its problems, and for `batch.json`. */
  name: string;
  bytes(): AsyncIterable<Buffer> | Promise<AsyncIterable<Buffer>>;
  /** Leave out bad rows. */
  skipInvalid: boolean;
  /** What else is said of how it is read. */
  reading?: ReadOptions | undefined;
  /** How its rows bring certificates; absent where they cannot. */
  certificates?: {
    /** Folder from which the paths in rows are meant. */
    folder: string;
    /** Seals them into the batch folder; absent where nothing will be sent. */
    keyring?: SealKeyring | undefined;
    /** Is told what should be looked at, but stops nothing. */
    warn(sentence: string): void;
  };
}

/** The manifest at `path`, `-` being `input` where that is given. */
export function manifestFile(
  path: string,
  given: ReadingFlags & { skipInvalid?: boolean; keyring?: SealKeyring; warn(sentence: string): void },
  input?: AsyncIterable<Buffer>,
): Manifest {
  const { skipInvalid = false, keyring, warn } = given;
  const isInput = path === '-' && input !== undefined;
  return {
    name: path,
    bytes: async () => (isInput ? input : createReadStream(await readable(path))),
    skipInvalid,
    reading: readingRules(given),
    certificates: { folder: isInput ? resolve('.') : dirname(resolve(path)), keyring, warn },
  };
}

const interrupted = (): HostrollError => new HostrollError('INTERRUPTED', 'Interrupted before anything was sent.');

/** The bytes, until `interrupt` says stop: standard input may never bring another. Throws `INTERRUPTED`. */
async function* heeding(bytes: AsyncIterable<Buffer>, interrupt: AbortSignal): AsyncGenerator<Buffer> {
  const source = bytes[Symbol.asyncIterator]();
  let stop = () => {};
  interrupt.addEventListener('abort', () => stop(), { once: true });
  try {
    for (;;) {
      if (interrupt.aborted) throw interrupted();
      // A race with one promise for all of them would keep every piece that was read.
      const next = await new Promise<IteratorResult<Buffer>>((resolve, reject) => {
        stop = () => reject(interrupted());
        source.next().then(resolve, reject);
      });
      if (next.done) return;
      yield next.value;
    }
  } finally {
    // A silent input would keep the iterator waiting, and the process alive.
    if (bytes instanceof Readable) bytes.destroy();
    else void source.return?.().catch(() => {});
  }
}

/**
 * Has `use` find bundles, each of which is kept in the batch folder, sealed. What should be looked at of them is in its result, for
 * the plan to tell; where it rejects, `warn` is told.
 */
export async function withBundles<T>(
  { config, folder }: Pick<Planning, 'config' | 'folder'>,
  { folder: manifestFolder, keyring, warn }: NonNullable<Manifest['certificates']>,
  use: (bundles: CheckedBundles) => Promise<T>,
): Promise<T & { warnings: Warning[] }> {
  const sealed = keyring && new BundleWriter({ path: folder.bundles, batch: folder.batch, keyring });
  const keep: KeepBundle = async (bundle, ref) => sealed?.keep(bundle, ref);
  const bundles = new CheckedBundles({ ...config.bundles, manifestFolder, now: Date.now(), keep });
  try {
    const used = await use(bundles);
    return { ...used, warnings: bundles.warnings() };
  } catch (error) {
    for (const warning of bundles.warnings()) warn(warningText(warning));
    throw error;
  } finally {
    await sealed?.close();
  }
}

/** Reads the manifest into the batch folder. Throws `INTERRUPTED`, and as `takeInChecked`. */
export async function readIn(manifest: Manifest, planning: Planning): Promise<Intake> {
  const { folder, progress, interrupt } = planning;
  progress.enter('reading');
  const read = async (bundles: BundleLoader) =>
    takeInChecked(manifest, heeding(await manifest.bytes(), interrupt), { rowsPath: folder.rows, bundles }, (rows) => {
      progress.through(rows);
      if (interrupt.aborted) throw interrupted();
    });
  return manifest.certificates === undefined ? read(NO_BUNDLES) : withBundles(planning, manifest.certificates, read);
}

/** Reads the manifest of a file for what it asks for: its bundles are checked, and nothing of them is kept. Throws as `takeInChecked`. */
export function takeInToRead(
  { bundles: settings }: Pick<Config, 'bundles'>,
  path: string,
  rowsPath: string,
): Promise<Intake> {
  const bundles = new CheckedBundles({
    ...settings,
    manifestFolder: dirname(path),
    now: Date.now(),
    keep: async () => {},
  });
  return takeInChecked({ name: path, skipInvalid: false }, createReadStream(path), { rowsPath, bundles });
}

/**
 * Reads a manifest. Throws `MANIFEST_INVALID` listing what is wrong with it, unless all of that may be
 * skipped.
 */
export async function takeInChecked(
  { name, skipInvalid, reading = {} }: Pick<Manifest, 'name' | 'skipInvalid' | 'reading'>,
  bytes: AsyncIterable<Buffer>,
  { rowsPath, bundles }: { rowsPath: string; bundles: BundleLoader },
  onRow: (rows: number) => void = () => {},
): Promise<Intake> {
  const manifest = readManifest({ name, bytes }, { ...reading, matchNames: bundles.matchNames });
  const intake = await takeIn(manifest, { rowsPath, bundles, skipInvalid }, onRow);
  if (intake.problemCount > 0 && (intake.summary === undefined || !skipInvalid)) {
    const instead = intake.spoiled ? '' : ', or send the good rows alone with --skip-invalid';
    throw new HostrollError(
      'MANIFEST_INVALID',
      `${problemText(name, intake)}\nNothing was sent. Fix the manifest${instead}.`,
    );
  }
  return intake;
}

function problemText(manifestPath: string, { problems, problemCount, cutShort }: Intake): string {
  const lines = formatProblems(manifestPath, problems, problemCount);
  if (cutShort) lines.push('Reading ended there, before the end of the manifest.');
  return lines.join('\n');
}

/** The path, if it is one of a file. Throws `MANIFEST_MISSING`. */
export async function readable(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw new HostrollError('MANIFEST_MISSING', `There is no manifest ${path}.`);
  if (found.isDirectory()) throw new HostrollError('MANIFEST_MISSING', `${path} is a folder, not a manifest.`);
  // Opening a pipe waits for whoever writes to it, which no signal ends.
  if (!found.isFile()) {
    const message = `${path} is a pipe or a device, not a file; pass what it brings on standard input, with "-" as the manifest.`;
    throw new HostrollError('MANIFEST_MISSING', message);
  }
  return path;
}

/** Plans what was read in, on a running engine. */
export async function planOn(
  engine: Engine,
  planning: Planning,
  given: Pick<PlanParts, 'manifestPath' | 'intake' | 'reviewed' | 'follows' | 'ahead'>,
): Promise<Planned> {
  const { config } = planning;
  const rollout = rolloutOf(config, config.fileStopRules);
  const { file, summary } = await planBatch({
    ...config,
    ...engine,
    ...planning,
    ...given,
    rollout,
    version,
    now: Date.now,
  });
  const back = summary.undo.needs_bundle === 0 ? [] : await wayBack(planning.folder.plan, config.bundles.folder);
  return { file, summary: { ...summary, notes: [...summary.notes, ...back], warnings: given.intake.warnings ?? [] } };
}

/** How a batch is planned that is made of a manifest; with `look`, rows that change method or authority are looked at. */
export const manifestPlan =
  (manifest: Manifest, look?: LookOptions): Prepare =>
  async (planning) => {
    const intake = await readIn(manifest, planning);
    const given = { manifestPath: manifest.name, intake };
    if (look === undefined) return (engine) => planOn(engine, planning, given);
    return async (engine) => {
      const doctor = new Doctor(look.doctor);
      const blind = (error: unknown): boolean => {
        // Where nobody asked for it in so many words, that nothing can be seen stops nothing.
        if (!(error instanceof HostrollError) || error.code !== 'DNS_UNREACHABLE' || look.isAsked) throw error;
        manifest.certificates?.warn(`hostroll: ${error.message} Rows are not looked at before they are sent.`);
        return false;
      };
      const canSee = () => doctor.probe().then(() => true, blind);
      const ahead = new LookAhead((live) => doctor.examine(live), { skip: look.skipUnready, canSee });
      try {
        return await planOn(engine, planning, { ...given, ahead });
      } finally {
        await doctor.close();
      }
    };
  };
