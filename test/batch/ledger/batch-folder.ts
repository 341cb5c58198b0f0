import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { BatchFile } from '../../../src/batch/ledger/batch-file.ts';
import type { LedgerEvent, OutcomeEvent, SettledRow } from '../../../src/batch/ledger/ledger-event.ts';
import type { PlanRow } from '../../../src/batch/ledger/plan-row.ts';
import type { BatchId, CustomHostnameId, Hostname, ZoneId } from '../../../src/terms.ts';

export const ZONE = '0123456789abcdef0123456789abcdef' as ZoneId;

export const hostnameOf = (row: number): Hostname => `shop${row}.acme-store.net` as Hostname;
export const idOf = (row: number): CustomHostnameId =>
  `00000000-0000-4000-8000-${String(row).padStart(12, '0')}` as CustomHostnameId;

/** A row that is to be edited, unless `more` says otherwise. */
export const planRow = (row: number, more: Partial<PlanRow> = {}): PlanRow => ({
  row,
  decision: 'edit',
  hostname: hostnameOf(row),
  custom_hostname_id: idOf(row),
  zone_id: ZONE,
  effects: ['restarts_dcv'],
  body: { ssl: { method: 'txt', type: 'dv' } },
  before: { ssl: { method: 'http', type: 'dv' } },
  status: 'active',
  ssl_status: 'active',
  source: [hostnameOf(row), 'txt'],
  ...more,
});

/** The instant `seconds` after the batch began. */
export const at = (seconds: number): string => new Date(Date.UTC(2026, 2, 4, 12, 0, seconds)).toISOString();

export const started = (seconds = 0, resumed = false): LedgerEvent => ({
  at: at(seconds),
  type: 'started',
  resumed,
  pid: 4711,
  host: 'ops',
  version: '0.1.0',
});

export const outcome = (row: number, more: Partial<OutcomeEvent> = {}, seconds = 1): LedgerEvent => ({
  at: at(seconds),
  type: 'outcome',
  row,
  outcome: 'edited',
  calls: { read: 0, edit: 1 },
  ...more,
});

export const settled = (rows: SettledRow[], seconds = 2): LedgerEvent => ({ at: at(seconds), type: 'settled', rows });

export const finished = (seconds = 3, exitCode = 0): LedgerEvent => ({
  at: at(seconds),
  type: 'finished',
  exit_code: exitCode,
});

export const lines = (values: unknown[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join('');

export interface BatchFixture {
  plan: PlanRow[];
  /** The ledger as events, or as the very text of the file; none where absent. */
  ledger?: LedgerEvent[] | string;
  manifest?: Partial<BatchFile['manifest']>;
  /** What else `batch.json` is to say. */
  file?: Partial<BatchFile>;
}

/** A private temporary folder, removed when the test is over. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hostroll-report-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A batch folder on disk, removed when the test is over. */
export async function batchFolder(fixture: BatchFixture): Promise<string> {
  const folder = await temporaryFolder();
  await fillBatchFolder(folder, fixture);
  return folder;
}

/** Writes the files of a batch into a folder that is there. */
export async function fillBatchFolder(folder: string, { plan, ledger, manifest, file }: BatchFixture): Promise<void> {
  const batch: BatchFile = {
    batch: '20260304-120000-ab12' as BatchId,
    created_at: at(0),
    version: '0.1.0',
    manifest: {
      path: 'customers.csv',
      sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
      rows: plan.length,
      format: 'csv',
      header: ['hostname', 'ssl.method'],
      ...manifest,
    },
    zones: [ZONE],
    lanes: [{ name: 'default', zones: [ZONE], quota: { calls: 1_200, window_seconds: 300 }, share: 0.8 }],
    base_url: 'https://api.cloudflare.com/client/v4',
    wait_ms: 0,
    wait_strict: false,
    plan: {
      decisions: { edit: plan.length, recheck: 0, skip: 0, reject: 0 },
      effects: { metadata_only: 0, moves_traffic: 0, restarts_dcv: 0, reissues: 0, replaces_certificate: 0 },
    },
    ...file,
  };
  await writeFile(join(folder, 'batch.json'), JSON.stringify(batch));
  await writeFile(join(folder, 'plan.jsonl'), lines(plan));
  if (ledger !== undefined) {
    await writeFile(join(folder, 'ledger.jsonl'), typeof ledger === 'string' ? ledger : lines(ledger));
  }
}
