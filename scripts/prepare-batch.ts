import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { BatchFolder } from '../src/batch/batch-folder.ts';
import { type Intake, takeIn } from '../src/batch/intake.ts';
import { planBatch } from '../src/batch/plan-batch.ts';
import type { ProgressTracker } from '../src/batch/progress-tracker.ts';
import type { Config } from '../src/config/config.ts';
import { formatProblems } from '../src/manifest/format-problem.ts';
import { readManifest } from '../src/manifest/read-manifest.ts';
import { HostrollError } from '../src/terms.ts';
import type { Engine } from './engine.ts';
import type { Planned, Prepare } from './plan-and-carry-out.ts';
import { version } from './version.ts';

export interface Preparation {
  config: Config;
  manifestPath: string;
  folder: BatchFolder;
  skipInvalid: boolean;
  progress: ProgressTracker;
  interrupt: AbortSignal;
}

/** Reads the manifest into the batch folder. Throws as `takeInChecked`. */
export async function readIn(preparation: Preparation): Promise<Intake> {
  const { manifestPath } = preparation;
  const bytes = manifestPath === '-' ? process.stdin : createReadStream(await readable(manifestPath));
  return takeInFrom(bytes, preparation);
}

/** As `readIn`, for bytes that come from elsewhere; `manifestPath` only names them. */
export function takeInFrom(
  bytes: AsyncIterable<Buffer>,
  { manifestPath, folder, skipInvalid, progress }: Omit<Preparation, 'config' | 'interrupt'>,
): Promise<Intake> {
  progress.enter('reading', 0);
  return takeInChecked({ name: manifestPath, bytes }, folder.rows, skipInvalid, (rows) => {
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
  skipInvalid: boolean,
  onRow: (rows: number) => void = () => {},
): Promise<Intake> {
  const intake = await takeIn(readManifest(manifest), rowsPath, onRow);
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
  (config: Config, manifestPath: string, skipInvalid: boolean): Prepare =>
  async (planning) => {
    const preparation = { ...planning, config, manifestPath, skipInvalid };
    const intake = await readIn(preparation);
    return (engine) => planOn(engine, preparation, intake);
  };
