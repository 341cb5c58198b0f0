import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { BatchFolder } from '../src/batch/ledger/batch-folder.ts';
import { BundleWriter } from '../src/batch/ledger/bundle-file.ts';
import { type Intake, takeIn } from '../src/batch/plan/intake.ts';
import { planBatch } from '../src/batch/plan/plan-batch.ts';
import type { ProgressTracker } from '../src/batch/view/progress-tracker.ts';
import { type BundlesOfRows, type KeepBundle, RowBundles } from '../src/bundles/row-bundles.ts';
import type { Config } from '../src/config/config.ts';
import { formatProblems } from '../src/manifest/format-problem.ts';
import { readManifest } from '../src/manifest/read-manifest.ts';
import type { SealKeyring } from '../src/secrets/seal-keyring.ts';
import { HostrollError } from '../src/terms.ts';
import type { Engine } from './engine.ts';
import type { Planned, Prepare } from './plan-and-carry-out.ts';
import { version } from './version.ts';

export interface Preparation {
  config: Config;
  manifestPath: string;
  folder: BatchFolder;
  /** What the manifest `-` is; absent where that is none. */
  input?: AsyncIterable<Buffer>;
  skipInvalid: boolean;
  progress: ProgressTracker;
  interrupt: AbortSignal;
  /** Seals the bundles that rows ask for into the batch folder; absent where nothing will be sent. */
  keyring?: SealKeyring;
  /** Hears what should be looked at, but stops nothing. */
  warn(sentence: string): void;
}

/** Reads the manifest into the batch folder. Throws as `takeInChecked`. */
export async function readIn(preparation: Preparation): Promise<Intake> {
  const { manifestPath, config, folder, keyring, input, warn } = preparation;
  const isInput = manifestPath === '-' && input !== undefined;
  const bytes = isInput ? input : createReadStream(await readable(manifestPath));
  const manifestFolder = isInput ? process.cwd() : dirname(resolve(manifestPath));
  const sealed = keyring && new BundleWriter({ path: folder.bundles, batch: folder.batch, keyring });
  const keep: KeepBundle = async (bundle, ref) => sealed?.keep(bundle, ref);
  const bundles = new RowBundles({ ...config.bundles, manifestFolder, now: Date.now(), keep });
  try {
    return await takeInFrom(bytes, { ...preparation, bundles });
  } finally {
    await sealed?.close();
    for (const warning of bundles.warnings()) warn(warning);
  }
}

/** As `readIn`, for bytes that come from elsewhere; `manifestPath` only names them. */
export function takeInFrom(
  bytes: AsyncIterable<Buffer>,
  given: Pick<Preparation, 'manifestPath' | 'folder' | 'skipInvalid' | 'progress'> & { bundles: BundlesOfRows },
): Promise<Intake> {
  const { manifestPath, folder, skipInvalid, progress, bundles } = given;
  progress.enter('reading', 0);
  return takeInChecked({ name: manifestPath, bytes }, folder.rows, { skipInvalid, bundles }, (rows) => {
    progress.rows.done = rows;
  });
}

/**
 * Reads a manifest to its end. Throws `MANIFEST_INVALID` listing what is wrong with it, unless all of that may be
 * skipped.
 */
export async function takeInChecked(
  manifest: { name: string; bytes: AsyncIterable<Buffer> },
  rowsPath: string,
  { skipInvalid, bundles }: { skipInvalid: boolean; bundles: BundlesOfRows },
  onRow: (rows: number) => void = () => {},
): Promise<Intake> {
  const intake = await takeIn(readManifest(manifest), rowsPath, bundles, onRow);
  if (intake.problemCount > 0 && (intake.summary === undefined || !skipInvalid)) {
    const mend = intake.summary === undefined ? '' : ', or send the good rows alone with --skip-invalid';
    throw new HostrollError(
      'MANIFEST_INVALID',
      `${problemText(manifest.name, intake)}\nNothing was sent. Mend the manifest${mend}.`,
    );
  }
  return intake;
}

function problemText(manifestPath: string, { problems, problemCount }: Intake): string {
  const lines = formatProblems(manifestPath, problems);
  if (problemCount > problems.length) lines.push(`… and ${problemCount - problems.length} more.`);
  return lines.join('\n');
}

/** The path, if it is one of a file. Throws `MANIFEST_MISSING`. */
export async function readable(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw new HostrollError('MANIFEST_MISSING', `There is no manifest ${path}.`);
  if (found.isDirectory()) throw new HostrollError('MANIFEST_MISSING', `${path} is a folder, not a manifest.`);
  return path;
}

/** Plans what was read in, on a running engine. */
export function planOn(
  engine: Engine,
  { config, manifestPath, folder, progress, interrupt }: Preparation,
  intake: Intake,
): Promise<Planned> {
  return planBatch({
    ...config,
    ...engine,
    folder,
    intake,
    manifestPath,
    version,
    progress,
    interrupt,
    now: Date.now,
  });
}

/** How the commands that are given a manifest plan. */
export const manifestPlan =
  (given: Pick<Preparation, 'config' | 'manifestPath' | 'input' | 'skipInvalid' | 'keyring' | 'warn'>): Prepare =>
  async (planning) => {
    const preparation = { ...planning, ...given };
    const intake = await readIn(preparation);
    return (engine) => planOn(engine, preparation, intake);
  };
