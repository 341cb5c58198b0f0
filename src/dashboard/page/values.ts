/** The parts of the server's values that the page shows; docs/view.md has them all. */
export interface View {
  stage: string;
  wave: number;
  until: string | null;
  rows: { total: number; done: number };
  outcomes: Record<string, number>;
  settled: Record<string, number>;
  errors: { code: string; count: number; advice?: string }[];
  calls: { made: number; per_second: number };
  budget_per_second: number;
  lanes: { name: string; budget_per_second: number; workers: number | null }[];
  waits: { what: string; lane?: string; until?: string; reason?: string }[];
  eta_ms: number | null;
}

export interface Status {
  batch: string;
  state: string;
  manifest?: { path: string; rows: number };
  view?: View;
}

export interface About {
  batch: string;
  /** Absent while the batch is being planned. */
  about?: {
    created_at: string;
    manifest: { path: string; rows: number };
    by?: { user: string; host: string };
    zones: string[];
  };
  view: View | null;
  files: string[];
}

/** A row in a list. */
export interface ListedRow {
  row: number;
  hostname: string;
  outcome: string;
  code: string | null;
  phase: string | null;
  who: string | null;
  status: string | null;
  ssl_status: string | null;
  zone: string | null;
  ca: string | null;
  method: string | null;
  /** ISO 8601. */
  deadline: string | null;
}

export interface RowPage {
  /** Rows of the batch, those read from its plan so far, and of these the ones that match. */
  total: number;
  loaded: number;
  /** Whether the ledger is read, too: before, rows show what the plan says of them. */
  is_read: boolean;
  matched: number;
  rows: ListedRow[];
}

export interface DnsRecord {
  purpose: string;
  type: string;
  name: string;
  value: string;
}

export interface Waiting {
  who: string;
  customers: {
    customer: string;
    hostnames: {
      row: number;
      hostname: string;
      phase: string;
      deadline: string | null;
      errors: string[];
      records: DnsRecord[];
    }[];
  }[];
}

export const count = (number: number): string => number.toLocaleString('en-US');

/** An instant in the reader's own zone, to the minute. */
export const time = (at: string | null | undefined): string =>
  at ? new Date(at).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' }) : '';

export function span(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 1) return `${Math.max(1, Math.round(ms / 1000))} s`;
  if (minutes < 120) return `${minutes} min`;
  return `${Math.round(minutes / 60)} h`;
}

/** Words of the wire as a person reads them. */
export const words = (name: string | null | undefined): string => (name ?? '').replaceAll('_', ' ');
