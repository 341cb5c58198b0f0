import { createReadStream } from 'node:fs';
import { basename, join } from 'node:path';
import { type BatchFold, foldBatch } from '../batch/ledger/batch-fold.ts';
import { type BatchFolder, resumeCommand } from '../batch/ledger/batch-folder.ts';
import { type Chain, readChain } from '../batch/ledger/ledger-chain.ts';
import { withDetails } from '../batch/ledger/row-details.ts';
import { sha256Of } from '../disk/file-digest.ts';
import { HostrollError } from '../terms.ts';
import { MADE, notedReport } from './files/made-report.ts';
import { reportFiles } from './files/write-report.ts';
import { summarise } from './summary.ts';

/** What is said of one file of a batch. */
export interface Verdict {
  file: string;
  /** Null where it cannot be told. */
  fits: boolean | null;
  says: string;
}

/**
 * Checks offline that the files of a batch fit each other: ledger line by line, `batch.json` and plan by the checksums that were
 * written down of them, and, where it is `ended`, every file of its report against what the ledger says, written anew by this
 * `version`. Throws `BATCH_NOT_FOUND`, and `BATCH_DAMAGED` where `batch.json` cannot be read at all.
 */
export async function verifyBatch(
  folder: BatchFolder,
  { version, isRunning }: { version: string; isRunning: boolean },
): Promise<Verdict[]> {
  const { fault, isTorn, ...chain } = await readChain(folder.ledger);
  const ledger = basename(folder.ledger);
  if (fault !== undefined) {
    return [{ file: ledger, fits: false, says: `${fault}. What it says from there on cannot be trusted.` }];
  }
  let fold: BatchFold;
  try {
    fold = await foldBatch(folder.path);
  } catch (error) {
    if (!(error instanceof HostrollError && error.code === 'BATCH_DAMAGED')) throw error;
    return [{ file: folder.path, fits: false, says: error.message }];
  }
  const verdicts = [
    await checksum(folder.batchFile, fold.batchFile),
    await checksum(folder.plan, fold.batch.plan.sha256),
    ledgerVerdict(ledger, chain, fold),
  ];
  if (isRunning) return [...verdicts, { file: 'report', fits: null, says: 'not looked at while the batch is running' }];
  if (isTorn) {
    const says = `its last line is cut off, as the death of a process leaves it; ${resumeCommand(folder.batch, folder.path)} goes on`;
    verdicts.push({ file: ledger, fits: null, says });
  }
  return [...verdicts, ...(await reportVerdicts(fold, version))];
}

/** Whether a file is the one whose SHA-256 was written down; batches of earlier versions wrote none down. */
async function checksum(path: string, written: string | undefined): Promise<Verdict> {
  const file = basename(path);
  if (written === undefined) return { file, fits: null, says: 'an earlier version wrote no checksum of it down' };
  const isSame = (await sha256Of(path)) === written;
  return {
    file,
    fits: isSame,
    says: isSame ? `as it was written, sha256 ${written}` : 'was changed after it was written',
  };
}

function ledgerVerdict(
  file: string,
  { lines, unlinked, last }: Pick<Chain, 'lines' | 'unlinked' | 'last'>,
  { batch, standing }: BatchFold,
): Verdict {
  // A version that says who planned a batch also links every line.
  if (unlinked > 0 && batch.by !== undefined) {
    return { file, fits: false, says: `line 1 has no link to the next, and this version writes none without` };
  }
  if (last === undefined) return { file, fits: null, says: 'of an earlier version, whose lines are not linked' };
  const older = unlinked === 0 ? '' : `, the first ${unlinked} of an earlier version as a whole`;
  const end = standing.stage === 'finished' ? 'sealed by its last' : 'not finished; the last is';
  return { file, fits: true, says: `each of ${lines} lines follows from those before it${older}; ${end} (${last})` };
}

const reportVerdicts = (fold: BatchFold, version: string): Promise<Verdict[]> =>
  withDetails(fold, async (details) => {
    const verdicts: Verdict[] = [];
    const report = await summarise(fold, details);
    for (const [file, text] of reportFiles(report, fold, details)) {
      verdicts.push({ file, ...(await compared(join(fold.folder, file), text, fold.batch.version === version)) });
    }
    const noted = await notedReport(fold.folder);
    if (noted !== undefined) verdicts.push(notedVerdict(JSON.stringify(noted) === JSON.stringify(report)));
    if (verdicts.every(({ says }) => says !== SINCE)) return verdicts;
    // The texts then tell of them, too.
    const tell = ['report.txt', 'report.html'];
    return verdicts.map((one) => (tell.includes(one.file) ? { ...one, fits: null, says: SINCE } : one));
  });

/** Of what "hostroll report" goes by as long as nothing has changed: whoever can write it can also write the hash of it. */
const notedVerdict = (fits: boolean): Verdict => ({
  file: MADE,
  fits,
  says: fits
    ? 'says what the ledger says'
    : 'is not what the ledger says; remove it, and "hostroll report" writes it anew',
});

/** What a report says that also tells of other batches. */
const NO_SINCE = '  "since": null,';
const SINCE = 'also tells of other batches (--since); "hostroll report" writes it without';

async function compared(
  path: string,
  text: AsyncIterable<string> | Iterable<string>,
  isSameVersion: boolean,
): Promise<Pick<Verdict, 'fits' | 'says'>> {
  const written = linesIn(createReadStream(path, 'utf8') as AsyncIterable<string>);
  let line = 0;
  try {
    for await (const expected of linesIn(text)) {
      line += 1;
      const { value, done } = await written.next();
      if (!done && value === expected) continue;
      return expected === NO_SINCE ? { fits: null, says: SINCE } : differs(line, isSameVersion);
    }
    return (await written.next()).done
      ? { fits: true, says: 'says what the ledger says' }
      : differs(line + 1, isSameVersion);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return { fits: null, says: 'is not there; "hostroll report" writes it' };
  } finally {
    await written.return(undefined);
  }
}

const differs = (line: number, isSameVersion: boolean): Pick<Verdict, 'fits' | 'says'> => ({
  fits: isSameVersion ? false : null,
  says: `line ${line} is not what the ledger says${isSameVersion ? '' : ', or another version of hostroll words it otherwise'}; "hostroll report" writes it anew`,
});

/** The lines of a text that comes in pieces; what stands behind the last newline is one, too. */
async function* linesIn(text: AsyncIterable<string> | Iterable<string>): AsyncGenerator<string> {
  let pending = '';
  for await (const piece of text) {
    const lines = (pending + piece).split('\n');
    pending = lines.pop() ?? '';
    yield* lines;
  }
  yield pending;
}
