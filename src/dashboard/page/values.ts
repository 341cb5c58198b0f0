import type { ListedRow } from '../../report/html/page/values.ts';

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

export interface RowPage {
  /** Rows of the batch, those read from its plan so far, and of these the ones that match. */
  total: number;
  loaded: number;
  /** Whether the ledger is read, too: before, rows show what the plan says of them. */
  is_read: boolean;
  matched: number;
  rows: ListedRow[];
}
