import { readJsonLines } from '../../disk/json-lines.ts';
import { KeyIndex } from '../../disk/key-index.ts';
import { type CustomHostnameId, HostrollError } from '../../terms.ts';
import { readBatchFile } from './batch-file.ts';
import { type BatchFolder, batchFolder, listBatches } from './batch-folder.ts';
import { LedgerFold } from './ledger-fold.ts';
import type { PlanRow } from './plan-row.ts';
import { readLedger } from './read-ledger.ts';
import { RowTable } from './row-table.ts';

/** The id of the bundle that a hostname was given by the last batch that changed its certificate; undefined where none is known. */
export type SentBundles = (id: CustomHostnameId) => string | undefined;

/**
 * What the batches of `state` tell of bundles that were sent, oldest first, so that what came last stands. One that cannot be
 * read is left out: then a bundle may be sent once more. Memory: some 30 bytes a hostname.
 */
export async function readSentBundles(state: string): Promise<SentBundles> {
  const last = new KeyIndex();
  const bundles: (string | undefined)[] = [undefined];
  const places = new Map<string, number>();
  for (const batch of await listBatches(state)) {
    try {
      for (const { id, bundle } of await sentBy(batchFolder(state, batch))) {
        const known = bundle === undefined ? 0 : places.get(bundle);
        const place = known ?? bundles.push(bundle) - 1;
        if (bundle !== undefined) places.set(bundle, place);
        last.set(id, place);
      }
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (!(error instanceof HostrollError || error instanceof SyntaxError || code === 'ENOENT')) throw error;
    }
  }
  return (id) => bundles[last.get(id) ?? 0];
}

/** The hostnames whose certificate a batch changed, each with the bundle; undefined where Cloudflare was to issue one. */
async function sentBy({ path, plan, ledger }: BatchFolder): Promise<{ id: CustomHostnameId; bundle?: string }[]> {
  const { manifest } = await readBatchFile(path);
  const rows = new Map<number, { id: CustomHostnameId; bundle?: string }>();
  for await (const { value } of readJsonLines<PlanRow>(plan)) {
    const { row, body, bundle, custom_hostname_id: id } = value;
    if (id !== undefined && body?.ssl !== undefined)
      rows.set(row, bundle === undefined ? { id } : { id, bundle: bundle.id });
  }
  if (rows.size === 0) return [];
  const fold = new LedgerFold(new RowTable(manifest.rows));
  await readLedger(ledger, fold);
  return [...rows].filter(([row]) => fold.rows.outcomeOf(row) === 'edited').map(([, sent]) => sent);
}
