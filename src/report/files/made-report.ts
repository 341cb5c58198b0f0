import { hash } from 'node:crypto';
import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { batchPaths } from '../../batch/ledger/batch-folder.ts';
import { sha256Of } from '../../disk/file-digest.ts';
import { packageFile } from '../../disk/package-file.ts';
import { replaceFileText } from '../../disk/replace-file.ts';
import type { Report } from '../report.ts';

/** Beside the files of a report: the report with its lists cut, and the hash of all that it was made of and made into. */
export const MADE = 'report-made.json';

/** A build of hostroll, which says nothing in other words than it did; installed packages have their version alone. */
const BUILT = statSync(fileURLToPath(import.meta.url)).mtimeMs;

/** The files by what is in them, or by what keeps them from being read. */
const digests = (paths: readonly string[]): Promise<string[]> =>
  Promise.all(paths.map((path) => sha256Of(path).catch(String)));

function sourcesOf(folder: string): Promise<string[]> {
  const { batchFile, plan, ledger, bundles } = batchPaths(folder);
  return digests([packageFile('package.json'), batchFile, plan, ledger, bundles]);
}

async function hashOf(folder: string, sources: readonly string[], report: Report): Promise<string> {
  const files = await digests(report.files.map((name) => join(folder, name)));
  return hash('sha256', JSON.stringify([BUILT, folder, sources, files, report]));
}

/** Notes of what `report` and its files are made. A folder that takes no note has its report made anew the next time. */
async function note(folder: string, sources: readonly string[], report: Report): Promise<void> {
  const made = { made: await hashOf(folder, sources, report), report };
  await replaceFileText(join(folder, MADE), JSON.stringify(made)).catch(() => {});
}

/** The report that is noted of a batch as it stands; undefined where none is, or where a byte of it or its files differs. */
export async function notedReport(folder: string, sources?: readonly string[]): Promise<Report | undefined> {
  try {
    const { made, report } = JSON.parse(await readFile(join(folder, MADE), 'utf8')) as { made: string; report: Report };
    return made === (await hashOf(folder, sources ?? (await sourcesOf(folder)), report)) ? report : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The report of a batch whose files are to be as they stand here, its lists cut: of the files that are there, where this build of
 * hostroll made just them of just this plan and ledger; else as `make` writes them anew. Times of files say nothing: they are
 * copied, touched and restored.
 */
export async function madeReport(folder: string, make: () => Promise<Report>): Promise<Report> {
  // Before the files are read: what is added meanwhile is in the report, perhaps, and makes the next one new.
  const sources = await sourcesOf(folder);
  const made = await notedReport(folder, sources);
  if (made !== undefined) return made;
  const report = await make();
  await note(folder, sources, report);
  return report;
}

/** Notes that the report in the folder is one of the batch as it stands, as its process knows which has the lock. */
export const noteReport = async (folder: string, report: Report): Promise<void> =>
  note(folder, await sourcesOf(folder), report);
