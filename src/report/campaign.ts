import { readBatchFile } from '../batch/ledger/batch-file.ts';
import { type BatchFold, foldBatch } from '../batch/ledger/batch-fold.ts';
import { batchFolder, listBatches } from '../batch/ledger/batch-folder.ts';
import { RowDetails } from '../batch/ledger/row-details.ts';
import { KeyIndex } from '../disk/key-index.ts';
import { type BatchId, HostrollError, OUTCOMES, type Outcome, SETTLEMENTS, type Settlement } from '../terms.ts';
import { counted, countTable } from '../text/text-layout.ts';
import { csvText } from './files/stream-file.ts';
import { OUTCOME_WORDS } from './text/verdict.ts';
import { rowsWhere } from './waiting-rows.ts';

/** Where a row of a campaign ended. */
const ENDS = [...OUTCOMES, 'undone'] as const;
type End = (typeof ENDS)[number];

interface CampaignBatch {
  batch: BatchId;
  as: 'begin' | 'retry' | 'undo';
  counts: Record<Outcome, number>;
}

/** Batches that follow one another, oldest first, and the rows of the first one as they ended. */
interface CampaignSummary {
  batches: CampaignBatch[];
  counts: { rows: number } & Record<End, number>;
  settled: Record<Settlement | 'unknown', number>;
}

const COLUMNS = ['row', 'hostname', 'custom_hostname_id', 'zone_id', 'outcome', 'settlement', 'batch'] as const;

/**
 * A batch with all that retry it or undo something of it, merged: what the last batch that did something to a row says of it
 * is what holds. Memory: some 30 bytes a row.
 */
export class Campaign {
  readonly summary: CampaignSummary;
  readonly #first: BatchFold;
  readonly #details: RowDetails;
  /** Per row of the first batch: the place of its end, of its settlement and of its batch. */
  readonly #ends: Uint8Array;
  readonly #states: Uint8Array;
  readonly #batches: Uint32Array;

  private constructor(first: BatchFold) {
    const { rows } = first.rows;
    this.#first = first;
    this.#details = new RowDetails(first);
    this.#ends = new Uint8Array(rows + 1);
    this.#states = new Uint8Array(rows + 1);
    this.#batches = new Uint32Array(rows + 1);
    this.summary = {
      batches: [],
      counts: { rows, ...zeroes(ENDS) },
      settled: zeroes([...SETTLEMENTS, 'unknown']),
    };
  }

  /** The campaign that `batch` belongs to. Throws as `foldBatch` does. */
  static async open(state: string, batch: BatchId): Promise<Campaign> {
    const all = await linked(state, batch);
    const [root = batch] = all.keys();
    const campaign = new Campaign(await foldBatch(batchFolder(state, root).path));
    const rows = new KeyIndex();
    for (const [id, as] of all) {
      await campaign.#add(id === root ? campaign.#first : await foldBatch(batchFolder(state, id).path), as, rows);
    }
    campaign.#count();
    return campaign;
  }

  async #add(fold: BatchFold, as: CampaignBatch['as'], rows: KeyIndex): Promise<void> {
    const place = this.summary.batches.push({ batch: fold.batch.batch, as, counts: { ...fold.rows.counts } }) - 1;
    const details = fold === this.#first ? this.#details : new RowDetails(fold);
    for (const row of rowsWhere(fold, () => true)) {
      const { hostname, custom_hostname_id: id, zone_id } = await details.planned(row);
      const outcome = fold.rows.outcomeOf(row);
      const names = [id, hostname].filter((name) => name !== undefined).map((name) => `${zone_id} ${name}`);
      const known = as === 'begin' ? row : names.map((name) => rows.get(name)).find((one) => one !== undefined);
      if (as === 'begin') for (const name of names) rows.setIfAbsent(name, row);
      // What a later batch did not reach, or left alone, stands as it was.
      if (known === undefined || (as !== 'begin' && outcome === 'unprocessed')) continue;
      if (as === 'undo' && outcome !== 'edited' && outcome !== 'skipped') continue;
      this.#ends[known] = ENDS.indexOf(as === 'undo' ? 'undone' : outcome);
      const settlement = fold.rows.settlementOf(row);
      this.#states[known] = settlement === undefined ? 0 : SETTLEMENTS.indexOf(settlement) + 1;
      this.#batches[known] = place;
    }
    if (details !== this.#details) await details.close();
  }

  #count(): void {
    for (let row = 1; row <= this.#first.rows.rows; row += 1) {
      const end = this.#endOf(row);
      this.summary.counts[end] += 1;
      if (end === 'edited' || end === 'skipped' || end === 'undone') this.summary.settled[this.#stateOf(row)] += 1;
    }
  }

  #endOf = (row: number): End => ENDS[this.#ends[row] ?? 0] ?? 'unprocessed';
  #stateOf = (row: number): Settlement | 'unknown' => SETTLEMENTS[(this.#states[row] ?? 0) - 1] ?? 'unknown';

  /** For a person, ending in a newline. */
  text(): string {
    const { batches, counts, settled } = this.summary;
    const lines = batches.map(({ batch, as, counts: of }) => {
      const present = OUTCOMES.filter((outcome) => of[outcome] > 0);
      return `  ${batch}  ${as.padEnd(5)}  ${present.map((outcome) => `${of[outcome]} ${OUTCOME_WORDS[outcome]}`).join(', ')}`;
    });
    return [
      `Campaign of ${counted(batches.length, 'batch').replace(/batchs$/, 'batches')}, ${counted(counts.rows, 'row')}`,
      ...lines,
      '',
      'Rows as they ended',
      ...countTable(ENDS.map((end) => [end === 'undone' ? end : OUTCOME_WORDS[end], counts[end]])),
      '',
      'Hostnames of the rows edited, skipped and undone, as read last',
      ...countTable(Object.entries(settled)),
      '',
    ].join('\n');
  }

  /** Every row, as CSV in pieces. */
  csv(): AsyncIterable<string> {
    return csvText(COLUMNS, this.#rows());
  }

  async *#rows(): AsyncGenerator<string[]> {
    for (const row of rowsWhere(this.#first, () => true)) {
      const { hostname = '', custom_hostname_id = '', zone_id = '' } = await this.#details.planned(row);
      const { batch = '' } = this.summary.batches[this.#batches[row] ?? 0] ?? {};
      yield [String(row), hostname, custom_hostname_id, zone_id, this.#endOf(row), this.#stateOf(row), batch];
    }
  }

  close(): Promise<void> {
    return this.#details.close();
  }
}

/** All batches of the campaign of `batch` by what they are in it, the first one first. One that cannot be read is in none. */
async function linked(state: string, batch: BatchId): Promise<Map<BatchId, CampaignBatch['as']>> {
  const follows = new Map<BatchId, { batch: BatchId; as: 'retry' | 'undo' }>();
  for (const id of await listBatches(state)) {
    try {
      const { follows: link } = await readBatchFile(batchFolder(state, id).path);
      if (link !== undefined) follows.set(id, link);
    } catch (error) {
      if (!(error instanceof HostrollError)) throw error;
    }
  }
  let root = batch;
  for (let up = follows.get(root); up !== undefined; up = follows.get(root)) root = up.batch;
  const all = new Map<BatchId, CampaignBatch['as']>([[root, 'begin']]);
  // Ids are in the order of their times, and a batch follows an older one.
  for (const [id, link] of follows) if (all.has(link.batch)) all.set(id, link.as);
  return all;
}

const zeroes = <Name extends string>(names: readonly Name[]): Record<Name, number> =>
  Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;
