import { createHash } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import { type BatchFold, foldBatch } from '../batch/ledger/batch-fold.ts';
import type { BatchFolder } from '../batch/ledger/batch-folder.ts';
import type { PlanRow } from '../batch/ledger/plan-row.ts';
import { RowDetails } from '../batch/ledger/row-details.ts';
import type { Intake, IntakeLine } from '../batch/plan/intake.ts';
import type { CheckedBundles } from '../bundles/checked-bundles.ts';
import type { ReadingFlags } from '../config/reading-rules.ts';
import { readingRules } from '../config/reading-rules.ts';
import { JsonLinesWriter } from '../disk/json-lines.ts';
import { lockHolder } from '../disk/process-lock.ts';
import type { Change } from '../hostname/change.ts';
import { changedSince, inverseOf, type Made, uploadsToPutBack } from '../hostname/inverse.ts';
import { handedBackText } from '../report/files/handed-back.ts';
import { rowsWhere } from '../report/waiting-rows.ts';
import type { SealKeyring } from '../secrets/seal-keyring.ts';
import { HostrollError, type JsonObject, type ZoneId } from '../terms.ts';
import { type Manifest, planOn, readIn, withBundles } from './plan-manifest.ts';
import type { Prepare } from './session.ts';
import { MissingUploads, nameOf } from './way-back.ts';

/** Folds a batch that another one is to follow. Throws `BATCH_RUNNING` while a process is at work on it. */
export async function foldQuiet({ batch, path, lock }: BatchFolder): Promise<BatchFold> {
  const holder = await lockHolder(lock);
  if (holder === undefined) return foldBatch(path);
  throw new HostrollError(
    'BATCH_RUNNING',
    `Batch ${batch} is being worked on by process ${holder.pid}; wait for its end, or end it.`,
  );
}

interface RetryGiven {
  keyring?: SealKeyring;
  warn(sentence: string): void;
  /** Which of the rows are sent again; else all that did not come to their end. */
  only?: (row: number) => boolean;
}

/** How a batch is planned of the rows of another one that did not come to their end: as its manifest asked for them. */
export function retryPlan(fold: BatchFold, { only, ...given }: RetryGiven): Prepare {
  const { batch, manifest: of, options = {} } = fold.batch;
  const manifest: Manifest = {
    name: `retry of ${batch}`,
    async *bytes() {
      const details = new RowDetails(fold);
      try {
        for await (const text of handedBackText('retry', fold, details, only)) yield Buffer.from(text);
      } finally {
        await details.close();
      }
    },
    skipInvalid: options.skipInvalid === true,
    reading: readingRules(options as ReadingFlags),
    certificates: { folder: of.path === '-' ? resolve('.') : dirname(resolve(of.path)), ...given },
  };
  return async (planning) => {
    const intake = await readIn(manifest, planning);
    const follows = { batch, as: 'retry' } as const;
    return (engine) => planOn(engine, planning, { manifestPath: manifest.name, intake, follows });
  };
}

/**
 * How a batch is planned that takes back what another one has edited, as far as it still stands. Uploaded certificates are put back
 * where their files are in the bundle folder.
 */
export const undoPlan =
  (fold: BatchFold, given: { keyring?: SealKeyring; warn(sentence: string): void }): Prepare =>
  async (planning) => {
    const { batch } = fold.batch;
    planning.progress.enter('reading');
    const missing = new MissingUploads(planning.config.bundles.folder);
    const intake = await withBundles(planning, { folder: resolve('.'), ...given }, (bundles) =>
      takeInInverse(fold, planning.folder.rows, { bundles, missing }),
    );
    return async (engine) => {
      const rows = editedRows(fold);
      const notes = () =>
        missing.notes('What was replaced cannot be put back: that', 'name a folder that has those of');
      const reviewed = { review: async (row: PlanRow) => leftAlone((await rows.next()).value, row), notes };
      try {
        const follows = { batch, as: 'undo' } as const;
        return await planOn(engine, planning, { manifestPath: `undo of ${batch}`, intake, reviewed, follows });
      } finally {
        await rows.return(undefined);
      }
    };
  };

/** The rows that a batch has edited; a recheck changed nothing that could be taken back. */
async function* editedRows(fold: BatchFold): AsyncGenerator<PlanRow, undefined> {
  const details = new RowDetails(fold);
  try {
    for (const row of rowsWhere(fold, (at) => fold.rows.outcomeOf(at) === 'edited')) {
      const planned = await details.planned(row);
      if (planned.decision === 'edit') yield planned;
    }
  } finally {
    await details.close();
  }
}

/** A row is taken back only where it still holds what the batch left. */
function leftAlone(edited: PlanRow | undefined, row: PlanRow): PlanRow {
  if (edited === undefined || row.body === undefined || row.before === undefined) return row;
  const changed = changedSince(madeBy(edited), row.before);
  if (changed.length === 0) return row;
  const { body: _body, before: _before, change: _change, undo: _undo, other_zone: _zone, ...rest } = row;
  const message = `Somebody has changed ${changed.join(', ')} of ${row.hostname} since the batch; it was left alone.`;
  return { ...rest, decision: 'reject', effects: [], code: 'CHANGED_SINCE_EDIT', message };
}

const madeBy = (edited: PlanRow): Made => ({ body: {}, before: {}, ...edited });

/** Where uploaded certificates are found again, and who is told of those that are not. */
interface Uploads {
  bundles: CheckedBundles;
  missing: MissingUploads;
}

async function takeInInverse(fold: BatchFold, rowsPath: string, uploads: Uploads): Promise<Intake> {
  const digest = createHash('sha256');
  const zones = new Set<ZoneId>();
  const writer = await JsonLinesWriter.create(rowsPath);
  let rows = 0;
  let goodRows = 0;
  try {
    for await (const edited of editedRows(fold)) {
      const line = await inverseLine(++rows, edited, uploads);
      if ('row' in line) goodRows += 1;
      if (edited.zone_id !== undefined) zones.add(edited.zone_id);
      digest.update(`${JSON.stringify(line)}\n`);
      writer.write(line);
      await writer.room();
    }
  } finally {
    await writer.close();
  }
  return {
    summary: { format: 'jsonl', sha256: digest.digest('hex'), rows },
    spoiled: false,
    goodRows,
    rowsWithoutZone: 0,
    zones,
    invalidRows: 0,
    problems: [],
    problemCount: 0,
    cutShort: false,
  };
}

async function inverseLine(row: number, edited: PlanRow, uploads: Uploads): Promise<IntakeLine> {
  const { hostname, custom_hostname_id, zone_id } = edited;
  const named = {
    ...(hostname === undefined ? {} : { hostname }),
    ...(custom_hostname_id === undefined ? {} : { custom_hostname_id }),
    ...(zone_id === undefined ? {} : { zone_id }),
  };
  const inverse = await wholeInverse(madeBy(edited), uploads);
  if ('change' in inverse) {
    const { change } = inverse;
    return { row: { row, line: row, ...named, change, source: { ...named, ...change } as JsonObject } };
  }
  const message = `The edit of ${hostname} cannot be taken back: ${inverse.why}.`;
  const decided = { decision: 'reject', effects: [], code: 'NOT_REVERSIBLE', message } as const;
  return { planned: { row, ...named, ...decided, effects: [], source: named } };
}

/** The change that takes an edit back, with the uploaded certificates that it has replaced. */
async function wholeInverse(made: Made, { bundles, missing }: Uploads): Promise<{ change: Change } | { why: string }> {
  const inverse = inverseOf(made);
  const certificates = uploadsToPutBack(made);
  if ('why' in inverse || certificates.length === 0) return inverse;
  const { bundle_method } = (made.before.ssl ?? {}) as JsonObject;
  const found = await bundles.ofCertificates(certificates, bundle_method === 'force');
  if ('missing' in found) {
    missing.add(found.missing);
    return { why: `there are no files of what it replaced, ${found.missing.map(nameOf).join(' and ')}` };
  }
  if ('faults' in found) return { why: found.faults.map(({ message }) => message.replace(/\.$/, '')).join('; ') };
  const { change } = inverse;
  return { change: { ...change, ssl: { ...change.ssl, bundle: found.ref } } };
}
